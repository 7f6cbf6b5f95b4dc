import type { Source } from '#domain/listing.ts';
import type { Statements } from './direct.ts';
import type { Listing } from './generated/client.ts';
import type { CoinRecord, LastLife } from './listing-identity.ts';

/** Of a coin that nobody has heard of. */
export const NEVER_HEARD_OF: CoinRecord = {
  last: null,
  setAsideBy: [],
  tradedElsewhereAtMs: null,
  delistedAtMs: null,
};

/** One coin at a time, across all monitors. */
export const lockCoin = (tx: Statements, installationId: string, base: string): Promise<number> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${installationId}|${base}`}, 0))`;

interface Aside {
  readonly source: string;
  readonly reason: string;
  readonly trading: boolean;
  readonly arrivedAtMs: number;
}

type LastRow = Pick<
  Listing,
  'generation' | 'state' | 'opensAt' | 'tradingSeenAt' | 'endedAt' | 'endReason'
> & { readonly id: string | null };

type Row = LastRow & { readonly asides: readonly Aside[] };

/** The last life of a coin and what was set aside of it, in one statement: a surprise waits for it. */
export const coinRecord = async (
  tx: Statements,
  installationId: string,
  base: string,
): Promise<CoinRecord> => {
  const [row] = await tx.$queryRaw<Row[]>`
    /* coinRecord */
    SELECT last.id, last.generation, last.state, last."opensAt", last."tradingSeenAt",
      last."endedAt", last."endReason", asides.list AS asides
    FROM (
      SELECT COALESCE(JSON_AGG(JSON_BUILD_OBJECT(
        'source', source, 'reason', reason, 'trading', trading,
        'arrivedAtMs', EXTRACT(EPOCH FROM "arrivedAt") * 1000) ORDER BY "arrivedAt"), '[]') AS list
      FROM "ListingSignal"
      WHERE "installationId" = ${installationId} AND base = ${base} AND "listingId" IS NULL
        AND reason IN ('tooManyAtOnce', 'quoteNotWanted', 'delisted')
    ) AS asides
    LEFT JOIN LATERAL (
      SELECT * FROM "Listing" WHERE "installationId" = ${installationId} AND base = ${base}
      ORDER BY generation DESC LIMIT 1
    ) AS last ON TRUE`;
  if (row === undefined) throw new Error('the record did not answer');
  const { id, asides } = row;
  const timeOf = (reason: string, trading: boolean) =>
    asides.find((each) => each.reason === reason && each.trading === trading)?.arrivedAtMs ?? null;
  return {
    last: id === null ? null : lifeOf({ ...row, id }),
    setAsideBy: asides
      .filter((each) => each.reason === 'tooManyAtOnce')
      .map((each) => each.source as Source), // written from a Source
    tradedElsewhereAtMs: timeOf('quoteNotWanted', true),
    delistedAtMs: timeOf('delisted', false),
  };
};

const lifeOf = (row: LastRow & { readonly id: string }): LastLife => ({
  id: row.id,
  generation: row.generation,
  state: row.state,
  opensAtMs: row.opensAt?.getTime() ?? null,
  traded: row.tradingSeenAt !== null,
  endedAtMs: row.endedAt?.getTime() ?? null,
  endReason: row.endReason,
});
