import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { Clock } from '#domain/ports.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';

export interface PairNames {
  readonly base: Asset;
  readonly quote: Asset;
}

/** Which coin and quote a pair's name stands for, as the exchange's records say; never guessed. */
export interface PairBook {
  remember(rules: readonly SymbolRules[]): void;
  /** Remembers the exchange's whole record, which says what is there now. */
  rememberAll(rules: readonly SymbolRules[]): void;
  /** Pairs of a coin that the last whole record showed as there. */
  presentOf(base: string): readonly MarketSymbol[];
  /** What is known without asking; null otherwise. */
  known(symbol: MarketSymbol): PairNames | null;
  /** Asks for a name that is not known. Null when the exchange has no record, for a while. */
  of(symbol: MarketSymbol): Promise<PairNames | null>;
}

/** Asks for the rules of one pair; null when the exchange has no record of it. */
export interface RulesOf {
  of(symbol: MarketSymbol): Promise<SymbolRules | null>;
}

/** A name without a record is asked for again after this long: the record may come later. */
const ASK_AGAIN_MS = 10_000;
/** Invented names must not fill the memory; those who are forgotten are asked for again. */
const MISSING_MAX = 10_000;

export const createPairBook = (rules: RulesOf, clock: Clock): PairBook => {
  const names = new Map<MarketSymbol, PairNames>();
  const missing = new Map<MarketSymbol, number>();
  let present = new Map<string, MarketSymbol[]>();
  const remember = (all: readonly SymbolRules[]) => {
    for (const { symbol, base, quote } of all) names.set(symbol, { base, quote });
  };
  return {
    remember,
    rememberAll: (rules) => {
      remember(rules);
      present = new Map();
      for (const { symbol, base, status } of rules)
        if (status !== 'offline') present.set(base, [...(present.get(base) ?? []), symbol]);
    },
    presentOf: (base) => present.get(base) ?? [],
    known: (symbol) => names.get(symbol) ?? null,
    of: async (symbol) => {
      const found = names.get(symbol);
      if (found !== undefined) return found;
      if ((missing.get(symbol) ?? 0) > clock.now()) return null;
      // A refusal ("no such symbol") and an outage look alike: both are asked again later.
      const answer = await rules.of(symbol).catch(() => null);
      if (answer === null) {
        if (missing.size >= MISSING_MAX) missing.clear();
        missing.set(symbol, clock.now() + ASK_AGAIN_MS);
      } else {
        missing.delete(symbol);
        remember([answer]);
      }
      return answer === null ? null : { base: answer.base, quote: answer.quote };
    },
  };
};
