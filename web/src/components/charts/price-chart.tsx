import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type AutoscaleInfo,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { OrderView } from '#api/schemas/order.ts';
import type { TradeView } from '#api/schemas/trade.ts';
import type { CandleView } from '../../api/queries.ts';
import { linesOf, marksOf, plain, second, widened } from '../../lib/chart-data.ts';
import { formatPrice } from '../../lib/format.ts';
import { clockText, zoneName, type Zone } from '../../lib/time.ts';
import { useZone } from '../../lib/zone.ts';
import { useTheme } from '../../shell/theme.ts';
import { colour } from './colour.ts';

interface Chart {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<'Candlestick'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  /** Prices of the lines: the scale shows them too. */
  readonly levels: { prices: readonly number[] };
  lines: IPriceLine[];
  fitted: boolean;
}

const HEIGHT = 320;
/** Seconds at first, and free ones at both sides. */
const SHOWN = 180;
const ROOM = 6;

/** The range of the candles, widened to the lines that are near enough. */
const withLevels = (found: AutoscaleInfo | null, prices: readonly number[]) => {
  const range = found?.priceRange;
  return found === null || range == null ? found : { ...found, priceRange: widened(range, prices) };
};

const build = (element: HTMLElement, zone: Zone): Chart => {
  const clock = (time: Time): string =>
    typeof time === 'number' ? clockText(new Date(time * 1000).toISOString(), false, zone) : '';
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
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      borderColor: colour('line'),
      tickMarkFormatter: clock,
    },
    rightPriceScale: { borderColor: colour('line') },
    localization: {
      priceFormatter: (price: number) => formatPrice(plain(price)),
      timeFormatter: clock,
    },
  });
  const levels: Chart['levels'] = { prices: [] };
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: colour('gain'),
    downColor: colour('loss'),
    wickUpColor: colour('gain'),
    wickDownColor: colour('loss'),
    borderVisible: false,
    priceFormat: { type: 'price', minMove: 1e-12, precision: 12 },
    autoscaleInfoProvider: (original: () => AutoscaleInfo | null) =>
      withLevels(original(), levels.prices),
  });
  const markers = createSeriesMarkers(candles, []);
  return { chart, candles, markers, levels, lines: [], fitted: false };
};

/** Draws all of it again; the part of time that is looked at stays as it is. */
const draw = (chart: Chart, { trade, candles, orders }: Props) => {
  const levels = linesOf(trade);
  chart.levels.prices = levels.map((line) => line.price);
  chart.candles.setData(
    candles.map((candle) => ({
      time: second(candle.at),
      open: Number(candle.open),
      high: Number(candle.high),
      low: Number(candle.low),
      close: Number(candle.close),
    })),
  );
  chart.markers.setMarkers(
    marksOf(trade, orders).map((mark) => ({ ...mark, color: colour(mark.color) })),
  );
  for (const line of chart.lines) chart.candles.removePriceLine(line);
  chart.lines = levels.map((line) =>
    chart.candles.createPriceLine({ ...line, color: colour(line.color), axisLabelVisible: true }),
  );
  if (chart.fitted || candles.length === 0) return;
  // Room at both sides for the words at the marks.
  chart.chart.timeScale().setVisibleLogicalRange({
    from: Math.max(0, candles.length - SHOWN) - ROOM,
    to: candles.length + ROOM,
  });
  chart.fitted = true;
};

interface Props {
  readonly trade: TradeView;
  readonly candles: readonly CandleView[];
  readonly orders: readonly OrderView[];
}

/** Candles as our own stream saw them, our fills as arrows, entry, stop and target as lines. */
export const PriceChart = ({ trade, candles, orders }: Props) => {
  const element = useRef<HTMLDivElement>(null);
  const built = useRef<Chart | null>(null);
  const theme = useTheme();
  const zone = useZone();
  useEffect(() => {
    if (element.current === null) return undefined;
    built.current = build(element.current, zone);
    return () => {
      built.current?.chart.remove();
      built.current = null;
    };
  }, [theme, zone]);
  useEffect(() => {
    if (built.current !== null) draw(built.current, { trade, candles, orders });
  }, [candles, orders, trade, theme, zone]);
  const last = candles.at(-1);
  return (
    <figure
      data-testid="price-chart"
      data-candles={candles.length}
      data-stop={trade.guard?.stopPrice ?? ''}
      data-target={trade.guard?.targetPrice ?? ''}
      className="p-2"
    >
      <div ref={element} className="h-80" aria-hidden="true" />
      <figcaption className="flex flex-wrap justify-between gap-x-4 px-2 pt-1 text-2xs text-muted">
        <span>
          {last === undefined
            ? 'No trade has been seen yet: the first one starts the chart.'
            : `${candles.length} seconds of trading seen; last price ${formatPrice(last.close)} ${trade.quote}.`}
        </span>
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          Charts by TradingView
        </a>
      </figcaption>
      {last === undefined ? null : <CandleTable candles={candles} zone={zone} />}
    </figure>
  );
};

const ROWS = 60;

/** The same numbers to read: newest first. */
const CandleTable = ({ candles, zone }: { candles: readonly CandleView[]; zone: Zone }) => (
  <details className="px-2 pt-1 text-2xs text-muted">
    <summary className="cursor-pointer py-1">The last {ROWS} seconds as a table</summary>
    <div className="max-h-64 overflow-auto">
      <table className="w-full text-right">
        <thead>
          <tr>
            {[`Second (${zoneName(zone)})`, 'Open', 'High', 'Low', 'Close'].map((name) => (
              <th key={name} scope="col" className="p-1 font-medium first:text-left">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {candles
            .slice(-ROWS)
            .toReversed()
            .map((candle) => (
              <tr key={candle.at} className="border-t border-line">
                <td className="p-1 text-left">{clockText(candle.at, false, zone)}</td>
                <td className="p-1">{candle.open}</td>
                <td className="p-1">{candle.high}</td>
                <td className="p-1">{candle.low}</td>
                <td className="p-1">{candle.close}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  </details>
);
