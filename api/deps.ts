import type { Clock, Log } from '#domain/ports.ts';
import type { Venue } from '#domain/mode.ts';
import type { Database } from '#prisma/client.ts';
import type { ReadTotals } from '#prisma/reads/record-totals.ts';
import type { KeyRing } from '#runtime/key-ring.ts';
import type { Metrics } from '#runtime/metrics.ts';
import type { Tracing } from '#runtime/tracing.ts';
import type { Auth } from './auth/auth.ts';
import type { EventHub } from './events/hub.ts';
import type { TemporalGateway } from './temporal/gateway.ts';
import type { Heartbeat } from './watch/heartbeat.ts';

/** All that the routes need, built by main and by the tests. */
export interface ApiDeps {
  readonly db: Database;
  /** Sums of the whole record. */
  readonly totals: ReadTotals;
  readonly auth: Auth;
  /** The sealing keys; throws while the database is away that says whether there were others. */
  keys(): Promise<KeyRing>;
  readonly temporal: TemporalGateway;
  readonly events: EventHub;
  readonly installation: {
    readonly venue: Venue;
    readonly account: string;
    /** What the traders sign with; null without a key. Throws while the database is away. */
    key(): Promise<{ readonly credentialId: string | null } | null>;
    /** Throws while the database is away. */
    id(): Promise<string>;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly version: string;
  /** Folder of the built dashboard; null serves the API alone. */
  readonly webRoot: string | null;
  /** Names under which browsers may address this server, with their ports. */
  readonly hosts: readonly string[];
  /** Where a proxy that ends TLS shows this server to the world; null when none does. */
  readonly publicUrl: URL | null;
  /** Somebody else who notices a dead host; null when there is nobody. */
  readonly heartbeat: Heartbeat | null;
  /** Null traces nothing. */
  readonly tracing: Pick<Tracing, 'span'> | null;
  /** Silence of a live stream that is broken by a ping: longer means that it is broken. */
  readonly pingMs: number;
}
