import type { Sighting } from '#domain/listing.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { ListingSource } from './source.ts';

/** The exchange's own symbol records: heavy, authoritative, may name an opening to come. */
export const symbolsSource: ListingSource = {
  name: 'exchangeInfo',
  everyMs: 5000,
  look: async ({ exchange, clock, rules: memory }) => {
    const { rules, malformed } = await exchange.symbolRules();
    memory.remember(rules);
    const arrivedAtMs = clock.now();
    const nowMs = exchange.clock.exchangeNowMs();
    return {
      sightings: rules
        .filter((each) => each.status !== 'offline')
        .map((each) => sightingOf(each, { arrivedAtMs, nowMs })),
      malformed: malformed.length,
    };
  },
};

/** An announced opening that lies ahead outweighs the status: the record may be early. */
const sightingOf = (
  rules: SymbolRules,
  { arrivedAtMs, nowMs }: { arrivedAtMs: number; nowMs: number },
): Sighting => ({
  source: 'exchangeInfo',
  base: rules.base,
  quote: rules.quote,
  symbol: rules.symbol,
  fullName: rules.fullName,
  opensAtMs: rules.firstOpenTimeMs,
  trading:
    rules.status === 'online' && (rules.firstOpenTimeMs === null || rules.firstOpenTimeMs <= nowMs),
  arrivedAtMs,
  raw: rules,
});
