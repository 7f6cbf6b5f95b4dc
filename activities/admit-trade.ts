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
  (request: AdmitTradeRequest): Promise<Admission> =>
    admitWith(deps, request, null);

/** The same; with a token it arms the entry when the rules allow. */
export const admitWith = async (
  deps: ActivityDeps,
  request: AdmitTradeRequest,
  armsWith: string | null,
): Promise<Admission> => {
  const { input, options } = request;
  const [takerFee, { budget, ...verdict }] = await Promise.all([
    feeOf(deps, input.symbol as MarketSymbol),
    deps.exchange.balances().then((balances) => {
      const owned = balances.get(input.base as Asset);
      return admit(deps.db, {
        installationId: input.installationId,
        listingId: input.listingId,
        workflowId: request.workflowId,
        base: input.base,
        quote: input.quote,
        budget: quoteAmount(options.quoteAmount),
        options,
        exits: options.exit,
        freeQuote: quoteAmount(balances.get(input.quote as Asset)?.free ?? '0'),
        asker: deps.asker,
        ownedBefore: owned === undefined ? zeroQuantity : add(owned.free, owned.locked),
        countsAtMs: Math.max(request.opensAtMs ?? 0, deps.clock.now()),
        nowMs: deps.clock.now(),
        armsWith,
      });
    }),
  ]);
  return { verdict, takerFee, budget };
};

/** As the exchange's record of the pair says; what is not known yet is taken at the opening. */
const feeOf = async (deps: ActivityDeps, symbol: MarketSymbol): Promise<string | null> => {
  try {
    return (await deps.rules.of(symbol))?.takerFee ?? null;
  } catch (error) {
    deps.log.info({ error, symbol }, 'The fee could not be read; it is taken at the opening');
    return null;
  }
};
