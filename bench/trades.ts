import type { TradingOptionsInput } from '#domain/configuration.ts';
import { until } from '#test/until.ts';
import type { World } from '#test/world.ts';
import { sellNow } from '#workflows/messages.ts';

/** Rules are judged elsewhere; here they must not be in the way. Positions are sold by command. */
export const benchOptions: Partial<TradingOptionsInput> = {
  quoteAmount: '20',
  maxQuotePerTrade: '20',
  dailySpend: '1000000',
  safetyEnabled: false,
  maxNewPerPoll: 50,
  maxOpenPositions: 50,
  maxTradesPerHour: 100,
  exit: { maxHold: 60, timeStop: 60 },
};

export const entryOptions = (mode: 'firstPrint' | 'fixed') => ({
  mode,
  maxPrice: mode === 'fixed' ? '0.0115' : null,
  window: 10,
  freshness: 10_000,
  minPrint: '0',
  maxOverFirst: 300,
  slippage: 10,
  maxSpread: 50,
  minAskDepth: 0,
});

/** Sells what was bought of these pairs, waits until it is booked, and takes the pairs off. */
export const cleanUp = async (world: World, symbols: readonly string[]): Promise<void> => {
  const asked = new Set<string>();
  await until(
    `${symbols.length} trades are closed`,
    async () => {
      const open = await world.db.trade.findMany({
        where: { symbol: { in: [...symbols] }, phase: { not: 'closed' } },
      });
      const held = open.filter(({ id, phase }) => phase === 'holding' && !asked.has(id));
      for (const { id } of held) asked.add(id);
      await Promise.all(held.map(({ workflowId }) => sell(world, workflowId)));
      return open.length === 0;
    },
    { withinMs: 120_000 },
  );
  for (const symbol of symbols) await remove(world, symbol);
};

const sell = async (world: World, workflowId: string): Promise<void> => {
  const args: [{ reason: string }] = [{ reason: 'bench' }];
  await world.temporal.workflow.getHandle(workflowId).executeUpdate(sellNow, { args });
};

export const remove = async (world: World, symbol: string): Promise<void> => {
  await world.control('DELETE', `listings/${symbol}`);
};

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

export const pauseUntil = (epochMs: number): Promise<void> => pause(epochMs - Date.now());
