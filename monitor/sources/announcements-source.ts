import type { Sighting } from '#domain/listing.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { Announcement } from '#exchange/hints/announcements.ts';
import type { ListingSource, Look, TakenBack } from './source.ts';
import { readTitle, type SetAside } from './title-reader.ts';

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
    const setAside: Record<string, number> = {};
    for (const { reason } of looks)
      if (reason !== null) setAside[reason] = (setAside[reason] ?? 0) + 1;
    return {
      setAside,
      sightings: looks.flatMap((each) => each.sightings),
      takenBack: looks.flatMap((each) => each.takenBack),
      malformed: malformed.length,
    };
  },
};

interface ReadNews extends Required<Pick<Look, 'sightings' | 'takenBack'>> {
  /** Why it is set aside; null when it is understood. */
  readonly reason: SetAside | null;
}

const readNews = (news: Announcement, arrivedAtMs: number): ReadNews => {
  const reading = readTitle(news.title);
  const nothing = { sightings: [], takenBack: [], reason: null };
  switch (reading.kind) {
    case 'setAside':
      return { ...nothing, reason: reading.reason };
    case 'listing':
      return {
        ...nothing,
        sightings: reading.bases.map((base) => sightingOf(news, base, arrivedAtMs)),
      };
    case 'postponed':
    case 'cancelled':
      return {
        ...nothing,
        takenBack: reading.bases.map((base) => takenBackOf(news, base, arrivedAtMs)),
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
