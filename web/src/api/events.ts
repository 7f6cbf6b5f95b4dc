import type { QueryClient } from '@tanstack/react-query';
import { changeKinds, type Change, type ChangeKind } from './change-kinds.ts';

// The live stream: a change makes the answers that it touches old, and they are asked for again.
// Changes come in bursts (each step of a trade writes several rows), so they are gathered first.

const GATHER_MS = 120;
/** The server pings every 10 s and health changes every 2 s: silence for longer is a broken stream. */
const SILENT_MS = 8000;

export interface StreamState {
  readonly live: boolean;
  /** When something was heard last, epoch ms; 0 before the first. */
  readonly heardAtMs: number;
}

/** Which answers a kind of change makes old. */
const TOUCHES: Readonly<Record<ChangeKind, readonly (readonly string[])[]>> = {
  listing: [['listing']],
  trade: [['trade', 'open'], ['trade', 'closed'], ['listing'], ['risk']],
  order: [['order']],
  log: [],
  plan: [],
  alert: [['alert']],
  run: [['run']],
  health: [],
  kill: [['risk']],
  configuration: [['configuration'], ['risk']],
};

export const createLiveStream = (client: QueryClient) => {
  let state: StreamState = { live: false, heardAtMs: 0 };
  const listeners = new Set<() => void>();
  const touched = new Map<string, readonly string[]>();
  let flushing: number | null = null;

  const set = (next: StreamState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const touch = (key: readonly string[]) => {
    touched.set(key.join('|'), key);
    flushing ??= window.setTimeout(() => {
      flushing = null;
      const keys = [...touched.values()];
      touched.clear();
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }, GATHER_MS);
  };
  const hear = (change: Change) => {
    set({ live: true, heardAtMs: Date.now() });
    for (const key of TOUCHES[change.kind]) touch(key);
    if (change.listingId !== null) {
      touch(['trade', 'one', change.listingId]);
      touch(['trade', 'candles', change.listingId]);
    }
  };
  const source = new EventSource('/api/events');
  source.addEventListener('hello', () => set({ live: true, heardAtMs: Date.now() }));
  source.addEventListener('resync', () => {
    set({ live: true, heardAtMs: Date.now() });
    void client.invalidateQueries();
  });
  for (const kind of changeKinds)
    source.addEventListener(kind, (event: MessageEvent<string>) => {
      hear(JSON.parse(event.data) as Change); // the API's own schema
    });
  source.addEventListener('error', () => set({ ...state, live: false }));
  window.setInterval(() => {
    if (state.live && Date.now() - state.heardAtMs > SILENT_MS) set({ ...state, live: false });
  }, 1000);
  return {
    state: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

export type LiveStream = ReturnType<typeof createLiveStream>;
