import type { Mode } from '#domain/mode.ts';
import type { Clock, Log } from '#domain/ports.ts';
import type { OwnerState } from '#domain/trade.ts';
import type { ExchangeClient } from '#exchange/client.ts';
import type { BookStream } from '#exchange/streams/book-stream.ts';
import type { MarketStream } from '#exchange/streams/market-stream.ts';
import type { BalanceMemory } from './balance-memory.ts';
import type { GateMemory } from './gate-memory.ts';
import type { HeadStarts } from './opening/head-starts.ts';
import type { KillMemory } from './kill-memory.ts';
import type { RulesMemory } from './rules-memory.ts';
import type { Database } from '#prisma/client.ts';
import type { GateAsker } from '#prisma/live.ts';

/** What activities act through; made once per process by its main.ts. */
export interface ActivityDeps {
  readonly db: Database;
  readonly exchange: ExchangeClient;
  readonly stream: MarketStream;
  readonly books: BookStream;
  readonly rules: RulesMemory;
  readonly balances: BalanceMemory;
  readonly kill: KillMemory;
  readonly gate: GateMemory;
  /** Whom this process acts for, as the live gate asks it. */
  readonly asker: GateAsker;
  /** Whether a trade's workflow runs; throws when Temporal does not answer. */
  readonly ownerState: (workflowId: string) => Promise<OwnerState>;
  /** Entries that this process began ahead of their workflows. */
  readonly headStarts: HeadStarts;
  /** Ends a workflow that cannot go on. May repeat. */
  readonly endOwner: (workflowId: string, reason: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly installationId: string;
  /** The label that every record carries. */
  readonly mode: Mode;
  /** Aborted when this process is asked to stop: long activities hand over at once. */
  readonly stopping: AbortSignal;
  /** Names this process: the holder of a permit. */
  readonly instance: string;
}
