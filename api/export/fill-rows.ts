import type { Database, Db } from '#prisma/client.ts';

/** One execution, as exported. Amounts are decimal text; null is what nobody knows. */
export interface FillRow {
  readonly time: string;
  readonly base: string;
  readonly quote: string;
  readonly side: string;
  readonly quantity: string;
  readonly price: string;
  readonly total: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly feeQuote: string | null;
  readonly exchangeTradeId: string;
  readonly exchangeOrderId: string | null;
  readonly clientOrderId: string;
  readonly tradeId: string;
  readonly workflowId: string;
  readonly mode: string;
}

export interface Asked {
  readonly installationId: string;
  /** From, included, to, excluded: times of executions. */
  readonly from: Date;
  readonly to: Date;
  /** Null for every mode. */
  readonly mode: string | null;
}

/** So many rows are in memory at once, however many there are. */
const ROWS_AT_ONCE = 2000;
/** A reader that is slower than this gives its place to others. */
const EXPORT_WITHIN_MS = 15 * 60_000;
const PLACE_WITHIN_MS = 5000;
/** The first rows come when all are sorted: of a million after seven seconds on a busy machine. */
const ROWS_WITHIN_MS = 60_000;

/**
 * Gives every execution in the order of time to `take`, in batches, from one snapshot of the record
 * and a cursor in the database: memory does not grow with the rows. Waits for `take`, throws what
 * it throws, and lets the cursor go in any case.
 */
export const readFills = (
  db: Database,
  asked: Asked,
  take: (rows: readonly FillRow[]) => Promise<void>,
): Promise<void> =>
  db.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(`SET LOCAL statement_timeout = ${ROWS_WITHIN_MS}`);
      await declare(tx, asked);
      for (;;) {
        const rows = await tx.$queryRawUnsafe<FillRow[]>(`FETCH ${ROWS_AT_ONCE} FROM fill_rows`);
        await take(rows);
        if (rows.length < ROWS_AT_ONCE) return;
      }
    },
    { isolationLevel: 'RepeatableRead', timeout: EXPORT_WITHIN_MS, maxWait: PLACE_WITHIN_MS },
  );

const declare = async (tx: Db, { installationId, from, to, mode }: Asked): Promise<void> => {
  await tx.$executeRaw`
    DECLARE fill_rows NO SCROLL CURSOR FOR
    SELECT to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS time,
           t.base, t.quote, o.side,
           trim_scale(f.quantity)::text AS quantity, trim_scale(f.price)::text AS price,
           trim_scale(f.quote)::text AS total, trim_scale(f.fee)::text AS fee,
           f."feeAsset", trim_scale(f."feeQuote")::text AS "feeQuote",
           f."tradeId" AS "exchangeTradeId", o."exchangeOrderId", o."clientOrderId",
           t.id AS "tradeId", t."workflowId", t.mode
    FROM "Fill" f
    JOIN "TradeOrder" o ON o."clientOrderId" = f."clientOrderId"
    JOIN "Trade" t ON t.id = o."listingId"
    WHERE t."installationId" = ${installationId} AND f.at >= ${from} AND f.at < ${to}
      AND (${mode}::text IS NULL OR t.mode = ${mode})
    ORDER BY f.at, f."clientOrderId", f."tradeId"`;
};
