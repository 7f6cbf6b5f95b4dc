import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { Clock, RulesSink } from '#domain/ports.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { ExchangeClient } from '#exchange/client.ts';

/** The rules of pairs, asked for once: the exchange's record is the dearest call there is. */
export interface RulesMemory extends RulesSink {
  /** Null when the exchange has no record of the pair. Throws when it does not answer. */
  of(symbol: MarketSymbol): Promise<SymbolRules | null>;
}

/** Precision and minimums hardly ever change, but they may. */
const FRESH_MS = 60_000;

/** Remembers what a process has read of the symbol records, whoever read it. */
export const createRulesMemory = (
  exchange: Pick<ExchangeClient, 'symbolRules'>,
  clock: Clock,
): RulesMemory => {
  const known = new Map<string, { readonly rules: SymbolRules; readonly atMs: number }>();
  const asking = new Map<string, Promise<void>>();
  const remember = (rules: readonly SymbolRules[]): void => {
    for (const each of rules) known.set(each.symbol, { rules: each, atMs: clock.now() });
  };
  const fresh = (symbol: MarketSymbol): SymbolRules | null => {
    const found = known.get(symbol);
    return found !== undefined && clock.now() - found.atMs < FRESH_MS ? found.rules : null;
  };
  const ask = async (symbol: MarketSymbol): Promise<void> => {
    try {
      const { rules } = await exchange.symbolRules([symbol]);
      remember(rules);
    } finally {
      asking.delete(symbol);
    }
  };
  return {
    remember,
    of: async (symbol) => {
      const found = fresh(symbol);
      if (found !== null) return found;
      const asked = asking.get(symbol) ?? ask(symbol);
      asking.set(symbol, asked);
      await asked;
      return fresh(symbol);
    },
  };
};
