import type { Decimal } from 'decimal.js';
import { quoteAmount, type QuoteAmount } from '#domain/amount.ts';
import type { KillLevel } from '#domain/permit.ts';
import type { RiskFacts, RuleResult } from '#domain/risk.ts';
import type { Statements } from './direct.ts';
import { toQuote } from './to-domain.ts';

/** What the record says for the rules: all of it as of one instant, read under the ledger's lock. */
export type RecordedFacts = Pick<
  RiskFacts,
  | 'kill'
  | 'openPositions'
  | 'tradesThisHour'
  | 'spentToday'
  | 'lossToday'
  | 'drawdown'
  | 'stopOuts'
  | 'reserved'
  | 'confidence'
  | 'armedByHand'
  | 'announced'
> & {
  /** What an operator set for the listing alone, quote; null: nothing. */
  readonly ownBudget: QuoteAmount | null;
  /** The same for the price guard, quote per base. */
  readonly ownMaxPrice: string | null;
  /** The verdict that the workflow has already; null: none. */
  readonly earlier: EarlierVerdict | null;
};

export interface EarlierVerdict {
  readonly allowed: boolean;
  readonly rules: readonly RuleResult[];
  /** What was reserved with it, quote; null: nothing. */
  readonly reserved: QuoteAmount | null;
}

export interface FactsOf {
  readonly installationId: string;
  readonly listingId: string;
  readonly workflowId: string;
  readonly quote: string;
  /** Decides the hour and the UTC day that count, epoch ms. */
  readonly countsAtMs: number;
  /** Of the free balance, epoch ms: a reservation that was settled later still holds its amount. */
  readonly balancesAtMs: number;
}

/** Phases in which a trade holds or may hold coins. */
const EXPOSED = ['buying', 'unresolved', 'holding', 'selling', 'cannotSell'];
const STOP_REASONS = new Set(['stop', 'breakEven', 'trailing']);
/** Stop-outs in a row are looked for among this many last trades: `cooldown.stopOuts` is at most 20. */
const LAST_TRADES = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Row {
  readonly level: string | null;
  readonly reason: string | null;
  readonly openPositions: number;
  readonly tradesThisHour: number;
  readonly spentToday: Decimal;
  /** Realised today and open at the last bid, a loss below zero. */
  readonly resultToday: Decimal;
  readonly drawdown: Decimal;
  readonly reserved: Decimal;
  readonly ownBudget: string | null;
  readonly ownMaxPrice: string | null;
  /** Null: there is no such listing. */
  readonly confidence: number | null;
  readonly armedByHand: boolean;
  readonly announced: boolean;
  /** Null: the workflow has no verdict. */
  readonly allowed: boolean | null;
  readonly rules: readonly RuleResult[];
  readonly earlierReserved: Decimal | null;
  readonly last: readonly {
    readonly exitReason: string;
    readonly gained: boolean;
    readonly closedAtMs: number;
  }[];
}

