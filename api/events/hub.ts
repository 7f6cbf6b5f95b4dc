import type { Change } from '../schemas/event.ts';

/** What a listener hears: a change, or that changes were missed. */
export type StreamMessage =
  | { readonly event: 'change'; readonly id: string; readonly change: Change }
  | { readonly event: 'resync'; readonly id: string; readonly because: string };

export interface EventHub {
  publish(change: Change): void;
  /** Changes may have been missed: everyone must ask for everything again. */
  resync(because: string): void;
  /**
   * Replays what followed `lastId`, then hears everything new; an id that is too old or of another
   * start is answered by `resync`. Answers how to stop. Null when there are too many listeners.
   */
  subscribe(lastId: string | null, hear: (message: StreamMessage) => void): (() => void) | null;
  lastId(): string;
  listeners(): number;
}

const KEPT = 1000;
const LISTENERS_MAX = 200;

/** Fans changes out to the live streams. Ids are `<epoch>-<sequence>`: the epoch is this start's. */
export const createEventHub = (epoch: string): EventHub => {
  const kept: StreamMessage[] = [];
  const listeners = new Set<(message: StreamMessage) => void>();
  let sequence = 0;
  const nextId = () => `${epoch}-${(sequence += 1)}`;
  const tell = (message: StreamMessage) => {
    kept.push(message);
    if (kept.length > KEPT) kept.shift();
    for (const hear of listeners) hear(message);
  };
  const missedSince = (lastId: string): readonly StreamMessage[] | null => {
    if (lastId === `${epoch}-${sequence}`) return [];
    const index = kept.findIndex((message) => message.id === lastId);
    return index < 0 ? null : kept.slice(index + 1);
  };
  return {
    publish: (change) => tell({ event: 'change', id: nextId(), change }),
    resync: (because) => tell({ event: 'resync', id: nextId(), because }),
    subscribe: (lastId, hear) => {
      if (listeners.size >= LISTENERS_MAX) return null;
      if (lastId !== null) {
        const missed = missedSince(lastId);
        if (missed === null)
          hear({ event: 'resync', id: `${epoch}-${sequence}`, because: 'too much was missed' });
        else for (const message of missed) hear(message);
      }
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    lastId: () => `${epoch}-${sequence}`,
    listeners: () => listeners.size,
  };
};
