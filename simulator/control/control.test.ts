import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../simulator.ts';
import { control, get, openPair, startTestSimulator, type Body } from '../testing.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.stop());
afterEach(() => control(simulator, 'POST /_sim/reset'));

const sent = async (method: string, path: string, body: string) => {
  const response = await fetch(`${simulator.controlUrl}${path}`, { method, body });
  // Answers are read freely in tests.
  return { status: response.status, body: (await response.json()) as Body };
};

/** Every 422 says which field, and nothing is ever a 500. */
const assertSaid = ({ status, body }: { status: number; body: Body }): void => {
  expect([200, 201, 404, 422]).toContain(status);
  if (status !== 422) return;
  const details = Array.from<Body>(body['error']?.['details'] ?? []);
  expect(details.length).toBeGreaterThan(0);
  for (const detail of details) {
    expect(typeof detail['field']).toBe('string');
    expect(String(detail['message']).length).toBeGreaterThan(3);
  }
};

describe('GET /_sim', () => {
  it('names every fault, with its parameters', async () => {
    const { body } = await control(simulator, 'GET /_sim');
    const settable = JSON.stringify(body['settable']);
    const faults = ['loseReplyBeforeBooking', 'loseReplyAfterBooking', 'hold', 'delay', 'status'];
    const odd = ['bookLate', 'reset', 'garbage', 'html', 'wrongType', 'redirect', 'truncated'];
    const hostile = ['huge', 'endless', 'slowDrip', 'gzipBomb'];
    const streams = ['drop', 'stall', 'gap', 'duplicate', 'reorder', 'refuse', 'resume'];
    const more = ['booked', 'retryAfterSeconds', 'skip', 'beforeBooking', 'skewMs', 'driftPpm'];
    for (const name of [...faults, ...odd, ...hostile, ...streams, ...more])
      expect(settable).toContain(`"${name}"`);
  });

  it('shows what is set now: switches, faults and what they hold', async () => {
    await control(simulator, 'POST /_sim/switches', { cancelAnswer: 'CANCELED' });
    const hold = { endpoint: 'GET /api/v3/time', action: 'hold' };
    const { body: made } = await control(simulator, 'POST /_sim/faults', hold);
    await control(simulator, 'POST /_sim/faults', { stream: 'gap', count: 3 });
    const reply = get(simulator, '/api/v3/time');
    const shown = async () => (await control(simulator, 'GET /_sim')).body;
    await expect.poll(async () => (await shown())['faults']?.['calls']?.[0]?.['held']).toBe(1);
    const { switches, faults } = await shown();
    expect(switches).toMatchObject({ cancelAnswer: 'CANCELED' });
    expect(faults).toMatchObject({ streams: [{ order: { stream: 'gap' }, left: 3 }] });
    await control(simulator, `POST /_sim/faults/${String(made['id'])}/release`);
    expect((await reply).status).toBe(200);
  });
});

