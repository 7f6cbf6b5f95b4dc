import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { botRunWorkflowId, sniperWorkflowId, stopRun } from '#workflows/messages.ts';
import { held } from './price-paths.ts';
import { startWorld } from './shared-world.ts';
import { mismatches } from './truth.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

// The run of the bot: what it counts, what it says of itself and how it stops.

const OPTIONS = {
  maxNewPerPoll: 20,
  maxOpenPositions: 20,
  entry: { freshness: 10_000 },
  exit: { maxHold: 30, timeStop: 30 },
};

describe('a run', () => {
  let world: World;
  let metricsPort: number;

  beforeAll(async () => {
    world = await startWorld();
    metricsPort = await freePort();
    await Promise.all([
      world.start('worker'),
      world.start('monitor', { METRICS_PORT: String(metricsPort) }),
    ]);
    await world.startRun(OPTIONS);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  /** How often the monitor took activities of a type, by whether they came eagerly. */
  const received = async (type: string): Promise<{ eager: number; queued: number }> => {
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    const lines = (await answer.text())
      .split('\n')
      .filter((line) => line.startsWith('temporal_activity_task_received'))
      .filter((line) => line.includes(`activity_type="${type}"`));
    const count = (eager: boolean) =>
      lines
        .filter((line) => line.includes(`eager="${String(eager)}"`))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    return { eager: count(true), queued: count(false) };
  };

  test('starts a surprise in the monitor itself: workflow, rules and order without a queue', async () => {
    const opensAt = Date.now() + 2500;
    const symbol = await world.list({
      base: 'EAGER',
      opensInMs: 2500,
      more: { announceAt: null, visibleAt: opensAt, announcedOpensAt: 0, ...held },
    });
    const trade = await world.phase(symbol, 'holding', 'closed');
    const workflow = world.temporal.workflow.getHandle(sniperWorkflowId(trade.id));
    const { events } = await workflow.fetchHistory();
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    expect(started?.eagerExecutionAccepted, 'the workflow').toBe(true);
    const steps = ['openTrade', 'admitTrade', 'armLeg', 'buyAtOpen'];
    const all = await Promise.all(steps.map(received));
    expect(Object.fromEntries(steps.map((step, n) => [step, all[n]]))).toEqual(
      Object.fromEntries(steps.map((step) => [step, { eager: 1, queued: 0 }])),
    );
  });

  test('counts each minute, and every process says its version', async () => {
    const fired = await until(
      'the minute of the order is counted',
      () => world.db.workflowMetric.findFirst({ where: { filled: { gt: 0 } } }),
      { withinMs: 130_000 },
    );
    expect(fired.latency).toMatchObject({ triggered_to_sent: { count: 1 } });
    // A minute may end between the sighting and the order.
    const { _sum } = await world.db.workflowMetric.aggregate({
      _sum: { seen: true, armed: true, fired: true, filled: true },
    });
    expect(_sum).toEqual({ seen: 1, armed: 1, fired: 1, filled: 1 });
    const health = await world.db.botHealth.findMany({ orderBy: { process: 'asc' } });
    expect(health.map(({ process }) => process)).toEqual(['monitor', 'worker']);
    for (const { version } of health) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const details = health.map((row) => row.details as { sources?: object });
    expect(Object.keys(details[0]?.sources ?? {}).toSorted()).toEqual([
      'announcements',
      'calendar',
      'defaultSymbols',
      'exchangeInfo',
      'miniTickers',
      'offlinePairs',
      'webPairs',
    ]);
  });

  test('stops at once: armed entries are released, positions sold, and it says how far it is', async () => {
    const armed = await world.list({ base: 'ARMED', opensInMs: 80_000, more: held });
    await world.phase(armed, 'armed');
    const said: string[] = [];
    const watching = setInterval(() => {
      void world.db.botRun.findFirst().then((run) => {
        if (run?.progress != null && said.at(-1) !== run.progress) said.push(run.progress);
      });
    }, 20);
    const handle = world.temporal.workflow.getHandle(botRunWorkflowId);
    const askedAtMs = performance.now();
    const answer = await handle.executeUpdate(stopRun, { args: [{ positions: 'close' }] });
    // The contract of POST /bot/stop (DESIGN §11).
    expect(performance.now() - askedAtMs).toBeLessThan(2000);
    expect(answer.state).toBe('stopping');
    expect(await handle.result()).toMatchObject({ state: 'stopped' });
    clearInterval(watching);
    expect(said.join('\n')).toContain('No new listings are looked for');
    expect(said.join('\n')).toMatch(/Waiting for \d open trades: .*EAGERUSDT/);
    expect(await world.phase(armed, 'closed')).toMatchObject({ outcome: 'cancelled' });
    expect(await world.phase('EAGERUSDT', 'closed')).toMatchObject({ outcome: 'traded' });
    expect(await mismatches(world, 'EAGERUSDT')).toEqual([]);
    const open = await world.db.riskReservation.count({ where: { state: 'reserved' } });
    expect(open, 'no money is set aside any more').toBe(0);
  });

  test('that was stopped sees nothing any more', async () => {
    const symbol = await world.list({ base: 'UNSEEN', opensInMs: 1000, more: held });
    await until('the exchange shows it trading', async () => {
      const answer = await fetch(`${world.simulator.url}/api/v3/trades?symbol=${symbol}`);
      return ((await answer.json()) as unknown[]).length > 5;
    });
    const asked = async () => {
      const { requests } = (await world.control('GET', 'truth')) as {
        requests: { path: string }[];
      };
      return requests.filter(({ path }) => path === '/api/v3/defaultSymbols').length;
    };
    const before = await asked();
    await until('three seconds of the exchange', async () => {
      const trades = await fetch(`${world.simulator.url}/api/v3/trades?symbol=${symbol}`);
      const all = (await trades.json()) as { time: number }[];
      return (all[0]?.time ?? 0) - (all.at(-1)?.time ?? 0) > 3000;
    });
    expect(await asked()).toBe(before);
    expect(await world.trade(symbol)).toBeNull();
  });
});
