/** What is known of the live stream. Pure: events.ts feeds it, the shell shows it. */
export interface StreamState {
  /** `silent`: open, but nothing is heard, so numbers may be old all the same. */
  readonly kind: 'opening' | 'live' | 'lost' | 'silent';
  /** When something was heard last, epoch ms; before the first, when it was opened. */
  readonly heardAtMs: number;
}

export type StreamEvent = 'hello' | 'change' | 'error' | 'tick';

/** Health changes every 2 s while anything runs: silence for longer means that numbers are old. */
const SILENT_MS = 8000;
/** A stream that is open and silent for this long may be dead: it is opened again. */
const REOPEN_MS = 20_000;

/** The state after an event at `nowMs`, epoch ms. */
export const nextStreamState = (
  state: StreamState,
  event: StreamEvent,
  nowMs: number,
): StreamState => {
  switch (event) {
    case 'hello':
      // A silent stream that is opened again is still silent until a change arrives.
      return state.kind === 'silent' ? state : { kind: 'live', heardAtMs: nowMs };
    case 'change':
      return { kind: 'live', heardAtMs: nowMs };
    case 'error':
      return { kind: 'lost', heardAtMs: state.heardAtMs };
    case 'tick':
      return nowMs - state.heardAtMs > SILENT_MS ? { ...state, kind: quiet(state.kind) } : state;
  }
};

const quiet = (kind: StreamState['kind']): StreamState['kind'] => {
  if (kind === 'opening') return 'lost';
  return kind === 'live' ? 'silent' : kind;
};

/** For how long the numbers are old, ms; null while they are not. */
export const staleMs = (state: StreamState, nowMs: number): number | null =>
  state.kind === 'lost' || state.kind === 'silent' ? Math.max(0, nowMs - state.heardAtMs) : null;

/** Whether to open an open but silent stream again. `openedAtMs`: when it was opened last. */
export const mustReopen = (state: StreamState, openedAtMs: number, nowMs: number): boolean =>
  state.kind === 'silent' && nowMs - Math.max(state.heardAtMs, openedAtMs) > REOPEN_MS;

/** Wait before opening a closed stream for the n-th time in a row (from 0), ms. */
export const reopenAfterMs = (n: number): number => Math.min(10_000, 1000 * 2 ** Math.min(n, 4));
