import type { Sighting } from '#domain/listing.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Announcement } from '#exchange/hints/announcements.ts';
import type { ListingSource, Look, TakenBack } from './source.ts';
import { readTitle } from './title-reader.ts';

/** Older news is about coins that trade or never came. */
const FRESH_MS = 3 * 86_400_000;

/** Titles of the exchange's news: name coins hours ahead, mixed with everything else. */
export const announcementsSource: ListingSource = {
  name: 'announcements',
  everyMs: 10_000,
  isComplete: false,
  asksRecord: true,
  look: async ({ exchange, clock }) => {
    const { announcements, malformed } = await exchange.announcements();
    const nowMs = clock.now();
    const recent = announcements.filter(
      ({ postedAtMs }) => postedAtMs !== null && postedAtMs > nowMs - FRESH_MS,
    );
    const looks = recent.map((each) => readNews(each, nowMs));
    return {
      sightings: looks.flatMap((each) => each.sightings),
      takenBack: looks.flatMap((each) => each.takenBack ?? []),
      malformed: malformed.length,
    };
  },
};

const readNews = (news: Announcement, arrivedAtMs: number): Look => {
  const reading = readTitle(news.title);
  switch (reading.kind) {
    case 'setAside':
      return { sightings: [], malformed: 0 };
    case 'listing':
      return {
        sightings: reading.bases.map((base) => sightingOf(news, base, arrivedAtMs)),
        malformed: 0,
      };
    case 'postponed':
    case 'cancelled':
      return {
        sightings: [],
        takenBack: reading.bases.map((base) => takenBackOf(news, base, arrivedAtMs)),
        malformed: 0,
      };
  }
};

const sightingOf = (raw: Announcement, base: Asset, arrivedAtMs: number): Sighting => ({
  source: 'announcements',
  base,
  quote: null,
  symbol: null,
  fullName: null,
  opensAtMs: null, // titles name the opening of futures only
  trading: false,
  arrivedAtMs,
  raw,
});

const takenBackOf = (raw: Announcement, base: Asset, arrivedAtMs: number): TakenBack => ({
  source: 'announcements',
  base,
  symbol: null,
  kind: readTitle(raw.title).kind === 'cancelled' ? 'calledOff' : 'openingWithdrawn',
  occasion: `${raw.postedAtMs ?? ''} ${raw.title}`.slice(0, 200),
  saidAtMs: raw.postedAtMs ?? 0,
  arrivedAtMs,
  raw,
});
