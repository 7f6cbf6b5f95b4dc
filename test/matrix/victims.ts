import { cp, rm } from 'node:fs/promises';
import type { Part, Stage } from './stage.ts';

/** What happens at a point. */
export interface Victim {
  readonly name: string;
  /** Done once the trades have begun, long before the point. */
  prepare?(stage: Stage): Promise<void>;
  /** Strikes; resolves when all of it runs again. `release` lets go what the point holds. */
  strike(stage: Stage, release: () => Promise<void>): Promise<void>;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** kill -9 of parts at one instant, then what a supervisor does. */
const killed = (...parts: Part[]): Victim => ({
  name: parts.join(' and '),
  strike: async (stage, release) => {
    await Promise.all(parts.map((part) => stage.kill(part)));
    await release();
    await pause(500);
    for (const part of parts) await stage.start(part);
  },
});

/** Longer than every time-out that guards an activity. */
const STALL_MS = 5000;

/** A process that stands still past every time-out, and then goes on as if nothing had been. */
const frozen = (part: 'worker' | 'monitor'): Victim => ({
  name: `${part} stands still`,
  strike: async (stage, release) => {
    stage.process(part).freeze();
    await release();
    await pause(STALL_MS);
    stage.process(part).thaw();
  },
});

/** Processes of ours cut from Temporal, but not from the exchange. */
const cut = (name: string, ...lines: ('temporal' | 'monitor')[]): Victim => ({
  name,
  strike: async (stage, release) => {
    for (const line of lines) stage.lines[line].hold();
    await release();
    await pause(STALL_MS);
    for (const line of lines) stage.lines[line].release();
  },
});

/** Ctrl-C: everything of ours is asked to stop, in the middle of whatever it does. */
const stopped: Victim = {
  name: 'told to stop',
  strike: async (stage, release) => {
    const parts = ['worker', 'monitor', 'api'] as const;
    const ends = parts.map((part) => stage.process(part).stop());
    await pause(200);
    await release();
    await Promise.all(ends);
    for (const part of parts) await stage.start(part);
  },
};

/** Temporal forgets: its file is as it was before anything was sent. Whoever restores it starts all anew. */
const rolledBack: Victim = {
  name: 'temporal restored from a copy',
  prepare: async (stage) => {
    await stage.kill('temporal');
    await rm(copyOf(stage), { recursive: true, force: true });
    await cp(stage.temporalFolder, copyOf(stage), { recursive: true });
    await stage.start('temporal');
  },
  strike: async (stage, release) => {
    const parts = ['temporal', 'worker', 'monitor'] as const;
    await Promise.all(parts.map((part) => stage.kill(part)));
    await rm(stage.temporalFolder, { recursive: true });
    await cp(copyOf(stage), stage.temporalFolder, { recursive: true });
    await release();
    for (const part of parts) await stage.start(part);
  },
};

const copyOf = (stage: Stage): string => `${stage.temporalFolder}.copy`;

export const victims: readonly Victim[] = [
  killed('worker'),
  killed('monitor'),
  killed('worker', 'monitor'),
  killed('postgres'),
  killed('temporal'),
  killed('api'),
  frozen('monitor'),
  frozen('worker'),
  cut('cut from Temporal', 'temporal', 'monitor'),
  cut('monitor cut from Temporal', 'monitor'),
  stopped,
  rolledBack,
];
