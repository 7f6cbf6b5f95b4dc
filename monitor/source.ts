import type { Sighting, Source } from '#domain/listing.ts';
import type { MonitorDeps } from './deps.ts';

/** Something that can be asked which pairs there are. */
export interface ListingSource {
  readonly name: Source;
  readonly everyMs: number;
  /** One look. Throws when the source does not answer; odd records are counted, not thrown. */
  look(deps: Pick<MonitorDeps, 'exchange' | 'clock' | 'rules'>): Promise<Look>;
}

export interface Look {
  readonly sightings: readonly Sighting[];
  readonly malformed: number;
}
