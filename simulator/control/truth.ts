import { toAccountRecord } from '../venue/account.ts';
import { toFillRecord, toOrderRecord } from '../venue/order.ts';
import type { Venue } from '../venue/venue.ts';
import type { LoggedRequest } from './request-log.ts';

/** Everything the exchange has booked, and the requests that were given, oldest first. */
export function truthOf(venue: Venue, requests: readonly LoggedRequest[]): object {
  const nowMs = venue.clock.nowMs();
  const accounts = [...venue.accounts()].map((account) => {
    const { secret: _secret, balances, ...rest } = toAccountRecord(account);
    const named = balances.map(([asset, free, locked]) => ({ asset, free, locked }));
    return { ...rest, balances: named };
  });
  return {
    serverTimeMs: nowMs,
    seed: venue.scenario.seed,
    accounts,
    orders: [...venue.orders.all()].map(toOrderRecord),
    fills: venue.orders.fills().map(toFillRecord),
    requests,
  };
}

/** Pairs that were planned, announced or opened, with their plan and where they stand. */
export function listingsOf(venue: Venue): object[] {
  const nowMs = venue.clock.nowMs();
  return [...venue.markets()]
    .filter((market) => market.plan.announceAtMs !== null || market.plan.visibleAtMs > 0)
    .map((market) => ({ ...market.plan, isOpen: market.isOpen(nowMs) }));
}
