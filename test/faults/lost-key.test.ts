import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { startWorld } from '../shared-world.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the key file is lost while a position of real money is held', () => {
  let world: World;
  beforeAll(async () => {
    const installation = { mode: 'test', account: 'sim' } as const;
    const env = { EXCHANGE: 'live', LIVE_TRADING: 'yes-i-mean-it' };
    world = await startWorld({ installation, env });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ctl = async (address: string, ...words: string[]): Promise<string> => {
    const file = join(ROOT, 'scripts', 'ctl.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [file, ...words, '--api', address],
      { cwd: ROOT, env: { ...process.env, ...world.env } },
    );
    return stdout;
  };

  test('it is forgotten, the exchange keys are there again, and the trade is taken back and sold', async () => {
    const port = String(await freePort());
    const address = `http://127.0.0.1:${port}`;
    const first = await Promise.all([
      world.start('worker'),
      world.start('monitor'),
      world.start('api', { API_PORT: port }),
    ]);
    await world.startRun({ entry: { freshness: 10_000 }, exit: { maxHold: 600, timeStop: 600 } });
    const token = await ensureOperatorToken(world.env['DATA_DIR'] ?? '');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    expect(await ctl(address, 'preflight')).toContain('Passed.');
    const live = (await (await fetch(`${address}/api/live`, { headers })).json()) as {
      phrase: string;
    };
    const body = JSON.stringify({ text: live.phrase });
    await fetch(`${address}/api/live/confirm`, { method: 'POST', headers, body });
    expect(await ctl(address, 'live')).toContain('Entries spend real money.');
    const path = {
      kind: 'custom',
      points: [
        [0, 1],
        [600, 1.01],
      ],
    };
    const symbol = await world.list({ base: 'LOSTKEY', opensInMs: 8000, more: { path } });
    const { id } = await world.phase(symbol, 'holding');
    await Promise.all(first.map((each) => each.stop()));

    await rm(join(world.env['DATA_DIR'] ?? '', 'secrets-key'));
    const lost = await world.start('api', { API_PORT: port });
    expect(await ctl(address, 'forget-sealed')).toContain('Forgotten');
    await lost.stop();

    await Promise.all([
      world.start('worker'),
      world.start('monitor'),
      world.start('api', { API_PORT: port }),
    ]);
    expect(await ctl(address, 'recover')).toMatch(/Open trades: 1\..*New owners: 1\./s);
    const owner = async () => (await world.trade(symbol))?.workflowId;
    await until('the new owner has it', async () => (await owner()) === `sniper:${id}:own-1`);
    await world.phase(symbol, 'holding');
    await ctl(address, 'sell', symbol);
    expect((await world.phase(symbol, 'closed')).outcome).toBe('traded');
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await mismatches(world, symbol)).toEqual([]);
    // Who can read is left alone.
    expect(await ctl(address, 'recover')).toContain('Workflows ended that nobody can read: 0.');
  });
});
