import pg from 'pg';

/** Of all trades this part bought something; the others ended before. */
const BOUGHT = 0.6;
/** From one trade to the next: a hundred thousand of them are two years. */
const APART = `interval '10 minutes'`;
/** Nothing that is counted per hour, or a loss of today, must stop the bot that runs meanwhile. */
const LATEST = `interval '2 hours'`;

export interface Seeded {
  readonly trades: number;
  readonly rows: number;
  readonly seconds: number;
}

/** The pair and the id of the nth trade; the first is the newest. */
export const symbolOf = (n: number): string => `S${n}QUSDT`;
export const tradeIdOf = (n: number): string => `s${String(n).padStart(11, '0')}`;

/**
 * Writes closed trades with what belongs to them, as years of running leave them behind. Nobody is
 * told: triggers and foreign keys rest in this session.
 */
export const seedTrades = async (
  databaseUrl: string,
  of: { readonly installationId: string; readonly trades: number },
  say: (line: string) => void,
): Promise<Seeded> => {
  const startedAtMs = Date.now();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let rows = 0;
  try {
    await client.query('SET session_replication_role = replica');
    await client.query('SET synchronous_commit = off');
    await client.query(sourceOf(of.installationId, of.trades));
    for (const [table, text] of Object.entries(STATEMENTS)) {
      const { rowCount } = await client.query(text);
      rows += rowCount ?? 0;
      say(`  ${rowCount} of ${table}, ${((Date.now() - startedAtMs) / 1000).toFixed(0)} s`);
    }
    // What the server does by itself in the course of the days.
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
  return { trades: of.trades, rows, seconds: (Date.now() - startedAtMs) / 1000 };
};

/** What all tables are written from: one row per trade. */
const sourceOf = (installationId: string, trades: number): string => `
  CREATE TEMP TABLE seed AS
  SELECT n, 's' || lpad(n::text, 11, '0') AS id, ${pg.escapeLiteral(installationId)}::text AS owner,
    'S' || n || 'Q' AS base, 'S' || n || 'QUSDT' AS symbol,
    date_trunc('milliseconds', now() - ${LATEST} - n * ${APART}) AS at,
    n % 100 < ${100 * BOUGHT} AS bought,
    ((n * 7919) % 101 - 48)::numeric / 20 AS profit
  FROM generate_series(1, ${trades}) n`;

const STATEMENTS: Readonly<Record<string, string>> = {
  Listing: `
    INSERT INTO "Listing" ("id", "installationId", "base", "quote", "symbol", "generation", "state",
      "opensAt", "firstSeenAt", "tradingSeenAt", "confidence", "reasons", "endedAt", "endReason")
    SELECT id, owner, base, 'USDT', symbol, 1, 'ended', at + interval '5 minutes', at,
      at + interval '5 minutes', 90, '[{"points": 90, "because": "announced by the exchange"}]',
      at + interval '8 minutes', CASE WHEN bought THEN 'traded' ELSE 'tooLate' END
    FROM seed`,
  ListingSignal: `
    INSERT INTO "ListingSignal" ("id", "installationId", "source", "base", "quote", "symbol", "opensAt",
      "trading", "arrivedAt", "raw", "dedupKey", "result", "listingId", "handledAt")
    SELECT gen_random_uuid(), owner, source, base, 'USDT', symbol, at + interval '5 minutes', false,
      at + behind, '{"said": "a pair"}', source || '|' || symbol,
      CASE WHEN behind = interval '0' THEN 'new' ELSE 'known' END, id, at + behind
    FROM seed CROSS JOIN (VALUES ('calendar', interval '0'), ('exchangeInfo', interval '30 seconds'))
      told (source, behind)`,
  RiskVerdict: `
    INSERT INTO "RiskVerdict" ("id", "listingId", "workflowId", "allowed", "rules", "decidedAt")
    SELECT gen_random_uuid(), id, 'sniper:' || id, bought,
      (SELECT jsonb_agg(jsonb_build_object('rule', rule, 'limit', '100', 'actual', '7', 'passed', true))
       FROM unnest(ARRAY['halt', 'quote', 'pattern', 'maxOpenPositions', 'maxTradesPerHour',
         'dailySpend', 'dailyLoss', 'balance']) rule),
      at + interval '1 second'
    FROM seed`,
  RiskReservation: `
    INSERT INTO "RiskReservation" ("listingId", "installationId", "workflowId", "quote", "amount",
      "state", "spent", "countsAt", "createdAt", "settledAt")
    SELECT id, owner, 'sniper:' || id, 'USDT', 20.01, 'spent', 20.01, at + interval '5 minutes',
      at + interval '1 second', at + interval '6 minutes'
    FROM seed WHERE bought`,
  Trade: `
    INSERT INTO "Trade" ("id", "installationId", "workflowId", "mode", "symbol", "base", "quote", "source",
      "phase", "outcome", "summary", "bought", "sold", "spent", "received", "fees", "profit",
      "entryPrice", "exitReason", "opensAt", "seenAt", "signalledAt", "startedAt", "verdictAt", "armedAt",
      "triggeredAt", "sentAt", "acknowledgedAt", "filledAt", "exitDecidedAt", "closedAt", "createdAt",
      "updatedAt")
    SELECT id, owner, 'sniper:' || id, 'simulator', symbol, base, 'USDT',
      CASE n % 3 WHEN 0 THEN 'exchangeInfo' ELSE 'calendar' END, 'closed',
      CASE WHEN bought THEN 'traded'
        WHEN n % 1000 = 999 THEN 'refused' WHEN n % 5 = 0 THEN 'denied' ELSE 'tooLate' END,
      CASE WHEN bought THEN 'Sold by its target.' ELSE 'It traded before it was seen.' END,
      CASE WHEN bought THEN 2000 ELSE 0 END, CASE WHEN bought THEN 2000 ELSE 0 END,
      CASE WHEN bought THEN 20 ELSE 0 END, CASE WHEN bought THEN 20.02 + profit ELSE 0 END,
      CASE WHEN bought THEN 0.02 ELSE 0 END, CASE WHEN bought THEN profit END,
      CASE WHEN bought THEN 0.01 END,
      CASE WHEN bought THEN (ARRAY['target', 'stop', 'trailing', 'timeStop'])[1 + n % 4] END,
      at + interval '5 minutes', at, at + interval '20 ms', at + interval '90 ms',
      at + interval '1 second', at + interval '2 seconds',
      CASE WHEN bought THEN at + interval '5 minutes' END,
      CASE WHEN bought THEN at + interval '5 minutes 1 ms' END,
      CASE WHEN bought THEN at + interval '5 minutes 1 ms' + (20 + n % 60) * interval '1 ms' END,
      CASE WHEN bought THEN at + interval '5 minutes 100 ms' END,
      CASE WHEN bought THEN at + interval '7 minutes' END,
      at + interval '8 minutes', at, at + interval '8 minutes'
    FROM seed`,
  TradeOrder: `
    INSERT INTO "TradeOrder" ("clientOrderId", "listingId", "workflowId", "leg", "n", "symbol", "side",
      "type", "price", "quantity", "state", "exchangeOrderId", "attempts", "executed", "executedQuote",
      "createdAt", "sentAt", "answeredAt", "latencyMs", "settledAt")
    SELECT id || leg, id, 'sniper:' || id, leg, 0, symbol, side, 'limitIoc', 0.01, size, 'filled',
      'X' || n || leg, 1, size, size / 100, at + later, at + later, at + later + interval '40 ms',
      20 + n % 60, at + later + interval '1 second'
    FROM seed CROSS JOIN (VALUES
      ('entry', 'buy', 2000, interval '5 minutes'), ('exit-1', 'sell', 1000, interval '6 minutes'),
      ('exit-2', 'sell', 1000, interval '7 minutes')) sent (leg, side, size, later)
    WHERE bought AND (leg <> 'exit-2' OR n % 2 = 0)`,
  Fill: `
    INSERT INTO "Fill" ("tradeId", "clientOrderId", "price", "quantity", "quote", "fee", "feeAsset",
      "feeQuote", "isMaker", "at")
    SELECT "clientOrderId" || part, "clientOrderId", 0.01, quantity / 2, quantity / 200, 0.005, 'USDT',
      0.005, false, "sentAt" + interval '30 ms'
    FROM "TradeOrder" CROSS JOIN generate_series(1, 2) part`,
  TradeLog: `
    INSERT INTO "TradeLog" ("workflowId", "sequence", "tradeId", "at", "kind", "text", "detail")
    SELECT 'sniper:' || id, entry, id, at + entry * interval '40 seconds',
      (ARRAY['phase', 'verdict', 'order', 'note'])[1 + entry % 4], 'What happened at this step.',
      '{"exchange": {"status": 200}, "price": "0.01"}'
    FROM seed CROSS JOIN generate_series(0, 9) entry WHERE bought OR entry < 3`,
  Alert: `
    INSERT INTO "Alert" ("id", "installationId", "severity", "episodeKey", "title", "text", "listingId",
      "count", "openedAt", "lastSeenAt", "acknowledgedAt", "resolvedAt")
    SELECT gen_random_uuid(), owner, (ARRAY['info', 'warning', 'critical'])[1 + n % 3], 'seed:' || n,
      'Something happened', 'And this is what to do about it.', id, 1, at, at, NULL,
      CASE WHEN n > 500 THEN at + interval '1 hour' END
    FROM seed WHERE n % 10 = 0`,
};
