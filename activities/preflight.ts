import { fraction, isZero, quantityFor, timesOf, type Price } from '#domain/amount.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, type NewOrder } from '#domain/order.ts';
import type { Clock } from '#domain/ports.ts';
import {
  sendablePrice,
  sendableQuantity,
  sizeProblem,
  type SymbolRules,
} from '#domain/symbol-rules.ts';
import type { ExchangeClient } from '#exchange/client.ts';
import { describe, ExchangeError } from '#exchange/failure.ts';
import type { Database } from '#prisma/client.ts';
import { addPreflight } from '#prisma/live.ts';
import { rightsOf, type Finding } from './check-credential.ts';

/** One thing that was put to the test. `unknown`: the exchange does not say. */
export interface PreflightFinding {
  readonly name: Finding['name'] | 'order' | 'pairs' | 'roundTrip' | 'age' | 'balance';
  readonly state: Finding['state'];
  readonly text: string;
}

/** What was found; `passed` needs a test order taken and nothing failed. JSON-true. */
export interface PreflightResult {
  readonly passed: boolean;
  readonly findings: readonly PreflightFinding[];
}

/** The key in use: a client that signs with it and can place nothing, to be closed. */
export interface KeyOnTrial {
  readonly exchange: ExchangeClient;
  /** Null: of the environment. */
  readonly credentialId: string | null;
  /** When it was entered here, epoch ms; null where nobody has noted it. */
  readonly enteredAtMs: number | null;
}

interface PreflightDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly installationId: string;
  readonly keyOnTrial: () => Promise<KeyOnTrial | null>;
}

/**
 * Puts the key in use to the test and keeps what was found. Sends no order: POST /order/test only
 * validates. May repeat. A refusal is a finding; throws when the exchange does not answer. Null
 * without a key.
 */
export const preflight =
  ({ db, clock, installationId, keyOnTrial }: PreflightDeps) =>
  async (): Promise<PreflightResult | null> => {
    const key = await keyOnTrial();
    if (key === null) return null;
    const { exchange, credentialId } = key;
    try {
      const findings = [...(await tried(exchange)), ageOf(key, clock.now())];
      const passed = passes(findings);
      const rows = findings.map((finding) => ({ ...finding }));
      const atMs = clock.now();
      await addPreflight(db, { installationId, credentialId, passed, findings: rows, atMs });
      return { passed, findings };
    } finally {
      await exchange.close();
    }
  };

/** What must be proven; of the rest it is enough that nothing failed. */
const NEEDED = new Set<PreflightFinding['name']>(['accepted', 'pairs', 'order']);

const passes = (findings: readonly PreflightFinding[]): boolean =>
  findings.every(({ state }) => state !== 'failed') &&
  [...NEEDED].every((name) => findings.some((each) => each.name === name && each.state === 'ok'));

const tried = async (exchange: ExchangeClient): Promise<PreflightFinding[]> => {
  const roundTrip = await roundTripOf(exchange);
  const rights = await rightsOf(exchange);
  if (rights.some(({ state }) => state === 'failed')) return [...rights, roundTrip];
  const pairs = await asked('pairs', () => exchange.selfSymbols());
  if ('state' in pairs) return [...rights, pairs, roundTrip];
  if (pairs.length === 0) return [...rights, NO_PAIRS, roundTrip];
  return [
    ...rights,
    pairsFinding(pairs),
    await orderFinding(exchange, pairs),
    await balanceFinding(exchange),
    roundTrip,
  ];
};

/** The answer, or the finding that the exchange refused. */
const asked = async <T>(
  name: PreflightFinding['name'],
  question: () => Promise<T>,
): Promise<T | PreflightFinding> => {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.failure.kind !== 'refused') throw error;
    return { name, state: 'failed', text: describe(error.failure) };
  }
};

/** An opening is raced for: beyond this, the order of somebody nearer is always first. */
const FAR_MS = 250;
const LOOKS = 5;

const roundTripOf = async (exchange: ExchangeClient): Promise<PreflightFinding> => {
  let best = Infinity;
  for (let look = 0; look < LOOKS; look += 1) {
    const startedAt = performance.now();
    await exchange.warm();
    best = Math.min(best, performance.now() - startedAt);
  }
  const ms = Math.round(best);
  return {
    name: 'roundTrip',
    state: ms > FAR_MS ? 'warn' : 'ok',
    text: `The exchange answers after ${ms} ms at best.${ms > FAR_MS ? ' Run it nearer to Tokyo.' : ''}`,
  };
};

