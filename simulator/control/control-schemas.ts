import { z } from 'zod';
import { listingPlan, type ListingPlan } from '../markets/listing-plan.ts';

const time = z.int().min(0).max(9_999_999_999_999);
const decimal = z.string().regex(/^\d{1,15}(\.\d{1,18})?$/, 'must be plain decimal text');
const asset = z
  .string()
  .min(1)
  .max(30)
  .regex(/^[^\s/@?&=#%]+$/u, 'must not hold separators');

const point = z.tuple([z.number().min(0).max(1e7), z.number().gt(0).max(1e6)]);

const path = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['winner', 'loser', 'flat', 'steady']) }),
  z.strictObject({ kind: z.literal('custom'), points: z.array(point).min(1).max(1000) }),
]);

/** Body of POST /_sim/listings. Times are epoch milliseconds of the exchange's clock. */
export const listingSchema = z
  .strictObject({
    symbol: asset,
    baseAsset: asset.optional(),
    quoteAsset: asset.default('USDT'),
    /** Full name of the project. */
    name: z.string().min(1).max(100).optional(),
    /** Null: never in the calendar or the announcements. */
    announceAt: time.nullable().default(null),
    /** Real first instant of trading; null: called off. */
    opensAt: time.nullable(),
    /** Opening that the calendar states, if not the real one. */
    announcedOpensAt: time.optional(),
    /** From when exchangeInfo shows it; default: from the announcement, else at once. */
    visibleAt: time.optional(),
    retiresAt: time.nullable().default(null),
    firstPrice: decimal.default('0.01'),
    path: path.default({ kind: 'winner' }),
    seed: z.string().optional(),
    pricePrecision: z.int().min(0).max(12).optional(),
    quantityPrecision: z.int().min(0).max(8).default(2),
    minQuantity: decimal.default('0'),
    minNotional: decimal.default('1'),
    maxNotional: decimal.default('2000000'),
    maxNotionalMarket: decimal.default('100000'),
    makerCommission: decimal.default('0'),
    takerCommission: decimal.default('0.0005'),
    /** Percent-price band; null: no filter. */
    band: z.strictObject({ up: decimal, down: decimal }).nullable().optional(),
    cap: z
      .strictObject({
        price: decimal,
        durationMs: z.int().min(1).max(86_400_000).default(60_000),
        withNumber: z.boolean().default(true),
      })
      .nullable()
      .default(null),
    marketOrders: z.enum(['normal', 'refused', 'canceled']).default('normal'),
    /** False: never open to the API, 10007 for good. */
    apiTrading: z.boolean().default(true),
    tradeSideType: z.int().min(1).max(4).default(1),
    status: z.enum(['1', '2', '3']).default('1'),
    /** Quote units that other traders show at one price. */
    levelQuote: z.number().min(1).max(1e7).default(300),
    /** False: an empty book that only accounts fill. */
    traders: z.boolean().default(true),
  })
  .superRefine((body, context) => {
    if (body.baseAsset === undefined && !body.symbol.endsWith(body.quoteAsset)) {
      context.addIssue({
        code: 'custom',
        path: ['baseAsset'],
        message: `must be given: the symbol does not end with ${body.quoteAsset}`,
      });
    }
    for (const [field, message] of contradictions(body)) {
      context.addIssue({ code: 'custom', path: [...field], message });
    }
  });

interface Numbers {
  readonly firstPrice: string;
  readonly minNotional: string;
  readonly maxNotional: string;
  readonly opensAt: number | null;
  readonly retiresAt: number | null;
  readonly cap: { readonly price: string } | null;
  readonly band?: { readonly down: string } | null | undefined;
  readonly path: {
    readonly kind: string;
    readonly points?: readonly (readonly [number, number])[];
  };
}

