import type { Part, Stage } from './stage.ts';

/** What happens at a point. */
export interface Victim {
  readonly name: string;
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

/** Our processes cut from Temporal, but not from the exchange. */
const cut: Victim = {
  name: 'cut from Temporal',
  strike: async (stage, release) => {
    stage.lines.temporal.hold();
    await release();
    await pause(STALL_MS);
    stage.lines.temporal.release();
  },
};

export const victims: readonly Victim[] = [
  killed('worker'),
  killed('monitor'),
  killed('worker', 'monitor'),
  killed('postgres'),
  killed('temporal'),
  killed('api'),
  frozen('monitor'),
  frozen('worker'),
  cut,
];
