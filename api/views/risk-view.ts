import { Decimal } from 'decimal.js';
import type { TradingOptions } from '#domain/configuration.ts';
import type { KillSwitch } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import type { KillView, RiskMetricsView } from '../schemas/risk.ts';
import { POSITION_PHASES } from './open-phases.ts';
import { iso } from './text.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const killView = (row: KillSwitch | null): KillView | null =>
  row === null
    ? null
    : {
        level: row.level as KillView['level'], // written by this API alone
        reason: row.reason,
        actor: row.actor,
        since: iso(row.since),
      };

type RecordDeps = Pick<ApiDeps, 'db' | 'totals'>;

interface Asked {
  readonly installationId: string;
  readonly options: TradingOptions | null;
  readonly nowMs: number;
}

/** Limits and their use, as the ledger counts them. Without a configuration there are no limits. */
export const riskView = async (deps: RecordDeps, asked: Asked): Promise<RiskMetricsView> => {
  const { installationId, options, nowMs } = asked;
  const [used, kill] = await Promise.all([
    usedBy(deps, installationId, nowMs),
    deps.db.killSwitch.findUnique({ where: { installationId } }),
  ]);
  const quote = options?.quotes[0] ?? 'USDT';
  const limits = options === null ? [] : limitsOf(options, used, quote);
  return {
    at: new Date(nowMs).toISOString(),
    quote,
    kill: killView(kill),
    limits,
    reserved: used.reserved.toFixed(),
    exposure: used.exposure.toFixed(),
    profitToday: used.profitToday.toFixed(),
    profitTotal: used.profitTotal.toFixed(),
    closedTrades: used.wins + used.losses,
    wins: used.wins,
    losses: used.losses,
    winRatePercent:
      used.wins + used.losses === 0
        ? null
        : Math.round((used.wins / (used.wins + used.losses)) * 1000) / 10,
  };
};

type Used = Awaited<ReturnType<typeof usedBy>>;

const decimal = (value: { toFixed(): string } | null | undefined): Decimal =>
  new Decimal(value?.toFixed() ?? '0');

const usedBy = async ({ db, totals }: RecordDeps, installationId: string, nowMs: number) => {
  const hour = new Date(nowMs - (nowMs % HOUR_MS));
  const day = new Date(nowMs - (nowMs % DAY_MS));
  const counted = { in: ['reserved', 'spent'] };
  const [open, reservations, today, profitToday, results] = await Promise.all([
    db.trade.findMany({
      where: { installationId, phase: { in: POSITION_PHASES } },
      select: { id: true, spent: true, received: true },
    }),
    db.riskReservation.findMany({
      where: { installationId, state: 'reserved' },
      select: { listingId: true, amount: true },
    }),
    db.riskReservation.findMany({
      where: { installationId, state: counted, countsAt: { gte: day } },
      select: { spent: true, amount: true, countsAt: true },
    }),
    db.trade.aggregate({
      where: { installationId, closedAt: { gte: day } },
      _sum: { profit: true },
    }),
    totals(installationId),
  ]);
  const sum = (values: readonly Decimal[]) =>
    values.reduce((total, value) => total.plus(value), new Decimal(0));
  return {
    positions: open.length,
    armed: reservations.filter((each) => !open.some((trade) => trade.id === each.listingId)).length,
    thisHour: today.filter((each) => each.countsAt >= hour).length,
    spentToday: sum(today.map((each) => decimal(each.spent ?? each.amount))),
    reserved: sum(reservations.map((each) => decimal(each.amount))),
    exposure: sum(open.map((trade) => decimal(trade.spent).minus(decimal(trade.received)))),
    profitToday: decimal(profitToday._sum.profit),
    profitTotal: new Decimal(results.profit),
    wins: results.wins,
    losses: results.losses,
  };
};

const limitsOf = (
  options: TradingOptions,
  used: Used,
  quote: string,
): RiskMetricsView['limits'] => {
  const lossToday = Decimal.max(0, used.profitToday.negated());
  return [
    limit('maxOpenPositions', options.maxOpenPositions, used.positions + used.armed, 'positions'),
    limit('maxTradesPerHour', options.maxTradesPerHour, used.thisHour, 'entries'),
    limit('dailySpend', options.dailySpend, used.spentToday, quote),
    limit('dailyLoss', options.dailyLoss, lossToday, quote),
  ];
};

const limit = (
  rule: string,
  most: string | number,
  ...[value, unit]: [value: Decimal | number, unit: string]
): RiskMetricsView['limits'][number] => {
  const all = new Decimal(most);
  const used = new Decimal(value);
  return {
    rule,
    limit: all.toFixed(),
    used: used.toFixed(),
    unit,
    usedPercent: used.div(all).times(100).toDecimalPlaces(1).toNumber(),
    reached: used.gte(all),
  };
};
