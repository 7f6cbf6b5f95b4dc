import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import type { DumpedTable } from './dump.ts';
import { quoted } from './tables.ts';

const ROWS_AT_ONCE = 200;

/** Where a load stands, so that one that was cut off goes on. */
export interface LoadProgress {
  has(table: string): boolean;
  add(table: string): Promise<void>;
}

/**
 * Writes the rows of a backup into tables that are there and empty, each table in one transaction.
 * Triggers of ours are silent meanwhile. May repeat: what is loaded is passed over. Throws when a
 * file is not what the backup says of it.
 */
export const loadDatabase = async (
  url: string,
  { folder, tables }: { readonly folder: string; readonly tables: readonly DumpedTable[] },
  { progress, said }: { readonly progress: LoadProgress; readonly said: (line: string) => void },
): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SET TimeZone TO 'UTC'`);
    for (const table of tables) {
      if (progress.has(table.name)) continue;
      await client.query('BEGIN');
      await client.query(`ALTER TABLE ${quoted(table.name)} DISABLE TRIGGER USER`);
      await loadTable(client, table, join(folder, `${table.name}.ndjson.gz`));
      await client.query(`ALTER TABLE ${quoted(table.name)} ENABLE TRIGGER USER`);
      await client.query('COMMIT');
      await progress.add(table.name);
      said(`${table.name}: ${table.rows}`);
    }
  } finally {
    await client.end();
  }
};

const loadTable = async (
  client: pg.Client,
  { name, rows, hash }: DumpedTable,
  file: string,
): Promise<void> => {
  const found = createHash('sha256');
  let count = 0;
  let batch: string[] = [];
  const write = async () => {
    if (batch.length === 0) return;
    // A load that was cut off after its commit and before it was noted finds its own rows.
    await client.query(
      `INSERT INTO ${quoted(name)} SELECT * FROM json_populate_recordset(NULL::${quoted(name)}, $1::json)
       ON CONFLICT DO NOTHING`,
      [`[${batch.join(',')}]`],
    );
    batch = [];
  };
  const lines = createInterface({ input: createReadStream(file).pipe(createGunzip()) });
  for await (const line of lines) {
    found.update(`${line}\n`);
    count += 1;
    batch.push(line);
    if (batch.length >= ROWS_AT_ONCE) await write();
  }
  await write();
  if (found.digest('hex') !== hash || count !== rows)
    throw new Error(`${file} is not what the backup says of it: it was cut off or changed.`);
};
