import { add, quoteAmount, zeroQuantity } from '#domain/amount.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Verdict } from '#domain/risk.ts';
import type { SniperInput } from '#domain/trade.ts';
import { admit, type Admitted, type AdmitRequest } from '#prisma/risk-ledger.ts';
import type { ReadBalances } from './balance-memory.ts';
import type { ActivityDeps } from './deps.ts';

export interface AdmitTradeRequest {
  readonly input: SniperInput;
  readonly workflowId: string;
  readonly options: TradingOptions;
  readonly opensAtMs: number | null;
}

export interface Admission {
  readonly verdict: Verdict;
  /** What was reserved, quote: the entry spends no more. Absent in histories of older builds. */
  readonly budget?: string;
}

/** Judges the risk rules and reserves the budget. May repeat: a trade has one verdict. */
export const admitTrade =
  (deps: ActivityDeps) =>
  async (request: AdmitTradeRequest): Promise<Admission> => {
    const { listed: _, ...admission } = await admitWith(deps, request, { armsWith: null });
    return admission;
  };

/** The same, for who goes on at once. */
export const admitWith = async (
  deps: ActivityDeps,
  request: AdmitTradeRequest,
  more: Pick<AdmitRequest, 'armsWith' | 'before'>,
): Promise<Admission & Pick<Admitted, 'listed'>> => {
  const read = await deps.balances.recent();
  const asked = { ...requestOf(deps, request, read), ...more };
  const { budget, listed, ...verdict } = await admit(deps.db, asked);
  return { verdict, budget, listed };
};

const requestOf = (
  { asker, clock }: ActivityDeps,
  { input, workflowId, options, opensAtMs }: AdmitTradeRequest,
  { balances, askedAtMs }: ReadBalances,
): Omit<AdmitRequest, 'armsWith'> => {
  const owned = balances.get(input.base as Asset);
  const nowMs = clock.now();
  return {
    installationId: input.installationId,
    listingId: input.listingId,
    workflowId,
    base: input.base,
    quote: input.quote,
    budget: quoteAmount(options.quoteAmount),
    options,
    exits: options.exit,
    freeQuote: quoteAmount(balances.get(input.quote as Asset)?.free ?? '0'),
    balancesAtMs: askedAtMs,
    asker,
    ownedBefore: owned === undefined ? zeroQuantity : add(owned.free, owned.locked),
    countsAtMs: Math.max(opensAtMs ?? 0, nowMs),
    nowMs,
  };
};
