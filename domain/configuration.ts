import { z } from 'zod';
import { compare, quoteAmount } from './amount.ts';

// Names, units, defaults and bounds of the trading options, once: types, validation, form and
// help text come from here. `.describe` is the help a trader reads.

const amountText = (help: string) =>
  z
    .string()
    .regex(/^\d{1,20}(\.\d{1,18})?$/, 'must be decimal text such as "100" or "0.5"')
    .refine((text) => !/^0*(\.0*)?$/.test(text), 'must be above 0')
    .describe(help);
const percent = (min: number, max: number, help: string) =>
  z.number().min(min).max(max).describe(`${help} (percent)`);
const whole = (min: number, max: number, help: string) =>
  z.number().int().min(min).max(max).describe(help);
const names = (help: string) => z.array(z.string().min(1).max(40)).max(500).describe(help);

const entry = z
  .strictObject({
    mode: z
      .enum(['firstPrint', 'fixed'])
      .default('firstPrint')
      .describe('wait for the first trade, or fire at the opening (needs maxPrice)'),
    maxPrice: amountText('hard ceiling of the entry, quote per base').nullable().default(null),
    slippage: percent(0.1, 20, 'limit above the best ask').default(5),
    maxOverFirst: percent(1, 300, 'limit above the first trade').default(50),
    minPrint: z
      .string()
      .regex(/^(\d{1,3}(\.\d{1,18})?|1000(\.0{1,18})?)$/, 'must be decimal text from "0" to "1000"')
      .default('10')
      .describe('smaller first trades do not count, quote'),
    freshness: whole(100, 10_000, 'ms since the first evidence of trading').default(1000),
    window: whole(1, 900, 's after the opening in which attempts are made').default(60),
    retryEvery: whole(80, 5000, 'ms between attempts').default(100),
    maxUnfilled: whole(1, 20, 'attempts that fill nothing').default(5),
    maxReprices: whole(0, 5, 'new prices after a refused price').default(2),
    maxSpread: percent(0.1, 50, 'widest spread that is entered').default(10),
    minAskDepth: z.number().min(0).max(20).default(1).describe('asks in the book, times budget'),
  })
  .prefault({});

const ladderLeg = z.strictObject({
  gain: percent(0.1, 10_000, 'gain over the entry'),
  fraction: z.number().gt(0).max(1).describe('part of the whole position'),
});

/** Exits of a position; a `TradePlan` starts with these and may be edited while it is held. */
export const exitOptions = z
  .strictObject({
    ladder: z
      .array(ladderLeg)
      .max(5)
      .default([
        { gain: 30, fraction: 0.5 },
        { gain: 80, fraction: 0.25 },
      ])
      .describe('targets: sell this fraction at this gain'),
    stop: percent(1, 90, 'stop below the entry, judged on the best bid').default(20),
    stopConfirm: whole(0, 2000, 'ms a stop must stay crossed').default(200),
    trailing: z
      .strictObject({
        arm: percent(1, 500, 'gain that arms it'),
        distance: percent(1, 50, 'distance'),
      })
      .nullable()
      .default({ arm: 25, distance: 12 })
      .describe('stop that follows the highest bid'),
    breakEven: whole(1, 5, 'after this target the stop is the entry plus fees')
      .nullable()
      .default(1),
    timeStop: whole(1, 10_080, 'minutes after which a gain below 5 % is sold').default(30),
    maxHold: whole(1, 10_080, 'minutes after which everything is sold').default(1440),
    slackSteps: z
      .array(percent(0, 90, 'below the best bid'))
      .min(1)
      .max(8)
      .default([0.5, 2, 5, 10])
      .describe('how far below the bid each attempt goes; the price band comes last'),
    stepEvery: whole(100, 5000, 'ms between attempts to sell').default(300),
    profitFloor: percent(0, 10, 'a target sale does not go lower than this below target').default(
      1,
    ),
    market: z.boolean().default(false).describe('market order as last resort'),
    restingTarget: z.boolean().default(false).describe('first target rests on the book'),
  })
  .prefault({});

/** How a dry run works out its fills. */
export const dryRunOptions = z
  .strictObject({
    wallet: amountText('quote that a dry run begins with').default('1000'),
    latency: whole(0, 10_000, 'ms added to the measured round trip').default(50),
    haircut: percent(0, 99, 'of the book that others are quicker to take').default(50),
  })
  .prefault({})
  .describe('how fills are worked out in a dry run; they are optimistic all the same');

/**
 * Every trading option, with its default where it has one. Unknown keys are refused at every depth:
 * a misspelt stop must not quietly become the default stop.
 */
