import type { Sighting } from '#domain/listing.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { PairNames } from '../pair-book.ts';
import type { ListingSource } from './source.ts';

/** Names that nobody has explained yet are asked for one by one; the rest wait for the next look. */
const ASKED_PER_LOOK = 5;

/** The pairs that are open to the API: light, often asked; says nothing before an opening. */
export const defaultSymbolsSource: ListingSource = {
  name: 'defaultSymbols',
  everyMs: 1000,
  isComplete: false,
  asksRecord: false,
  look: async ({ exchange, clock, pairs }) => {
    const names = await exchange.defaultSymbols();
    const arrivedAtMs = clock.now();
    const sightings: Sighting[] = [];
    let asked = 0;
    for (const symbol of names) {
      const known = pairs.known(symbol);
      if (known === null && asked >= ASKED_PER_LOOK) continue;
      if (known === null) asked += 1;
      const names = known ?? (await pairs.of(symbol));
      if (names !== null) sightings.push(sightingOf(symbol, names, arrivedAtMs));
    }
    return { sightings, malformed: 0 };
  },
};

const sightingOf = (
  symbol: MarketSymbol,
  { base, quote }: PairNames,
  arrivedAtMs: number,
): Sighting => ({
  source: 'defaultSymbols',
  base,
  quote,
  symbol,
  fullName: null,
  opensAtMs: null,
  trading: true,
  arrivedAtMs,
  raw: { symbol },
});
