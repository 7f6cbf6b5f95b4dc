import { add, compare, subtractToZero, type QuoteAmount, quoteAmount } from './amount.ts';
import type { TradingOptions } from './configuration.ts';
import type { KillLevel } from './permit.ts';

/** The risk rules by name. The order is the order in which a person reads them. */
export type RiskRule =
  | 'killSwitch'
  /** Judged with real money only. */
  | 'liveGate'
  | 'autoTrade'
  | 'surprises'
  | 'quotes'
  | 'bases'
  | 'confidence'
  | 'maxQuotePerTrade'
  | 'maxOpenPositions'
  | 'maxTradesPerHour'
  | 'dailySpend'
  | 'dailyLoss'
  | 'drawdown'
  | 'cooldown'
  | 'freeBalance';

export interface RuleResult {
  readonly rule: RiskRule;
  readonly limit: string;
  readonly actual: string;
  readonly passed: boolean;
}

/** The answer of the rules: data with every number, stored whether allowed or denied. */
export interface Verdict {
  readonly allowed: boolean;
  readonly rules: readonly RuleResult[];
}

/** What the ledger knows under its lock, in the hour and the UTC day in which the trade counts. */
export interface RiskFacts {
  readonly nowMs: number;
  readonly budget: QuoteAmount;
  readonly base: string;
  readonly quote: string;
  readonly confidence: number;
  readonly armedByHand: boolean;
  readonly announced: boolean;
  readonly kill: { readonly level: KillLevel; readonly reason: string } | null;
  /** Why the live gate is shut, null when it is open; null where no real money is. */
  readonly gate: { readonly problem: string | null } | null;
  readonly openPositions: number;
  readonly tradesThisHour: number;
  /** Reserved and spent today. */
  readonly spentToday: QuoteAmount;
  /** Realised loss of today plus open loss at the bid; 0 when there is a gain. */
  readonly lossToday: QuoteAmount;
  /** Loss from the best cumulated result. */
  readonly drawdown: QuoteAmount;
  /** Stop-outs in a row, and when the last one was. */
  readonly stopOuts: { readonly count: number; readonly lastAtMs: number | null };
  /** Free quote balance as the exchange says it, and what is reserved but not spent yet. */
  readonly freeQuote: QuoteAmount;
  readonly reserved: QuoteAmount;
}

const result = (
  rule: RiskRule,
  passed: boolean,
  [limit, actual]: readonly [limit: string, actual: string],
): RuleResult => ({ rule, limit, actual, passed });

const atMost = (rule: RiskRule, limit: string, actual: QuoteAmount): RuleResult =>
  result(rule, compare(actual, quoteAmount(limit)) <= 0, [limit, actual]);

/**
 * Judges every rule; allowed only if each passes. `safetyEnabled: false` leaves only switch, `off`
 * and balance, and is not heeded with real money.
 */
export const judgeRisk = (facts: RiskFacts, options: TradingOptions): Verdict => {
  const always = [
    killRule(facts),
    ...(options.autoTrade === 'off' ? [autoTradeRule(facts, options)] : []),
    balanceRule(facts),
  ];
  const isSafe = options.safetyEnabled || facts.gate !== null;
  const rules = isSafe
    ? [
        killRule(facts),
        ...gateRules(facts),
        ...permissionRules(facts, options),
        ...limitRules(facts, options),
        balanceRule(facts),
      ]
    : always;
  return { allowed: rules.every((rule) => rule.passed), rules };
};

const killRule = (facts: RiskFacts): RuleResult =>
  result('killSwitch', facts.kill === null, [
    'off',
    facts.kill === null ? 'off' : `${facts.kill.level}: ${facts.kill.reason}`,
  ]);

const gateRules = ({ gate }: RiskFacts): RuleResult[] =>
  gate === null
    ? []
    : [result('liveGate', gate.problem === null, ['open', gate.problem ?? 'open'])];