export const tradingOptions = z
  .strictObject({
    quoteAmount: amountText('budget of one entry, fee included, quote'),
    maxQuotePerTrade: amountText('largest budget of any entry, quote'),
    dailySpend: amountText('spent on entries per UTC day at most, quote'),
    dailyLoss: amountText('loss per UTC day that stops entries, quote'),
    maxDrawdown: amountText('loss from the best balance that stops entries, quote'),
    maxOpenPositions: whole(1, 50, 'positions at once').default(3),
    maxTradesPerHour: whole(1, 100, 'entries per hour').default(10),
    cooldown: z
      .strictObject({
        stopOuts: whole(1, 20, 'stop-outs in a row'),
        minutes: whole(1, 10_080, 'minutes without entries'),
      })
      .prefault({ stopOuts: 3, minutes: 60 }),
    safetyEnabled: z.boolean().default(true).describe('the risk rules; off only without money'),
    autoTrade: z
      .enum(['off', 'armedByHand', 'all'])
      .default('armedByHand')
      .describe('who may be bought'),
    quotes: names('quote coins that are traded').min(1).default(['USDT']),
    denyBases: names('coins never bought; * stands for any text').default([
      '*3L',
      '*3S',
      '*5L',
      '*5S',
    ]),
    allowBases: names('only these coins; empty means any').default([]),
    surprises: z.boolean().default(false).describe('buy listings that nobody announced'),
    minConfidence: whole(0, 100, 'points a listing needs').default(60),
    maxNewPerPoll: whole(1, 50, 'more new pairs at once mean a faulty source').default(5),
    entry,
    recvWindow: z
      .strictObject({
        entry: whole(1, 1000, 'ms').default(1000),
        exit: whole(1, 1000, 'ms').default(500),
      })
      .prefault({}),
    orderRate: whole(1, 12, 'order calls per second').default(10),
    exitReserve: whole(1, 12, 'of them kept for exits').default(3),
    exit: exitOptions,
    stalePrice: whole(1, 30, 's without a price before it is called stale').default(3),
    blindAlert: whole(5, 120, 's without a guard before people are told').default(15),
    reconcileEvery: whole(15, 600, 's').default(30),
    dryRun: dryRunOptions,
    liveConfirmation: whole(1, 30, 'days that a typed confirmation of real money holds').default(7),
  })
  .superRefine((options, context) => {
    for (const problem of contradictions(options)) {
      context.addIssue({ code: 'custom', path: problem.path, message: problem.message });
    }
  });

/** The validated trading options. */
export type TradingOptions = z.infer<typeof tradingOptions>;
/** What a person may write: defaults may be left out. */
export type TradingOptionsInput = z.input<typeof tradingOptions>;
export type ExitOptions = z.infer<typeof exitOptions>;
export type EntryOptions = z.infer<typeof entry>;

interface Problem {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Options that are fine alone and wrong together. Amounts are checked only when well formed. */
const contradictions = (options: {
  quoteAmount: string;
  maxQuotePerTrade: string;
  dailySpend: string;
  orderRate: number;
  exitReserve: number;
  entry: EntryOptions;
  exit: ExitOptions;
}): Problem[] => [
  ...amountProblems(options),
  ...(options.exitReserve >= options.orderRate
    ? [{ path: ['exitReserve'], message: `must be below orderRate (${options.orderRate})` }]
    : []),
  ...(options.entry.mode === 'fixed' && options.entry.maxPrice === null
    ? [{ path: ['entry', 'maxPrice'], message: 'is required when entry.mode is "fixed"' }]
    : []),
  ...exitProblems(options.exit).map((problem) => ({
    path: ['exit', ...problem.path],
    message: problem.message,
  })),
];

const amountProblems = (options: {
  quoteAmount: string;
  maxQuotePerTrade: string;
  dailySpend: string;
}): Problem[] => {
  const { quoteAmount: budget, maxQuotePerTrade, dailySpend } = options;
  return [
    ...(isAbove(budget, maxQuotePerTrade)
      ? [
          {
            path: ['quoteAmount'],
            message: `must not be above maxQuotePerTrade (${maxQuotePerTrade})`,
          },
        ]
      : []),
    ...(isAbove(maxQuotePerTrade, dailySpend)
      ? [{ path: ['maxQuotePerTrade'], message: `must not be above dailySpend (${dailySpend})` }]
      : []),
  ];
};

const isAbove = (a: string, b: string): boolean => {
  try {
    return compare(quoteAmount(a), quoteAmount(b)) > 0;
  } catch (error) {
    if (error instanceof RangeError) return false; // malformed text has its own message
    throw error;
  }
};

/** Fees of both ways at 0.05 % each, with room for rounding: a target below it loses money. */
const FEES_PERCENT = 0.2;

/** Exits that cannot work: named by path and with what is allowed. */
export const exitProblems = (exit: ExitOptions): Problem[] => {
  const sum = exit.ladder.reduce((total, leg) => total + leg.fraction, 0);
  const rising = (values: readonly number[]) =>
    values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));
  return [
    ...(sum > 1 + 1e-9
      ? [{ path: ['ladder'], message: `fractions add up to ${sum}; at most 1` }]
      : []),
    ...(rising(exit.ladder.map((leg) => leg.gain))
      ? []
      : [{ path: ['ladder'], message: 'gains must rise from leg to leg' }]),
    ...exit.ladder.flatMap((leg, index) =>
      leg.gain <= FEES_PERCENT
        ? [
            {
              path: ['ladder', index, 'gain'],
              message: `must be above the fees (${FEES_PERCENT} %)`,
            },
          ]
        : [],
    ),
    ...(rising(exit.slackSteps) ? [] : [{ path: ['slackSteps'], message: 'must rise' }]),
    ...(exit.breakEven !== null && exit.breakEven > Math.max(1, exit.ladder.length)
      ? [{ path: ['breakEven'], message: `there are only ${exit.ladder.length} targets` }]
      : []),
  ];
};

/** What the simulator starts with: smaller targets and short holds, so that a demo ends in a minute. */
export const demoOptions: TradingOptionsInput = {
  quoteAmount: '100',
  maxQuotePerTrade: '200',
  dailySpend: '100000',
  dailyLoss: '5000',
  maxDrawdown: '5000',
  maxTradesPerHour: 60,
  autoTrade: 'all',
  surprises: true,
  cooldown: { stopOuts: 20, minutes: 1 },
  exit: {
    ladder: [
      { gain: 20, fraction: 0.5 },
      { gain: 50, fraction: 0.25 },
    ],
    timeStop: 1,
    maxHold: 1,
  },
};