/** Fields that are well formed and cannot be meant. */
function contradictions(body: Numbers): (readonly [readonly string[], string])[] {
  const found: (readonly [readonly string[], string])[] = [];
  if (Number(body.firstPrice) === 0) found.push([['firstPrice'], 'must be above zero']);
  if (Number(body.maxNotional) < Number(body.minNotional)) {
    found.push([['maxNotional'], `must be at least minNotional (${body.minNotional})`]);
  }
  if (body.retiresAt !== null && body.retiresAt <= (body.opensAt ?? -1)) {
    found.push([['retiresAt'], 'must be after opensAt']);
  }
  if (body.cap !== null && Number(body.cap.price) === 0) {
    found.push([['cap', 'price'], 'must be above zero']);
  }
  if (body.band != null && Number(body.band.down) > 1) {
    found.push([['band', 'down'], 'must be a fraction, at most 1']);
  }
  const seconds = (body.path.points ?? []).map(([at]) => at);
  if (seconds.some((at, index) => at <= (seconds[index - 1] ?? -1))) {
    found.push([['path', 'points'], 'must be in the order of their seconds']);
  }
  return found;
}

export type ListingBody = z.infer<typeof listingSchema>;

/** The plan that a control call asks for. */
export function planOf(body: ListingBody, seed: string): ListingPlan {
  const { announceAt, opensAt, announcedOpensAt, visibleAt, retiresAt, name, band } = body;
  const baseAsset = body.baseAsset ?? body.symbol.slice(0, -body.quoteAsset.length);
  const stated = body.firstPrice.split('.')[1]?.length ?? 0;
  return listingPlan({
    symbol: body.symbol,
    baseAsset,
    quoteAsset: body.quoteAsset,
    fullName: name ?? baseAsset,
    announceAtMs: announceAt,
    announcedOpensAtMs: announcedOpensAt ?? opensAt ?? 0,
    visibleAtMs: visibleAt ?? announceAt ?? 0,
    opensAtMs: opensAt,
    retiresAtMs: retiresAt,
    firstPrice: body.firstPrice,
    path: body.path,
    pathSeed: body.seed ?? `${seed} ${body.symbol}`,
    pricePlaces: Math.max(
      body.pricePrecision ?? 0,
      stated,
      body.pricePrecision === undefined ? 4 : 0,
    ),
    quantityPlaces: body.quantityPrecision,
    minQuantity: body.minQuantity,
    minNotional: body.minNotional,
    maxNotional: body.maxNotional,
    maxNotionalMarket: body.maxNotionalMarket,
    makerCommission: body.makerCommission,
    takerCommission: body.takerCommission,
    ...(band === undefined ? {} : { band }),
    cap: body.cap,
    marketOrders: body.marketOrders,
    apiTrading: body.apiTrading,
    tradeSideType: body.tradeSideType,
    status: body.status,
    levelQuote: body.levelQuote,
    traders: body.traders,
  });
}

/** Body of PATCH /_sim/listings/:symbol: what may change about a pair that exists. */
export const listingChangeSchema = z.strictObject({
  opensAt: time.nullable().optional(),
  announcedOpensAt: time.optional(),
  announceAt: time.nullable().optional(),
  visibleAt: time.optional(),
  retiresAt: time.nullable().optional(),
  apiTrading: z.boolean().optional(),
  tradeSideType: z.int().min(1).max(4).optional(),
  status: z.enum(['1', '2', '3']).optional(),
});

export function planChange(body: z.infer<typeof listingChangeSchema>): Partial<ListingPlan> {
  const { opensAt, announcedOpensAt, announceAt, visibleAt, retiresAt, ...same } = body;
  const change = {
    opensAtMs: opensAt,
    announcedOpensAtMs: announcedOpensAt,
    announceAtMs: announceAt,
    visibleAtMs: visibleAt,
    retiresAtMs: retiresAt,
    ...same,
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** Body of POST /_sim/accounts: balances are set, not added; an unknown key makes an account. */
export const accountSchema = z.strictObject({
  apiKey: z.string().min(1).max(64).default('sim-key'),
  secret: z.string().min(1).max(64).optional(),
  balances: z.record(asset, decimal).default({}),
  permissions: z.array(z.enum(['trade', 'read'])).optional(),
  /** Null: all symbols. */
  allowedSymbols: z.array(asset).nullable().optional(),
  mxDeduct: z.boolean().optional(),
});

export const clockSchema = z.strictObject({
  skewMs: z.number().min(-86_400_000).max(86_400_000).default(0),
  driftPpm: z.number().min(-100_000).max(100_000).default(0),
});