const NO_PAIRS: PreflightFinding = {
  name: 'pairs',
  state: 'failed',
  text: 'The key may trade no pair: allow spot trading.',
};

const pairsFinding = (pairs: readonly MarketSymbol[]): PreflightFinding => ({
  name: 'pairs',
  state: 'ok',
  text: `The key may trade ${pairs.length} pairs.`,
});

/** So many pairs are looked at for one that a test order can be made of. */
const CANDIDATES = 5;

/** A test order of a pair that trades: it goes through signature, rights and rules, and no further. */
const orderFinding = async (
  exchange: ExchangeClient,
  pairs: readonly MarketSymbol[],
): Promise<PreflightFinding> => {
  const order = await testOrderFor(exchange, pairs);
  if (order === null)
    return {
      name: 'order',
      state: 'unknown',
      text: 'No pair of the key trades now, so no order could be put to the test. Try again.',
    };
  const refused = await asked('order', async () => exchange.testOrder(order));
  return (
    refused ?? { name: 'order', state: 'ok', text: `A test order of ${order.symbol} was taken.` }
  );
};

const testOrderFor = async (
  exchange: ExchangeClient,
  pairs: readonly MarketSymbol[],
): Promise<NewOrder | null> => {
  // Pairs of a usual quote first: their books are never empty.
  for (const symbol of pairs.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, CANDIDATES)) {
    // One that the exchange has no record of says nothing about the key.
    const found = await asked('order', () => exchange.symbolRules([symbol]));
    const rules = 'state' in found ? undefined : found.rules[0];
    if (rules?.status !== 'online' || !rules.apiTradingAllowed || rules.sides !== 'both') continue;
    const { bid } = await exchange.bookTop(symbol);
    const order = bid === null ? null : orderAt(rules, bid.price);
    if (order !== null) return order;
  }
  return null;
};

const USUAL = ['BTCUSDT', 'ETHUSDT', 'MXUSDT'];
const rankOf = (symbol: string): number => {
  const usual = USUAL.indexOf(symbol);
  return usual >= 0 ? usual : symbol.endsWith('USDT') ? USUAL.length : USUAL.length + 1;
};

/** Five times the least order value: enough, whatever is rounded. */
const orderAt = (rules: SymbolRules, bid: Price): NewOrder | null => {
  const at = sendablePrice(rules, bid, 'buy');
  if (isZero(at)) return null;
  const budget = timesOf(rules.minNotional, 5);
  const size = quantityFor(budget, at, fraction('0'));
  const quantity = sendableQuantity(rules, size);
  if (sizeProblem(rules, at, quantity) !== null) return null;
  const id = clientOrderId('preflight');
  return {
    symbol: rules.symbol,
    side: 'buy',
    type: 'limitIoc',
    price: at,
    quantity,
    clientOrderId: id,
  };
};

const balanceFinding = async (exchange: ExchangeClient): Promise<PreflightFinding> => {
  const balances = await asked('balance', () => exchange.balances());
  if ('state' in balances) return balances;
  const free = balances.get('USDT' as Asset)?.free ?? null;
  return free === null || isZero(free)
    ? { name: 'balance', state: 'warn', text: 'The account has no free USDT.' }
    : { name: 'balance', state: 'ok', text: `The account has ${free} USDT free.` };
};

const DAY_MS = 24 * 3_600_000;
/** A key that is bound to no address ends after 90 days; ten days are left to make another. */
const OLD_DAYS = 80;

const ageOf = ({ enteredAtMs }: KeyOnTrial, nowMs: number): PreflightFinding => {
  const unsaid = 'The exchange does not say when the key was made; unbound, it ends after 90 days.';
  if (enteredAtMs === null) return { name: 'age', state: 'unknown', text: unsaid };
  const days = Math.floor((nowMs - enteredAtMs) / DAY_MS);
  return days >= OLD_DAYS
    ? { name: 'age', state: 'warn', text: `It was entered ${days} days ago. ${unsaid}` }
    : { name: 'age', state: 'unknown', text: `It was entered ${days} days ago. ${unsaid}` };
};
