import type { Client } from '@temporalio/client';
import type { Surprise } from '#domain/entry-request.ts';
import type { Clock, Log, RulesSink } from '#domain/ports.ts';
import type { ExchangeClient } from '#exchange/client.ts';
import type { Database } from '#prisma/client.ts';
import type { PairBook } from './pair-book.ts';
import type { SourceHealth } from './health/source-health.ts';

/** What detection acts through; made once by main.ts. */
export interface MonitorDeps {
  readonly db: Database;
  readonly exchange: ExchangeClient;
  readonly temporal: Client;
  readonly rules: RulesSink;
  /** Asks for what the risk rules will need, while a new pair is being named. */
  readonly expectEntry: () => void;
  readonly pairs: PairBook;
  readonly clock: Clock;
  readonly log: Log;
  readonly installationId: string;
  readonly health: SourceHealth;
  /**
   * Begins the purchase of a pair that trades already while its workflow is started. Resolves when
   * what can wait for the order need not wait any more.
   */
  readonly beginEntry: (surprise: Surprise) => Promise<void>;
  /** Aborted when this process is asked to stop. */
  readonly stopping: AbortSignal;
}
