import { randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestLog, startDatabase, type TestDatabase } from '#api/testing.ts';
import { addCredential, removeCredential } from '#prisma/credentials.ts';
import { accountOf } from '#prisma/installation.ts';
import { sealExchangeKey } from '#runtime/exchange-key.ts';
import { parseKeyRing } from '#runtime/key-ring.ts';
import { resealKeys, signingKey } from './signing-key.ts';

const SECRET = 'planted-secret-b1946ac92492d2347c6235';
const lineOf = (n: number) => `k${n} ${randomBytes(32).toString('base64')}\n`;
const FIRST = lineOf(1);
const RING = parseKeyRing('test', FIRST);

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.db.secretCredential.deleteMany();
});

const LIVE = { venue: { mode: 'live', orders: 'gated' } } as const;

const entered = async (apiKey: string) => {
  const sealed = sealExchangeKey(RING, randomUUID(), { apiKey, apiSecret: SECRET });
  const row = { label: 'x', account: accountOf(apiKey), hint: 'x', createdBy: 'x' };
  return addCredential(database.db, { ...sealed, ...row, nowMs: Date.now() });
};

describe('the key that signs', () => {
  test('is the one that was entered, opened, and it does not print', async () => {
    const { id } = await entered('mx0-entered');
    const key = await signingKey(database.db, LIVE, RING);
    expect(key).toMatchObject({ account: accountOf('mx0-entered'), credentialId: id });
    expect(key.credentials?.secret.reveal()).toBe(SECRET);
    expect(inspect(key, { depth: 9 }) + JSON.stringify(key)).not.toContain(SECRET);
  });

  test('is the one of the environment where there is one', async () => {
    await entered('mx0-entered');
    const env = { ...LIVE, MEXC_API_KEY: 'mx0-of-env', MEXC_API_SECRET: SECRET };
    const key = await signingKey(database.db, env, RING);
    expect(key).toMatchObject({ account: accountOf('mx0-of-env'), credentialId: null });
  });

  test('is the simulator’s own when it plays, whatever others there are', async () => {
    await entered('mx0-entered');
    const env = { MEXC_API_KEY: 'mx0-of-env', MEXC_API_SECRET: SECRET };
    const venue = { mode: 'simulator', orders: 'play' } as const;
    const key = await signingKey(database.db, { ...env, venue }, RING);
    expect(key.credentials?.apiKey).toBe('sim-key');
    expect(key.credentials?.secret.reveal()).toBe('sim-secret');
  });

  test('is not half of one: key and secret belong together', async () => {
    const half = { ...LIVE, MEXC_API_KEY: 'mx0-of-env' };
    await expect(signingKey(database.db, half, RING)).rejects.toThrow(/belong together/);
  });

  test('is none when none was entered, or it was removed', async () => {
    const none = { credentials: null, account: null, credentialId: null };
    expect(await signingKey(database.db, LIVE, RING)).toEqual(none);
    const { id } = await entered('mx0-entered');
    await removeCredential(database.db, id, Date.now());
    expect(await signingKey(database.db, LIVE, RING)).toEqual(none);
  });

  test('is not opened with another sealing key, and says which one is missing', async () => {
    await entered('mx0-entered');
    const other = parseKeyRing('the other file', lineOf(1));
    await expect(signingKey(database.db, LIVE, other)).rejects.toThrow(
      `the other file does not hold the key ${RING.current.id}`,
    );
  });

  test('is sealed anew under the newest sealing key, once that turned', async () => {
    const { id, sealed } = await entered('mx0-entered');
    const newer = lineOf(2);
    const both = parseKeyRing('test', `${newer}${FIRST}`);
    await resealKeys(database.db, both, createTestLog());
    const row = await database.db.secretCredential.findUniqueOrThrow({ where: { id } });
    expect(row.keyId).toBe(both.current.id);
    expect(row.sealed).not.toBe(sealed);
    const key = await signingKey(database.db, LIVE, parseKeyRing('test', newer));
    expect(key.credentials?.apiKey).toBe('mx0-entered');
  });
});

test('sealed keys are opened by the signer alone: no other program names what opens them', async () => {
  const root = join(import.meta.dirname, '..');
  const files = await readdir(root, { recursive: true });
  const ours = files.filter(
    (file) => /\.tsx?$/.test(file) && !/node_modules|\.test\.ts|generated|dist/.test(file),
  );
  const opening: string[] = [];
  for (const file of ours)
    if (/\bopenExchangeKey\b/.test(await readFile(join(root, file), 'utf8'))) opening.push(file);
  expect(opening.sort()).toEqual(['runtime/exchange-key.ts', 'worker/signing-key.ts']);
});
