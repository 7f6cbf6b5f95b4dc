import type { Change } from '../schemas/event.ts';

/** What a listener hears: a change, or that changes were missed. */
export type StreamMessage =
  | { readonly event: 'change'; readonly id: string; readonly change: Change }
  | { readonly event: 'resync'; readonly id: string; readonly because: string };

export interface Listener {
  hear(message: StreamMessage): void;
  /** Nothing more will come. */
  end(): void;
}

export interface Subscription {
  /** The last id before what this listener hears. */
  readonly from: string;
  stop(): void;
}

export interface EventHub {
  publish(change: Change): void;
  /** Changes may have been missed: everyone must ask for everything again. */
  resync(because: string): void;
  /**
   * Replays what followed `lastId`, then tells everything new; an id that is too old or of another
   * start is answered by `resync`. Null when there are too many listeners, or none is wanted more.
   */
  subscribe(lastId: string | null, listener: Listener): Subscription | null;
  listeners(): number;
  /** Ends every listener; later ones are refused. */
  close(): void;
}

/** Messages kept for a replay. */
export const KEPT = 1000;
export const LISTENERS_MAX = 200;

/** Fans changes out to the live streams. Ids are `<epoch>-<sequence>`: the epoch is this start's. */
export const createEventHub = (epoch: string): EventHub => {
  const kept: StreamMessage[] = [];
  const listeners = new Set<Listener>();
  let sequence = 0;
  let closed = false;
  const idOf = (number: number) => `${epoch}-${number}`;
  const tell = (message: StreamMessage) => {
    kept.push(message);
    if (kept.length > KEPT) kept.shift();
    for (const listener of listeners) listener.hear(message);
  };
  const missedSince = (lastId: string): readonly StreamMessage[] | null => {
    const [, ofEpoch, digits] = /^(.+)-(\d{1,15})$/.exec(lastId) ?? [];
    const missed = sequence - Number(digits);
    if (ofEpoch !== epoch || missed < 0 || missed > kept.length) return null;
    return kept.slice(kept.length - missed);
  };
  return {
    publish: (change) => tell({ event: 'change', id: idOf((sequence += 1)), change }),
    resync: (because) => tell({ event: 'resync', id: idOf((sequence += 1)), because }),
    subscribe: (lastId, listener) => {
      if (closed || listeners.size >= LISTENERS_MAX) return null;
      const missed = lastId === null ? [] : missedSince(lastId);
      if (missed === null)
        listener.hear({ event: 'resync', id: idOf(sequence), because: 'too much was missed' });
      else for (const message of missed) listener.hear(message);
      listeners.add(listener);
      return {
        from: idOf(sequence - (missed?.length ?? 0)),
        stop: () => listeners.delete(listener),
      };
    },
    listeners: () => listeners.size,
    close: () => {
      closed = true;
      for (const listener of listeners) listener.end();
    },
  };
};
