import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nodeFlags } from './node-flags.ts';

/** A running program. */
export interface Running {
  readonly pid: number;
  /** Resolves with the reason when it has ended, wanted or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface Unit {
  readonly name: string;
  start(): Promise<Running>;
}

export interface Supervisor {
  /** Starts a unit and keeps it alive until `stop`. Throws when the first start fails. */
  keep(unit: Unit): Promise<Running>;
  /** Stops all, the last started first; those of one `keep` group together. */
  stop(): Promise<void>;
}

const BACK_OFF_MS = [500, 1000, 2000, 5000, 10_000] as const;
/** A unit that ran this long starts with the shortest wait again. */
const HEALTHY_MS = 60_000;

interface Slot {
  readonly unit: Unit;
  running: Running | null;
}

/** Restarts what dies, each time with a visible line and a longer wait. */
export const createSupervisor = (print: (line: string) => void): Supervisor => {
  const kept: Slot[] = [];
  const starting = new Set<Promise<Running>>();
  let stopping = false;

  const launch = async (slot: Slot): Promise<Running> => {
    const start = slot.unit.start().then((running) => (slot.running = running));
    starting.add(start);
    try {
      return await start;
    } finally {
      starting.delete(start);
    }
  };

  const watch = async (slot: Slot): Promise<void> => {
    let failures = 0;
    for (;;) {
      const startedAtMs = Date.now();
      const why = slot.running === null ? 'could not start' : await slot.running.ended;
      if (stopping) return;
      failures = Date.now() - startedAtMs > HEALTHY_MS ? 0 : failures + 1;
      const waitMs = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? BACK_OFF_MS[0];
      print(`${slot.unit.name} ended (${why}); started again in ${waitMs / 1000} s`);
      await new Promise((done) => setTimeout(done, waitMs));
      if (stopping) return;
      try {
        const { pid } = await launch(slot);
        print(`${slot.unit.name} runs again (process ${pid})`);
      } catch (error) {
        slot.running = null;
        print(`${slot.unit.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };

  return {
    keep: async (unit) => {
      const slot: Slot = { unit, running: null };
      kept.push(slot);
      const running = await launch(slot);
      void watch(slot);
      return running;
    },
    stop: async () => {
      stopping = true;
      // What is starting meanwhile would be left behind.
      await Promise.allSettled(starting);
      // Our processes first and together: they hand back what they hold while the servers live.
      const ours = kept.filter((slot) => !SERVERS.has(slot.unit.name));
      await Promise.all(ours.map(async (slot) => slot.running?.stop()));
      for (const slot of kept.toReversed())
        if (SERVERS.has(slot.unit.name)) await slot.running?.stop();
    },
  };
};

/** Outlive our own processes, and end in the reverse order of their start. */
const SERVERS = new Set(['postgres', 'temporal', 'simulator']);
const STOP_WITHIN_MS = 16_000;
/** The C library keeps a heap per thread otherwise: 40 MB of every process with Temporal's core. */
const FEW_HEAPS = { MALLOC_ARENA_MAX: '1' };

/** A Node program of ours: its lines are printed with its name, it ends when we do. */
export const program = (
  name: string,
  file: string,
  { env, print }: { env: Record<string, string>; print: (line: string) => void },
): Unit => ({
  name,
  start: async () => {
    const child = spawn(process.execPath, [...nodeFlags(name), file], {
      env: { ...FEW_HEAPS, ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // Ctrl-C reaches it through us, once
    });
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => print(`${name.padEnd(9)} ${line}`));
    const ended = new Promise<string>((done) =>
      child.once('exit', (code, signal) => done(signal ?? `code ${code}`)),
    );
    return {
      pid: child.pid ?? 0,
      ended,
      stop: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const killing = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
        child.kill('SIGTERM');
        await ended;
        clearTimeout(killing);
      },
    };
  },
});
