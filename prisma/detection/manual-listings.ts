import {
  handProblems,
  type HandListing,
  type HandProblem,
  type HandTerms,
} from '#domain/listing-by-hand.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import { marketSymbol } from '#domain/market-symbol.ts';
import type { Database, Db } from '../client.ts';
import { lockCoin } from '../coin-record.ts';
import { recordSightingIn } from '../listings.ts';

/** What became of a listing that an operator typed. */
export type HandAnswer =
  | { readonly kind: 'armed'; readonly listingId: string }
  /** It cannot be right as it was typed. */
  | { readonly kind: 'refused'; readonly problems: readonly HandProblem[] }
  /** It is well formed, but something is there already. */
  | {
      readonly kind: 'conflict';
      readonly reason: 'trades' | 'armedAlready' | 'ended';
      readonly text: string;
      readonly listingId: string | null;
    };

export interface HandRequest {
  readonly installationId: string;
  readonly asked: HandListing;
  readonly options: TradingOptions;
  readonly nowMs: number;
}

/**
 * Commits a listing that an operator typed; the monitor's outbox starts its workflow. May repeat:
 * the same listing again is a conflict that names it.
 */
export const armByHand = (db: Database, request: HandRequest): Promise<HandAnswer> =>
  db.$transaction(async (tx) => {
    const { installationId, asked, options, nowMs } = request;
    const problems = handProblems(asked, { nowMs, options });
    if (problems.length > 0) return { kind: 'refused', problems };
    const symbol = marketSymbol(`${asked.base}${asked.quote}`);
    await lockCoin(tx, installationId, asked.base);
    const conflict = await conflictOf(tx, request, symbol);
    if (conflict !== null) return conflict;
    const stored = await recordSightingIn(tx, {
      installationId,
      sighting: {
        source: 'manual',
        base: asked.base,
        quote: asked.quote,
        symbol,
        fullName: null,
        opensAtMs: asked.opensAtMs,
        trading: false,
        arrivedAtMs: nowMs,
        raw: { ...asked },
      },
      baseline: false,
      quotes: options.quotes,
      tooMany: false,
    });
    if (stored === null || stored.result.kind === 'notAListing')
      return {
        kind: 'conflict',
        reason: 'ended',
        text: `${symbol} was listed before`,
        listingId: null,
      };
    const { listingId } = stored.result;
    const { maxPrice, quoteAmount } = asked;
    await tx.listing.update({
      where: { id: listingId },
      data: { terms: { maxPrice, quoteAmount } },
    });
    return { kind: 'armed', listingId };
  });

const conflictOf = async (
  tx: Db,
  { installationId, asked }: HandRequest,
  symbol: string,
): Promise<HandAnswer | null> => {
  const last = await tx.listing.findFirst({
    where: { installationId, base: asked.base },
    orderBy: { generation: 'desc' },
    include: { signals: { where: { source: 'manual' } } },
  });
  if (last === null) return null;
  const found = { kind: 'conflict', listingId: last.id } as const;
  if (last.endedAt === null && last.signals.length > 0)
    return { ...found, reason: 'armedAlready', text: `${symbol} is armed by hand already` };
  if (last.tradingSeenAt === null) return null;
  const since = last.tradingSeenAt.toISOString();
  return { ...found, reason: 'trades', text: `${asked.base} trades already, seen at ${since}` };
};

/** What an operator set for a listing; null when nobody did. */
export const termsOf = async (db: Db, listingId: string): Promise<HandTerms | null> => {
  const row = await db.listing.findUnique({ where: { id: listingId }, select: { terms: true } });
  return (row?.terms ?? null) as HandTerms | null; // written by armByHand alone
};
