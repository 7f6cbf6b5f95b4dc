import type { OrderReport, Execution, ClientOrderId, NewOrder, Leg } from '#domain/order.ts';
import { outcomeOf } from '#domain/order.ts';
import {
  addTallies,
  emptyTally,
  entryPriceOf,
  heldQuantity,
  tally,
  type Tally,
} from '#domain/position.ts';
import { add, isZero, notional, quantity, type Price, type Quantity } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Database, Db } from './client.ts';
import { toExecution } from './to-domain.ts';

/** One order of a leg with what is proven about it. `report` is null when nothing ever reached the exchange. */
export interface SettledOrder {
  readonly clientOrderId: ClientOrderId;
  readonly n: number;
  readonly report: OrderReport | null;
  readonly executions: readonly Execution[];
  readonly refusal: { readonly code: number; readonly reason: string } | null;
}

export interface SettleLeg {
  readonly listingId: string;
  readonly workflowId: string;
  readonly leg: Leg;
  readonly pair: { readonly base: Asset; readonly quote: Asset };
  readonly orders: readonly SettledOrder[];
  readonly nowMs: number;
}

/** What a trade has bought, sold and holds after a leg was settled. */
export interface PositionAfter {
  readonly bought: Tally;
  readonly sold: Tally;
  readonly held: Quantity;
  readonly entryPrice: Price | null;
}

/** Writes an order down before it is sent. May repeat. */
export const recordIntent = async (
  db: Db,
  intent: {
    listingId: string;
    workflowId: string;
    leg: Leg;
    n: number;
    order: NewOrder;
    nowMs: number;
  },
): Promise<void> => {
  const { order } = intent;
  const values = { type: order.type, price: order.price, quantity: order.quantity };
  await db.tradeOrder.upsert({
    where: { clientOrderId: order.clientOrderId },
    create: {
      ...values,
      clientOrderId: order.clientOrderId,
      listingId: intent.listingId,
      workflowId: intent.workflowId,
      leg: intent.leg,
      n: intent.n,
      symbol: order.symbol,
      side: order.side,
      state: 'intended',
      createdAt: new Date(intent.nowMs),
    },
    update: values,
  });
};

/** Which of these orders were ever about to be sent. */
export const recordedIds = async (
  db: Db,
  clientOrderIds: readonly ClientOrderId[],
): Promise<ReadonlySet<string>> => {
  const rows = await db.tradeOrder.findMany({
    where: { clientOrderId: { in: [...clientOrderIds] } },
    select: { clientOrderId: true },
  });
  return new Set(rows.map((row) => row.clientOrderId));
};

export interface SendRecord {
  readonly clientOrderId: ClientOrderId;
  readonly order: NewOrder;
  readonly state: 'sent' | 'acknowledged' | 'refused' | 'unknown' | 'neverSent';
  readonly exchangeOrderId: string | null;
  readonly sentAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly refusal: { readonly code: number; readonly reason: string } | null;
  readonly doubt: string | null;
}

/** What one send came to, as the sender saw it. May repeat. */
export const recordSend = async (db: Db, send: SendRecord): Promise<void> => {
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  await db.tradeOrder.update({
    where: { clientOrderId: send.clientOrderId },
    data: {
      price: send.order.price,
      quantity: send.order.quantity,
      state: send.state,
      exchangeOrderId: send.exchangeOrderId,
      attempts: send.state === 'neverSent' ? 0 : 1,
      sentAt: at(send.sentAtMs),
      answeredAt: at(send.answeredAtMs),
      latencyMs:
        send.sentAtMs === null || send.answeredAtMs === null
          ? null
          : send.answeredAtMs - send.sentAtMs,
      refusalCode: send.refusal?.code ?? null,
      refusalText: send.refusal?.reason ?? null,
      doubt: send.doubt,
    },
  });
};

/**
 * Ends a leg: its orders and fills as the exchange holds them, the trade's sums, the closed permit
 * and (for an entry) the settled reservation, all in one transaction. May repeat: fills have
 * natural keys, and a closed leg only answers what it came to.
 */
