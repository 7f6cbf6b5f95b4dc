import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { connectDirect, preparedAs, type Direct } from './direct.ts';
import { PrismaClient } from './generated/client.ts';

/** The database, or a transaction on it: queries take either. */
export type Db = Omit<
  PrismaClient,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'
>;

/** The database itself: can open transactions. */
export type Database = PrismaClient & {
  /** For what an entry waits for. */
  readonly direct: Direct;
};

/** Connections per process: enough for the activities of one process, few enough for many. */
const POOL_MAX = 10;
/** The same for entries, whose statements are few. */
const DIRECT_MAX = 6;
/** Who stands still does not answer that a statement ran too long. */
const ANSWERED_MS = 15_000;

/** A connection that is idle is kept this long: a burst must not pay for logging in. */
const IDLE_MS = 600_000;

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
  const config = {
    connectionString: url,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: 10_000,
    keepAlive: true,
  };
  const adapter = new PrismaPg(
    { ...config, max: POOL_MAX },
    { statementNameGenerator: ({ sql }) => preparedAs(sql) },
  );
  const direct = connectDirect({ ...config, max: DIRECT_MAX, query_timeout: ANSWERED_MS });
  let pool: Pool | null = null;
  const { provider, adapterName } = adapter;
  const connect = async () => {
    const connected = await adapter.connect();
    pool = connected.underlyingDriver();
    const dispose = async () => {
      await Promise.all([direct.end(), connected.dispose()]);
    };
    return Object.assign(Object.create(connected), { dispose }) as typeof connected;
  };
  const client = new PrismaClient({ adapter: { provider, adapterName, connect } });
  return {
    db: Object.assign(client, { direct }),
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
