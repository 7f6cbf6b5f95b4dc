/** A public channel that was understood. */
export type Channel =
  | {
      readonly kind: 'deals' | 'depth' | 'bookTicker';
      readonly symbol: string;
      readonly windowMs: number;
    }
  | { readonly kind: 'bookTickerBatch'; readonly symbol: string }
  | { readonly kind: 'limitDepth'; readonly symbol: string; readonly levels: number }
  | { readonly kind: 'kline'; readonly symbol: string; readonly interval: string }
  | { readonly kind: 'miniTicker'; readonly symbol: string }
  | { readonly kind: 'miniTickers' }
  | { readonly kind: 'private' };

const aggregated = { deals: 'deals', depth: 'depth', bookTicker: 'bookTicker' } as const;

/** Length of a candle by the name that the kline stream uses. */
export const klineMs: Readonly<Record<string, number>> = {
  Min1: 60_000,
  Min5: 300_000,
  Min15: 900_000,
  Min30: 1_800_000,
  Min60: 3_600_000,
  Hour4: 14_400_000,
  Hour8: 28_800_000,
  Day1: 86_400_000,
  Week1: 604_800_000,
  Month1: 2_592_000_000,
};

/** Reads a channel name; null for one that the exchange blocks or does not know. */
export function parseChannel(name: string): Channel | null {
  const aggre =
    /^spot@public\.aggre\.(deals|depth|bookTicker)\.v3\.api\.pb@(10|100)ms@([^@]+)$/.exec(name);
  if (aggre !== null) {
    const kind = aggregated[aggre[1] as keyof typeof aggregated]; // one of the three by the pattern
    return { kind, windowMs: Number(aggre[2]), symbol: aggre[3] ?? '' };
  }
  const [head = '', first = '', second = '', ...rest] = name.split('@').slice(1);
  if (rest.length > 0) return null;
  switch (head) {
    case 'public.limit.depth.v3.api.pb':
      if (!['5', '10', '20'].includes(second)) return null;
      return { kind: 'limitDepth', symbol: first, levels: Number(second) };
    case 'public.bookTicker.batch.v3.api.pb':
      return { kind: 'bookTickerBatch', symbol: first };
    case 'public.kline.v3.api.pb':
      return second in klineMs ? { kind: 'kline', symbol: first, interval: second } : null;
    case 'public.miniTicker.v3.api.pb':
      return { kind: 'miniTicker', symbol: first };
    case 'public.miniTickers.v3.api.pb':
      return first === '' ? null : { kind: 'miniTickers' };
    case 'private.orders.v3.api.pb':
    case 'private.deals.v3.api.pb':
    case 'private.account.v3.api.pb':
      return { kind: 'private' };
    default:
      return null;
  }
}