export const settleLeg = (db: Database, settle: SettleLeg): Promise<PositionAfter> =>
  db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "SendPermit" WHERE "listingId" = ${settle.listingId} FOR UPDATE`;
    const permit = await tx.sendPermit.findUnique({
      where: { listingId_leg: { listingId: settle.listingId, leg: settle.leg } },
    });
    if (permit?.state !== 'closed') {
      for (const order of settle.orders) await writeOrder(tx, settle, order);
      await neverSent(tx, settle);
      await tx.sendPermit.updateMany({
        where: { listingId: settle.listingId, leg: settle.leg },
        data: { state: 'closed', closedAt: new Date(settle.nowMs) },
      });
    }
    const after = await positionOf(tx, settle.listingId, settle.pair);
    if (permit?.state !== 'closed') {
      if (settle.leg === 'entry') await settleReservation(tx, settle, after.bought);
      await writeSums(tx, settle.listingId, after);
    }
    return after;
  });

/** Writes an order with what is proven about it, and its fills. May repeat. */
export const writeOrder = async (tx: Db, settle: SettleLeg, order: SettledOrder): Promise<void> => {
  const { report } = order;
  if (report === null) {
    await tx.tradeOrder.updateMany({
      where: { clientOrderId: order.clientOrderId },
      data: {
        state: order.refusal === null ? 'neverSent' : 'refused',
        settledAt: new Date(settle.nowMs),
        doubt: null,
      },
    });
    return;
  }
  await tx.tradeOrder.upsert({
    where: { clientOrderId: order.clientOrderId },
    create: {
      clientOrderId: order.clientOrderId,
      listingId: settle.listingId,
      workflowId: settle.workflowId,
      leg: settle.leg,
      n: order.n,
      symbol: report.symbol,
      side: report.side,
      type: 'limitIoc',
      price: report.price,
      quantity: report.quantity,
      createdAt: new Date(report.createdAtMs),
      ...finalState(report, settle.nowMs),
    },
    update: { ...finalState(report, settle.nowMs) },
  });
  await tx.fill.createMany({
    data: order.executions.map((execution) => fillRow(execution, order.clientOrderId, settle.pair)),
    skipDuplicates: true,
  });
};

const finalState = (report: OrderReport, nowMs: number) => ({
  state: outcomeOf(report).kind,
  exchangeOrderId: report.exchangeOrderId,
  executed: report.executed,
  executedQuote: report.executedQuote,
  attempts: 1,
  doubt: null,
  settledAt: new Date(nowMs),
});

const fillRow = (execution: Execution, id: ClientOrderId, pair: SettleLeg['pair']) => ({
  tradeId: execution.tradeId,
  clientOrderId: id,
  price: execution.price,
  quantity: execution.quantity,
  quote: execution.quote,
  fee: execution.fee,
  feeAsset: execution.feeAsset,
  feeQuote: feeInQuote(execution, pair),
  isMaker: execution.isMaker,
  at: new Date(execution.atMs),
});

const feeInQuote = (execution: Execution, pair: SettleLeg['pair']): string | null => {
  if (execution.feeAsset === pair.quote) return execution.fee;
  if (execution.feeAsset === pair.base) return notional(execution.price, quantity(execution.fee));
  return null;
};

/** Intents of the leg that no proof names were never sent. */
const neverSent = async (tx: Db, settle: SettleLeg): Promise<void> => {
  await tx.tradeOrder.updateMany({
    where: { listingId: settle.listingId, leg: settle.leg, state: 'intended' },
    data: { state: 'neverSent', settledAt: new Date(settle.nowMs) },
  });
};

/** Sums of a trade from its fills: the record, not a running total that could drift. */
export const positionOf = async (
  tx: Db,
  listingId: string,
  pair: SettleLeg['pair'],
): Promise<PositionAfter> => {
  const fills = await tx.fill.findMany({
    where: { order: { listingId } },
    include: { order: { select: { side: true, exchangeOrderId: true } } },
  });
  const sumOf = (side: 'buy' | 'sell'): Tally =>
    fills
      .filter((fill) => fill.order.side === side)
      .map((fill) => tally([toExecution(fill, fill.order.exchangeOrderId)], pair))
      .reduce(addTallies, emptyTally);
  const bought = sumOf('buy');
  const sold = sumOf('sell');
  return { bought, sold, held: heldQuantity(bought, sold), entryPrice: entryPriceOf(bought) };
};

const settleReservation = async (tx: Db, settle: SettleLeg, bought: Tally): Promise<void> => {
  const spent = add(bought.quote, bought.feeQuote);
  await tx.riskReservation.updateMany({
    where: { listingId: settle.listingId, state: 'reserved' },
    data: {
      state: isZero(bought.size) ? 'released' : 'spent',
      spent,
      settledAt: new Date(settle.nowMs),
    },
  });
};

/** Writes what a trade has bought, sold and paid. May repeat. */
export const writeSums = async (tx: Db, listingId: string, after: PositionAfter): Promise<void> => {
  await tx.trade.updateMany({
    where: { id: listingId },
    data: {
      bought: after.bought.size,
      sold: after.sold.size,
      spent: after.bought.quote,
      received: after.sold.quote,
      fees: add(after.bought.feeQuote, after.sold.feeQuote),
      entryPrice: after.entryPrice,
    },
  });
};
