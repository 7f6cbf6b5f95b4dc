import { z } from 'zod';
import { compare, quoteAmount } from './amount.ts';
import { help, type OptionHelp } from './option-help.ts';

// Names, defaults and bounds of the trading options, once: types, validation and form come from
// here. What a trader reads beside each (meaning, unit, why this default) is in option-help.ts.

const amountText = (about: OptionHelp) =>
  z
    .string()
    .regex(/^\d{1,20}(\.\d{1,18})?$/, 'must be decimal text such as "100" or "0.5"')
    .refine((text) => !/^0*(\.0*)?$/.test(text), 'must be above 0')
    .meta({ ...about });
const percent = (min: number, max: number, about: OptionHelp) =>
  z
    .number()
    .min(min)
    .max(max)
    .meta({ ...about });
const whole = (min: number, max: number, about: OptionHelp) =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .meta({ ...about });
const names = (about: OptionHelp) =>
  z
    .array(z.string().min(1).max(40))
    .max(500)
    .meta({ ...about });

const entry = z
  .strictObject({
    mode: z.enum(['firstPrint', 'fixed']).default('firstPrint').meta(help.entry.mode),
    maxPrice: amountText(help.entry.maxPrice).nullable().default(null),
    slippage: percent(0.1, 20, help.entry.slippage).default(5),
    maxOverFirst: percent(1, 300, help.entry.maxOverFirst).default(50),
    minPrint: z
      .string()
      .regex(/^(\d{1,3}(\.\d{1,18})?|1000(\.0{1,18})?)$/, 'must be decimal text from "0" to "1000"')
      .default('10')
      .meta(help.entry.minPrint),
    freshness: whole(100, 10_000, help.entry.freshness).default(1000),
    window: whole(1, 900, help.entry.window).default(60),
    retryEvery: whole(80, 5000, help.entry.retryEvery).default(100),
    maxUnfilled: whole(1, 20, help.entry.maxUnfilled).default(5),
    maxReprices: whole(0, 5, help.entry.maxReprices).default(2),
    maxSpread: percent(0.1, 50, help.entry.maxSpread).default(10),
    minAskDepth: z.number().min(0).max(20).default(1).meta(help.entry.minAskDepth),
  })
  .prefault({});

const ladderLeg = z.strictObject({
  gain: percent(0.1, 10_000, help.exit.gain),
  fraction: z.number().gt(0).max(1).meta(help.exit.fraction),
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
      .meta(help.exit.ladder),
    stop: percent(1, 90, help.exit.stop).default(20),
    stopConfirm: whole(0, 2000, help.exit.stopConfirm).default(200),
    trailing: z
      .strictObject({
        arm: percent(1, 500, help.exit.trailingArm),
        distance: percent(1, 50, help.exit.trailingDistance),
      })
      .nullable()
      .default({ arm: 25, distance: 12 })
      .meta(help.exit.trailing),
    breakEven: whole(1, 5, help.exit.breakEven).nullable().default(1),
    timeStop: whole(1, 10_080, help.exit.timeStop).default(30),
    maxHold: whole(1, 10_080, help.exit.maxHold).default(1440),
    slackSteps: z
      .array(z.number().min(0).max(90))
      .min(1)
      .max(8)
      .default([0.5, 2, 5, 10])
      .meta(help.exit.slackSteps),
    stepEvery: whole(100, 5000, help.exit.stepEvery).default(300),
    profitFloor: percent(0, 10, help.exit.profitFloor).default(1),
    market: z.boolean().default(false).meta(help.exit.market),
    restingTarget: z.boolean().default(false).meta(help.exit.restingTarget),
  })
  .prefault({});

/** How a dry run works out its fills. */
export const dryRunOptions = z
  .strictObject({
    wallet: amountText(help.running.wallet).default('1000'),
    latency: whole(0, 10_000, help.running.latency).default(50),
    haircut: percent(0, 99, help.running.haircut).default(50),
  })
  .prefault({})
  .describe('how fills are worked out in a dry run; they are optimistic all the same');

/**
 * Every trading option, with its default where it has one. Unknown keys are refused at every depth:
 * a misspelt stop must not quietly become the default stop.
 */
export const tradingOptions = z
  .strictObject({
    quoteAmount: amountText(help.limits.quoteAmount),
    maxQuotePerTrade: amountText(help.limits.maxQuotePerTrade),
    dailySpend: amountText(help.limits.dailySpend),
    dailyLoss: amountText(help.limits.dailyLoss),
    maxDrawdown: amountText(help.limits.maxDrawdown),
    maxOpenPositions: whole(1, 50, help.limits.maxOpenPositions).default(3),
    maxTradesPerHour: whole(1, 100, help.limits.maxTradesPerHour).default(10),
    cooldown: z
      .strictObject({
        stopOuts: whole(1, 20, help.limits.stopOuts),
        minutes: whole(1, 10_080, help.limits.cooldownMinutes),
      })
      .prefault({ stopOuts: 3, minutes: 60 }),
    safetyEnabled: z.boolean().default(true).meta(help.limits.safetyEnabled),
    autoTrade: z
      .enum(['off', 'armedByHand', 'all'])
      .default('armedByHand')
      .meta(help.detection.autoTrade),
    quotes: names(help.detection.quotes).min(1).default(['USDT']),
    denyBases: names(help.detection.denyBases).default(['*3L', '*3S', '*5L', '*5S']),
    allowBases: names(help.detection.allowBases).default([]),
    surprises: z.boolean().default(false).meta(help.detection.surprises),
    minConfidence: whole(0, 100, help.detection.minConfidence).default(60),
    maxNewPerPoll: whole(1, 50, help.detection.maxNewPerPoll).default(5),
    entry,
    recvWindow: z
      .strictObject({
        entry: whole(1, 1000, help.running.recvWindowEntry).default(1000),
        exit: whole(1, 1000, help.running.recvWindowExit).default(500),
      })
      .prefault({}),
    orderRate: whole(1, 12, help.running.orderRate).default(10),
    exitReserve: whole(1, 12, help.running.exitReserve).default(3),
    exit: exitOptions,
    stalePrice: whole(1, 30, help.running.stalePrice).default(3),
    blindAlert: whole(5, 120, help.running.blindAlert).default(15),
    reconcileEvery: whole(15, 600, help.running.reconcileEvery).default(30),
    dryRun: dryRunOptions,
    liveConfirmation: whole(1, 30, help.running.liveConfirmation).default(7),
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
