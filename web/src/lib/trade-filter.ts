import type { TradeView } from '#api/schemas/trade.ts';

export const SHOWN = ['ended', 'bought', 'notBought', 'open'] as const;

/** Which trades a list shows; it is kept in the address of the page. */
export interface TradeFilter {
  readonly show: (typeof SHOWN)[number];
  /** Part of the pair's name; absent for any. */
  readonly pair?: string;
}

/** The filter of an address; what cannot be read is left out. */
export const readTradeFilter = (search: Readonly<Record<string, unknown>>): TradeFilter => {
  const { show, pair } = search;
  return {
    show: SHOWN.find((each) => each === show) ?? 'ended',
    // An address reads a name of digits only as a number.
    ...((typeof pair === 'string' && pair !== '') || typeof pair === 'number'
      ? { pair: String(pair) }
      : {}),
  };
};

export const passes = (
  trade: Pick<TradeView, 'symbol' | 'profit'>,
  { show, pair = '' }: TradeFilter,
): boolean => {
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
