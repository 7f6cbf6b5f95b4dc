import type { UTCTimestamp } from 'lightweight-charts';
import type { OrderView } from '#api/schemas/order.ts';
import type { TradeView } from '#api/schemas/trade.ts';
import { directionOf, formatPrice } from './format.ts';

// What a chart draws. A chart counts in floating point: exact numbers stand beside it.

/** The chart's numbers as decimal text without an exponent. */
export const plain = (value: number): string =>
  value.toFixed(14).replace(/0+$/, '').replace(/\.$/, '');

/** Whole seconds since 1970, as the chart counts time. */
export const second = (iso: string): UTCTimestamp =>
  Math.floor(new Date(iso).getTime() / 1000) as UTCTimestamp; // the brand of the same unit

/** Names of colours of the theme. */
type ColourName = 'accent' | 'gain' | 'loss' | 'warn' | 'muted';

interface Mark {
  readonly time: UTCTimestamp;
  readonly position: 'belowBar' | 'aboveBar';
  readonly shape: 'arrowUp' | 'arrowDown' | 'circle';
  readonly color: ColourName;
  readonly text: string;
}

/** Our fills as arrows and the opening as a dot, in the order of time. */
export const marksOf = (
  trade: Pick<TradeView, 'opensAt' | 'stages'>,
  orders: readonly Pick<OrderView, 'executed' | 'sentAt' | 'side' | 'averagePrice'>[],
): readonly Mark[] => {
  const fills = orders.flatMap((order): Mark[] => {
    if (directionOf(order.executed) === 'flat' || order.sentAt === null) return [];
    const price = order.averagePrice === null ? '' : ` ${formatPrice(order.averagePrice)}`;
    const time = second(order.sentAt);
    return order.side === 'buy'
      ? [{ time, position: 'belowBar', shape: 'arrowUp', color: 'accent', text: `Bought${price}` }]
      : [{ time, position: 'aboveBar', shape: 'arrowDown', color: 'warn', text: `Sold${price}` }];
  });
  const opened = trade.stages.triggeredAt === null ? null : trade.opensAt;
  const opening: Mark[] =
    opened === null
      ? []
      : [
          {
            time: second(opened),
            position: 'aboveBar',
            shape: 'circle',
            color: 'muted',
            text: 'Opening',
          },
        ];
  return [...opening, ...fills].toSorted((a, b) => a.time - b.time);
};

interface Level {
  readonly title: string;
  readonly price: number;
  readonly color: ColourName;
}

/** Entry, stop and target, where they are known. */
export const linesOf = (trade: Pick<TradeView, 'entryPrice' | 'guard'>): readonly Level[] => {
  const levels: readonly [string, string | null, ColourName][] = [
    ['entry', trade.entryPrice, 'accent'],
    ['stop', trade.guard?.stopPrice ?? null, 'loss'],
    ['target', trade.guard?.targetPrice ?? null, 'gain'],
  ];
  return levels.flatMap(([title, price, color]) =>
    price === null ? [] : [{ title, price: Number(price), color }],
  );
};

/** Lines may take as much of the scale at each side as the candles have: else these are flat. */
const ROOM_MAX = 1;

/** The range of the candles, widened to the prices that leave the candles readable. */
export const widened = (
  range: { readonly minValue: number; readonly maxValue: number },
  prices: readonly number[],
): { minValue: number; maxValue: number } => {
  const room = (range.maxValue - range.minValue) * ROOM_MAX;
  const near = prices.filter(
    (price) => price >= range.minValue - room && price <= range.maxValue + room,
  );
  return {
    minValue: Math.min(range.minValue, ...near),
    maxValue: Math.max(range.maxValue, ...near),
  };
};
