import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AlertView } from '#api/schemas/alert.ts';
import type { RunView } from '#api/schemas/bot.ts';
import type { ConfigurationView } from '#api/schemas/configuration.ts';
import type { ListingDetailView, ListingView, VerdictView } from '#api/schemas/listing.ts';
import type { RiskMetricsView } from '#api/schemas/risk.ts';
import type { OrderView } from '#api/schemas/order.ts';
import type { Part, SystemView } from '#api/schemas/system.ts';
import type { HistoryView, TradeDetailView } from '#api/schemas/trade-detail.ts';
import type { TradeView } from '#api/schemas/trade.ts';
import { AGAIN_MS, nextPage, query, type Page } from './ask.ts';
import { call } from './client.ts';
import { plainSchema } from './plain-schema.ts';

// Every question that pages ask. The first part of a key names the kind of change that makes the
// answer old; see events.ts.

type TradePage = Page<TradeView> & { readonly total: number; readonly totalIsMore: boolean };

/** How many there are, as far as they are counted. */
export const totalText = ({ total, totalIsMore }: Pick<TradePage, 'total' | 'totalIsMore'>) =>
  totalIsMore ? `more than ${total}` : String(total);

export interface Readiness {
  readonly ok: boolean;
  readonly parts: Readonly<
    Record<'database' | 'temporal' | 'exchange' | 'monitor' | 'worker', Part>
  >;
}

export interface BotStatus {
  readonly running: boolean;
  readonly run: RunView | null;
  readonly workflow: 'running' | 'closed' | 'absent' | 'unreachable';
  readonly metrics: {
    readonly openPositions: number;
    readonly armed: number;
    readonly closedTrades: number;
  };
}

export type TradingOptionsView = ConfigurationView['options'];

/** The part of JSON Schema that options use. */
export interface OptionSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  /** Ours, beside what JSON Schema has: of a number or an amount, and why its default is what it is. */
  readonly unit?: string;
  readonly reason?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Whether null is a value too: "none". */
  readonly isNullable?: boolean;
  readonly items?: OptionSchema;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
}

interface Candle {
  readonly at: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
}

/** 5,000 trades of 200 each. */
const PERFORMANCE_PAGES = 25;

export const queries = {
  ready: queryOptions({
    queryKey: ['health'],
    // 503 is an answer here: it says which part is missing.
    queryFn: () => call<Readiness>('/health/ready', { also: 503 }),
    refetchInterval: 5000,
    retry: false,
  }),
  bot: query<BotStatus>(['run'], '/bot/status'),
  risk: query<RiskMetricsView>(['risk'], '/risk/metrics'),
  system: query<SystemView>(['system'], '/system', 5000),
  configuration: query<ConfigurationView>(['configuration', 'active'], '/config'),
  configurations: infiniteQueryOptions({
    queryKey: ['configuration', 'list'],
    queryFn: ({ pageParam }) =>
      call<Page<ConfigurationView>>(`/configurations?limit=20${pageParam}`),
    initialPageParam: '',
    getNextPageParam: nextPage,
    refetchInterval: AGAIN_MS,
  }),
  /** The API's description of the options; it changes with the program only. */
  optionSchema: queryOptions({
    queryKey: ['schema'],
    queryFn: async () =>
      plainSchema(await call<Parameters<typeof plainSchema>[0]>('/configurations/schema')),
    staleTime: Infinity,
  }),
  listings: query<Page<ListingView>>(['listing', 'list'], '/listings?limit=100'),
  openTrades: query<Page<TradeView>>(['trade', 'open'], '/trades?status=open&limit=200'),
  positions: query<Page<TradeView>>(['trade', 'positions'], '/positions'),
  /** Orders of which nobody knows what became of them. */
  doubtfulOrders: query<Page<OrderView>>(['order', 'doubt'], '/orders?state=unknown&limit=200'),
  orders: (state: OrderView['state'] | null) =>
    infiniteQueryOptions({
      queryKey: ['order', 'list', state ?? 'any'],
      queryFn: ({ pageParam }) =>
        call<Page<OrderView>>(
          `/orders?limit=50${state === null ? '' : `&state=${state}`}${pageParam}`,
        ),
      initialPageParam: '',
      getNextPageParam: nextPage,
      refetchInterval: AGAIN_MS,
    }),
  /** Every closed trade, newest first, as far back as the pages that are asked for reach. */
  performance: queryOptions({
    queryKey: ['performance'],
    queryFn: async (): Promise<{
      readonly trades: readonly TradeView[];
      readonly total: string;
    }> => {
      const trades: TradeView[] = [];
      let cursor: string | null = '';
      let total = '0';
      for (let n = 0; n < PERFORMANCE_PAGES && cursor !== null; n += 1) {
        const page: TradePage = await call(`/trades?status=closed&limit=200${cursor}`);
        trades.push(...page.items);
        total = totalText(page);
        cursor = nextPage(page);
      }
      return { trades, total };
    },
    refetchInterval: AGAIN_MS,
    staleTime: 10_000,
  }),
  recentTrades: query<TradePage>(['trade', 'list', 'recent'], '/trades?status=closed&limit=8'),
  /** `from`: the first day on which they began, UTC. */
  trades: (status: 'open' | 'closed', from: string | null) =>
    infiniteQueryOptions({
      queryKey: ['trade', 'list', status, from ?? 'all'],
      queryFn: ({ pageParam }) =>
        call<TradePage>(
          `/trades?status=${status}&limit=50${from === null ? '' : `&since=${from}T00:00:00Z`}${pageParam}`,
        ),
      initialPageParam: '',
      getNextPageParam: nextPage,
      refetchInterval: AGAIN_MS,
    }),
  trade: (id: string) => query<TradeDetailView>(['trade', 'one', id], `/trades/${id}`),
  candles: (id: string) =>
    query<{ items: readonly Candle[] }>(['trade', 'candles', id], `/trades/${id}/candles`),
  history: (id: string) =>
    queryOptions({
      queryKey: ['trade', 'history', id],
      queryFn: () => call<HistoryView>(`/trades/${id}/history`),
      retry: false,
    }),
  alerts: query<Page<AlertView>>(['alert'], '/alerts?limit=100'),
  listing: (id: string) => query<ListingDetailView>(['listing', 'one', id], `/listings/${id}`),
  verdicts: query<Page<VerdictView>>(['risk', 'verdicts'], '/risk/verdicts?limit=50'),
};

export type CandleView = Candle;
