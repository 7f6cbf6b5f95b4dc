import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Owner writes, everybody reads. */
const ORDINARY = 0o644;

/**
 * Puts a text in the place of a file, whole or not at all: whoever reads it, or finds it after a
 * crash, finds the text before or this one. Several may write: the last one wins. Makes the folder.
 */
export const replaceFile = async (path: string, text: string, mode = ORDINARY): Promise<void> => {
  await rename(await writeDraft(path, text, mode), path);
};

/** Writes a text onto the disk beside the file that it is to become; answers where. */
export const writeDraft = async (path: string, text: string, mode: number): Promise<string> => {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return draft;
};
