import type { Sighting, Source } from '#domain/listing.ts';
import type { Asset, MarketSymbol } from '#domain/market-symbol.ts';
import type { MonitorDeps } from '../deps.ts';

/** Something that can be asked which pairs there are. */
export interface ListingSource {
  readonly name: Source;
  readonly everyMs: number;
  /** True when a look names all that the source knows: what is missing was taken back. */
  readonly isComplete: boolean;
  /** True for a page that hints: what it says is compared with the exchange's record at once. */
  readonly asksRecord: boolean;
  /** One look. Throws when the source does not answer; odd records are counted, not thrown. */
  look(deps: LookDeps): Promise<Look>;
}

export type LookDeps = Pick<
  MonitorDeps,
  'exchange' | 'clock' | 'rules' | 'pairs' | 'log' | 'db' | 'installationId'
>;

export interface Look {
  readonly sightings: readonly Sighting[];
  readonly malformed: number;
  /** News that is no listing, counted by reason. */
  readonly setAside?: Readonly<Record<string, number>>;
  /** Pairs that the source shows as taken off the exchange. */
  readonly offline?: readonly Sighting[];
  /** Coins that are gone for good, without a word about a listing of the same ticker that waits. */
  readonly delisted?: readonly Sighting[];
  /** Openings that the source itself takes back. */
  readonly takenBack?: readonly TakenBack[];
}

/** An opening that is not what was said before. */
export interface TakenBack {
  readonly source: Source;
  readonly base: Asset;
  readonly symbol: MarketSymbol | null;
  /** `openingWithdrawn`: the time falls away. `calledOff`: the listing does. */
  readonly kind: 'openingWithdrawn' | 'calledOff';
  /** Names the occasion, so that the same one is one record: the old time, or a title. */
  readonly occasion: string;
  /** When the source said so: it says nothing about a listing that came later. */
  readonly saidAtMs: number;
  readonly arrivedAtMs: number;
  readonly raw: unknown;
}
