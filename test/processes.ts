import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GaveUp, until } from './until.ts';

const ROOT = join(import.meta.dirname, '..');

/** A process of ours, started as in production and killed as by the kernel. */
export interface TestProcess extends AsyncDisposable {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Resolves with its exit code when it has ended; null when it was killed. */
  readonly ended: Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGSTOP: alive, but doing nothing. */
  freeze(): void;
  thaw(): void;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<number | null>;
}

/** Starts `file` and waits for a line that contains `ready`. */
export const startProcess = async (
  file: string,
  { env, ready }: { env: Record<string, string>; ready: string },
): Promise<TestProcess> => {
  const child = spawn(process.execPath, [join(ROOT, file)], {
    cwd: ROOT,
    env: { ...process.env, LOG_FORMAT: 'json', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const stop = () => end(child, { signal: 'SIGTERM', ended });
  await until(
    `${file} says "${ready}"`,
    () => {
      if (child.exitCode !== null)
        throw new GaveUp(`${file} ended:\n${lines.slice(-20).join('\n')}`);
      return lines.some((line) => line.includes(ready));
    },
    { withinMs: 60_000, seen: () => lines.slice(-20) },
  );
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    kill: async () => {
      await end(child, { signal: 'SIGKILL', ended });
    },
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    stop,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGCONT');
      await end(child, { signal: 'SIGKILL', ended });
    },
  };
};

const end = async (
  child: ChildProcess,
  { signal, ended }: { signal: NodeJS.Signals; ended: Promise<number | null> },
): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
};
