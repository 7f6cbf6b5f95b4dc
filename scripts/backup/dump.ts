import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { quoted, tablesOf } from './tables.ts';

/** One table in a backup. */
export interface DumpedTable {
  readonly name: string;
  readonly rows: number;
  /** Of the lines, SHA-256, hex. */
  readonly hash: string;
}

export interface Dump {
  /** Migrations that the data was written under, oldest first. */
  readonly migrations: readonly string[];
  readonly tables: readonly DumpedTable[];
}

/** Rows per question: a line may have a whole answer of the exchange. */
const ROWS_AT_ONCE = 500;

/**
 * Writes every table as it was at one instant: a line of JSON per row, made by Postgres, so that no
 * number is ever one of JavaScript. Disturbs nobody.
 */
export const dumpDatabase = async (
  url: string,
  folder: string,
  said: (line: string) => void,
): Promise<Dump> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET LOCAL TimeZone TO 'UTC'`);
    const migrations = await client.query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations
       WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
    );
    const tables: DumpedTable[] = [];
    for (const name of await tablesOf(client)) {
      const table = await dumpTable(client, name, join(folder, `${name}.ndjson.gz`));
      tables.push(table);
      said(`${name}: ${table.rows}`);
    }
    await client.query('COMMIT');
    return { migrations: migrations.rows.map((row) => row.name), tables };
  } finally {
    await client.end();
  }
};

const dumpTable = async (client: pg.Client, name: string, file: string): Promise<DumpedTable> => {
  await client.query(
    `DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM ${quoted(name)} t`,
  );
  const hash = createHash('sha256');
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    for (;;) {
      const page = await client.query<{ line: string }>(`FETCH ${ROWS_AT_ONCE} FROM rows`);
      if (page.rows.length === 0) return;
      rows += page.rows.length;
      const text = page.rows.map(({ line }) => `${line}\n`).join('');
      hash.update(text);
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600 }));
  await client.query('CLOSE rows');
  return { name, rows, hash: hash.digest('hex') };
};
