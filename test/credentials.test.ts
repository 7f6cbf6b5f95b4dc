import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { startProcess, type TestProcess } from './processes.ts';
import { startWorld } from './shared-world.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

const SECRET = 'planted-secret-b1946ac92492d2347c6235';

/** Keys are entered for real orders; at this host the mode is `test`. */
const GATED = { EXCHANGE: 'live', LIVE_TRADING: 'yes-i-mean-it' };

interface Check {
  readonly state: string;
  readonly findings: readonly { readonly name: string; readonly state: string }[];
}

describe('a key of the exchange that is entered by a person', () => {
  let world: World;
  let worker: TestProcess;
  let address: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    world = await startWorld();
    const port = String(await freePort());
    address = `http://127.0.0.1:${port}/api/credentials`;
    [worker] = await Promise.all([
      world.start('worker', GATED),
      world.start('api', { ...GATED, API_PORT: port }),
    ]);
    const token = await ensureOperatorToken(world.env['DATA_DIR'] ?? '');
    headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const enter = async (apiKey: string, apiSecret: string): Promise<string> => {
    const body = JSON.stringify({ label: 'test', apiKey, apiSecret });
    const answer = await fetch(address, { method: 'POST', headers, body });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { id: string }).id;
  };
  const check = async (id: string): Promise<Check> => {
    const answer = await fetch(`${address}/${id}/check`, { method: 'POST', headers });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Check;
  };

  test('is asked about with its own signature: what it may do, and what nobody says', async () => {
    const id = await enter('sim-key', 'sim-secret');
    const { state, findings } = await check(id);
    expect(state).toBe('ok');
    expect(findings.map((each) => `${each.name} ${each.state}`)).toEqual([
      'accepted ok',
      'trading ok',
      'withdrawals ok',
      'address unknown',
      'clock ok',
    ]);
    const listed = await (await fetch(address, { headers })).json();
    expect(listed).toMatchObject({ items: [{ id, check: { state: 'ok' } }] });
  });

  test('that the exchange does not take says so', async () => {
    const { state, findings } = await check(await enter('sim-key', SECRET));
    expect([state, findings[0]]).toMatchObject(['failed', { name: 'accepted', state: 'failed' }]);
  });

  test('is taken by the signer, which starts again with it where the environment has none', async () => {
    await enter('sim-key', 'sim-secret');
    const { MEXC_API_KEY: _key, MEXC_API_SECRET: _secret, ...without } = world.env;
    const env = { ...without, ...GATED, METRICS_PORT: String(await freePort()) };
    await using own = await startProcess('worker/main.ts', { env, ready: 'Worker ready' });
    await enter('mx0-of-another-account', SECRET);
    await until('it stops to start again', () =>
      own.lines.some((line) => line.includes('starting again with it')),
    );
    expect(own.lines.join('\n')).not.toContain(SECRET);
  });

  test('is in no log', () => {
    expect(worker.lines.join('\n')).not.toContain(SECRET);
  });
});
