import type { OrderView } from '#api/schemas/order.ts';
import { textOf, unitsOf } from '../../lib/decimal.ts';

// What the order of an entry cost in price, from what the exchange reported of it. The first trade of
// a pair is not in the record: nothing here stands in for it.

/** Only what was executed and is known to be. */
type Bought = Pick<OrderView, 'leg' | 'side' | 'price'> & {
  readonly fills: readonly Pick<OrderView['fills'][number], 'price' | 'quantity' | 'quote'>[];
};

export interface EntryCost {
  /** Lowest price of any execution, quote per base: where the book stood when the order met it. */
  readonly best: string;
  /** Paid in all above buying everything at that price, quote, without fees. */
  readonly over: string;
  /** The same in percent. */
  readonly overPercent: number;
  /** What could have been paid in all at the limit, percent above what was; null without a limit. */
  readonly roomPercent: number | null;
}

const ONE = 10n ** 18n;
const HUNDREDTHS = 10_000n;

/** Percent to the hundredth, cut: for the eye. */
const percentOf = (part: bigint, whole: bigint): number =>
  Number((part * HUNDREDTHS) / whole) / 100;

/** Null while nothing was bought. */
export const entryCostOf = (orders: readonly Bought[]): EntryCost | null => {
  const entries = orders.filter(({ leg, side }) => leg === 'entry' && side === 'buy');
  const fills = entries.flatMap((order) =>
    order.fills.map((fill) => ({ fill, limit: order.price })),
  );
  const [first] = fills;
  if (first === undefined) return null;
  const best = fills.reduce(
    (lowest, { fill }) => (unitsOf(fill.price) < unitsOf(lowest) ? fill.price : lowest),
    first.fill.price,
  );
  const sum = (of: (each: (typeof fills)[number]) => bigint) =>
    fills.reduce((total, each) => total + of(each), 0n);
  const paid = sum(({ fill }) => unitsOf(fill.quote));
  const atBest = sum(({ fill }) => (unitsOf(fill.quantity) * unitsOf(best)) / ONE);
  const atLimit = fills.some(({ limit }) => limit === null)
    ? null
    : sum(({ fill, limit }) => (unitsOf(fill.quantity) * unitsOf(limit ?? '0')) / ONE);
  if (atBest === 0n || paid === 0n) return null;
  return {
    best,
    over: textOf(paid - atBest),
    overPercent: percentOf(paid - atBest, atBest),
    roomPercent: atLimit === null ? null : percentOf(atLimit - paid, paid),
  };
};
