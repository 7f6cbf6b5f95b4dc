import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { OrderView } from '#api/schemas/order.ts';
import type { TradeView } from '#api/schemas/trade.ts';
import type { CandleView } from '../api/queries.ts';
import { formatPrice } from '../lib/format.ts';

interface Chart {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  lines: IPriceLine[];
}

const HEIGHT = 320;

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const build = (element: HTMLElement): Chart => {
  const chart = createChart(element, {
    height: HEIGHT,
    autoSize: true,
    layout: {
      background: { color: 'transparent' },
      textColor: colour('muted'),
      attributionLogo: false,
      fontFamily: "'Inter Variable', system-ui, sans-serif",
    },
    grid: { vertLines: { color: colour('line') }, horzLines: { color: colour('line') } },
    timeScale: { timeVisible: true, secondsVisible: true, borderColor: colour('line') },
    rightPriceScale: { borderColor: colour('line') },
    localization: { priceFormatter: (price: number) => formatPrice(plain(price)) },
  });
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colour('gain'),
    downColor: colour('loss'),
    wickUpColor: colour('gain'),
    wickDownColor: colour('loss'),
    borderVisible: false,
    priceFormat: { type: 'price', minMove: 1e-12, precision: 12 },
  });
  return { chart, candles, markers: createSeriesMarkers(candles, []), lines: [] };
};

/** The chart's numbers as decimal text without an exponent. */
const plain = (value: number): string => value.toFixed(14).replace(/\.?0+$/, '');

const second = (iso: string): UTCTimestamp =>
  Math.floor(new Date(iso).getTime() / 1000) as UTCTimestamp; // seconds, as the chart counts

const markersOf = (orders: readonly OrderView[]): SeriesMarker<Time>[] =>
  orders
    .flatMap((order) =>
      order.executed === '0' || order.sentAt === null ? [] : [{ order, at: order.sentAt }],
    )
    .map(({ order, at }) => ({
      time: second(at),
      position: order.side === 'buy' ? ('belowBar' as const) : ('aboveBar' as const),
      shape: order.side === 'buy' ? ('arrowUp' as const) : ('arrowDown' as const),
      color: order.side === 'buy' ? colour('accent') : colour('warn'),
      text: `${order.side === 'buy' ? 'Bought' : 'Sold'} ${formatPrice(order.averagePrice ?? '0')}`,
    }));

const linesOf = (trade: TradeView) =>
  [
    { title: 'entry', price: trade.entryPrice, color: colour('accent') },
    { title: 'stop', price: trade.guard?.stopPrice ?? null, color: colour('loss') },
    { title: 'target', price: trade.guard?.targetPrice ?? null, color: colour('gain') },
  ].flatMap(({ title, price, color }) =>
    price === null ? [] : [{ title, price: Number(price), color, axisLabelVisible: true }],
  );

/** Candles as our own stream saw them, our fills as arrows, entry, stop and target as lines. */
export const PriceChart = ({
  trade,
  candles,
  orders,
}: {
  trade: TradeView;
  candles: readonly CandleView[];
  orders: readonly OrderView[];
}) => {
  const element = useRef<HTMLDivElement>(null);
  const built = useRef<Chart | null>(null);
  useEffect(() => {
    if (element.current === null) return undefined;
    built.current = build(element.current);
    return () => {
      built.current?.chart.remove();
      built.current = null;
    };
  }, []);
  useEffect(() => {
    const chart = built.current;
    if (chart === null) return;
    chart.candles.setData(
      candles.map((candle) => ({
        time: second(candle.at),
        open: Number(candle.open),
        high: Number(candle.high),
        low: Number(candle.low),
        close: Number(candle.close),
      })),
    );
    chart.markers.setMarkers(markersOf(orders));
    for (const line of chart.lines) chart.candles.removePriceLine(line);
    chart.lines = linesOf(trade).map((line) => chart.candles.createPriceLine(line));
  }, [candles, orders, trade]);
  const last = candles.at(-1);
  return (
    <figure data-testid="price-chart" data-candles={candles.length} className="p-2">
      <div ref={element} className="h-80" aria-hidden="true" />
      <figcaption className="px-2 text-2xs text-muted">
        {last === undefined
          ? 'No trade has been seen yet.'
          : `${candles.length} seconds of trading seen; last price ${formatPrice(last.close)} ${trade.quote}.`}
      </figcaption>
    </figure>
  );
};
