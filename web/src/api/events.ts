import type { QueryClient } from '@tanstack/react-query';
import { changeKinds, type Change } from './change-kinds.ts';
import {
  mustReopen,
  nextStreamState,
  reopenAfterMs,
  type StreamEvent,
  type StreamState,
} from './stream-state.ts';
import { keysTouchedBy, type Key } from './touched-keys.ts';

// The live stream: a change makes the answers that it touches old, and they are asked for again.
// Changes come in bursts (each step of a trade writes several rows), so they are gathered first.

const SOON_MS = 120;
const LATER_MS = 1000;

/** Gathers keys for a while, then makes their answers old. */
const gather = (client: QueryClient, afterMs: number) => {
  const waiting = new Map<string, Key>();
  return (keys: readonly Key[]): void => {
    if (keys.length > 0 && waiting.size === 0)
      window.setTimeout(() => {
        const queryKeys = [...waiting.values()];
        waiting.clear();
        for (const queryKey of queryKeys) void client.invalidateQueries({ queryKey });
      }, afterMs);
    for (const key of keys) waiting.set(key.join('|'), key);
  };
};

/** A page that the browser keeps for "back" would hold one of its six connections to this server. */
const withPage = (close: () => void, open: () => void): void => {
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) open();
  });
};

/** Opens the stream and keeps it open for as long as the page lives. */
export const createLiveStream = (client: QueryClient) => {
  let state: StreamState = { kind: 'opening', heardAtMs: Date.now() };
  let source: EventSource | null = null;
  let openedAtMs = 0;
  let failures = 0;
  const listeners = new Set<() => void>();
  const soon = gather(client, SOON_MS);
  const later = gather(client, LATER_MS);

  const feed = (event: StreamEvent) => {
    const next = nextStreamState(state, event, Date.now());
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const hello = () => {
    const first = state.kind === 'opening';
    failures = 0;
    feed('hello');
    if (!first) void client.invalidateQueries();
  };
  const failed = () => {
    feed('error');
    // The browser opens it again by itself, but not after an answer that was not a stream.
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    window.setTimeout(open, reopenAfterMs(failures));
    failures += 1;
  };
  const open = () => {
    openedAtMs = Date.now();
    source = new EventSource('/api/events');
    source.addEventListener('hello', hello);
    source.addEventListener('resync', () => {
      feed('change');
      void client.invalidateQueries();
    });
    for (const kind of changeKinds)
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        const touched = keysTouchedBy(JSON.parse(event.data) as Change); // the API's own schema
        feed('change');
        soon(touched.soon);
        later(touched.later);
      });
    source.addEventListener('error', failed);
  };
  open();
  withPage(() => source?.close(), open);
  window.setInterval(() => {
    feed('tick');
    if (source === null || !mustReopen(state, openedAtMs, Date.now())) return;
    source.close();
    open();
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
