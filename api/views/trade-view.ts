import { Decimal } from 'decimal.js';
import { tradeAllows, type Outcome, type Phase } from '#domain/trade.ts';
import type { Trade } from '#prisma/generated/client.ts';
import { stageNames, type TradeView } from '../schemas/trade.ts';
import { iso, isoOrNull, percentOf, text, textOrNull } from './text.ts';

/** A trade as the API shows it. `nowMs` dates what the guard saw. */
export const tradeView = (row: Trade, nowMs: number): TradeView => {
  const phase = row.phase as Phase; // written by SniperWorkflow from a Phase
  return {
    id: row.id,
    workflowId: row.workflowId,
    mode: row.mode,
    symbol: row.symbol,
    base: row.base,
    quote: row.quote,
    source: row.source,
    configurationId: row.configurationId,
    phase,
    outcome: row.outcome as Outcome | null, // written by SniperWorkflow from an Outcome
    summary: row.summary,
    bought: text(row.bought),
    sold: text(row.sold),
    held: heldOf(row).toFixed(),
    spent: text(row.spent),
    received: text(row.received),
    fees: text(row.fees),
    profit: textOrNull(row.profit),
    profitPercent: row.profit === null ? null : percentOf(row.profit, row.spent),
    entryPrice: textOrNull(row.entryPrice),
    exitReason: row.exitReason,
    guard: guardView(row, nowMs),
    opensAt: isoOrNull(row.opensAt),
    stages: Object.fromEntries(
      stageNames.map((name) => [name, isoOrNull(row[name])]),
    ) as TradeView['stages'], // the same names
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    closedAt: isoOrNull(row.closedAt),
    allows: {
      disarm: tradeAllows.disarm(phase),
      sellNow: tradeAllows.sellNow(phase),
      editExits: tradeAllows.editExits(phase),
    },
  };
};

const heldOf = (row: Trade): Decimal => new Decimal(row.bought.toFixed()).minus(row.sold.toFixed());

const guardView = (row: Trade, nowMs: number): TradeView['guard'] => {
  if (row.guardState === null) return null;
  const { markPrice, entryPrice } = row;
  return {
    state: row.guardState,
    at: isoOrNull(row.guardedAt),
    ageMs: row.guardedAt === null ? null : Math.max(0, nowMs - row.guardedAt.getTime()),
    markPrice: textOrNull(markPrice),
    highWater: textOrNull(row.highWater),
    stopPrice: textOrNull(row.stopPrice),
    targetPrice: textOrNull(row.targetPrice),
    gainPercent:
      markPrice === null || entryPrice === null
        ? null
        : percentOf(markPrice.minus(entryPrice), entryPrice),
    value: markPrice === null ? null : heldOf(row).times(markPrice.toFixed()).toFixed(),
  };
};
