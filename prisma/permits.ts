import type { Quantity } from '#domain/amount.ts';
import { compare, subtractToZero, zeroQuantity, add } from '#domain/amount.ts';
import { gateProblem } from '#domain/live-gate.ts';
import type { NewOrder } from '#domain/order.ts';
import type { Arming, KillLevel, PermitTake } from '#domain/permit.ts';
import type { Database, Db } from './client.ts';
import type { Statements } from './direct.ts';
import type { SendPermit } from './generated/client.ts';
import { readGate, type GateAsker } from './live.ts';
import { toQuantity } from './to-domain.ts';

// The right to send (docs/adr/0003). Every change is one compare-and-set or one transaction.

export type ArmAnswer =
  | { readonly kind: 'armed' }
  /** Somebody has the permit: orders of this leg may exist. Nothing of it is signed later than this. */
  | { readonly kind: 'taken'; readonly notAfterMs: number }
  | { readonly kind: 'closed' };

/**
 * Makes `token` the only one that can take the leg's permit. May repeat: the same token again is
 * the same arming. An entry's may have been taken with it by a head start: `armed` then, and who tries
 * to take it once more is told that it is held.
 */
export const armLeg = async (
  db: Statements,
  arming: Arming & { workflowId: string; quantity: Quantity | null },
): Promise<ArmAnswer> => {
  const { listingId, leg, token, workflowId, quantity } = arming;
  const rows = await db.$queryRaw<Pick<SendPermit, 'state' | 'token' | 'notAfter'>[]>`
    INSERT INTO "SendPermit" AS held ("listingId", leg, token, "workflowId", state, quantity)
    VALUES (${listingId}, ${leg}, ${token}, ${workflowId}, 'free', ${quantity}::numeric)
    ON CONFLICT ("listingId", leg) DO UPDATE SET
      token = CASE held.state WHEN 'free' THEN excluded.token ELSE held.token END,
      quantity = CASE held.state WHEN 'free' THEN excluded.quantity ELSE held.quantity END
    RETURNING state, token, "notAfter"`;
  const [row] = rows;
  if (row === undefined) throw new Error(`the permit of ${listingId} ${leg} could not be written`);
  if (row.state === 'closed') return { kind: 'closed' };
  const isOwn = leg === 'entry' && row.token === token;
  if (row.state === 'taken' && !isOwn)
    return { kind: 'taken', notAfterMs: row.notAfter?.getTime() ?? 0 };
  return { kind: 'armed' };
};

export interface TakePermit extends Arming {
  readonly installationId: string;
  readonly workflowId: string;
  readonly holder: string;
  readonly nowMs: number;
  readonly notAfterMs: number;
  /** The first order of the leg, durable before it is sent; price and size may still be open. */
  readonly intent: Pick<NewOrder, 'symbol' | 'side' | 'type' | 'clientOrderId'> & {
    readonly price: NewOrder['price'];
    readonly quantity: Quantity | null;
  };
}

/**
 * Takes the permit of an entry, unless the kill switch is on or the live gate is shut. Never
 * repeated by Temporal. `asker`: whom the process that will send acts for.
 */
export const takeEntryPermit = async (
  db: Database,
  take: TakePermit,
  asker: GateAsker,
): Promise<PermitTake> => {
  const because = await shutFor(db.direct, take, asker);
  return because === null
    ? compareAndSet(db.direct, take, 'unlessKilled')
    : { kind: 'refused', because };
};

/** Why an entry must not be sent: another mode's, or real money without every part of the gate. */
const shutFor = async (
  db: Statements,
  take: TakePermit,
  asker: GateAsker,
): Promise<string | null> => {
  if (take.installationId !== asker.installationId) return foreign(asker);
  if (asker.venue.orders !== 'gated') return null;
  return gateProblem(await readGate(db, asker, take.nowMs));
};

const foreign = ({ venue, installationId }: GateAsker): string =>
  `The trade is of another mode or account; this process acts for ${venue.mode} (${installationId}).`;

/**
 * Takes the permit of an exit: only when every other leg of the listing is settled, and for no
 * more than what was bought less what those legs sold. The live gate is not asked: an exit always
 * may; but only at the venue that bought.
 */
export const takeExitPermit = (
  db: Database,
  take: TakePermit,
  asker: GateAsker,
): Promise<PermitTake> =>
  db.$transaction(async (tx) => {
    if (take.installationId !== asker.installationId)
      return { kind: 'refused', because: foreign(asker) };
    await tx.$queryRaw`SELECT 1 FROM "SendPermit" WHERE "listingId" = ${take.listingId} FOR UPDATE`;
    const others = await tx.sendPermit.findMany({
      where: { listingId: take.listingId, leg: { not: take.leg }, state: { not: 'closed' } },
    });
    const open = others.find((other) => other.state === 'taken' || other.leg === 'entry');
    if (open !== undefined)
      return { kind: 'notYet', why: `leg ${open.leg} is not settled (${open.state})` };
    const left = await unsold(tx, take.listingId);
    if (take.intent.quantity === null || compare(take.intent.quantity, left) > 0)
      return { kind: 'notYet', why: `only ${left} is left to sell` };
    return compareAndSet(tx, take, 'always');
  });

