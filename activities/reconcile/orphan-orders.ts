import { asset } from '#domain/market-symbol.ts';
import type { OrderReport } from '#domain/order.ts';
import type { Orphan } from '#prisma/generated/client.ts';
import {
  endOrphan,
  noteSight,
  openOrphans,
  recordedTrades,
  type RecordedTrade,
  type WatchedSymbol,
} from '#prisma/orphans.ts';
import type { ActivityDeps } from '../deps.ts';
import { isOrphan } from './orphan-rule.ts';
import { ownOrderId, type OwnOrderId } from './own-order-id.ts';

/** Orders of a trade are looked for from this long before it was written down. */
const LOOK_BACK_MS = 60_000;
/** The exchange lists the orders of 24 hours; older ones were looked at in earlier rounds. */
const LISTED_MS = 24 * 3_600_000;
/** Questions per look about single orders: open orphans, and what the lists seem to show. */
const ASKED_MAX = 5;

interface OwnOrder {
  readonly report: OrderReport;
  readonly own: OwnOrderId;
}

/** Finds orders of ours that the record does not explain, and ends those that it explains now. */
export const orphanOrders = async (
  deps: ActivityDeps,
  watched: readonly WatchedSymbol[],
): Promise<void> => {
  const { db, installationId, clock } = deps;
  const lookedAtMs = clock.now();
  const listed: OwnOrder[] = [];
  for (const each of watched) listed.push(...(await listedOrders(deps, each)));
  const open = await openOrphans(db, { installationId, kind: 'order' });
  const known = new Set(open.map(({ exchangeOrderId }) => exchangeOrderId));
  const fresh = listed.filter(({ report }) => !known.has(report.exchangeOrderId));
  const trades = await tradesOf(deps, fresh);
  const suspects = fresh.filter((each) => judged(each, trades));
  for (const { report } of suspects.slice(0, ASKED_MAX)) {
    const order = await askedFor(deps, report);
    // The list and the record were read at different times: this one is newer than both.
    if (order !== null && judged(order, trades)) await note(deps, order, { trades, lookedAtMs });
  }
  for (const orphan of open.slice(0, ASKED_MAX)) await lookAgain(deps, orphan, lookedAtMs);
};

/** Open and past orders of a pair that carry an id of ours; an order may be in both. */
const listedOrders = async (deps: ActivityDeps, watched: WatchedSymbol): Promise<OwnOrder[]> => {
  const sinceMs = Math.max(watched.sinceMs - LOOK_BACK_MS, deps.clock.now() - LISTED_MS);
  const [open, all] = await Promise.all([
    deps.exchange.openOrders(watched.symbol),
    deps.exchange.allOrders(watched.symbol, { sinceMs }),
  ]);
  const byId = new Map([...open, ...all].map((report) => [report.exchangeOrderId, report]));
  return [...byId.values()].flatMap((report) => ownOrder(deps, report) ?? []);
};

const ownOrder = (deps: ActivityDeps, report: OrderReport): OwnOrder | null => {
  const own = ownOrderId(report.clientOrderId, deps.installationId);
  return own === null ? null : { report, own };
};

const askedFor = async (
  deps: ActivityDeps,
  { symbol, exchangeOrderId }: Pick<OrderReport, 'symbol' | 'exchangeOrderId'>,
): Promise<OwnOrder | null> => {
  const report = await deps.exchange.findOrder(symbol, { exchangeOrderId });
  return report === null ? null : ownOrder(deps, report);
};

type Trades = ReadonlyMap<string, RecordedTrade>;

const tradesOf = (deps: ActivityDeps, orders: readonly OwnOrder[]): Promise<Trades> =>
  recordedTrades(deps.db, {
    installationId: deps.installationId,
    listingIds: orders.map(({ own }) => own.listingId),
  });

const judged = ({ report, own }: OwnOrder, trades: Trades): boolean =>
  isOrphan(report, own, trades.get(own.listingId) ?? null);

const note = async (
  deps: ActivityDeps,
  { report, own }: OwnOrder,
  { trades, lookedAtMs }: { trades: Trades; lookedAtMs: number },
): Promise<void> => {
  const { installationId, clock } = deps;
  const trade = trades.get(own.listingId) ?? null;
  const sight = {
    installationId,
    kind: 'order',
    subject: `order:${report.exchangeOrderId}`,
    symbol: report.symbol,
    asset: trade?.base ?? (await baseOf(deps, report)),
    listingId: trade?.listingId ?? null,
    clientOrderId: own.clientOrderId,
    exchangeOrderId: report.exchangeOrderId,
    side: report.side,
    quantity: report.quantity,
    executed: report.executed,
    price: report.price,
  };
  const row = await noteSight(deps.db, sight, { lookedAtMs, nowMs: clock.now() });
  if (row.state === 'open' && row.timesSeen === 1)
    deps.log.error({ symbol: row.symbol, orphan: row.id, report }, 'An order is not in the record');
};

/** The pair's base as its record says; the pair's own name where it has none any more. */
const baseOf = async (deps: ActivityDeps, { symbol }: OrderReport): Promise<string> =>
  (await deps.rules.of(symbol))?.base ?? asset(symbol);

/** An orphan that is open: seen again, or gone. */
const lookAgain = async (deps: ActivityDeps, orphan: Orphan, lookedAtMs: number): Promise<void> => {
  const ref = {
    symbol: orphan.symbol as OrderReport['symbol'], // these two were written from a report
    exchangeOrderId: orphan.exchangeOrderId as OrderReport['exchangeOrderId'],
  };
  const order = await askedFor(deps, ref);
  const trades = order === null ? new Map<string, never>() : await tradesOf(deps, [order]);
  if (order !== null && judged(order, trades)) return note(deps, order, { trades, lookedAtMs });
  const { db, clock } = deps;
  await endOrphan(db, {
    id: orphan.id,
    state: 'gone',
    by: 'reconcile',
    note:
      order === null
        ? 'The exchange has no such order any more.'
        : `It is ${order.report.status} at the exchange, and the record explains what it executed.`,
    nowMs: clock.now(),
  });
};
