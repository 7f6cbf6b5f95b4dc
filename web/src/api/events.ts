import type { QueryClient } from '@tanstack/react-query';
import { changeKinds, type Change } from './change-kinds.ts';
import {
  mustReopen,
  nextStreamState,
  reopenAfterMs,
  type StreamEvent,
  type StreamState,
} from './stream-state.ts';
import { isTouched, keysTouchedBy, nameOfKey, type Key } from './touched-keys.ts';

// The live stream: a change makes the answers that it touches old, and they are asked for again.
// Changes come in bursts (each step of a trade writes several rows), so they are gathered first.

const SOON_MS = 120;
const LATER_MS = 1000;
/** One slow answer does not hold up the others for longer. */
const PATIENCE_MS = 2000;

/**
 * Gathers keys for a while, then makes their answers old. While those are asked for, the next ones
 * wait: however many changes there are, a page is never asked for more than it can show.
 */
const gather = (client: QueryClient, afterMs: number) => {
  let waiting = new Set<string>();
  let underWay = false;
  const ask = async (): Promise<void> => {
    const touched = waiting;
    waiting = new Set();
    await Promise.race([
      client.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey, touched) }),
      new Promise((done) => window.setTimeout(done, PATIENCE_MS)),
    ]);
    underWay = false;
    begin();
  };
  const begin = () => {
    if (underWay || waiting.size === 0) return;
    underWay = true;
    window.setTimeout(() => void ask(), afterMs);
  };
  return (keys: readonly Key[]): void => {
    for (const key of keys) waiting.add(nameOfKey(key));
    begin();
  };
};

/** A page that the browser keeps for "back" would hold one of its six connections to this server. */
const withPage = (close: () => void, open: () => void): void => {
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) open();
  });
};

/** What is known of the stream, and whoever shows it. */
const createState = () => {
  let state: StreamState = { kind: 'opening', heardAtMs: Date.now() };
  /** What the page knows of it: a live stream stays the same, however often it is heard. */
  let shown = state;
  const listeners = new Set<() => void>();
  return {
    now: () => state,
    shown: () => shown,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    feed: (event: StreamEvent) => {
      state = nextStreamState(state, event, Date.now());
      // That it is heard again is shown by what changes; the frame of the page is not drawn for it.
      if (state === shown || (state.kind === 'live' && shown.kind === 'live')) return;
      shown = state;
      for (const listener of listeners) listener();
    },
  };
};

/** Opens the stream and keeps it open for as long as the page lives. */
export const createLiveStream = (client: QueryClient) => {
  const { feed, ...state } = createState();
  let source: EventSource | null = null;
  let openedAtMs = 0;
  let failures = 0;
  const soon = gather(client, SOON_MS);
  const later = gather(client, LATER_MS);

  const hello = () => {
    const first = state.now().kind === 'opening';
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
    if (source === null || !mustReopen(state.now(), openedAtMs, Date.now())) return;
    source.close();
    open();
  }, 1000);
  return { state: state.shown, subscribe: state.subscribe };
};

export type LiveStream = ReturnType<typeof createLiveStream>;
