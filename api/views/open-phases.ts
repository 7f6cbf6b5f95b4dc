import { phases } from '#domain/trade.ts';

/** Named one by one: by "not closed" the index could not be used. */
export const OPEN_PHASES: string[] = phases.filter((each) => each !== 'closed');

/** Money is in it, or may be. */
export const POSITION_PHASES: string[] = [
  'buying',
  'unresolved',
  'holding',
  'selling',
  'cannotSell',
];
