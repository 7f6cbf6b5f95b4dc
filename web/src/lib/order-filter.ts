import type { OrderView } from '#api/schemas/order.ts';

/** States that an order may have: a new one on the server does not compile until it is here. */
const states: Readonly<Record<OrderView['state'], true>> = {
  unknown: true,
  intended: true,
  sent: true,
  acknowledged: true,
  filled: true,
  partlyFilled: true,
  unfilled: true,
  refused: true,
  neverSent: true,
};

export const ORDER_STATES = Object.keys(states) as readonly OrderView['state'][]; // the keys above

/** Which orders a list shows; it is kept in the address of the page. */
export interface OrderFilter {
  /** Absent for any. */
  readonly state?: OrderView['state'];
}

/** The filter of an address; what cannot be read is left out. */
export const readOrderFilter = (search: Readonly<Record<string, unknown>>): OrderFilter => {
  const state = ORDER_STATES.find((each) => each === search['state']);
  return state === undefined ? {} : { state };
};

const URGENCY: readonly string[] = ['unresolved', 'cannotSell'];

/** What needs a person first: unresolved, then what cannot be sold, then the rest as it came. */
export const byUrgency = (a: { readonly phase: string }, b: { readonly phase: string }): number => {
  const rank = (phase: string) => (URGENCY.includes(phase) ? URGENCY.indexOf(phase) : 2);
  return rank(a.phase) - rank(b.phase);
};
