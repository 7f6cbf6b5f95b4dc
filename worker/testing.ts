import { randomUUID } from 'node:crypto';
import type { Database } from '#prisma/client.ts';

/** Writes a listing with its trade, for the tests of this folder; answers its id. */
export const aTrade = async (
  db: Database,
  trade: {
    readonly installationId: string;
    readonly phase: string;
    readonly symbol: string;
    readonly nowMs: number;
  },
): Promise<string> => {
  const { installationId, phase, symbol, nowMs } = trade;
  const id = randomUUID().replaceAll('-', '').slice(0, 12);
  const names = { id, installationId, base: id.toUpperCase(), quote: 'USDT', symbol };
  const firstSeenAt = new Date(nowMs);
  await db.listing.create({ data: { ...names, generation: 1, state: 'started', firstSeenAt } });
  await db.trade.create({
    data: {
      ...names,
      workflowId: `sniper:${id}`,
      mode: 'test',
      source: 'manual',
      phase,
      summary: 'of the test',
    },
  });
  return id;
};
