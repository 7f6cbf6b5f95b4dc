import type { Sighting } from '#domain/listing.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import type { ListingSource } from './source.ts';

/** The exchange's own symbol records: heavy, authoritative, may name an opening to come. */
export const symbolsSource: ListingSource = {
  name: 'exchangeInfo',
  everyMs: 5000,
  isComplete: true,
  asksRecord: false,
  look: async ({ exchange, clock, rules: memory, pairs }) => {
    const { rules, malformed } = await exchange.symbolRules();
    memory.remember(rules);
    pairs.rememberAll(rules);
    const now = { arrivedAtMs: clock.now(), nowMs: exchange.clock.exchangeNowMs() };
    const sightings = rules.map((each) => sightingOf(each, now));
    const isOffline = (_: Sighting, at: number) => rules[at]?.status === 'offline';
    const present = sightings.filter((each, at) => !isOffline(each, at));
    const presentBases = new Set(present.map((each) => each.base));
    return {
      sightings: present,
      // A coin is off when all its pairs are.
      offline: sightings.filter(isOffline).filter((each) => !presentBases.has(each.base)),
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
