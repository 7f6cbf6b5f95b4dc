import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({
  format: z.literal(1),
  /** Of the program that wrote it: its commit where there is one. */
  version: z.string(),
  createdAt: z.string(),
  migrations: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), rows: z.number().int(), hash: z.string() })),
  /** Files beside the database, by their names in the data folder. */
  files: z.array(z.string()),
  /** Names of the sealing keys that open what is sealed in it; no part of a key. */
  keyIds: z.array(z.string()),
  hasKeys: z.boolean(),
});

/** What a backup says of itself. A folder without one is no backup: it was cut off. */
export type Manifest = z.infer<typeof manifest>;

const FILE = 'manifest.json';

export const writeManifest = (folder: string, said: Manifest): Promise<void> =>
  writeFile(join(folder, FILE), `${JSON.stringify(said, null, 2)}\n`, { mode: 0o600 });

/** Throws for a folder that is no backup, and for one that a newer program wrote. */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => null);
  if (text === null) throw new Error(`${folder} is no backup: it has no ${FILE}.`);
  const parsed = manifest.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new Error(`${folder} was written by another version of this program; use that one.`);
  return parsed.data;
};