const autoTradeRule = (facts: RiskFacts, options: TradingOptions): RuleResult => {
  const allowed =
    options.autoTrade === 'all' || (options.autoTrade === 'armedByHand' && facts.armedByHand);
  return result('autoTrade', allowed, [
    options.autoTrade,
    facts.armedByHand ? 'armed by hand' : 'found',
  ]);
};

const permissionRules = (facts: RiskFacts, options: TradingOptions): RuleResult[] => {
  const listed =
    (options.allowBases.length === 0 || matchesAny(facts.base, options.allowBases)) &&
    !matchesAny(facts.base, options.denyBases);
  return [
    autoTradeRule(facts, options),
    result('surprises', options.surprises || facts.announced, [
      options.surprises ? 'allowed' : 'announced only',
      facts.announced ? 'announced' : 'surprise',
    ]),
    result('quotes', options.quotes.includes(facts.quote), [options.quotes.join(' '), facts.quote]),
    result('bases', listed, [basesText(options), facts.base]),
    result('confidence', facts.confidence >= options.minConfidence, [
      String(options.minConfidence),
      String(facts.confidence),
    ]),
  ];
};

const basesText = ({ allowBases, denyBases }: TradingOptions): string => {
  const only = allowBases.length === 0 ? [] : [`only ${allowBases.join(' ')}`];
  const not = denyBases.length === 0 ? [] : [`not ${denyBases.join(' ')}`];
  return [...only, ...not].join(', ') || 'any';
};

const limitRules = (facts: RiskFacts, options: TradingOptions): RuleResult[] => {
  const positions = facts.openPositions + 1;
  const trades = facts.tradesThisHour + 1;
  return [
    atMost('maxQuotePerTrade', options.maxQuotePerTrade, facts.budget),
    result('maxOpenPositions', positions <= options.maxOpenPositions, [
      String(options.maxOpenPositions),
      String(positions),
    ]),
    result('maxTradesPerHour', trades <= options.maxTradesPerHour, [
      String(options.maxTradesPerHour),
      String(trades),
    ]),
    atMost('dailySpend', options.dailySpend, add(facts.spentToday, facts.budget)),
    below('dailyLoss', options.dailyLoss, facts.lossToday),
    below('drawdown', options.maxDrawdown, facts.drawdown),
    cooldownRule(facts, options),
  ];
};

const below = (rule: RiskRule, limit: string, actual: QuoteAmount): RuleResult =>
  result(rule, compare(actual, quoteAmount(limit)) < 0, [limit, actual]);

const cooldownRule = (facts: RiskFacts, options: TradingOptions): RuleResult => {
  const { stopOuts, minutes } = options.cooldown;
  const last = facts.stopOuts.lastAtMs;
  const until = last === null ? 0 : last + minutes * 60_000;
  const cooling = facts.stopOuts.count >= stopOuts && facts.nowMs < until;
  return result('cooldown', !cooling, [
    `${stopOuts} stop-outs in a row pause for ${minutes} min`,
    cooling
      ? `${facts.stopOuts.count}, ${Math.ceil((until - facts.nowMs) / 60_000)} min left`
      : String(facts.stopOuts.count),
  ]);
};

const balanceRule = (facts: RiskFacts): RuleResult => {
  const available = subtractToZero(facts.freeQuote, facts.reserved);
  return result('freeBalance', compare(available, facts.budget) >= 0, [
    `${facts.budget} ${facts.quote}`,
    `${available} ${facts.quote}`,
  ]);
};

/** True when the name fits one of the patterns; `*` stands for any text. */
export const matchesAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const parts = pattern.split('*');
    const first = parts[0] ?? '';
    const last = parts.at(-1) ?? '';
    if (parts.length === 1) return name === pattern;
    if (name.length < first.length + last.length) return false;
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let from = first.length;
    for (const part of parts.slice(1, -1)) {
      const at = name.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= name.length - last.length;
  });