interface Taken {
  /** Of a kill switch that forbids it; null without one. */
  readonly level: string | null;
  readonly reason: string | null;
  readonly taken: boolean;
}

/** The permit and the first order of its leg, in one statement: an entry waits for it. */
const compareAndSet = async (
  db: Statements,
  take: TakePermit,
  when: 'unlessKilled' | 'always',
): Promise<PermitTake> => {
  const { listingId, leg, token, intent } = take;
  const [row] = await db.$queryRaw<Taken[]>`
    /* takePermit */
    WITH kill AS (
      SELECT level, reason FROM "KillSwitch"
      WHERE "installationId" = ${take.installationId} AND ${when === 'unlessKilled'}::boolean
    ), taken AS (
      UPDATE "SendPermit" SET state = 'taken', holder = ${take.holder},
        "takenAt" = ${new Date(take.nowMs)}, "notAfter" = ${new Date(take.notAfterMs)}
      WHERE "listingId" = ${listingId} AND leg = ${leg} AND token = ${token} AND state = 'free'
        AND NOT EXISTS (SELECT 1 FROM kill)
      RETURNING "listingId"
    ), intent AS (
      INSERT INTO "TradeOrder" ("clientOrderId", "listingId", "workflowId", leg, n, symbol, side, type,
        price, quantity, state, "createdAt")
      SELECT ${intent.clientOrderId}, "listingId", ${take.workflowId}, ${leg}, 0, ${intent.symbol},
        ${intent.side}, ${intent.type}, ${intent.price}::numeric, ${intent.quantity}::numeric,
        'intended', ${new Date(take.nowMs)}::timestamptz
      FROM taken
      ON CONFLICT DO NOTHING
    )
    SELECT kill.level, kill.reason, EXISTS (SELECT 1 FROM taken) AS taken
    FROM (SELECT 1) AS one LEFT JOIN kill ON TRUE`;
  if (row === undefined) throw new Error(`the permit of ${listingId} ${leg} could not be taken`);
  if (row.taken) return { kind: 'taken' };
  return row.level === null
    ? refusalOf(db, take)
    : { kind: 'halted', level: row.level as KillLevel, reason: row.reason ?? '' };
};

const refusalOf = async (db: Statements, take: TakePermit): Promise<PermitTake> => {
  const [row] = await db.$queryRaw<Pick<SendPermit, 'state' | 'holder'>[]>`
    SELECT state, holder FROM "SendPermit"
    WHERE "listingId" = ${take.listingId} AND leg = ${take.leg}`;
  if (row === undefined) return { kind: 'gone', why: 'absent' };
  if (row.state === 'closed') return { kind: 'gone', why: 'closed' };
  if (row.state === 'taken') return { kind: 'held', holder: row.holder };
  return { kind: 'gone', why: 'replaced' };
};

/** The token of a permit that was handed back: nobody's, so that only a new arming can take it. */
const HANDED_BACK = 'handed-back';

/** Hands a permit back: only its live holder, and only before it has sent anything. */
export const handBackPermit = async (
  db: Db,
  arming: Arming & { holder: string },
): Promise<boolean> => {
  const { listingId, leg, token, holder } = arming;
  const back = await db.sendPermit.updateMany({
    where: { listingId, leg, token, holder, state: 'taken' },
    data: { state: 'free', token: HANDED_BACK, holder: null, takenAt: null, notAfter: null },
  });
  return back.count === 1;
};

/**
 * Says that the holder of a permit signs nothing later than `notAfterMs`: never later than it said
 * before. May repeat. Only the holder knows that.
 */
export const boundPermit = async (
  db: Db,
  bound: Arming & { holder: string; notAfterMs: number },
): Promise<void> => {
  const { listingId, leg, token, holder } = bound;
  const notAfter = new Date(bound.notAfterMs);
  await db.sendPermit.updateMany({
    where: { listingId, leg, token, holder, state: 'taken', notAfter: { gt: notAfter } },
    data: { notAfter },
  });
};

/** Base bought by this listing's settled legs (after a fee in base) less base sold by them. */
export const unsold = async (tx: Db, listingId: string): Promise<Quantity> => {
  const fills = await tx.fill.findMany({
    where: { order: { listingId } },
    select: { quantity: true, fee: true, feeAsset: true, order: { select: { side: true } } },
  });
  const trade = await tx.trade.findUnique({ where: { id: listingId }, select: { base: true } });
  let bought = zeroQuantity;
  let sold = zeroQuantity;
  for (const fill of fills) {
    const size = toQuantity(fill.quantity);
    const feeBase = fill.feeAsset === trade?.base ? toQuantity(fill.fee) : zeroQuantity;
    if (fill.order.side === 'buy') bought = add(bought, subtractToZero(size, feeBase));
    else sold = add(sold, add(size, feeBase));
  }
  return subtractToZero(bought, sold);
};
