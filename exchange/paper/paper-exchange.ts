import { fraction } from '#domain/amount.ts';
import type { BookDepth } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { NewOrder } from '#domain/order.ts';
import { fillAt, paperFills } from '#domain/paper-fill.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { ExchangeClient, PlaceAnswer } from '../client.ts';
import { ExchangeError } from '../failure.ts';
import type { SendTiming } from '../place-order.ts';
import type { PaperLedger } from './paper-ledger.ts';

/** What a dry run is worked out with; read anew for every order. */
export interface PaperTerms {
  /** Added to the measured round trip, ms. */
  readonly latency: number;
  /** Percent of each level that others are quicker to take. */
  readonly haircut: number;
}

export interface PaperSettings {
  /** The venue's public side. It signs nothing and places nothing. */
  readonly venue: ExchangeClient;
  readonly ledger: PaperLedger;
  readonly rulesOf: (symbol: MarketSymbol) => Promise<SymbolRules | null>;
  readonly terms: () => Promise<PaperTerms>;
  readonly nowMs: () => number;
}

/** Levels that are walked: far more than an entry takes. */
const LEVELS = 500;

/**
 * The exchange of a dry run: market data is the venue's own, the account is the ledger's, and no
 * order leaves. Behind the same interface as the signed client, so that nothing else knows. Fills are
 * optimistic: nobody reacts to an order that is not there.
 */
export const createPaperExchange = (settings: PaperSettings): ExchangeClient => {
  const { venue, ledger } = settings;
  const place = (order: NewOrder, timing: SendTiming) => placeOnPaper(settings, order, timing);
  return {
    ...venue,
    ...accountOf(settings),
    testOrder: () => Promise.resolve(),
    placeOrder: place,
    placeOrders: (orders, timing) => Promise.all(orders.map((order) => place(order, timing))),
    cancelOrder: async (symbol, ref) => {
      await touch(settings, symbol);
      return (await ledger.cancel(symbol, ref)) ? 'asked' : 'unknownOrder';
    },
    cancelOpenOrders: (symbols) => ledger.cancelOpen(symbols),
    cancelAllOrders: () => ledger.cancelOpen('all'),
  };
};

/** What a signed client would ask the account for. */
const accountOf = (settings: PaperSettings) => {
  const { ledger, venue } = settings;
  const none = () => Promise.reject(new Error('a dry run has no private stream'));
  return {
    balances: () => ledger.balances(),
    rights: () => Promise.resolve({ canTrade: null, canWithdraw: null }),
    tradeFee: async (symbol: MarketSymbol) => {
      const rules = await settings.rulesOf(symbol);
      if (rules === null) throw new Error(`the exchange has no record of ${symbol}`);
      return { maker: rules.makerFee, taker: rules.takerFee };
    },
    selfSymbols: () => venue.defaultSymbols(),
    paysFeesInMx: () => Promise.resolve(false),
    findOrder: async (...[symbol, ref]: Parameters<ExchangeClient['findOrder']>) => {
      await touch(settings, symbol);
      return ledger.find(symbol, ref);
    },
    openOrders: async (symbol?: MarketSymbol) => {
      await touch(settings, symbol ?? null);
      return (await ledger.resting(symbol ?? null)).map(({ report }) => report);
    },
    allOrders: async (symbol: MarketSymbol, { sinceMs }: { readonly sinceMs: number }) => {
      await touch(settings, symbol);
      return ledger.since(symbol, sinceMs);
    },
    executions: (...[, exchangeOrderId]: Parameters<ExchangeClient['executions']>) =>
      ledger.executions(exchangeOrderId),
    executionsOf: ({ exchangeOrderId }: Parameters<ExchangeClient['executionsOf']>[0]) =>
      ledger.executions(exchangeOrderId),
    listenKeys: { create: none, renew: none, close: none, list: none },
  };
};

const placeOnPaper = async (
  settings: PaperSettings,
  order: NewOrder,
  { notAfterMs }: SendTiming,
): Promise<PlaceAnswer> => {
  const { venue, nowMs } = settings;
  const sentAtMs = nowMs();
  try {
    const { latency, haircut } = await settings.terms();
    await pause(2 * venue.clock.errorMs() + latency);
    if (venue.clock.exchangeNowMs() > notAfterMs)
      return { kind: 'notSent', because: 'its time was over' };
    const [rules, book] = await Promise.all([
      settings.rulesOf(order.symbol),
      venue.depth(order.symbol, LEVELS),
    ]);
    if (rules === null || isClosed(book)) return refused(NOT_OPEN, sentAtMs, nowMs());
    return await bookOrder(settings, order, { rules, book, haircut, sentAtMs });
  } catch (error) {
    if (error instanceof ExchangeError && error.failure.kind === 'refused') {
      const { code, reason, refusal } = error.failure;
      return refused({ code, reason, refusal }, sentAtMs, nowMs());
    }
    // Nothing ever leaves; whether it was booked before the database went is asked for, as with the
    // exchange itself.
    return { kind: 'unknown', because: String(error), sentAtMs };
  }
};

interface Looked {
  readonly rules: SymbolRules;
  readonly book: BookDepth;
  readonly haircut: number;
  readonly sentAtMs: number;
}

const bookOrder = async (
  { ledger, nowMs }: PaperSettings,
  order: NewOrder,
  { rules, book, haircut, sentAtMs }: Looked,
): Promise<PlaceAnswer> => {
  const fills = paperFills(
    {
      side: order.side,
      price: order.price,
      quantity: order.quantity,
      quantityDecimals: rules.quantityDecimals,
      fee: rules.takerFee,
      haircut,
    },
    book,
  );
  const { base, quote } = rules;
  const booked = await ledger.book(order, {
    pair: { base, quote },
    fills,
    rests: order.type === 'limit',
    nowMs: nowMs(),
  });
  if (booked.kind === 'funds') return refused(FUNDS, sentAtMs, nowMs());
  const { exchangeOrderId } = booked;
  return { kind: 'acknowledged', exchangeOrderId, sentAtMs, answeredAtMs: nowMs() };
};

// The codes with which the exchange says the same.
const NOT_OPEN = { code: 30001, reason: 'the book is empty', refusal: 'notOpenYet' } as const;
const FUNDS = { code: 30004, reason: 'the wallet holds too little', refusal: 'funds' } as const;

type Refusal = Pick<Extract<PlaceAnswer, { kind: 'refused' }>, 'code' | 'reason' | 'refusal'>;

const refused = (refusal: Refusal, sentAtMs: number, answeredAtMs: number): PlaceAnswer => ({
  kind: 'refused',
  ...refusal,
  cap: null,
  sentAtMs,
  answeredAtMs,
});

const isClosed = ({ asks, bids }: BookDepth): boolean => asks.length === 0 && bids.length === 0;

/** Executes what rests as far as the book has come to meet it; at the order's own price. */
const touch = async (settings: PaperSettings, symbol: MarketSymbol | null): Promise<void> => {
  const { ledger, venue, nowMs } = settings;
  for (const { report, price, left } of await ledger.resting(symbol)) {
    const rules = await settings.rulesOf(report.symbol);
    if (rules === null) continue;
    const { haircut } = await settings.terms();
    const book = await venue.depth(report.symbol, LEVELS);
    const { quantityDecimals } = rules;
    const fee = fraction('0');
    const taker = { side: report.side, price, quantity: left, quantityDecimals, fee, haircut };
    const fills = paperFills(taker, book).map(({ quantity }) =>
      fillAt(price, quantity, rules.makerFee),
    );
    if (fills.length > 0) await ledger.fill(report.exchangeOrderId, fills, nowMs());
  }
};

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
