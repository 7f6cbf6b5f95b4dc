import { add, quoteAmount, zeroQuantity } from '#domain/amount.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { Verdict } from '#domain/risk.ts';
import type { SniperInput } from '#domain/trade.ts';
import { admit } from '#prisma/risk-ledger.ts';
import type { ActivityDeps } from './deps.ts';

export interface AdmitTradeRequest {
  readonly input: SniperInput;
  readonly workflowId: string;
  readonly options: TradingOptions;
  readonly opensAtMs: number | null;
}

export interface Admission {
  readonly verdict: Verdict;
  /** Fraction of the quote that a taker pays; null: the exchange does not know the pair yet. */
  readonly takerFee: string | null;
  /** What was reserved, quote: the entry spends no more. Absent in histories of older builds. */
  readonly budget?: string;
}

/** Judges the risk rules and reserves the budget. May repeat: a trade has one verdict. */
export const admitTrade =
  (deps: ActivityDeps) =>
  async (request: AdmitTradeRequest): Promise<Admission> => {
    const { input, options } = request;
    const [balances, listing, signals] = await Promise.all([
      deps.exchange.balances(),
      deps.db.listing.findUniqueOrThrow({ where: { id: input.listingId } }),
      deps.db.listingSignal.findMany({ where: { listingId: input.listingId } }),
    ]);
    const owned = balances.get(input.base as Asset);
    const fee = recordedFee(signals) ?? (await feeOf(deps, input.symbol as MarketSymbol));
    const { budget, ...verdict } = await admit(deps.db, {
      installationId: input.installationId,
      listingId: input.listingId,
      workflowId: request.workflowId,
      base: input.base,
      quote: input.quote,
      budget: quoteAmount(options.quoteAmount),
      options,
      exits: options.exit,
      confidence: listing.confidence,
      armedByHand: signals.some((signal) => signal.source === 'manual'),
      announced: signals.some((signal) => !signal.trading),
      freeQuote: quoteAmount(balances.get(input.quote as Asset)?.free ?? '0'),
      asker: deps.asker,
      ownedBefore: owned === undefined ? zeroQuantity : add(owned.free, owned.locked),
      countsAtMs: Math.max(request.opensAtMs ?? 0, deps.clock.now()),
      nowMs: deps.clock.now(),
    });
    return { verdict, takerFee: fee, budget };
  };

/** The exchange's record of the pair has its fee; it was stored with the sighting. */
const recordedFee = (signals: readonly { source: string; raw: unknown }[]): string | null => {
  const raw = signals.findLast((signal) => signal.source === 'exchangeInfo')?.raw;
  return typeof raw === 'object' &&
    raw !== null &&
    'takerFee' in raw &&
    typeof raw.takerFee === 'string'
    ? raw.takerFee
    : null;
};

/** The account's fee of a pair; a pair that has no fee yet is charged the record's own. */
const feeOf = async (deps: ActivityDeps, symbol: MarketSymbol): Promise<string | null> => {
  try {
    return (await deps.exchange.tradeFee(symbol)).taker;
  } catch (error) {
    deps.log.info({ error, symbol }, 'No fee of the account for this pair yet; its record has one');
    return (await deps.rules.of(symbol))?.takerFee ?? null;
  }
};
