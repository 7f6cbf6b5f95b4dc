import { add, isZero, type Quantity } from '#domain/amount.ts';
import { tradingOptions, type ExitOptions } from '#domain/configuration.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Leg } from '#domain/order.ts';
import { profitOf } from '#domain/position.ts';
import type { Outcome } from '#domain/trade.ts';
import type { Database, Db } from './client.ts';
import type { Trade } from './generated/client.ts';
import {
  positionOf,
  writeOrder,
  writeSums,
  type PositionAfter,
  type SettledOrder,
} from './orders.ts';
import { resolveOrphanAlert } from './orphans.ts';

export interface Adoption {
  readonly orphanId: string;
  readonly listingId: string;
  readonly leg: Leg;
  /** As the exchange has it, final, with all of its executions. */
  readonly order: SettledOrder;
  /** The task that writes it. */
  readonly workflowId: string;
  readonly by: string;
  readonly nowMs: number;
  /** Whether the exchange would take an order of this size. */
  readonly isSellable: (size: Quantity) => boolean;
}

/** After the last signed time an order may still be admitted and seen; see docs/adr/0004. */
const SETTLED_AFTER_MS = 17_000;

export type Adopted =
  | {
      readonly kind: 'adopted';
      /** The trade holds coins again and needs an owner. */
      readonly reopened: boolean;
      readonly held: Quantity;
    }
  | { readonly kind: 'refused'; readonly because: string };

/**
 * Takes an order that is proven ours into the record of its closed trade: order and fills, the
 * trade's sums, what was really spent, all in one transaction. A trade that holds sellable coins
 * again is open again, without an owner. Its leg's permit is closed if it was not, so that its ids
 * are not used again. May repeat: what was adopted is answered as adopted.
 */
export const adoptOrder = (db: Database, adoption: Adoption): Promise<Adopted> =>
  db.$transaction(async (tx) => {
    const { listingId, orphanId } = adoption;
    await tx.$queryRaw`SELECT 1 FROM "Trade" WHERE id = ${listingId} FOR UPDATE`;
    await tx.$queryRaw`SELECT 1 FROM "SendPermit" WHERE "listingId" = ${listingId} FOR UPDATE`;
    const orphan = await tx.orphan.findUniqueOrThrow({ where: { id: orphanId } });
    const trade = await tx.trade.findUniqueOrThrow({ where: { id: listingId } });
    const pair = { base: trade.base as Asset, quote: trade.quote as Asset };
    if (orphan.state === 'adopted') {
      const { held } = await positionOf(tx, listingId, pair);
      return { kind: 'adopted', reopened: trade.phase !== 'closed', held };
    }
    if (orphan.state !== 'open') return refused(`it is ${orphan.state}`);
    const exits = await exitsOf(tx, trade);
    if (exits === null) return refused('the record has no configuration of its trade');
    if (trade.phase !== 'closed')
      return refused(
        `its trade is ${trade.phase}: adopt it when that has ended, or sell by hand at the exchange`,
      );
    if (!(await closePermit(tx, adoption)))
      return refused(
        `more may be sent of leg ${adoption.leg} of its trade: try again in half a minute`,
      );
    const settle = { ...adoption, workflowId: trade.workflowId, pair, orders: [] };
    await writeOrder(tx, settle, adoption.order);
    const after = await positionOf(tx, listingId, pair);
    await writeSums(tx, listingId, after);
    await bookSpending(tx, { adoption, trade, after });
    const reopened = adoption.isSellable(after.held);
    if (reopened) await reopen(tx, { adoption, trade, after }, exits);
    else await bookClosed(tx, trade, after);
    await log(tx, adoption, after);
    await resolve(tx, adoption);
    return { kind: 'adopted', reopened, held: after.held };
  });

const refused = (because: string): Adopted => ({ kind: 'refused', because });

/**
 * False when somebody has the permit and may still send by it: longer than the receive window and
 * the allowance of docs/adr/0004 after the last signature nothing can follow, and the trade, which
 * is closed, asks no more.
 */
