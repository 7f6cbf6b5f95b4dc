import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPrivateFile, readPrivateFile, replacePrivateFile } from './private-file.ts';

// The keys under which secrets are sealed: a file of lines "k<number> <32 bytes, base64>", the newest
// first. Each purpose has a key of its own, derived, so that what is sealed for one opens for none
// of the others.

/** What keys are derived for; a name is never used for something else. */
export type Purpose = 'exchange keys' | 'payloads' | 'sign-in' | 'notifications';

export interface SealKey {
  /** Names this very key, "k2-1f09ab3c": the number, and a fingerprint. */
  readonly id: string;
  readonly version: number;
  /** 32 bytes. */
  derive(purpose: Purpose): Buffer;
}

/** All keys that open; the first one seals. */
export interface KeyRing {
  readonly current: SealKey;
  readonly keys: readonly SealKey[];
  /** Throws when there is no such key, naming the file that should have it. */
  find(id: string): SealKey;
}

/** Where the keys are, unless a setting names another file. */
export const keyRingFile = (env: {
  readonly DATA_DIR: string;
  readonly SECRETS_KEY_FILE?: string | undefined;
}): string => env.SECRETS_KEY_FILE ?? join(env.DATA_DIR, 'secrets-key');

const KEY_BYTES = 32;
/** Random bytes are this varied but once in 10^20 keys; what a person types is not. */
const DISTINCT_MIN = 16;

/**
 * Reads the keys. Where there is no file, makes one: unless something is sealed already, since a
 * new key would only hide that the old one is lost. May repeat, from several processes at once.
 */
export const ensureKeyRing = async (
  file: string,
  sealedWith: () => Promise<string | null>,
): Promise<KeyRing> => {
  const kept = await readPrivateFile(file);
  if (kept !== null) return parseKeyRing(file, kept);
  const lost = await sealedWith();
  if (lost !== null) {
    const meanwhile = await readPrivateFile(file); // another process may have made and used it
    if (meanwhile !== null) return parseKeyRing(file, meanwhile);
    throw new Error(
      `The key file ${file} is missing, and secrets are sealed with its key ${lost}. Put the file back from your backup. Without it: npm run ctl -- forget-sealed removes what cannot be opened, and the exchange keys must be entered again.`,
    );
  }
  await createPrivateFile(file, lineOf(1, randomBytes(KEY_BYTES)));
  const made = await readPrivateFile(file);
  if (made === null) throw new Error(`${file} vanished while it was made`);
  return parseKeyRing(file, made);
};

/** Puts a new key before the others, which still open what they sealed. Answers the new ring. */
export const addKey = async (file: string): Promise<KeyRing> => {
  const kept = await readPrivateFile(file);
  if (kept === null) throw new Error(`There is no key file ${file}.`);
  const version = parseKeyRing(file, kept).current.version + 1;
  const text = `${lineOf(version, randomBytes(KEY_BYTES))}${kept}`;
  await replacePrivateFile(file, text);
  return parseKeyRing(file, text);
};

/** Leaves only the newest key: nothing that an older one sealed can be opened again. */
export const forgetOldKeys = async (file: string): Promise<KeyRing> => {
  const kept = await readPrivateFile(file);
  if (kept === null) throw new Error(`There is no key file ${file}.`);
  const newest = `${kept.split('\n')[0] ?? ''}\n`;
  const ring = parseKeyRing(file, newest);
  await replacePrivateFile(file, newest);
  return ring;
};

const lineOf = (version: number, key: Buffer): string => `k${version} ${key.toString('base64')}\n`;

/** Throws for what is no key ring, and for a key that somebody made up. Never prints a key. */
export const parseKeyRing = (file: string, text: string): KeyRing => {
  const keys = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, n) => parseKey(line, `${file}, line ${n + 1}`));
  const [current] = keys;
  if (current === undefined) throw new Error(`${file} holds no key`);
  return {
    current,
    keys,
    find: (id) => {
      const key = keys.find((each) => each.id === id);
      if (key === undefined) throw new Error(`${file} does not hold the key ${id}`);
      return key;
    },
  };
};

const parseKey = (line: string, where: string): SealKey => {
  const [, digits, encoded] = /^k([1-9]\d{0,5}) ([A-Za-z0-9+/]{43}=)$/.exec(line) ?? [];
  if (digits === undefined || encoded === undefined)
    throw new Error(`${where} is no key: it must be "k<number> <32 bytes in base64>"`);
  const key = Buffer.from(encoded, 'base64');
  if (new Set(key).size < DISTINCT_MIN)
    throw new Error(`${where} is a weak key: it must be 32 random bytes (openssl rand -base64 32)`);
  const fingerprint = createHash('sha256').update('fingerprint').update(key).digest('hex');
  return {
    id: `k${digits}-${fingerprint.slice(0, 8)}`,
    version: Number(digits),
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', `mexc-sniper ${purpose}`, 32)),
  };
};
