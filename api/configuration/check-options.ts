import { Decimal } from 'decimal.js';
import type { TradingOptions } from '#domain/configuration.ts';
import type { Mode } from '#domain/mode.ts';
import type { FindingView } from '../schemas/configuration.ts';
import type { RiskMetricsView } from '../schemas/risk.ts';

/** What a run with these options would meet now. */
export interface Present {
  readonly mode: Mode;
  /** Limits of these options, with what is used of them. */
  readonly risk: RiskMetricsView;
}

/**
 * What a person should know before starting with valid options: errors stop every entry, warnings
 * are worth a thought. The exchange is not asked: its minimum per pair is known at admission only.
 */
export const checkOptions = (options: TradingOptions, present: Present): FindingView[] => [
  ...permissionFindings(options, present),
  ...limitFindings(present.risk),
  ...sizeFindings(options),
  ...exitFindings(options),
];

const error = (path: string, text: string): FindingView => ({ level: 'error', path, text });
const warning = (path: string, text: string): FindingView => ({ level: 'warning', path, text });
const when = (holds: boolean, finding: FindingView): FindingView[] => (holds ? [finding] : []);

const permissionFindings = (options: TradingOptions, { mode, risk }: Present): FindingView[] => [
  ...when(options.autoTrade === 'off', error('autoTrade', 'is off: nothing is bought')),
  ...when(
    options.autoTrade === 'armedByHand',
    warning('autoTrade', 'buys only what a person has armed'),
  ),
  ...when(
    !options.safetyEnabled && mode === 'live',
    error('safetyEnabled', 'is off: the risk rules may not be off with real money'),
  ),
  ...when(!options.safetyEnabled && mode !== 'live', warning('safetyEnabled', 'is off: no limits')),
  ...when(
    risk.kill !== null,
    error('', `the kill switch is set (${risk.kill?.level}): nothing is bought`),
  ),
];

const limitFindings = (risk: RiskMetricsView): FindingView[] =>
  risk.limits
    .filter((limit) => limit.reached)
    .map(({ rule, used, limit, unit }) =>
      error(rule, `is used up now: ${used} of ${limit} ${unit}`),
    );

/** MEXC's usual smallest order, quote; the budget should be five of it, so that exits can be split. */
const USUAL_MINIMUM = 1;
const MINIMA = 5;

const sizeFindings = (options: TradingOptions): FindingView[] => {
  const budget = new Decimal(options.quoteAmount);
  const entries = new Decimal(options.dailySpend).div(budget).floor();
  return [
    ...when(
      budget.lt(USUAL_MINIMUM * MINIMA),
      warning(
        'quoteAmount',
        `is below ${USUAL_MINIMUM * MINIMA}: parts of it may be too small to sell`,
      ),
    ),
    ...when(
      entries.lt(options.maxOpenPositions),
      warning('dailySpend', `is enough for ${entries.toFixed()} entries a day`),
    ),
    ...when(
      budget.gte(options.dailyLoss),
      warning('dailyLoss', 'can be lost with one entry: it stops the second'),
    ),
  ];
};

const exitFindings = ({ exit, entry }: TradingOptions): FindingView[] => [
  ...when(exit.ladder.length === 0, warning('exit.ladder', 'has no target: only stops sell')),
  ...when(exit.trailing === null, warning('exit.trailing', 'is off')),
  ...when(
    exit.timeStop >= exit.maxHold,
    warning('exit.timeStop', `never comes: maxHold is ${exit.maxHold} minutes`),
  ),
  ...when(
    entry.slippage >= exit.stop,
    warning('entry.slippage', `may pay more above the ask than the stop allows (${exit.stop} %)`),
  ),
];
