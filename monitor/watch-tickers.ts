import { isZero } from '#domain/amount.ts';
import type { Sighting } from '#domain/listing.ts';
import { NameSet } from '#exchange/streams/frames.ts';
import type { MarketStream, Ticker } from '#exchange/streams/market-stream.ts';
import type { PendingSighting } from '#prisma/listings.ts';
import { unfinishedListings } from '#prisma/seen-coins.ts';
import { commitSightings, type Run } from './commit-sightings.ts';
import type { MonitorDeps } from './deps.ts';
import { handOver } from './hand-over.ts';
import { rehearse } from './rehearse.ts';

/** The exchange sends all pairs this often. */
const EVERY_MS = 3000;
/** After a longer silence a pair that is new to us may have traded for a while. */
const GAP_MS = 15_000;
/** Several times what the exchange lists: a stream of invented names must not fill the memory. */
const NAMES_MAX = 20_000;
/** New names of one frame that are asked for; more is a fault, and the evidence suffices. */
const ASKED_PER_FRAME = 60;

/**
 * Hears in every monitor which pairs trade, while a run is active. A pair that no frame has shown
 * before is committed as a sighting and started at once, in this process.
 */
export interface TickerWatch {
  /** The active run, null without one. Nothing is heard before its first look is committed. */
  follow(run: Run | null): void;
  stop(): void;
}

export const createTickerWatch = (
  deps: MonitorDeps,
  stream: Pick<MarketStream, 'watchAllTickers'>,
): TickerWatch => {
  let current: { readonly run: Run; stop(): void } | null = null;
  const stop = () => {
    current?.stop();
    current = null;
  };
  return {
    follow: (run) => {
      if (current !== null && current.run.runId === run?.runId) return;
      stop();
      if (run !== null && run.baselineAt !== null)
        current = { run, stop: listen(deps, stream, run) };
    },
    stop,
  };
};

const listen = (
  deps: MonitorDeps,
  stream: Pick<MarketStream, 'watchAllTickers'>,
  run: Run,
): (() => void) => {
  const known = new NameSet();
  let heardAtMs: number | null = null;
  let isStopped = false;
  deps.health.expect('miniTickers', EVERY_MS);
  const unwatch = stream.watchAllTickers((tickers) => {
    if (isStopped) return;
    const nowMs = deps.clock.now();
    if (known.size > NAMES_MAX) {
      known.clear();
      heardAtMs = null; // the next frame shows all of them again, as a first one does
      return;
    }
    // What a first frame shows may trade for long; the polls tell news from it.
    const isFirst = heardAtMs === null || nowMs - heardAtMs > GAP_MS;
    heardAtMs = nowMs;
    const unseen = tickers.filter(trades);
    for (const { symbol } of unseen) known.add(symbol);
    deps.health.ok('miniTickers', EVERY_MS, { malformed: 0 });
    if (unseen.length === 0) return;
    report(deps, run, { tickers: unseen, isFirst, arrivedAtMs: nowMs }).catch((error: unknown) => {
      deps.log.warn({ error }, 'New pairs of the ticker could not be committed; heard again');
      deps.health.failed('miniTickers', EVERY_MS, error);
      for (const { symbol } of unseen) known.delete(symbol);
      if (isFirst) heardAtMs = null;
    });
  }, known);
  const stopRehearsing = rehearse(deps);
  return () => {
    isStopped = true;
    unwatch();
    stopRehearsing();
  };
};

/** A line without volume is a pair that is shown, not one that trades. */
const trades = ({ volumeQuote }: Ticker): boolean => !isZero(volumeQuote);

interface Heard {
  readonly tickers: readonly Ticker[];
  readonly isFirst: boolean;
  readonly arrivedAtMs: number;
}

const report = async (deps: MonitorDeps, run: Run, heard: Heard): Promise<void> => {
  const sightings = heard.isFirst ? await ofListings(deps, heard) : await ofNewPairs(deps, heard);
  const batch = { run, source: 'miniTickers', reading: 'news' } as const;
  const told: Promise<void>[] = [];
  const tell = (signal: PendingSighting) => told.push(handOver(deps, run, [signal]));
  await commitSightings(deps, batch, { sightings, tell });
  await Promise.all(told);
};

/** Pairs that are waited for: that they trade is news even in a first frame. */
const ofListings = async (deps: MonitorDeps, heard: Heard): Promise<readonly Sighting[]> => {
  const listings = await unfinishedListings(deps.db, deps.installationId);
  const bySymbol = new Map(listings.map((each) => [each.symbol, each]));
  return heard.tickers.flatMap((ticker) => {
    const listing = bySymbol.get(ticker.symbol);
    return listing === undefined ? [] : [sightingOf(ticker, listing, heard.arrivedAtMs)];
  });
};

const ofNewPairs = async (deps: MonitorDeps, heard: Heard): Promise<readonly Sighting[]> => {
  const asked = heard.tickers.slice(0, ASKED_PER_FRAME);
  setImmediate(deps.expectEntry); // behind the questions that everything waits for
  const named = await Promise.all(
    asked.map(async (ticker) => {
      const names = await deps.pairs.of(ticker.symbol);
      if (names === null)
        deps.log.info({ symbol: ticker.symbol }, 'A pair trades that no record names yet');
      return names === null ? [] : [sightingOf(ticker, names, heard.arrivedAtMs)];
    }),
  );
  return named.flat();
};

const sightingOf = (
  { symbol, price, volumeQuote }: Ticker,
  { base, quote }: { readonly base: string; readonly quote: string },
  arrivedAtMs: number,
): Sighting => ({
  source: 'miniTickers',
  // Both come from the exchange's records, parsed.
  base: base as Sighting['base'],
  quote: quote as Sighting['quote'],
  symbol,
  fullName: null,
  opensAtMs: null,
  trading: true,
  arrivedAtMs,
  raw: { symbol, price, volumeQuote },
});
