import { isZero } from '#domain/amount.ts';
import { raiseAlert } from '#prisma/alerts.ts';
import type { Orphan } from '#prisma/generated/client.ts';
import { orphanEpisode } from '#prisma/orphans.ts';
import { toQuantity } from '#prisma/to-domain.ts';
import type { ActivityDeps } from '../deps.ts';

/** Seen once may be a matter of moments; twice in a row is told. */
const TOLD_AFTER = 2;

/** Tells people of every open orphan that was seen twice; answers how many are open. May repeat. */
export const tellOfOrphans = async (deps: ActivityDeps): Promise<number> => {
  const { db, installationId, clock } = deps;
  const open = await db.orphan.findMany({ where: { installationId, state: 'open' } });
  for (const orphan of open.filter(({ timesSeen }) => timesSeen >= TOLD_AFTER))
    await raiseAlert(db, {
      installationId,
      episodeKey: orphanEpisode(orphan.id),
      listingId: orphan.listingId,
      nowMs: clock.now(),
      ...wordsOf(orphan),
    });
  return open.length;
};

interface Words {
  readonly severity: 'critical' | 'warning';
  readonly title: string;
  readonly text: string;
}

const wordsOf = (orphan: Orphan): Words => {
  const { symbol, asset, side, clientOrderId } = orphan;
  const quantity = orphan.quantity.toFixed();
  if (orphan.kind === 'balance')
    return {
      severity: 'warning',
      title: `${asset} that nothing explains`,
      text: `The account has ${quantity} ${asset} more than before the trade of ${symbol} and than that left. Nobody guards them. Sell them at the exchange if they are not meant to be there; dismiss this if they are.`,
    };
  if (isZero(toQuantity(orphan.executed)))
    return {
      severity: 'critical',
      title: `An order of ${symbol} rests that should not`,
      text: `The exchange has an open order of ours (${clientOrderId}, ${side} ${quantity} ${asset}) that no trade waits for. Cancel it.`,
    };
  return {
    severity: 'critical',
    title: `An order of ${symbol} executed unnoticed`,
    text: `An order of ours (${clientOrderId}, ${side} ${orphan.executed.toFixed()} of ${quantity} ${asset}) executed after its trade had given it up. ${adviceOf(orphan)}`,
  };
};

const adviceOf = ({ listingId, side }: Orphan): string => {
  if (listingId === null)
    return 'The record has no such trade, so that nobody can adopt it: deal with it at the exchange, then dismiss it.';
  const then =
    side === 'buy'
      ? 'Nobody guards these coins. Adopt it, as soon as its trade has ended: the trade then guards and sells them.'
      : 'Adopt it, as soon as its trade has ended: the trade then books it.';
  return `${then} Dismiss it if you have dealt with it at the exchange.`;
};
