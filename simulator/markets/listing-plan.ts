import type { PathPlan } from '../scenarios/price-path.ts';

/** Ceiling of buy prices in the first moments (30010). */
interface OpeningCap {
  /** Quote per base. */
  readonly price: string;
  readonly durationMs: number;
  /** Whether the refusal names the number. */
  readonly withNumber: boolean;
}

/** What becomes of market orders in the first minute. */
export type OpeningMarketOrders = 'normal' | 'refused' | 'canceled';

/** All that is fixed about a pair when it is planned; JSON-true, since it is kept on disk. */
export interface ListingPlan {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly fullName: string;
  /** When the web calendar and the announcements show it; null: never. */
  readonly announceAtMs: number | null;
  /** Opening that the calendar states; differs from the real one when that moved. */
  readonly announcedOpensAtMs: number;
  /** From when exchangeInfo shows the pair. */
  readonly visibleAtMs: number;
  /** First instant of trading; null: called off. */
  readonly opensAtMs: number | null;
  /** When it is taken off again; null: never. */
  readonly retiresAtMs: number | null;
  /** Quote per base, the first reference price. */
  readonly firstPrice: string;
  readonly path: PathPlan;
  readonly pathSeed: string;
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
  /** Base units; "0": none. */
  readonly minQuantity: string;
  /** Quote units. */
  readonly minNotional: string;
  readonly maxNotional: string;
  readonly maxNotionalMarket: string;
  /** Fractions, "0.0005" is 0.05 %. */
  readonly makerCommission: string;
  readonly takerCommission: string;
  /** Percent-price band as fractions; null: no filter. */
  readonly band: { readonly up: string; readonly down: string } | null;
  readonly cap: OpeningCap | null;
  readonly marketOrders: OpeningMarketOrders;
  /** False: the pair trades, but never by API (10007 for good). */
  readonly apiTrading: boolean;
  /** 1 all, 2 buy only, 3 sell only, 4 closed. */
  readonly tradeSideType: number;
  readonly status: '1' | '2' | '3';
  /** Quote units that the other traders show at one price. */
  readonly levelQuote: number;
  /** Whether other traders take part at all. */
  readonly traders: boolean;
}

type Choice = Pick<ListingPlan, 'symbol' | 'baseAsset' | 'opensAtMs' | 'firstPrice'> &
  Partial<ListingPlan>;

/** A plan with the values most MEXC records have. */
export function listingPlan(choice: Choice): ListingPlan {
  const opensAtMs = choice.opensAtMs;
  return {
    quoteAsset: 'USDT',
    fullName: choice.baseAsset,
    announceAtMs: null,
    announcedOpensAtMs: opensAtMs ?? 0,
    visibleAtMs: choice.announceAtMs ?? 0,
    retiresAtMs: null,
    path: { kind: 'steady' },
    pathSeed: choice.symbol,
    pricePlaces: 5,
    quantityPlaces: 2,
    minQuantity: '0',
    minNotional: '1',
    maxNotional: '2000000',
    maxNotionalMarket: '100000',
    makerCommission: '0',
    takerCommission: '0.0005',
    band: { up: '0.2', down: '0.2' },
    cap: null,
    marketOrders: 'normal',
    apiTrading: true,
    tradeSideType: 1,
    status: '1',
    levelQuote: 300,
    traders: true,
    ...choice,
  };
}
