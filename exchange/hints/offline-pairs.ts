import { field } from './fields.ts';
import { openTimeOf } from './opening-time.ts';

/** A pair that is suspended or gone. */
export interface OfflinePair {
  readonly symbol: string;
  readonly state: 'suspended' | 'delisted';
  /** When trading ended, epoch ms; null where the record has none. */
  readonly sinceMs: number | null;
}

// `state` 2 and 3; documentation of GET /symbol/offline, read 2026-11-20.
const STATES = new Map<unknown, OfflinePair['state']>([
  [2, 'suspended'],
  [3, 'delisted'],
]);

/** Throws RangeError for a record that names no pair or no known state. */
export const toOfflinePair = (item: unknown): OfflinePair => {
  const symbol = field(item, 'symbol');
  const state = STATES.get(field(item, 'state'));
  if (typeof symbol !== 'string' || symbol === '') throw new RangeError('no symbol');
  if (state === undefined) throw new RangeError('no known state');
  return { symbol, state, sinceMs: openTimeOf(field(item, 'offlineTime')) };
};
