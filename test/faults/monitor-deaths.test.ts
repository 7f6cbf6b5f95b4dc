import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fallsAfter } from '../price-paths.ts';
import type { TestProcess } from '../processes.ts';
import { startProxy } from '../proxy.ts';
import { startDetectingWorld } from '../shared-world.ts';
import { mismatches } from '../truth.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

// The monitor dies: what it had seen is bought all the same.

const brief = fallsAfter(5);

let world: World;
let monitor: TestProcess;

beforeAll(async () => {
  ({ world, monitor } = await startDetectingWorld());
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const signalsOf = (base: string) => world.db.listingSignal.findMany({ where: { base } });

describe('a monitor dies', () => {
  test('between commit and start: the next one starts what was committed', async () => {
    await monitor.stop();
    const port = Number(new URL(`http://${world.env['TEMPORAL_ADDRESS'] ?? ''}`).port);
    await using line = await startProxy(port);
    monitor = await world.start('monitor', { TEMPORAL_ADDRESS: `127.0.0.1:${line.port}` });
    await until('it watches', async () => {
      const instance = { endsWith: `:${monitor.pid}` };
      const row = await world.db.botHealth.findFirst({ where: { process: 'monitor', instance } });
      return JSON.stringify(row?.details ?? {}).includes('exchangeInfo');
    });
    line.hold();
    await world.list({ base: 'CRASH', opensInMs: 25_000, more: brief });
    const committed = await until('it is committed', async () => (await signalsOf('CRASH'))[0]);
    expect(committed.handledAt).toBeNull();
    await monitor.kill();
    // A held line would keep the dead one's polls open at the server.
    await line[Symbol.asyncDispose]();
    expect(await world.trade('CRASHUSDT')).toBeNull();
    monitor = await world.start('monitor');
    const trade = await world.phase('CRASHUSDT', 'closed');
    expect(trade).toMatchObject({ outcome: 'traded' });
    expect(await mismatches(world, 'CRASHUSDT')).toEqual([]);
  });

  test('with another one beside it: all that was announced is bought, each once', async () => {
    const second = await world.start('monitor');
    const bases = Array.from({ length: 3 }, (_, n) => `PAIR${n}`);
    const symbols = await Promise.all(
      bases.map((base, n) => world.list({ base, opensInMs: 14_000 + n * 1000, more: brief })),
    );
    await until('all are seen', async () => {
      const seen = await world.db.listing.count({ where: { base: { in: bases } } });
      return seen === bases.length;
    });
    await monitor.kill();
    for (const symbol of symbols) {
      const trade = await world.phase(symbol, 'closed');
      expect(trade).toMatchObject({ outcome: 'traded' });
      expect(await mismatches(world, symbol)).toEqual([]);
    }
    expect(await world.db.listing.count({ where: { base: { in: bases } } })).toBe(bases.length);
    await second.stop();
  });
});
