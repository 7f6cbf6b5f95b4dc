import { zeroQuantity, type Quantity } from '#domain/amount.ts';
import { dryRunOptions } from '#domain/configuration.ts';
import { asset, type Asset } from '#domain/market-symbol.ts';
import { Decimal } from 'decimal.js';
import type { Db } from '../client.ts';
import { decidingOptions } from '../live.ts';
import { toQuantity } from '../to-domain.ts';

// What the account of a dry run holds. Changed under its lock alone.

/** One change at a time of an installation's wallet, until the transaction ends. */
export const lockWallet = async (tx: Db, installationId: string): Promise<void> => {
  const name = `paper:${installationId}`;
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 2))::text`;
};

/** Where no configuration names a quote. */
const USUAL_QUOTES = ['USDT'];

/**
 * Puts in what a dry run begins with, as the configuration says, until the first order: from then on
 * the wallet is what the orders made of it. May repeat.
 */
export const fillWallet = async (tx: Db, installationId: string): Promise<void> => {
  if ((await tx.paperOrder.count({ where: { installationId }, take: 1 })) > 0) return;
  const options = await decidingOptions(tx, installationId);
  const { wallet } = options?.dryRun ?? dryRunOptions.parse(undefined);
  for (const quote of options?.quotes ?? USUAL_QUOTES)
    await tx.paperBalance.upsert({
      where: { installationId_asset: { installationId, asset: quote } },
      create: { installationId, asset: quote, free: wallet },
      update: { free: wallet },
    });
};

export type Balances = ReadonlyMap<Asset, { readonly free: Quantity; readonly locked: Quantity }>;

export const balancesOf = async (db: Db, installationId: string): Promise<Balances> => {
  const rows = await db.paperBalance.findMany({ where: { installationId } });
  return new Map(
    rows.map((row) => [
      asset(row.asset),
      { free: toQuantity(row.free), locked: toQuantity(row.locked) },
    ]),
  );
};

/** Whether the wallet holds as much, free. */
export const holds = async (
  tx: Db,
  installationId: string,
  { asset: coin, amount }: { asset: Asset; amount: string },
): Promise<boolean> => {
  const free = (await balancesOf(tx, installationId)).get(coin)?.free ?? zeroQuantity;
  return new Decimal(amount).lte(free);
};

/** Signed changes of one coin, decimal text. */
export interface Move {
  readonly asset: Asset;
  readonly free: string;
  readonly locked: string;
}

/** Books changes; throws when a balance would become negative: a broken invariant. */
export const move = async (
  tx: Db,
  installationId: string,
  moves: readonly Move[],
): Promise<void> => {
  for (const { asset: coin, free, locked } of moves) {
    const row = await tx.paperBalance.upsert({
      where: { installationId_asset: { installationId, asset: coin } },
      create: { installationId, asset: coin, free, locked },
      update: { free: { increment: free }, locked: { increment: locked } },
    });
    if (row.free.isNegative() || row.locked.isNegative())
      throw new RangeError(`the paper balance of ${coin} would be negative`);
  }
};
