import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from './generated/client.ts';

/** The database, or a transaction on it: queries take either. */
export type Db = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

/** The database itself: can open transactions. */
export type Database = PrismaClient;

/** Connections per process: enough for the activities of one process, few enough for many. */
const POOL_MAX = 10;

/** A connection that is idle is kept this long: a burst must not pay for logging in. */
const IDLE_MS = 600_000;

/**
 * A statement that begins with a comment of one word is prepared once per connection, under that name:
 * planning is most of what the statements of an entry cost. Others are planned each time.
 */
const preparedAs = (sql: string): string => /^\s*\/\* (\w+) \*\//.exec(sql)?.[1] ?? '';

/** What the connections of a process do now. */
export interface PoolState {
  readonly busy: number;
  readonly idle: number;
  /** Queries that wait for a connection. */
  readonly waiting: number;
}

/** Reads the state of a pool; null before the first query. */
export type PoolReader = () => PoolState | null;

/**
 * Connects lazily: the first query opens the pool. A query waits at most 5 s for a connection and
 * a statement runs at most 10 s, so that a dead database is an error and not a hang.
 */
export const connectDatabase = (url: string): Database => connectMeasured(url).db;

/** As `connectDatabase`, for who wants to see what its connections do. */
export const connectMeasured = (
  url: string,
): { readonly db: Database; readonly pool: PoolReader } => {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: POOL_MAX,
      connectionTimeoutMillis: 5000,
      idleTimeoutMillis: IDLE_MS,
      statement_timeout: 10_000,
      keepAlive: true,
    },
    { statementNameGenerator: ({ sql }) => preparedAs(sql) },
  );
  let pool: Pool | null = null;
  const { provider, adapterName } = adapter;
  const connect = async () => {
    const connected = await adapter.connect();
    pool = connected.underlyingDriver();
    return connected;
  };
  return {
    db: new PrismaClient({ adapter: { provider, adapterName, connect } }),
    pool: () =>
      pool === null
        ? null
        : {
            busy: pool.totalCount - pool.idleCount,
            idle: pool.idleCount,
            waiting: pool.waitingCount,
          },
  };
};
