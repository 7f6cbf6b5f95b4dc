import type { Sighting } from '#domain/listing.ts';
import { marketSymbol, type MarketSymbol } from '#domain/market-symbol.ts';
import type { OfflinePair } from '#exchange/hints/offline-pairs.ts';
import { namesOfPairs } from '#prisma/seen-coins.ts';
import type { ListingSource, LookDeps } from './source.ts';

/**
 * The exchange's list of pairs that are gone. A ticker of it that returns later is another coin. It
 * holds pairs of years ago, so it never speaks against a listing that waits.
 */
export const offlinePairsSource: ListingSource = {
  name: 'offlinePairs',
  everyMs: 60_000,
  isComplete: false,
  asksRecord: false,
  look: async (deps) => {
    const { pairs, malformed } = await deps.exchange.offlinePairs();
    const arrivedAtMs = deps.clock.now();
    const gone = pairs.filter(({ state }) => state === 'delisted');
    return {
      sightings: [],
      delisted: await coinsOf(deps, gone, arrivedAtMs),
      malformed: malformed.length,
    };
  },
};

/** Coins of which no pair is left; a suspended pair is still one. */
const coinsOf = async (
  deps: LookDeps,
  gone: readonly OfflinePair[],
  arrivedAtMs: number,
): Promise<readonly Sighting[]> => {
  const bySymbol = new Map(gone.map((pair) => [pair.symbol, pair]));
  const named = await namesOfPairs(deps.db, deps.installationId, [...bySymbol.keys()]);
  return named.flatMap(({ symbol, base, quote }) => {
    const left = deps.pairs.presentOf(base).filter((each) => !bySymbol.has(each));
    const name = symbolOf(symbol);
    if (left.length > 0 || name === null) return [];
    return [
      {
        source: 'offlinePairs' as const,
        // Both were parsed when they were recorded.
        base: base as Sighting['base'],
        quote: quote as Sighting['quote'],
        symbol: name,
        fullName: null,
        opensAtMs: null,
        trading: false,
        arrivedAtMs,
        raw: bySymbol.get(symbol),
      },
    ];
  });
};

const symbolOf = (text: string): MarketSymbol | null => {
  try {
    return marketSymbol(text);
  } catch {
    return null; // odd names are set aside, like everywhere
  }
};
