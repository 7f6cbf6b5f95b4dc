import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFolder } from '#test/folders.ts';
import { openExchangeKey, sealExchangeKey } from './exchange-key.ts';
import { addKey, ensureKeyRing, forgetOldKeys, parseKeyRing } from './key-ring.ts';
import { seal, unseal } from './seal.ts';

let folder: string;
beforeAll(async () => {
  folder = await openFolder('sniper-keys-');
});
afterAll(() => rm(folder, { recursive: true }));

const nothingSealed = () => Promise.resolve(null);
const aFile = () => join(folder, randomBytes(4).toString('hex'), 'secrets-key');
const KEY = { apiKey: 'mx0-the-key', apiSecret: 'the-planted-secret' };

const problemOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return String(error);
  }
};

describe('the sealing keys', () => {
  test('are made by the first start, for their owner only, and found by the next', async () => {
    const file = aFile();
    const made = await ensureKeyRing(file, nothingSealed);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const found = await ensureKeyRing(file, () => Promise.reject(new Error('is not asked')));
    expect(found.current.id).toBe(made.current.id);
    expect(found.current.derive('payloads')).toEqual(made.current.derive('payloads'));
  });

  test('are the same for ten processes that start at one instant', async () => {
    const file = aFile();
    const all = Array.from({ length: 10 }, () => ensureKeyRing(file, nothingSealed));
    const ids = (await Promise.all(all)).map(({ current }) => current.id);
    expect(new Set(ids).size).toBe(1);
    expect(await readdir(join(file, '..'))).toEqual(['secrets-key']);
  });

  test('are never made where something is sealed', async () => {
    const file = aFile();
    const lost = ensureKeyRing(file, () => Promise.resolve('k1-0a1b2c3d'));
    await expect(lost).rejects.toThrow(/is missing.*k1-0a1b2c3d.*backup/s);
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  test('are refused when others can read them', async () => {
    const file = join(folder, 'open');
    await writeFile(file, `k1 ${randomBytes(32).toString('base64')}\n`, { mode: 0o640 });
    await expect(ensureKeyRing(file, nothingSealed)).rejects.toThrow(/chmod 600/);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'secret\n'],
    ['16 bytes', `k1 ${randomBytes(16).toString('base64')}\n`],
    ['zeros', `k1 ${Buffer.alloc(32).toString('base64')}\n`],
    [
      'a typed sentence',
      `k1 ${Buffer.from('aaaabbbbccccddddaaaabbbbccccdddd').toString('base64')}\n`,
    ],
  ])('are refused when they are %s, without being printed', (_, text) => {
    const key = text.split(' ')[1]?.trim() ?? 'nothing';
    const said = problemOf(() => parseKeyRing('the file', text));
    expect(said).toContain('the file');
    expect(said).not.toContain(key);
  });

  test('differ for each purpose', async () => {
    const { current } = await ensureKeyRing(aFile(), nothingSealed);
    const keys = (['payloads', 'exchange keys', 'sign-in'] as const).map((purpose) =>
      current.derive(purpose).toString('hex'),
    );
    expect(new Set(keys).size).toBe(3);
  });

  test('turn: a new one seals, the old ones open until they are forgotten', async () => {
    const file = aFile();
    const first = await ensureKeyRing(file, nothingSealed);
    const old = sealExchangeKey(first, 'row', KEY);
    const both = await addKey(file);
    expect(both.current.id).toMatch(/^k2-/);
    expect(openExchangeKey(both, old)).toEqual(KEY);
    const again = sealExchangeKey(both, 'row', KEY);
    const alone = await forgetOldKeys(file);
    expect(openExchangeKey(alone, again)).toEqual(KEY);
    expect(() => openExchangeKey(alone, old)).toThrow(/does not hold the key k1-/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1);
  });
});

describe('what is sealed', () => {
  const key = randomBytes(32);
  const plain = Buffer.from('something to hide');

  test('opens with its key and context only', () => {
    const sealed = seal(key, plain, 'here');
    expect(unseal(key, sealed, 'here')).toEqual(plain);
    expect(() => unseal(key, sealed, 'there')).toThrow(/authenticate|too short/);
    expect(() => unseal(randomBytes(32), sealed, 'here')).toThrow(/authenticate|too short/);
    expect(sealed.includes(plain)).toBe(false);
  });

  test('does not open when any byte of it was changed, or some are missing', () => {
    const sealed = seal(key, plain, 'here');
    for (let n = 0; n < sealed.length; n += 1) {
      const changed = Buffer.from(sealed);
      changed[n] = (changed[n] ?? 0) ^ 1;
      expect(() => unseal(key, changed, 'here')).toThrow(/authenticate|too short/);
    }
    for (let n = 0; n < sealed.length; n += 1)
      expect(() => unseal(key, sealed.subarray(0, n), 'here')).toThrow(/authenticate|too short/);
  });

  test('is never the same twice', () => {
    const all = Array.from({ length: 100 }, () => seal(key, plain, 'here').toString('hex'));
    expect(new Set(all).size).toBe(100);
  });

  test('does not open in another row', async () => {
    const ring = await ensureKeyRing(aFile(), nothingSealed);
    const sealed = sealExchangeKey(ring, 'row', KEY);
    expect(() => openExchangeKey(ring, { ...sealed, id: 'other' })).toThrow(
      /authenticate|too short/,
    );
  });
});
