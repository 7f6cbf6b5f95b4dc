import { opensLater } from '../seen-reports.ts';
import type { ListingSource } from './source.ts';

/**
 * The pairs of the web site: undocumented, behind a firewall. Only openings that lie ahead are
 * used: of all others the exchange's own records say more.
 */
export const webPairsSource: ListingSource = {
  name: 'webPairs',
  everyMs: 60_000,
  isComplete: true,
  asksRecord: true,
  look: async ({ exchange, clock }) => {
    const { pairs, malformed } = await exchange.webPairs();
    const arrivedAtMs = clock.now();
    const sightings = pairs.map((pair) => ({
      source: 'webPairs' as const,
      base: pair.base,
      quote: pair.quote,
      symbol: null,
      fullName: pair.fullName,
      opensAtMs: pair.opensAtMs,
      trading: false,
      arrivedAtMs,
      raw: pair,
    }));
    return { sightings: sightings.filter(opensLater), malformed: malformed.length };
  },
};
