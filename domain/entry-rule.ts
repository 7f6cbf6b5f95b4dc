import {
  add,
  compare,
  gainPercent,
  least,
  movedBy,
  notional,
  quantityFor,
  timesOf,
  zeroQuote,
  type Fraction,
  type Price,
  type Quantity,
  type QuoteAmount,
  price,
} from './amount.ts';
import type { EntryOptions } from './configuration.ts';
import type { BookLevel, BookTop, Deal } from './market.ts';
import { sendablePrice, sendableQuantity, sizeProblem, type SymbolRules } from './symbol-rules.ts';

/** What is known at the moment of judging an entry. Times are epoch ms of the exchange's clock. */
export interface EntryView {
  readonly nowMs: number;
  /** How far `nowMs` may be off: half the best round trip, ms. */
  readonly clockErrorMs: number;
  /** Announced opening; null for a listing without a known time. */
  readonly opensAtMs: number | null;
  /** The first trade that counts (`minPrint`); null before it. */
  readonly firstPrint: Deal | null;
  /** First evidence that the pair trades, from any source; null before. */
  readonly tradingSinceMs: number | null;
  readonly top: BookTop | null;
  /** Asks of the whole book, best first; null while there is none. */
  readonly asks: readonly BookLevel[] | null;
  readonly lastPrice: Price | null;
  /** A ceiling that the exchange named in a refusal (30010); null without one. */
  readonly cap: Price | null;
  /** A price was refused and nobody said which one is allowed: what has traded must tell. */
  readonly needsPrint: boolean;
  readonly budget: QuoteAmount;
  readonly takerFee: Fraction;
  readonly rules: SymbolRules;
  readonly options: EntryOptions;
}

export type SkipRule =
  | 'tooLate'
  | 'apiClosed'
  | 'windowEnded'
  | 'spread'
  | 'depth'
  | 'priceGuard'
  | 'minNotional';

export type EntryDecision =
  | { readonly kind: 'wait'; readonly for: 'opening' | 'firstPrint' | 'price' }
  | {
      readonly kind: 'buy';
      readonly price: Price;
      readonly quantity: Quantity;
      readonly warning: string | null;
    }
  /** A rule said no. `final` rules end the entry; the others may pass a moment later. */
  | {
      readonly kind: 'skip';
      readonly rule: SkipRule;
      readonly limit: string;
      readonly actual: string;
      readonly final: boolean;
    };

/** Percent by which an order stays inside the exchange's price band: the last price moves. */
const BAND_MARGIN_PERCENT = 1;

/**
 * Whether to buy now, at what limit and how much. Pure. Late is judged from the first evidence of
 * trading, not from our detection: while nothing trades the window goes on.
 */
export const judgeEntry = (view: EntryView): EntryDecision => {
  const { options, nowMs } = view;
  const closesAtMs = (view.opensAtMs ?? view.tradingSinceMs ?? nowMs) + options.window * 1000;
  if (nowMs > closesAtMs)
    return end('windowEnded', `${options.window} s`, `${nowMs - closesAtMs} ms past`);
  const age = ageOf(view);
  if (age > options.freshness) return end('tooLate', `${options.freshness} ms`, ageText(view));
  if (options.mode === 'fixed' && !view.needsPrint) return fixedEntry(view);
  if (view.firstPrint === null) return { kind: 'wait', for: 'firstPrint' };
  return guarded(view, view.firstPrint);
};

/** At least how long ago it may have begun to trade: the clock's own error counts against us. */
const ageOf = ({ tradingSinceMs, nowMs, clockErrorMs }: EntryView): number =>
  tradingSinceMs === null ? 0 : Math.ceil(nowMs - tradingSinceMs + clockErrorMs);

const ageText = (view: EntryView): string =>
  `${ageOf(view)} ms, ${Math.ceil(view.clockErrorMs)} ms of it the clock's error`;

/**
 * When a fixed entry is sent, exchange clock, epoch ms: half the round trip before the opening, so
 * that it arrives with it. Null without a known opening.
 */
export const fireAtMs = ({
  opensAtMs,
  clockErrorMs,
}: Pick<EntryView, 'opensAtMs' | 'clockErrorMs'>): number | null =>
  opensAtMs === null ? null : opensAtMs - Math.min(clockErrorMs, FIRE_LEAD_MAX_MS);

/** A request may arrive up to 1 s early by the exchange's rule; half of it is never used up. */
const FIRE_LEAD_MAX_MS = 500;

