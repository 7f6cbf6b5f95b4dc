import type { ListingSource } from './source.ts';

/** The web's new-coin calendar: undocumented, names coins days ahead, without their quote. */
export const calendarSource: ListingSource = {
  name: 'calendar',
  everyMs: 60_000,
  isComplete: true,
  asksRecord: true,
  look: async ({ exchange, clock }) => {
    const { coins, malformed } = await exchange.calendar();
    const arrivedAtMs = clock.now();
    return {
      sightings: coins.map((coin) => ({
        source: 'calendar' as const,
        base: coin.base,
        quote: null,
        symbol: null,
        fullName: coin.fullName,
        opensAtMs: coin.opensAtMs,
        trading: false,
        arrivedAtMs,
        raw: coin,
      })),
      malformed: malformed.length,
    };
  },
};
