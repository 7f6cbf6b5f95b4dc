import type { TradeView } from '#api/schemas/trade.ts';

const NEVER = {
  publishedAt: null,
  seenAt: null,
  signalledAt: null,
  startedAt: null,
  verdictAt: null,
  armedAt: null,
  triggeredAt: null,
  sentAt: null,
  acknowledgedAt: null,
  filledAt: null,
  exitDecidedAt: null,
  closedAt: null,
} satisfies TradeView['stages'];

/** Prices wander around the entry, each position in a rhythm of its own. */
const priceAt = (n: number, nowMs: number): number =>
  1 + 0.1 * Math.sin(nowMs / 700 + n) + 0.02 * Math.sin(nowMs / 90 + 3 * n);

/** The n-th position as the API would show it at `nowMs`: all of its numbers differ each time. */
export const positionAt = (n: number, nowMs: number, sinceMs: number): TradeView => {
  const price = priceAt(n, nowMs);
  const at = new Date(nowMs).toISOString();
  const filledAt = new Date(sinceMs).toISOString();
  return {
    id: `load-${n}`,
    workflowId: `sniper:load-${n}`,
    mode: 'simulator',
    symbol: `LOAD${n}USDT`,
    base: `LOAD${n}`,
    quote: 'USDT',
    source: 'calendar',
    configurationId: null,
    phase: 'holding',
    outcome: null,
    summary: 'Holding 100 at 1',
    bought: '100',
    sold: '0',
    held: '100',
    spent: '100',
    received: '0',
    fees: '0.05',
    profit: null,
    profitPercent: null,
    entryPrice: '1',
    exitReason: null,
    guard: {
      state: 'live',
      at,
      ageMs: 20,
      markPrice: price.toFixed(8),
      highWater: '1.12',
      stopPrice: '0.8',
      targetPrice: '1.3',
      gainPercent: (price - 1) * 100,
      value: (100 * price).toFixed(8),
    },
    opensAt: filledAt,
    stages: { ...NEVER, filledAt },
    createdAt: filledAt,
    updatedAt: at,
    closedAt: null,
    allows: { disarm: false, sellNow: true, editExits: true },
  };
};
