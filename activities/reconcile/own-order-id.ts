import { clientOrderIdFor, type ClientOrderId, type Leg } from '#domain/order.ts';

/** What a client order id of ours says. */
export interface OwnOrderId {
  readonly clientOrderId: ClientOrderId;
  readonly listingId: string;
  readonly leg: Leg;
  /** Counts the orders of the leg from 0. */
  readonly n: number;
}

const SHAPE = /^([a-z0-9]{4})-([a-z0-9]{1,20})-(e|x[1-9]\d{0,4})-(0|[1-9]\d{0,2})$/;

/**
 * Reads an id back that `clientOrderIdFor` has made for this installation; null for every other
 * one: those orders are somebody else's and none of our business.
 */
export const ownOrderId = (text: string | null, installationId: string): OwnOrderId | null => {
  const [, installation, listingId = '', leg = '', digits = ''] = SHAPE.exec(text ?? '') ?? [];
  if (installation !== installationId) return null;
  const own = {
    listingId,
    leg: leg === 'e' ? ('entry' as const) : (`exit-${Number(leg.slice(1))}` as const),
    n: Number(digits),
  };
  const clientOrderId = clientOrderIdFor({ installationId, listingId }, own.leg, own.n);
  return clientOrderId === text ? { ...own, clientOrderId } : null;
};
