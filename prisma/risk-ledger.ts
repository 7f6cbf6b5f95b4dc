import { add, quoteAmount, zeroQuote, type Quantity, type QuoteAmount } from '#domain/amount.ts';
import type { ExitOptions, TradingOptions } from '#domain/configuration.ts';
import { gateProblem } from '#domain/live-gate.ts';
import type { KillLevel } from '#domain/permit.ts';
import { judgeRisk, type RiskFacts, type RuleResult, type Verdict } from '#domain/risk.ts';
import { Decimal } from 'decimal.js';
import type { Database, Db } from './client.ts';
import { readGate, type GateAsker } from './live.ts';
import { toQuote } from './to-domain.ts';

export interface AdmitRequest {
  readonly installationId: string;
  readonly listingId: string;
  readonly workflowId: string;
  readonly base: string;
  readonly quote: string;
  readonly budget: QuoteAmount;
  readonly options: TradingOptions;
  readonly exits: ExitOptions;
  readonly confidence: number;
  readonly armedByHand: boolean;
  readonly announced: boolean;
  /** Free quote balance as the exchange says it. */
  readonly freeQuote: QuoteAmount;
  /** Whom the process that asks acts for. */
  readonly asker: GateAsker;
  /** Base coins on the account before anything was bought, free and locked. */
  readonly ownedBefore: Quantity;
  /** The opening, or now: hour and UTC day in which the trade counts. Epoch ms. */
  readonly countsAtMs: number;
  readonly nowMs: number;
}

/**
 * Judges and reserves in one transaction under the installation's row lock, so that entries at one
 * instant cannot overshoot a limit together. May repeat: a workflow has one verdict.
 */
export const admit = (db: Database, request: AdmitRequest): Promise<Verdict> =>
  db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Installation" WHERE id = ${request.installationId} FOR UPDATE`;
    const earlier = await tx.riskVerdict.findUnique({ where: { workflowId: request.workflowId } });
    if (earlier !== null)
      return { allowed: earlier.allowed, rules: earlier.rules as unknown as RuleResult[] };
    const verdict = judgeRisk(await factsOf(tx, request), request.options);
    await writeVerdict(tx, request, verdict);
    if (verdict.allowed) await reserve(tx, request);
    await tx.trade.updateMany({
      where: { id: request.listingId },
      data: { ownedBefore: request.ownedBefore },
    });
    return verdict;
  });

const writeVerdict = async (tx: Db, request: AdmitRequest, verdict: Verdict): Promise<void> => {
  await tx.riskVerdict.create({
    data: {
      listingId: request.listingId,
      workflowId: request.workflowId,
      allowed: verdict.allowed,
      rules: verdict.rules.map((rule) => ({ ...rule })),
      decidedAt: new Date(request.nowMs),
    },
  });
};

const reserve = async (tx: Db, request: AdmitRequest): Promise<void> => {
  const { listingId, installationId, workflowId, quote, budget } = request;
  await tx.riskReservation.create({
    data: {
      listingId,
      installationId,
      workflowId,
      quote,
      amount: budget,
      state: 'reserved',
      countsAt: new Date(request.countsAtMs),
      createdAt: new Date(request.nowMs),
    },
  });
  await tx.tradePlan.createMany({
    data: {
      listingId,
      exits: request.exits,
      budget,
      updatedAt: new Date(request.nowMs),
    },
    skipDuplicates: true,
  });
};

/** Phases in which a trade holds or may hold coins. */
const EXPOSED = ['buying', 'unresolved', 'holding', 'selling', 'cannotSell'];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the limits are judged by; read inside the lock. */
const factsOf = async (tx: Db, request: AdmitRequest): Promise<RiskFacts> => {
  const { installationId, countsAtMs } = request;
  const hourStart = new Date(countsAtMs - (countsAtMs % HOUR_MS));
  const dayStart = new Date(countsAtMs - (countsAtMs % DAY_MS));
  const within = (start: Date, ms: number) => ({
    installationId,
    state: { in: ['reserved', 'spent'] },
    countsAt: { gte: start, lt: new Date(start.getTime() + ms) },
  });
  const [reserved, exposed, tradesThisHour, today, kill] = await Promise.all([
    tx.riskReservation.findMany({ where: { installationId, state: 'reserved' } }),
    tx.trade.count({ where: { installationId, phase: { in: EXPOSED } } }),
    tx.riskReservation.count({ where: within(hourStart, HOUR_MS) }),
    tx.riskReservation.findMany({ where: within(dayStart, DAY_MS) }),
    tx.killSwitch.findUnique({ where: { installationId } }),
  ]);
  const buying = await tx.trade.count({
    where: { installationId, phase: { in: EXPOSED }, id: { in: reserved.map((r) => r.listingId) } },
  });
  return {
    nowMs: request.nowMs,
    budget: request.budget,
    base: request.base,
    quote: request.quote,
    confidence: request.confidence,
    armedByHand: request.armedByHand,
    announced: request.announced,
    gate: await gateFact(tx, request),
    kill: kill === null ? null : { level: kill.level as KillLevel, reason: kill.reason },
    openPositions: reserved.length + exposed - buying,
    tradesThisHour,
    spentToday: sum(today.map((r) => toQuote(r.spent ?? r.amount))),
    ...(await results(tx, installationId, dayStart)),
    freeQuote: request.freeQuote,
    reserved: sum(reserved.filter((r) => r.quote === request.quote).map((r) => toQuote(r.amount))),
  };
};

