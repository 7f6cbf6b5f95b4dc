import { add, zeroQuantity, type Quantity } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Orphan } from '#prisma/generated/client.ts';
import { assetsOfOrders, endOrphan, noteSight, type RecordedCoin } from '#prisma/orphans.ts';
import type { ActivityDeps } from '../deps.ts';
import { isSellable, unexplained } from './orphan-rule.ts';

/** What the account has, by coin. */
export type Balances = ReadonlyMap<Asset, { readonly free: Quantity; readonly locked: Quantity }>;

interface Look {
  /** As the record has them, read before the balances. */
  readonly coins: readonly RecordedCoin[];
  readonly open: readonly Orphan[];
  readonly balances: Balances;
  readonly lookedAtMs: number;
}

/**
 * Finds coins that neither were there before their trade nor are left of it, as far as they could
 * be sold; ends those that are explained now. An order that is an orphan itself explains them.
 */
export const orphanCoins = async (deps: ActivityDeps, look: Look): Promise<void> => {
  const { db, installationId, clock } = deps;
  const ofOrders = await assetsOfOrders(db, installationId);
  const seen = new Set<string>();
  for (const coin of look.coins) {
    if (ofOrders.has(coin.asset)) continue;
    const rest = await sellableRest(deps, coin, look.balances);
    if (rest === null) continue;
    seen.add(coin.asset);
    const sight = {
      installationId,
      kind: 'balance',
      subject: `balance:${coin.asset}`,
      symbol: coin.symbol,
      asset: coin.asset,
      listingId: coin.listingId,
      clientOrderId: null,
      exchangeOrderId: null,
      side: null,
      quantity: rest,
      executed: zeroQuantity,
      price: null,
    };
    await noteSight(db, sight, { lookedAtMs: look.lookedAtMs, nowMs: clock.now() });
  }
  const looked = new Set<string>(look.coins.map(({ asset }) => asset));
  for (const { id, asset } of look.open) {
    if (seen.has(asset)) continue;
    const note = ofOrders.has(asset)
      ? 'An order explains it.'
      : looked.has(asset)
        ? 'The account has no more of it than is explained.'
        : 'The coin is traded again.';
    await endOrphan(db, { id, state: 'gone', by: 'reconcile', note, nowMs: clock.now() });
  }
};

/** Null when nothing is unexplained, or too little to be sold. */
const sellableRest = async (
  deps: ActivityDeps,
  coin: RecordedCoin,
  balances: Balances,
): Promise<Quantity | null> => {
  const balance = balances.get(coin.asset);
  if (balance === undefined) return null;
  const rest = unexplained(add(balance.free, balance.locked), coin);
  if (!isSellable(rest, null, null)) return null;
  const rules = await deps.rules.of(coin.symbol);
  const bid = (await deps.exchange.bookTop(coin.symbol)).bid?.price ?? null;
  return isSellable(rest, rules, bid) ? rest : null;
};
