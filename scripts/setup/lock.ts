import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Who runs on a data folder. */
interface LockFile {
  readonly pid: number;
  /** Servers that a killed start may leave behind. */
  readonly servers: readonly number[];
}

export interface Lock {
  /** Notes a server's process, so that the next start can end it if this one is killed. */
  holds(pid: number): void;
  release(): void;
}

/**
 * Takes the data folder for this process. Throws when a live start holds it; what a killed one has
 * left behind is ended first.
 */
export const takeLock = (dataDir: string): Lock => {
  mkdirSync(dataDir, { recursive: true });
  const file = resolve(dataDir, 'running.json');
  const previous = existsSync(file) ? readLock(file) : null;
  if (previous !== null && isStart(previous.pid))
    throw new Error(
      `It is already running on the data folder ${resolve(dataDir)} (process ${previous.pid}). Stop that one with Ctrl-C, or set DATA_DIR to another folder.`,
    );
  for (const pid of previous?.servers ?? []) endServer(pid, resolve(dataDir));
  const servers: number[] = [];
  const write = () => writeFileSync(file, JSON.stringify({ pid: process.pid, servers }));
  write();
  return {
    holds: (pid) => {
      servers.push(pid);
      write();
    },
    release: () => rmSync(file, { force: true }),
  };
};

const readLock = (file: string): LockFile | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockFile; // written by takeLock alone
  } catch {
    return null; // cut off by a crash: nobody holds it
  }
};

const commandOf = (pid: number): string => {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { stdio: 'pipe' }).toString();
  } catch {
    return ''; // no such process
  }
};

const isStart = (pid: number): boolean => commandOf(pid).includes('scripts/start.ts');

/** Only a server of this very folder is ended: a process id may be somebody else's by now. */
const endServer = (pid: number, dataDir: string): void => {
  const command = commandOf(pid);
  const ours = command.includes(dataDir) || command.includes('/mexc-sniper/');
  if (!ours) return;
  process.kill(pid, command.includes('postgres') ? 'SIGINT' : 'SIGTERM');
  for (let look = 0; look < 100 && commandOf(pid) !== ''; look += 1) execFileSync('sleep', ['0.1']);
};