/** In one statement: other entries wait for the lock meanwhile. May repeat: it only reads. */
export const readFacts = async (
  db: Statements,
  { installationId, listingId, workflowId, quote, ...at }: FactsOf,
): Promise<RecordedFacts> => {
  const [hour, day] = [spanOf(at.countsAtMs, HOUR_MS), spanOf(at.countsAtMs, DAY_MS)];
  const balancesAt = new Date(at.balancesAtMs);
  const [row] = await db.$queryRaw<Row[]>`
    /* readFacts */
    WITH open AS (
      SELECT id, (bought - sold) * "markPrice" + received - spent - fees AS result
      FROM "Trade" WHERE "installationId" = ${installationId} AND phase = ANY(${EXPOSED})
    ), ours AS (
      SELECT * FROM "RiskReservation"
      WHERE "installationId" = ${installationId} AND (state = 'reserved'
        OR state = 'spent' AND ("countsAt" >= ${day.from} OR "settledAt" >= ${balancesAt}))
    ), reserved AS (
      SELECT * FROM ours WHERE state = 'reserved'
    ), last AS (
      SELECT "exitReason", COALESCE(profit >= 0, FALSE) AS gained,
             EXTRACT(EPOCH FROM "closedAt") * 1000 AS "closedAtMs"
      FROM "Trade"
      WHERE "installationId" = ${installationId} AND phase = 'closed' AND "exitReason" IS NOT NULL
      ORDER BY "closedAt" DESC LIMIT ${LAST_TRADES}
    )
    SELECT
      kill.level, kill.reason,
      ((SELECT COUNT(*) FROM reserved)
        + (SELECT COUNT(*) FROM open WHERE id NOT IN (SELECT "listingId" FROM reserved)))::int AS "openPositions",
      (SELECT COUNT(*) FROM ours
        WHERE "countsAt" >= ${hour.from} AND "countsAt" < ${hour.to})::int AS "tradesThisHour",
      (SELECT COALESCE(SUM(COALESCE(spent, amount)), 0) FROM ours
        WHERE "countsAt" >= ${day.from} AND "countsAt" < ${day.to}) AS "spentToday",
      ROUND((SELECT COALESCE(SUM(result), 0) FROM open)
        + (SELECT COALESCE(SUM(profit), 0) FROM "Trade"
           WHERE "installationId" = ${installationId} AND "closedAt" >= ${day.from}), 18) AS "resultToday",
      (SELECT GREATEST(0, MAX(equity)) - COALESCE(SUM(profit), 0) FROM (
        SELECT profit, SUM(profit) OVER (ORDER BY "closedAt", id) AS equity
        FROM "Trade" WHERE "installationId" = ${installationId} AND profit IS NOT NULL
      ) AS curve) AS drawdown,
      (SELECT COALESCE(SUM(amount), 0) FROM ours WHERE quote = ${quote}
        AND (state = 'reserved' OR "settledAt" >= ${balancesAt})) AS reserved,
      listing.terms ->> 'quoteAmount' AS "ownBudget",
      listing.terms ->> 'maxPrice' AS "ownMaxPrice", listing.confidence,
      signals."armedByHand", signals.announced,
      verdict.allowed, verdict.rules,
      (SELECT amount FROM "RiskReservation" WHERE "listingId" = ${listingId}) AS "earlierReserved",
      (SELECT COALESCE(JSON_AGG(last ORDER BY "closedAtMs" DESC), '[]') FROM last) AS last
    FROM (SELECT 1) AS one
    LEFT JOIN "KillSwitch" AS kill ON kill."installationId" = ${installationId}
    LEFT JOIN "Listing" AS listing ON listing.id = ${listingId}
    LEFT JOIN "RiskVerdict" AS verdict ON verdict."workflowId" = ${workflowId}
    CROSS JOIN (
      SELECT COALESCE(BOOL_OR(source = 'manual'), FALSE) AS "armedByHand",
             COALESCE(BOOL_OR(NOT trading), FALSE) AS announced
      FROM "ListingSignal" WHERE "listingId" = ${listingId}
    ) AS signals`;
  if (row === undefined) throw new Error('the record did not answer');
  if (row.confidence === null) throw new Error(`there is no listing ${listingId}`);
  return factsOf({ ...row, confidence: row.confidence });
};

const spanOf = (atMs: number, ms: number) => {
  const from = atMs - (atMs % ms);
  return { from: new Date(from), to: new Date(from + ms) };
};

const factsOf = (row: Row & { readonly confidence: number }): RecordedFacts => {
  const loss = row.resultToday.negated().toFixed();
  return {
    kill: row.level === null ? null : { level: row.level as KillLevel, reason: row.reason ?? '' },
    openPositions: row.openPositions,
    tradesThisHour: row.tradesThisHour,
    spentToday: toQuote(row.spentToday),
    lossToday: quoteAmount(row.resultToday.isNegative() ? loss : '0'),
    drawdown: toQuote(row.drawdown),
    stopOuts: stopOutsOf(row.last),
    reserved: toQuote(row.reserved),
    ownBudget: row.ownBudget === null ? null : quoteAmount(row.ownBudget),
    ownMaxPrice: row.ownMaxPrice,
    confidence: row.confidence,
    armedByHand: row.armedByHand,
    announced: row.announced,
    earlier: earlierOf(row),
  };
};

const earlierOf = ({ allowed, rules, earlierReserved: reserved }: Row): EarlierVerdict | null =>
  allowed === null
    ? null
    : { allowed, rules, reserved: reserved === null ? null : toQuote(reserved) };

/** Of the trades that ended last, the newest first: how many in a row were stopped with a loss. */
const stopOutsOf = (last: Row['last']): RiskFacts['stopOuts'] => {
  const firstOther = last.findIndex(
    ({ exitReason, gained }) => gained || !STOP_REASONS.has(exitReason),
  );
  const count = firstOther < 0 ? last.length : firstOther;
  return { count, lastAtMs: count === 0 ? null : (last[0]?.closedAtMs ?? null) };
};
