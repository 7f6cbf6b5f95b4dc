import type { Source } from '#domain/listing.ts';
import type { Db } from '../client.ts';

/** The last word of a source about a pair of a listing that is not over, not taken back since. */
export interface SaidReport {
  readonly source: Source;
  readonly base: string;
  readonly symbol: string | null;
  readonly opensAtMs: number | null;
  readonly trading: boolean;
}

/**
 * What sources have said of listings that are not over: a restarted watch need not commit it again,
 * and must notice what is missing.
 */
export const reportsSaid = async (
  db: Db,
  installationId: string,
): Promise<readonly SaidReport[]> => {
  const rows = await db.listingSignal.findMany({
    where: { installationId, listing: { endedAt: null } },
    orderBy: { arrivedAt: 'asc' },
    select: {
      source: true,
      base: true,
      symbol: true,
      opensAt: true,
      trading: true,
      reason: true,
    },
  });
  const said = new Map<string, SaidReport>();
  for (const { source, base, symbol, opensAt, trading, reason } of rows) {
    const ofCoin = [...said].filter(([, each]) => each.source === source && each.base === base);
    if (reason !== null) for (const [at] of ofCoin) said.delete(at);
    else
      said.set(`${source}|${symbol ?? base}`, {
        source: source as Source, // written from a Source
        base,
        symbol,
        opensAtMs: opensAt?.getTime() ?? null,
        trading,
      });
  }
  return [...said.values()];
};

/** Of those, the ones that tell an opening that lies ahead. */
export const openingsSaid = (
  said: readonly SaidReport[],
  nowMs: number,
): readonly (SaidReport & { readonly opensAtMs: number })[] =>
  said.flatMap((each) =>
    each.opensAtMs !== null && each.opensAtMs > nowMs
      ? [{ ...each, opensAtMs: each.opensAtMs }]
      : [],
  );
