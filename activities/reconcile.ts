import { compare, quantity } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import { releaseLeaks, unfinishedTrades } from '#prisma/recovery.ts';
import type { ActivityDeps } from './deps.ts';

/** What a look at the whole account came to. */
export interface Reconciled {
  /** Trades whose workflow is gone: each needs a new one. */
  readonly ownerless: readonly { readonly listingId: string; readonly workflowId: string }[];
  /** Reservations of closed trades that were given back. */
  readonly leaks: number;
  /** Coins of which the account holds less than our trades say. */
  readonly short: readonly string[];
}

/** After the last signed time an order may still be admitted and seen; see docs/adr/0004. */
const SETTLED_AFTER_MS = 17_000;

/**
 * Holds the record against Temporal and the exchange. May repeat. It changes nothing at the exchange
 * and starts nothing: the workflow does that with what it answers.
 */
export const reconcile = (deps: ActivityDeps) => async (): Promise<Reconciled> => {
  const { db, clock, installationId } = deps;
  const trades = await unfinishedTrades(db, installationId);
  const ownerless = [];
  for (const trade of trades) {
    const state = await deps.ownerState(trade.workflowId);
    if (state === 'running' || clock.now() < trade.sendsUntilMs + SETTLED_AFTER_MS) continue;
    deps.log.error({ symbol: trade.symbol, state }, 'A trade has lost its workflow');
    ownerless.push({ listingId: trade.listingId, workflowId: trade.workflowId });
  }
  const leaks = await releaseLeaks(db, installationId, clock.now());
  if (leaks > 0) deps.log.error({ leaks }, 'Reservations of closed trades were given back');
  return { ownerless, leaks, short: await shortOf(deps, trades) };
};

type Unfinished = Awaited<ReturnType<typeof unfinishedTrades>>;

/** Coins that somebody else has sold; told to people, and the next sale finds out. */
const shortOf = async (deps: ActivityDeps, trades: Unfinished): Promise<string[]> => {
  const held = trades.filter((trade) => compare(quantity(trade.held), quantity('0')) > 0);
  if (held.length === 0) return [];
  const balances = await deps.exchange.balances();
  const short: string[] = [];
  for (const { base, symbol, held: size, listingId } of held) {
    const balance = balances.get(base as Asset);
    const episodeKey = `short:${listingId}`;
    const episode = { installationId: deps.installationId, episodeKey, nowMs: deps.clock.now() };
    const has = balance === undefined ? quantity('0') : balance.free;
    if (compare(has, quantity(size)) >= 0 || balance?.locked !== '0') {
      await resolveAlert(deps.db, episode);
      continue;
    }
    short.push(base);
    await raiseAlert(deps.db, {
      ...episode,
      severity: 'warning',
      title: `Less ${base} than was bought`,
      text: `The trade of ${symbol} holds ${size} ${base}, the account has ${has}. Somebody else sold it, or moved it away. The guard goes on with what is there.`,
      listingId,
    });
  }
  return short;
};
