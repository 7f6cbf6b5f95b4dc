import type { Orphan } from '#prisma/generated/client.ts';
import { iso, isoOrNull, text, textOrNull } from '../views/text.ts';
import type { OrphanView } from './schemas.ts';

/** An orphan as the API shows it. */
export const orphanView = (row: Orphan): OrphanView => ({
  id: row.id,
  kind: row.kind as OrphanView['kind'], // these three are written by reconcile
  symbol: row.symbol,
  asset: row.asset,
  listingId: row.listingId,
  clientOrderId: row.clientOrderId,
  exchangeOrderId: row.exchangeOrderId,
  side: row.side as OrphanView['side'],
  quantity: text(row.quantity),
  executed: text(row.executed),
  price: textOrNull(row.price),
  state: row.state as OrphanView['state'],
  timesSeen: row.timesSeen,
  firstSeenAt: iso(row.firstSeenAt),
  lastSeenAt: iso(row.lastSeenAt),
  resolvedAt: isoOrNull(row.resolvedAt),
  resolvedBy: row.resolvedBy,
  note: row.note,
});
