import { listingPlan, type ListingPlan } from '../markets/listing-plan.ts';
import { hashText, randomAt } from './random.ts';

/** When pairs that were always there opened: 2020-09-13. */
const longAgoMs = 1_600_000_000_000;

/** Base, price, decimals of price, decimals of quantity, quote units shown per level. */
type Row = readonly [string, string, number, number, number];

const known: readonly Row[] = [
  ['BTC', '86500', 2, 8, 40_000],
  ['ETH', '3010', 2, 5, 30_000],
  ['SOL', '138', 2, 3, 9_000],
  ['XRP', '2.11', 4, 2, 9_000],
  ['ADA', '0.512', 4, 2, 5_000],
  ['DOGE', '0.154', 5, 2, 5_000],
  ['TRX', '0.281', 4, 2, 4_000],
  ['LINK', '13.4', 3, 2, 3_000],
  ['LTC', '84.6', 2, 4, 3_000],
  ['MX', '2.51', 4, 2, 2_500],
  ['PYTH', '0.0548', 5, 2, 900],
  ['METAL', '0.1625', 5, 2, 400],
  ['ATLAS', '0.00454', 6, 2, 300],
  ['PENGU', '0.0098', 6, 2, 900],
  ['ONDO', '0.48', 4, 2, 900],
  ['SEI', '0.138', 4, 2, 700],
  ['RARI', '0.2389', 4, 2, 150],
  ['AMPED', '0.00281', 5, 2, 100],
  ['PEPECOIN', '0.512', 4, 2, 200],
  ['OSAK', '0.00000001517', 11, 2, 30],
  ['42', '0.0381', 4, 2, 200],
  ['1R0R', '0.0042', 5, 2, 60],
  ['币安人生', '0.121', 4, 2, 300],
  ['GOLD(XAUT)', '4065', 2, 4, 4_000],
];

/** Made-up pairs, so that the catalogue is not only famous names. */
const invented = [
  'QUORIN',
  'VELDT',
  'TASSEL',
  'OMBRE',
  'NIXPAD',
  'FERRIC',
  'DUNLIN',
  'KELPO',
  'ARGENT',
  'SABLEX',
  'WICKET',
  'MOREL',
  'HALYARD',
  'PUMICE',
  'TERN',
  'LODEX',
  'CAIRN',
  'SPINDLE',
  'FJORDA',
  'BRIAR',
] as const;

const priceSteps = ['0.00021', '0.0047', '0.034', '0.21', '1.7'] as const;

/** A few dozen pairs that have traded for years. BTC and ETH are closed to the API, as recorded. */
export function baseline(): ListingPlan[] {
  const famous = known.map(([base, firstPrice, pricePlaces, quantityPlaces, levelQuote]) =>
    listingPlan({
      symbol: `${base}USDT`,
      baseAsset: base,
      opensAtMs: longAgoMs,
      firstPrice,
      pricePlaces,
      quantityPlaces,
      levelQuote,
      apiTrading: base !== 'BTC' && base !== 'ETH',
      band: bandOf(levelQuote),
      maxNotional: levelQuote > 20_000 ? '4000000' : '2000000',
    }),
  );
  const made = invented.map((base, index) => inventedPlan(base, index));
  const otherQuotes = ['SOL', 'XRP', 'DOGE'].flatMap((base) => {
    const row = famous.find((plan) => plan.baseAsset === base);
    const usdc = { symbol: `${base}USDC`, quoteAsset: 'USDC', minNotional: '5' };
    return row === undefined ? [] : [{ ...row, ...usdc }];
  });
  return [...famous, ...made, ...otherQuotes];
}

/** Baseline and made-up pairs up to `count`, for measuring. */
export function manyPairs(count: number): ListingPlan[] {
  const plans = baseline();
  for (let index = plans.length; index < count; index += 1) {
    plans.push(inventedPlan(`L${index.toString(36).toUpperCase()}X`, index));
  }
  return plans;
}

function inventedPlan(base: string, index: number): ListingPlan {
  const share = randomAt(hashText(base), index);
  const firstPrice = priceSteps[Math.floor(share * priceSteps.length)] ?? '0.034';
  return listingPlan({
    symbol: `${base}USDT`,
    baseAsset: base,
    opensAtMs: longAgoMs,
    firstPrice,
    pricePlaces: (firstPrice.split('.')[1]?.length ?? 2) + 2,
    levelQuote: 40 + Math.round(share * 400),
  });
}

function bandOf(levelQuote: number): { up: string; down: string } {
  const width = levelQuote > 20_000 ? '0.005' : levelQuote > 600 ? '0.02' : '0.2';
  return { up: width, down: width };
}
