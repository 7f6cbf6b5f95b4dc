import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseKeyRing } from './key-ring.ts';
import { createPayloadCodec } from './payload-codec.ts';

const lineOf = (n: number) => `k${n} ${randomBytes(32).toString('base64')}\n`;
const ringOf = (text: string) => Promise.resolve(parseKeyRing('test', text));
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const PLAIN = {
  metadata: { encoding: bytes('json/plain') },
  data: bytes('{"quoteAmount":"25.125"}'),
};
const textOf = (data: Uint8Array | null | undefined) => Buffer.from(data ?? []).toString();

test('a payload is sealed and opened, with its metadata', async () => {
  const codec = createPayloadCodec(() => ringOf(FIRST));
  const [sealed] = await codec.encode([PLAIN]);
  expect(Buffer.from(sealed?.data ?? []).includes('25.125')).toBe(false);
  expect(textOf(sealed?.metadata?.['encoding'])).toBe('binary/encrypted');
  expect(textOf(sealed?.metadata?.['encryption-key-id'])).toMatch(/^k1-[0-9a-f]{8}$/);
  const [opened] = await codec.decode([sealed ?? {}]);
  expect(textOf(opened?.data)).toBe('{"quoteAmount":"25.125"}');
  expect(textOf(opened?.metadata?.['encoding'])).toBe('json/plain');
});
const FIRST = lineOf(1);

test('what was written in clear before is read as it is', async () => {
  const codec = createPayloadCodec(() => ringOf(FIRST));
  expect(await codec.decode([PLAIN])).toEqual([PLAIN]);
});

test('a key that another process added is looked up, and the old one opens still', async () => {
  let text = FIRST;
  const codec = createPayloadCodec(() => ringOf(text));
  const before = await codec.encode([PLAIN]);
  text = `${lineOf(2)}${FIRST}`;
  const newer = createPayloadCodec(() => ringOf(text));
  const after = await newer.encode([PLAIN]);
  expect(textOf((await codec.decode(after))[0]?.data)).toContain('25.125');
  expect(textOf((await newer.decode(before))[0]?.data)).toContain('25.125');
});

test('what was changed, or sealed by a key that is gone, does not open', async () => {
  const codec = createPayloadCodec(() => ringOf(FIRST));
  const [sealed] = await codec.encode([PLAIN]);
  const data = Buffer.from(sealed?.data ?? []);
  data[20] = (data[20] ?? 0) ^ 1;
  await expect(codec.decode([{ ...sealed, data }])).rejects.toThrow(/authenticate/);
  const other = createPayloadCodec(() => ringOf(lineOf(1)));
  await expect(other.decode([sealed ?? {}])).rejects.toThrow(/does not hold the key k1-/);
});

test('keys that cannot be read now are asked for again', async () => {
  let away = true;
  const codec = createPayloadCodec(() =>
    away ? Promise.reject(new Error('the database is away')) : ringOf(FIRST),
  );
  await expect(codec.encode([PLAIN])).rejects.toThrow(/away/);
  away = false;
  expect(await codec.encode([PLAIN])).toHaveLength(1);
});
