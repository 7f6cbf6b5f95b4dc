import { quoteAmount, zeroQuantity } from '#domain/amount.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import type { AdmitRequest } from '#prisma/risk-ledger.ts';

export interface Asked {
  readonly installationId: string;
  readonly listingId: string;
  readonly options: TradingOptions;
  readonly atMs: number;
  /** Free quote balance; without it, more than any test spends. */
  readonly freeQuote?: string;
}

/** What the ledger is asked for a listing. */
export const admissionOf = (asked: Asked): AdmitRequest => {
  const { installationId, listingId, options, atMs, freeQuote = '1000000' } = asked;
  return {
    installationId,
    listingId,
    workflowId: `sniper:${listingId}`,
    base: listingId.toUpperCase(),
    quote: 'USDT',
    budget: quoteAmount(options.quoteAmount),
    options,
    exits: options.exit,
    freeQuote: quoteAmount(freeQuote),
    balancesAtMs: atMs,
    asker: { installationId, venue: { mode: 'simulator', orders: 'play' }, key: null },
    ownedBefore: zeroQuantity,
    countsAtMs: atMs,
    nowMs: atMs,
    armsWith: null,
  };
};
