import { compare, isZero, quantity, zeroQuantity } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import type { unfinishedTrades } from '#prisma/recovery.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Balances } from './orphan-coins.ts';

type Unfinished = Awaited<ReturnType<typeof unfinishedTrades>>;

/** Trades that should have coins on the account. */
export const holding = (trades: Unfinished): Unfinished =>
  trades.filter(({ held }) => !isZero(quantity(held)));

/** Coins that somebody else has sold; told to people, and the next sale finds out. */
export const shortBalances = async (
  deps: ActivityDeps,
  trades: Unfinished,
  balances: Balances,
): Promise<string[]> => {
  const { db, installationId } = deps;
  const short: string[] = [];
  for (const { base, symbol, held, listingId } of trades) {
    const balance = balances.get(base as Asset);
    const episode = { installationId, episodeKey: `short:${listingId}`, nowMs: deps.clock.now() };
    const has = balance?.free ?? zeroQuantity;
    if (compare(has, quantity(held)) >= 0 || (balance !== undefined && !isZero(balance.locked))) {
      await resolveAlert(db, episode);
      continue;
    }
    short.push(base);
    await raiseAlert(db, {
      ...episode,
      severity: 'warning',
      title: `Less ${base} than was bought`,
      text: `The trade of ${symbol} holds ${held} ${base}, the account has ${has}. Somebody else sold it, or moved it away. The guard goes on with what is there.`,
      listingId,
    });
  }
  return short;
};