describe('bad input', () => {
  const good: readonly (readonly [string, string, object])[] = [
    ['POST', '/_sim/listings', { symbol: 'FUZZUSDT', opensAt: 1, cap: { price: '1' } }],
    ['PATCH', '/_sim/listings/ABCUSDT', { opensAt: 1, status: '2', tradeSideType: 1 }],
    ['POST', '/_sim/accounts', { apiKey: 'other', balances: { USDT: '1' }, permissions: ['read'] }],
    ['POST', '/_sim/switches', { cancelAnswer: 'NEW', banSeconds: 1, retryAfterSeconds: 1 }],
    ['POST', '/_sim/faults', { endpoint: '*', action: 'status', status: 500, count: 1 }],
    ['POST', '/_sim/faults', { endpoint: '*', action: 'delay', ms: 1, when: 'afterBooking' }],
    ['POST', '/_sim/faults', { stream: 'gap', channel: 'spot', count: 1, closeCode: 1006 }],
    ['POST', '/_sim/clock', { skewMs: 1, driftPpm: 1 }],
  ];

  it('of any kind gets 422 with the field, or is understood', { timeout: 60_000 }, async () => {
    await openPair(simulator, 'ABCUSDT');
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', '-1', '1e9', 1e308, null, [], {}));
    const bodies = fc.constantFrom(...good).chain(([method, path, body]) =>
      fc.tuple(
        fc.constant(method),
        fc.constant(path),
        fc.oneof(
          fc.jsonValue(),
          fc
            .tuple(fc.constantFrom(...Object.keys(body), 'other'), odd)
            .map(([name, value]) => ({ ...body, [name]: value })),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async ([method, path, body]) => {
        assertSaid(await sent(method, path, JSON.stringify(body)));
        await control(simulator, 'DELETE /_sim/faults');
      }),
      { numRuns: 600 },
    );
    expect((await control(simulator, 'GET /_sim')).status).toBe(200);
  });

  it.each(good)('%s %s: each field is refused by name when it is nonsense', async (...call) => {
    const [method, path, body] = call;
    await openPair(simulator, 'ABCUSDT');
    for (const name of Object.keys(body)) {
      const reply = await sent(method, path, JSON.stringify({ ...body, [name]: { odd: [] } }));
      const details = Array.from<Body>(reply.body['error']?.['details'] ?? []);
      const named = details.some((detail) => String(detail['field']).startsWith(name));
      expect([name, reply.status, named]).toEqual([name, 422, true]);
    }
    const extra = await sent(method, path, JSON.stringify({ ...body, colour: 'red' }));
    expect(extra.status).toBe(422);
    expect(extra.body['error']?.['details']?.[0]).toMatchObject({ field: 'colour' });
  });

  it.each(['', '{', 'null', '[]', '5', '"x"', '{"a":1}}'])('as %j is refused', async (text) => {
    for (const path of ['listings', 'faults', 'switches', 'clock']) {
      const reply = await sent('POST', `/_sim/${path}`, text);
      assertSaid(reply);
      // Nothing to change is no mistake where everything has a default.
      const mayBeEmpty = text === '' && (path === 'switches' || path === 'clock');
      expect([path, reply.status]).toEqual([path, mayBeEmpty ? 200 : 422]);
    }
  });

  const listing = { symbol: 'NEWUSDT', opensAt: 10 };
  it.each([
    ['listings', { ...listing, retiresAt: 10 }, 'retiresAt'],
    ['listings', { ...listing, minNotional: '5', maxNotional: '4' }, 'maxNotional'],
    ['listings', { ...listing, cap: { price: '0' } }, 'cap.price'],
    ['listings', { ...listing, band: { up: '0.2', down: '20' } }, 'band.down'],
    [
      'listings',
      {
        ...listing,
        path: {
          kind: 'custom',
          points: [
            [2, 1],
            [1, 1],
          ],
        },
      },
      'path.points',
    ],
    ['faults', { endpoint: 'POST /api/v3/oder', action: 'reset' }, 'endpoint'],
    ['faults', { stream: 'gap', channel: 'spot@public.agre' }, 'channel'],
  ])('that is well formed and cannot be meant: %s %j', async (path, body, field) => {
    const reply = await control(simulator, `POST /_sim/${path}`, body);
    expect(reply.status).toBe(422);
    expect(reply.body['error']?.['details']?.[0]).toMatchObject({ field });
  });

  it('of a megabyte, or in an address, is refused too', async () => {
    const long = await sent('POST', '/_sim/faults', JSON.stringify('x'.repeat(1_100_000)));
    expect(long.status).toBe(413);
    expect((await sent('PATCH', '/_sim/listings/%E0%A4%A', '{}')).status).toBe(404);
    expect((await sent('PATCH', '/_sim/listings/NOSUCHUSDT', '{}')).status).toBe(404);
    expect((await sent('DELETE', '/_sim/faults/one', '')).status).toBe(404);
    expect((await sent('POST', '/_sim/faults/7/release', '')).status).toBe(404);
  });
});
