import type { Clock } from '#domain/ports.ts';

/** What became of the calls. */
export interface HeartbeatState {
  /** Epoch ms; null before the first call that was taken. */
  readonly lastOkMs: number | null;
  /** Why the last calls were not taken; null when the last one was. Never the address. */
  readonly problem: string | null;
  /** Calls in a row that were not taken. */
  readonly failures: number;
}

/** An address elsewhere that is called as long as all is well; who is there misses the calls. */
export interface Heartbeat {
  /** Calls it once. Never throws. May repeat. */
  call(): Promise<void>;
  state(): HeartbeatState;
}

const ANSWER_WITHIN_MS = 10_000;

/** The address is a secret: who has it can pretend that all is well. */
export const createHeartbeat = (url: string, clock: Clock): Heartbeat => {
  let state: HeartbeatState = { lastOkMs: null, problem: null, failures: 0 };
  const failed = (problem: string): void => {
    state = { lastOkMs: state.lastOkMs, problem, failures: state.failures + 1 };
  };
  return {
    call: async () => {
      try {
        const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
        const response = await fetch(url, { redirect: 'manual', signal });
        await response.body?.cancel();
        if (response.ok) state = { lastOkMs: clock.now(), problem: null, failures: 0 };
        else failed(`it answered ${response.status}`);
      } catch {
        failed('it does not answer');
      }
    },
    state: () => state,
  };
};