/** Fires at the opening, or at the first evidence of trading when that comes first. */
const fixedEntry = (view: EntryView): EntryDecision => {
  const fireAt = fireAtMs(view);
  const due = fireAt !== null && view.nowMs >= fireAt;
  if (!due && view.tradingSinceMs === null) return { kind: 'wait', for: 'opening' };
  const ceiling = view.options.maxPrice;
  if (ceiling === null)
    return end('priceGuard', 'entry.maxPrice', 'not set, but entry.mode is "fixed"');
  return sized(view, view.cap === null ? price(ceiling) : least(price(ceiling), view.cap));
};

const guarded = (view: EntryView, first: Deal): EntryDecision => {
  const { options, top } = view;
  const ceiling = options.maxPrice === null ? null : price(options.maxPrice);
  if (ceiling !== null && compare(first.price, ceiling) > 0)
    return end('priceGuard', `maxPrice ${ceiling}`, `first print ${first.price}`);
  if (top?.bid && top.ask) {
    const spread = gainPercent(top.bid.price, top.ask.price);
    if (spread > options.maxSpread)
      return notNow('spread', `${options.maxSpread} %`, `${spread.toFixed(2)} %`);
  }
  const limit = entryLimit(view, first);
  if (top?.ask && compare(top.ask.price, limit) > 0)
    return notNow('priceGuard', `limit ${limit}`, `best ask ${top.ask.price}`);
  return tooThin(view, limit) ?? sized(view, limit);
};

/** The book must offer so many times the budget at or below the limit; judged where one is known. */
const tooThin = ({ asks, budget, options }: EntryView, limit: Price): EntryDecision | null => {
  if (asks === null) return null;
  const offered = asks
    .filter((level) => compare(level.price, limit) <= 0)
    .reduce((sum, level) => add(sum, notional(level.price, level.quantity)), zeroQuote);
  return compare(offered, timesOf(budget, options.minAskDepth)) < 0
    ? notNow('depth', `${options.minAskDepth} times ${budget}`, `${offered} at or below ${limit}`)
    : null;
};

/**
 * The least of every ceiling that is known: ask plus slippage (the first print stands in for the
 * ask until a book has arrived), first print plus `maxOverFirst`, `maxPrice`, the exchange's cap,
 * and the price band less a margin.
 */
export const entryLimit = (view: EntryView, first: Deal): Price => {
  const { options, rules } = view;
  const reference = view.top?.ask?.price ?? first.price;
  const ceilings = [movedBy(first.price, options.maxOverFirst)];
  if (options.maxPrice !== null) ceilings.push(price(options.maxPrice));
  if (view.cap !== null) ceilings.push(view.cap);
  // What has traded is allowed.
  if (view.needsPrint) ceilings.push(view.lastPrice ?? first.price);
  if (rules.priceBand !== null) {
    const last = view.lastPrice ?? first.price;
    ceilings.push(movedBy(last, Number(rules.priceBand.up) * 100 - BAND_MARGIN_PERCENT));
  }
  return least(movedBy(reference, options.slippage), ...ceilings);
};

const sized = (view: EntryView, limit: Price): EntryDecision => {
  const at = sendablePrice(view.rules, limit, 'buy');
  if (compare(at, price('0')) === 0)
    return end('priceGuard', 'a price above 0', `${limit} rounds to 0`);
  const size = sendableQuantity(view.rules, quantityFor(view.budget, at, view.takerFee));
  const problem = sizeProblem(view.rules, at, size);
  if (problem !== null)
    return end('minNotional', `${problem.rule} ${problem.limit}`, problem.actual);
  return { kind: 'buy', price: at, quantity: size, warning: dustWarning(view, size) };
};

/** A limit far above the print buys little for its budget; say so when it nears the minimum. */
const dustWarning = (view: EntryView, size: Quantity): string | null => {
  if (view.firstPrint === null) return null;
  const expected = notional(view.firstPrint.price, size);
  return compare(expected, add(view.rules.minNotional, view.rules.minNotional)) < 0
    ? `the order is worth about ${expected}, less than twice the minimum ${view.rules.minNotional}`
    : null;
};

/** Ends the entry. */
const end = (rule: SkipRule, limit: string, actual: string): EntryDecision => ({
  kind: 'skip',
  rule,
  limit,
  actual,
  final: true,
});

/** No for now; the next look may say otherwise. */
const notNow = (rule: SkipRule, limit: string, actual: string): EntryDecision => ({
  kind: 'skip',
  rule,
  limit,
  actual,
  final: false,
});
