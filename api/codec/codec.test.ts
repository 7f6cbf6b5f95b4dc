import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { createPayloadCodec } from '#runtime/payload-codec.ts';
import { createApp } from '../app.ts';
import { asked, testDeps } from '../testing.ts';

const UI = 'http://127.0.0.1:21099';
const PATH = '/api/codec/decode';
let db: Database;
let deps: ReturnType<typeof testDeps>;
let app: ReturnType<typeof createApp>;
beforeAll(() => {
  db = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
  deps = testDeps(db);
  app = createApp(deps);
});
afterAll(() => db.$disconnect());

const sealed = async (data: Uint8Array) => {
  const codec = createPayloadCodec(() => deps.keys());
  const payloads = await codec.encode([{ metadata: {}, data }]);
  return payloads.map((payload) => ({
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(payload.data ?? []).toString('base64'),
  }));
};
const ask = (json: unknown, headers: Record<string, string> = {}) =>
  app.fetch(asked(PATH, { method: 'POST', json, headers }), {});

describe("the codec of Temporal's UI", () => {
  test('opens what is sealed, and a whole history at once', async () => {
    const data = Buffer.alloc(600_000, 'plan');
    const response = await ask({ payloads: await sealed(data) });
    const { payloads } = (await response.json()) as { payloads: { data: string }[] };
    expect(Buffer.from(payloads[0]?.data ?? '', 'base64').equals(data)).toBe(true);
  });

  test('says so when something does not open', async () => {
    const [payload] = await sealed(Buffer.from('plan'));
    const response = await ask({
      payloads: [{ ...payload, data: payload?.data.replace(/^.{8}/, 'AAAAAAAA') }],
    });
    expect(response.status).toBe(422);
  });

  test('answers the page of the UI, with the cookie of who is signed in, and no other', async () => {
    const preflight = await app.fetch(
      asked(PATH, { method: 'OPTIONS', headers: { origin: UI, authorization: '' } }),
      {},
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-namespace');
    const allowed = await ask({ payloads: [] }, { origin: UI });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(UI);
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    const foreign = await ask({ payloads: [] }, { origin: 'http://evil.example' });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([
      403,
      null,
    ]);
  });

  test('lets that page do nothing else', async () => {
    const init = { method: 'DELETE', headers: { origin: UI } };
    const response = await app.fetch(asked('/api/risk/kill', init), {});
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
