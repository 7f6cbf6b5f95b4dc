import { z } from 'zod';

/**
 * What nobody has documented about MEXC, one switch each. The first value of each list is what the
 * simulator does unless told otherwise; the reason is in README.md.
 */
export const switchesSchema = z.strictObject({
  duplicateClientOrderId: z.enum(['refuse', 'accept', 'returnFirst']).default('refuse'),
  /** Code of that refusal; no published one exists. */
  duplicateCode: z.int().default(-2010),
  /** How long GET /order by client id does not see a new order. */
  clientIdLagMs: z.int().min(0).max(600_000).default(0),
  /** How long openOrders and allOrders do not see a new order. */
  openOrdersLagMs: z.int().min(0).max(600_000).default(0),
  /** When the private stream reports, against the acknowledgement. */
  streamOrder: z.enum(['afterAck', 'beforeAck', 'never']).default('afterAck'),
  streamLagMs: z.int().min(0).max(600_000).default(0),
  preOpening: z.enum(['10007', '10007then30001', '30016', 'absent']).default('10007'),
  /** How long before the opening `10007then30001` changes its code. */
  preOpeningTurnMs: z.int().min(0).max(3_600_000).default(5_000),
  /** Null: as the listing says. */
  openingMarketOrders: z.enum(['normal', 'refused', 'canceled']).nullable().default(null),
  openingMarketCode: z.union([z.literal(30018), z.literal(30019), z.literal(30051)]).default(30019),
  openingMarketMs: z.int().min(0).max(3_600_000).default(60_000),
  priceBand: z.enum(['on', 'off']).default('on'),
  /** What a band is measured from before the first trade. */
  priceBandBeforeFirstTrade: z.enum(['firstPrice', 'none']).default('firstPrice'),
  rateModel: z.enum(['perEndpoint500', 'shared300', 'off']).default('perEndpoint500'),
  weights: z.enum(['old', 'new']).default('old'),
  /** Place and cancel together; null: no limit. */
  ordersPerSecond: z.int().min(1).max(10_000).nullable().default(null),
  /** All calls together; null: no limit. */
  callsPerSecond: z.int().min(1).max(10_000).nullable().default(null),
  /** Seconds in Retry-After; null: no such header. */
  retryAfterSeconds: z.int().min(1).max(3_600).nullable().default(1),
  /** Refusals with 429 within 10 s after which 418 follows; null: never. */
  banAfterRefusals: z.int().min(1).max(10_000).nullable().default(null),
  banSeconds: z.int().min(1).max(259_200).default(120),
  firstOpenTime: z.enum(['ms', 'seconds', 'text', 'absent']).default('ms'),
  /** When the record shows the opening, against the instant from which orders are accepted. */
  statusDelayMs: z.int().min(-60_000).max(600_000).default(0),
  spotAllowedDelayMs: z.int().min(-60_000).max(600_000).default(0),
  tradeSideDelayMs: z.int().min(-60_000).max(600_000).nullable().default(null),
  defaultSymbolsDelayMs: z.int().min(-60_000).max(600_000).default(0),
  cancelAnswer: z.enum(['NEW', 'CANCELED']).default('NEW'),
  /** `fill`: the other traders take the order at the instant its cancel arrives. */
  cancelMeets: z.enum(['nothing', 'fill']).default('nothing'),
  marketAckPrice: z.enum(['0', 'limit']).default('0'),
  /** Distance of a market order's protective limit, fraction text; null: none. */
  marketProtection: z
    .string()
    .regex(/^0\.\d{1,4}$/)
    .nullable()
    .default('0.05'),
  feeAsset: z.enum(['quote', 'MX']).default('quote'),
  myTradesClientOrderId: z.enum(['null', 'set']).default('null'),
  calendar: z
    .enum([
      'normal',
      'empty',
      'absent',
      'forbidden',
      'missing',
      'renamed',
      'wrongTime',
      'colliding',
    ])
    .default('normal'),
  /** Error of `wrongTime`. */
  calendarShiftMs: z.int().min(-86_400_000).max(86_400_000).default(3_600_000),
  signing: z.enum(['asSent', 'reEncoded']).default('asSent'),
  klineLimit: z.union([z.literal(500), z.literal(1000)]).default(500),
  klineWindow: z.enum(['respected', 'ignored']).default('respected'),
  restTimes: z.enum(['seconds', 'ms']).default('seconds'),
  orderIdShape: z.enum(['snowflake', 'hex', 'digits']).default('snowflake'),
  insufficientBuyCode: z.union([z.literal(10101), z.literal(30004)]).default(10101),
  subscriptionAnswer: z.enum(['each', 'joined', 'first']).default('each'),
  unknownSymbolSubscription: z.enum(['refused', 'accepted']).default('refused'),
  listenKeyDeath: z.enum(['close', 'silent']).default('close'),
  listenKeyMinutes: z.number().min(0.001).max(1_440).default(60),
  /** Mean life of a connection before it just ends (1006); null: until somebody closes it. */
  connectionSeconds: z.number().min(0.01).max(86_400).nullable().default(null),
  privateEvents: z.enum(['inOrder', 'duplicated', 'reordered']).default('inOrder'),
});

export type Switches = z.infer<typeof switchesSchema>;

export const defaultSwitches = (): Switches => switchesSchema.parse({});

/** Switches that an older build kept: what is no longer known falls back to the default. */
export function restoredSwitches(kept: Switches): Switches {
  return switchesSchema.safeParse(kept).data ?? defaultSwitches();
}