const closePermit = async (tx: Db, adoption: Adoption): Promise<boolean> => {
  const { listingId, leg, workflowId } = adoption;
  const silentSince = new Date(adoption.nowMs - SETTLED_AFTER_MS);
  const closedAt = new Date(adoption.nowMs);
  await tx.sendPermit.createMany({
    data: { listingId, leg, workflowId, token: 'adopted', state: 'closed', closedAt },
    skipDuplicates: true,
  });
  await tx.sendPermit.updateMany({
    where: {
      listingId,
      leg,
      OR: [{ state: 'free' }, { state: 'taken', notAfter: { lt: silentSince } }],
    },
    data: { state: 'closed', closedAt },
  });
  return (await tx.sendPermit.count({ where: { listingId, leg, state: 'closed' } })) === 1;
};

/** Exits that its trade was meant to have; null when nobody knows. */
const exitsOf = async (tx: Db, { configurationId }: Trade): Promise<ExitOptions | null> => {
  if (configurationId === null) return null;
  const row = await tx.botConfiguration.findUnique({ where: { id: configurationId } });
  return row === null ? null : tradingOptions.parse(row.options).exit;
};

interface Adopting {
  readonly adoption: Adoption;
  readonly trade: Trade;
  readonly after: PositionAfter;
}

/** What an entry has really spent counts in the limits, also when its money was given back. */
const bookSpending = async (tx: Db, { adoption, trade, after }: Adopting): Promise<void> => {
  if (adoption.leg !== 'entry') return;
  const at = new Date(adoption.nowMs);
  const spent = add(after.bought.quote, after.bought.feeQuote);
  const settled = { state: 'spent', spent, settledAt: at };
  await tx.riskReservation.upsert({
    where: { listingId: trade.id },
    create: {
      ...settled,
      listingId: trade.id,
      installationId: trade.installationId,
      workflowId: trade.workflowId,
      quote: trade.quote,
      amount: spent,
      countsAt: at,
      createdAt: at,
    },
    update: settled,
  });
};

/** Nobody guarded it meanwhile: the highest bid counts anew. One that was denied has no plan yet. */
const reopen = async (
  tx: Db,
  { adoption, trade, after }: Adopting,
  exits: ExitOptions,
): Promise<void> => {
  const first = adoption.order.executions.map(({ atMs }) => atMs).toSorted((a, b) => a - b)[0];
  await tx.tradePlan.createMany({
    data: {
      listingId: trade.id,
      exits,
      budget: after.bought.quote,
      updatedAt: new Date(adoption.nowMs),
    },
    skipDuplicates: true,
  });
  await tx.trade.update({
    where: { id: trade.id },
    data: {
      phase: 'holding',
      outcome: null,
      closedAt: null,
      profit: null,
      exitReason: null,
      highWater: null,
      ...(trade.filledAt === null && first !== undefined ? { filledAt: new Date(first) } : {}),
    },
  });
};

const bookClosed = async (tx: Db, trade: Trade, after: PositionAfter): Promise<void> => {
  const outcome: Outcome = isZero(after.sold.size) && !isZero(after.held) ? 'dust' : 'traded';
  await tx.trade.update({
    where: { id: trade.id },
    data: { outcome, profit: profitOf(after.bought, after.sold) },
  });
};

const log = async (tx: Db, adoption: Adoption, after: PositionAfter): Promise<void> => {
  const { workflowId, listingId, order } = adoption;
  const text = `Adopted by ${adoption.by}: order ${order.clientOrderId} executed ${order.report?.executed ?? '0'}; ${after.held} is held`;
  const sequence = (await tx.tradeLog.count({ where: { workflowId } })) + 1;
  await tx.tradeLog.create({
    data: {
      workflowId,
      sequence,
      tradeId: listingId,
      at: new Date(adoption.nowMs),
      kind: 'order',
      text,
      detail: { report: { ...order.report } },
    },
  });
  await tx.trade.update({ where: { id: listingId }, data: { summary: text } });
};

const resolve = async (tx: Db, { orphanId, by, nowMs }: Adoption): Promise<void> => {
  await tx.orphan.update({
    where: { id: orphanId },
    data: {
      state: 'adopted',
      resolvedAt: new Date(nowMs),
      resolvedBy: by,
      note: 'The order is part of its trade now.',
    },
  });
  await resolveOrphanAlert(tx, orphanId, nowMs);
};
