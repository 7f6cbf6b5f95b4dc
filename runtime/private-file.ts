import { link, readFile, stat, unlink } from 'node:fs/promises';
import { replaceFile, writeDraft } from './replace-file.ts';

/** Owner reads and writes, nobody else anything. */
const PRIVATE = 0o600;
const OTHERS = 0o077;

/**
 * The text of a file that only its owner may read; null when there is none. Throws when others may
 * read it: what it holds is no secret then.
 */
export const readPrivateFile = async (path: string): Promise<string | null> => {
  const found = await stat(path).catch(absent);
  if (found === null) return null;
  if ((found.mode & OTHERS) !== 0)
    throw new Error(
      `${path} can be read by others (mode ${(found.mode & 0o777).toString(8)}); run: chmod 600 ${path}`,
    );
  return readFile(path, 'utf8');
};

/** Writes a private file where there is none, whole or not at all; of several writers one wins. */
export const createPrivateFile = async (path: string, text: string): Promise<void> => {
  const draft = await writeDraft(path, text, PRIVATE);
  try {
    await link(draft, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(draft);
  }
};

/** Puts another text in the place of a private file, whole or not at all. */
export const replacePrivateFile = (path: string, text: string): Promise<void> =>
  replaceFile(path, text, PRIVATE);

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const absent = (error: unknown): null => {
  if (isCode(error, 'ENOENT')) return null;
  throw error;
};