const gateFact = async (tx: Db, { asker, nowMs }: AdmitRequest): Promise<RiskFacts['gate']> =>
  asker.venue.orders === 'gated'
    ? { problem: gateProblem(await readGate(tx, asker, nowMs)) }
    : null;

const sum = (amounts: readonly QuoteAmount[]): QuoteAmount =>
  amounts.reduce((total, amount) => add(total, amount), zeroQuote);

const STOP_REASONS = new Set(['stop', 'breakEven', 'trailing']);
/** Stop-outs in a row are looked for among this many last trades: `cooldown.stopOuts` is at most 20. */
const LAST_TRADES = 20;

/** Realised results: today's loss with open loss at the last bid, drawdown, stop-outs in a row. */
const results = async (
  tx: Db,
  installationId: string,
  dayStart: Date,
): Promise<Pick<RiskFacts, 'lossToday' | 'drawdown' | 'stopOuts'>> => {
  const [today, open, last, equity] = await Promise.all([
    tx.trade.aggregate({
      where: { installationId, closedAt: { gte: dayStart } },
      _sum: { profit: true },
    }),
    tx.trade.findMany({ where: { installationId, phase: { in: EXPOSED } } }),
    tx.trade.findMany({
      where: { installationId, phase: 'closed', exitReason: { not: null } },
      orderBy: { closedAt: 'desc' },
      take: LAST_TRADES,
      select: { exitReason: true, profit: true, closedAt: true },
    }),
    tx.$queryRaw<{ drawdown: Decimal | null }[]>`
      SELECT GREATEST(0, COALESCE(MAX(equity), 0)) - COALESCE((ARRAY_AGG(equity ORDER BY "closedAt" DESC))[1], 0) AS drawdown
      FROM (SELECT "closedAt", SUM(profit) OVER (ORDER BY "closedAt", id) AS equity
            FROM "Trade" WHERE "installationId" = ${installationId} AND profit IS NOT NULL) AS curve`,
  ]);
  const openResult = open.reduce((total, trade) => {
    if (trade.markPrice === null) return total;
    const value = trade.bought.minus(trade.sold).times(trade.markPrice);
    return total.plus(value).plus(trade.received).minus(trade.spent).minus(trade.fees);
  }, new Decimal(0));
  const result = openResult.plus(today._sum.profit?.toFixed() ?? '0');
  const firstOther = last.findIndex(
    (trade) => !STOP_REASONS.has(trade.exitReason ?? '') || trade.profit?.isPositive() === true,
  );
  const count = firstOther < 0 ? last.length : firstOther;
  return {
    lossToday: quoteAmount(result.isNegative() ? result.negated().toFixed() : '0'),
    drawdown: quoteAmount(new Decimal(equity[0]?.drawdown?.toFixed() ?? '0').abs().toFixed()),
    stopOuts: { count, lastAtMs: count === 0 ? null : (last[0]?.closedAt?.getTime() ?? null) },
  };
};

/** `taken`: somebody may have sent. `closedBefore`: the entry had ended; the record says how. */
export type Release = 'released' | 'taken' | 'closedBefore';

/**
 * Gives a reservation back and closes the entry's permit when the entry ends without an order:
 * disarmed, denied late, window over. An entry that was never armed is closed too, so that no late
 * sender can open it. Nothing happens if the permit is taken. May repeat.
 */
export const releaseEntry = (
  db: Database,
  release: { listingId: string; workflowId: string; nowMs: number },
): Promise<Release> =>
  db.$transaction(async (tx) => {
    const { listingId, workflowId } = release;
    const closedAt = new Date(release.nowMs);
    const inserted = await tx.sendPermit.createMany({
      data: {
        listingId,
        leg: 'entry',
        workflowId,
        token: 'never-armed',
        state: 'closed',
        closedAt,
      },
      skipDuplicates: true,
    });
    await tx.$queryRaw`SELECT 1 FROM "SendPermit" WHERE "listingId" = ${listingId} FOR UPDATE`;
    const permit = await tx.sendPermit.findUniqueOrThrow({
      where: { listingId_leg: { listingId, leg: 'entry' } },
    });
    if (permit.state === 'taken') return 'taken';
    if (permit.state === 'closed' && inserted.count === 0) return 'closedBefore';
    await tx.sendPermit.updateMany({
      where: { listingId, leg: 'entry', state: 'free' },
      data: { state: 'closed', closedAt },
    });
    await tx.riskReservation.updateMany({
      where: { listingId, state: 'reserved' },
      data: { state: 'released', spent: 0, settledAt: closedAt },
    });
    return 'released';
  });
