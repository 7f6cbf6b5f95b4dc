import { isOrderIdOf, type NewOrder } from '#domain/order.ts';

/** Asked at the instant of each send, in the client itself, so that no caller can forget it. */
export interface OrderGate {
  /** Why the order must not leave, one sentence; null when it may. Never throws, never waits. */
  refusal(order: NewOrder): string | null;
}

/** What a client without a gate has: it reads, and places nothing. */
export const shutGate: OrderGate = {
  refusal: () => 'this client was made for reading: it places no orders',
};

/**
 * Lets through only orders of one installation, which its client ids name: a position of another
 * mode or account is never traded here. Entries ask `entryRefusal` besides; exits ask nobody.
 */
export const gateOf = (installationId: string, entryRefusal: () => string | null): OrderGate => ({
  refusal: ({ clientOrderId, side }) => {
    if (!isOrderIdOf(installationId, clientOrderId))
      return `${clientOrderId} is not of the installation ${installationId} that this process acts for`;
    return side === 'buy' ? entryRefusal() : null;
  },
});
