import type { TradeView } from '#api/schemas/trade.ts';

export const SHOWN = ['ended', 'bought', 'notBought', 'open'] as const;

/** Which trades a list shows; it is kept in the address of the page. */
export interface TradeFilter {
  readonly show: (typeof SHOWN)[number];
  /** Part of the pair's name; absent for any. */
  readonly pair?: string;
  /** First and last day on which they began, UTC, as "2026-06-01"; absent for all. */
  readonly from?: string;
  readonly to?: string;
}

/** A day as it stands in an address; null when it is none. */
const dayOf = (value: unknown): string | null =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : null;

/** The filter of an address; what cannot be read is left out. */
export const readTradeFilter = (search: Readonly<Record<string, unknown>>): TradeFilter => {
  const { show, pair } = search;
  const [from, to] = [dayOf(search['from']), dayOf(search['to'])];
  return {
    show: SHOWN.find((each) => each === show) ?? 'ended',
    // An address reads a name of digits only as a number.
    ...((typeof pair === 'string' && pair !== '') || typeof pair === 'number'
      ? { pair: String(pair) }
      : {}),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  };
};

export const passes = (
  trade: Pick<TradeView, 'symbol' | 'profit' | 'createdAt'>,
  { show, pair = '', from, to }: TradeFilter,
): boolean => {
  const day = trade.createdAt.slice(0, 10);
  if ((from !== undefined && day < from) || (to !== undefined && day > to)) return false;
  if (!trade.symbol.toUpperCase().includes(pair.trim().toUpperCase())) return false;
  switch (show) {
    case 'ended':
    case 'open':
      return true;
    case 'bought':
      return trade.profit !== null;
    case 'notBought':
      return trade.profit === null;
  }
};
