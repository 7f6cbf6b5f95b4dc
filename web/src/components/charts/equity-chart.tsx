import { AreaSeries, BaselineSeries, createChart, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { plain, second } from '../../lib/chart-data.ts';
import { formatQuote } from '../../lib/format.ts';
import { colour } from './colour.ts';
import { useTheme } from '../../shell/theme.ts';

interface Point {
  readonly at: string;
  readonly equity: string;
  readonly drawdown: string;
}

interface Value {
  readonly time: UTCTimestamp;
  readonly value: number;
}

/** One value per second, as the chart wants it: the last of those that share one. */
const valuesOf = (points: readonly Point[], name: 'equity' | 'drawdown'): Value[] => {
  const values = new Map<UTCTimestamp, number>();
  for (const point of points) values.set(second(point.at), Number(point[name]));
  return [...values].map(([time, value]) => ({ time, value }));
};

const build = (element: HTMLElement) => {
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { color: 'transparent' },
      textColor: colour('muted'),
      attributionLogo: false,
      fontFamily: "'Inter Variable', system-ui, sans-serif",
      panes: { separatorColor: colour('line'), enableResize: false },
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colour('line') } },
    timeScale: { timeVisible: true, borderColor: colour('line') },
    rightPriceScale: { borderColor: colour('line') },
    localization: { priceFormatter: (value: number) => formatQuote(plain(value)) },
  });
  const equity = chart.addSeries(BaselineSeries, {
    baseValue: { type: 'price', price: 0 },
    topLineColor: colour('gain'),
    bottomLineColor: colour('loss'),
    topFillColor1: 'transparent',
    topFillColor2: 'transparent',
    bottomFillColor1: 'transparent',
    bottomFillColor2: 'transparent',
    lineWidth: 2,
    priceLineVisible: false,
  });
  const drawdown = chart.addSeries(
    AreaSeries,
    {
      lineColor: colour('loss'),
      topColor: 'transparent',
      bottomColor: 'transparent',
      lineWidth: 1,
      priceLineVisible: false,
    },
    1,
  );
  chart.panes()[1]?.setHeight(90);
  return { chart, equity, drawdown };
};

/** All profit as it grew, and below it how far that was from its best. Amounts are quote. */
export const EquityChart = ({ points, quote }: { points: readonly Point[]; quote: string }) => {
  const element = useRef<HTMLDivElement>(null);
  const built = useRef<ReturnType<typeof build> | null>(null);
  const theme = useTheme();
  useEffect(() => {
    if (element.current === null) return undefined;
    built.current = build(element.current);
    return () => {
      built.current?.chart.remove();
      built.current = null;
    };
  }, [theme]);
  useEffect(() => {
    if (built.current === null) return;
    built.current.equity.setData(valuesOf(points, 'equity'));
    built.current.drawdown.setData(valuesOf(points, 'drawdown'));
    built.current.chart.timeScale().fitContent();
  }, [points, theme]);
  const last = points.at(-1);
  return (
    <figure data-testid="equity-chart" data-points={points.length} className="p-2">
      <div ref={element} className="h-80" aria-hidden="true" />
      <figcaption className="flex flex-wrap justify-between gap-x-4 px-2 pt-1 text-2xs text-muted">
        <span>
          {points.length} booked trades; profit {formatQuote(last?.equity ?? '0')} {quote} after
          fees. Below it: the drawdown.
        </span>
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          Charts by TradingView
        </a>
      </figcaption>
    </figure>
  );
};
