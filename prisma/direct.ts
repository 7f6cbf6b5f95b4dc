import { Decimal } from 'decimal.js';
import pg from 'pg';

// What an entry waits for goes straight to the driver: half of what a statement costs through Prisma's
// client is the client (docs/adr/0016). Statements are sent without waiting for the answer of the one
// before, so that a transaction is as many round trips as it has decisions.

/** Runs statements that are written by hand; Prisma's client and its transactions do, too. */
export interface Statements {
  /** Answers the rows: numeric as Decimal, bigint as BigInt, times as Date, JSON parsed. */
  $queryRaw<Rows>(sql: TemplateStringsArray, ...values: unknown[]): Promise<Rows>;
  /** Answers how many rows were written. */
  $executeRaw(sql: TemplateStringsArray, ...values: unknown[]): Promise<number>;
}

export interface DirectTransaction extends Statements {
  /**
   * Ends it with what was sent so far; sent at once, behind a statement that is not answered yet.
   * Rejects when anything of the transaction failed: then nothing of it is written.
   */
  commit(): Promise<void>;
}

export interface Direct extends Statements {
  /**
   * Statements run in the order in which `work` gives them, and none of them when it throws. Committed
   * when `work` has ended, unless it did so itself. Not repeated: an error at the commit may hide a
   * transaction that was written.
   */
  transaction<T>(work: (tx: DirectTransaction) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

/** Connects lazily. */
export const connectDirect = (config: pg.PoolConfig): Direct => {
  const pool = new pg.Pool({ ...config, pipeline: true, allowExitOnIdle: true });
  pool.on('error', () => {}); // a connection that broke while idle; the next statement has another
  return {
    ...statementsOn(pool),
    transaction: (work) => inTransaction(pool, work),
    end: async () => {
      if (!pool.ending) await pool.end();
    },
  };
};

const inTransaction = async <T>(
  pool: pg.Pool,
  work: (tx: DirectTransaction) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  client.on('error', toldByStatements);
  const release = (broken?: Error) => {
    client.removeListener('error', toldByStatements);
    client.release(broken);
  };
  let committed: Promise<void> | null = null;
  const commit = () => (committed ??= commitOn(client));
  try {
    const tx = { ...statementsOn(client), commit };
    const [, result] = await Promise.all([client.query('BEGIN'), work(tx)]);
    await commit();
    release();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(() => release(), release);
    throw error;
  }
};

/** A connection that breaks says so to its statements; without a listener it would end the process. */
const toldByStatements = (): void => {};

/** Postgres answers a commit of what has failed with a rollback, not with an error. */
const commitOn = async (client: pg.PoolClient): Promise<void> => {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error(`the transaction was not committed: ${command}`);
};

const statementsOn = (queryable: pg.Pool | pg.PoolClient): Statements => ({
  $queryRaw: async <Rows>(sql: TemplateStringsArray, ...values: unknown[]) =>
    (await queryable.query(statementOf(sql, values))).rows as Rows,
  $executeRaw: async (sql, ...values) =>
    (await queryable.query(statementOf(sql, values))).rowCount ?? 0,
});

interface Text {
  readonly text: string;
  readonly name: string;
}

/** A template is one object for as long as the code is loaded. */
const texts = new WeakMap<TemplateStringsArray, Text>();

const statementOf = (sql: TemplateStringsArray, values: unknown[]): pg.QueryConfig => {
  const known = texts.get(sql) ?? textOf(sql);
  texts.set(sql, known);
  return { ...known, values, types };
};

const textOf = (sql: TemplateStringsArray): Text => {
  const text = sql.reduce((before, part, n) => `${before}$${n}${part}`);
  return { text, name: preparedAs(text) };
};

/**
 * A statement that begins with a comment of one word is prepared once per connection, under that name:
 * planning is most of what the statements of an entry cost. Others are planned each time.
 */
export const preparedAs = (sql: string): string => /^\s*\/\* (\w+) \*\//.exec(sql)?.[1] ?? '';

const { INT8, NUMERIC } = pg.types.builtins;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === NUMERIC) return (text: string) => new Decimal(text);
    if (oid === INT8) return (text: string) => BigInt(text);
    return pg.types.getTypeParser(oid, format);
  },
};
