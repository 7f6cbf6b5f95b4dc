import { describe, ExchangeError } from '#exchange/failure.ts';
import { recordedCoins, watchedSymbols, type WatchedSymbol } from '#prisma/orphans.ts';
import { unfinishedTrades } from '#prisma/recovery.ts';
import type { ActivityDeps } from '../deps.ts';
import { tellOfOrphans } from './orphan-alerts.ts';
import { orphanCoins } from './orphan-coins.ts';
import { orphanOrders } from './orphan-orders.ts';
import { patientDeps } from './patient-deps.ts';
import { createRotation } from './rotation.ts';
import { holding, shortBalances } from './short-balances.ts';

/** What a look at the account came to. */
interface AccountLook {
  /** Coins of which the account holds less than our trades say; null: the exchange did not say. */
  readonly short: readonly string[] | null;
  /** Orphans that are open now: orders of ours and coins that the record does not explain. */
  readonly orphans: number | null;
  /** Why the exchange did not say; null when it did. */
  readonly problem: string | null;
}

/** A closed trade is looked at this long: an order that the exchange admits late shows within it. */
const WATCHED_AFTER_CLOSE_MS = 3_600_000;
/**
 * Pairs per look. The exchange lists orders by pair, the open ones for a weight of 3 and all for 10.
 * With 10 for the balances, and 2 for each of at most 10 questions, a look costs less than 70 every
 * 30 s. A worker may use 120 in 10 s under the stricter of the two published limits (300 for the
 * account, 0.4 of it for workers): its guards need the rest. 100 pairs have all had their turn after
 * 17 minutes, and a closed trade is looked at for an hour.
 */
const SYMBOLS_PER_LOOK = 3;

/**
 * Holds balances, open orders and executed orders against the record, and tells people what it
 * finds. May repeat: at the exchange it only reads. One that does not answer, or refuses, is told as
 * the problem: the next look comes soon.
 */
export const lookAtAccount = (hasty: ActivityDeps) => {
  const deps = patientDeps(hasty);
  const rotation = createRotation<WatchedSymbol>(({ symbol }) => symbol);
  return async (): Promise<AccountLook> => {
    const { db, installationId, clock } = deps;
    const closedAfterMs = clock.now() - WATCHED_AFTER_CLOSE_MS;
    const watched = await watchedSymbols(db, { installationId, closedAfterMs });
    try {
      await orphanOrders(deps, rotation.next(watched, SYMBOLS_PER_LOOK));
      const short = await lookAtBalances(deps, closedAfterMs);
      return { short, orphans: await tellOfOrphans(deps), problem: null };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      const problem = describe(error.failure);
      deps.log.info({ problem }, 'The account could not be held against the record');
      return { short: null, orphans: null, problem };
    }
  };
};

/** The record is read before the balances: what it says is closed was sold before. */
const lookAtBalances = async (deps: ActivityDeps, closedAfterMs: number): Promise<string[]> => {
  const { db, installationId } = deps;
  const lookedAtMs = deps.clock.now();
  const open = await db.orphan.findMany({
    where: { installationId, kind: 'balance', state: 'open' },
  });
  const named = open.map(({ asset }) => asset);
  const coins = await recordedCoins(db, { installationId, closedAfterMs, named });
  const trades = holding(await unfinishedTrades(db, installationId));
  if (coins.length === 0 && trades.length === 0 && open.length === 0) return [];
  const balances = await deps.exchange.balances();
  await orphanCoins(deps, { coins, open, balances, lookedAtMs });
  return shortBalances(deps, trades, balances);
};
