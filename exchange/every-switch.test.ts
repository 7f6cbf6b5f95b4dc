import { expect, test } from 'vitest';
import type { Simulator } from '#simulator/simulator.ts';
import { control, startTestSimulator, type Body } from '#simulator/testing.ts';
import { defaultSwitches } from '#simulator/venue/switches.ts';
import { tellStory } from '#test/exchange-story.ts';

// The client under every position of every switch that the simulator names: nothing that nobody
// has documented may make it believe what is not so.

/** Positions of switches that are numbers or text: one that bites, with what else it needs. */
const BITING: Readonly<Record<string, readonly object[]>> = {
  duplicateCode: [{ duplicateCode: 30002 }, { duplicateCode: 1 }],
  clientIdLagMs: [{ clientIdLagMs: 300 }],
  openOrdersLagMs: [{ openOrdersLagMs: 300 }],
  streamLagMs: [{ streamLagMs: 200 }],
  preOpeningTurnMs: [{ preOpening: '10007then30001', preOpeningTurnMs: 100 }],
  openingMarketMs: [{ openingMarketOrders: 'refused', openingMarketMs: 600_000 }],
  ordersPerSecond: [{ ordersPerSecond: 2 }],
  callsPerSecond: [{ callsPerSecond: 20, rateModel: 'shared300', weights: 'new' }],
  retryAfterSeconds: [
    { retryAfterSeconds: null, ordersPerSecond: 2 },
    { retryAfterSeconds: 1, ordersPerSecond: 2 },
  ],
  banAfterRefusals: [{ banAfterRefusals: 1, banSeconds: 1, ordersPerSecond: 2 }],
  banSeconds: [{ banAfterRefusals: 1, banSeconds: 2, ordersPerSecond: 2 }],
  statusDelayMs: [{ statusDelayMs: -60_000 }, { statusDelayMs: 60_000 }],
  spotAllowedDelayMs: [{ spotAllowedDelayMs: -60_000 }, { spotAllowedDelayMs: 60_000 }],
  tradeSideDelayMs: [{ tradeSideDelayMs: -60_000 }, { tradeSideDelayMs: 60_000 }],
  defaultSymbolsDelayMs: [{ defaultSymbolsDelayMs: -60_000 }, { defaultSymbolsDelayMs: 60_000 }],
  marketProtection: [{ marketProtection: '0.001' }, { marketProtection: null }],
  calendarShiftMs: [{ calendar: 'wrongTime', calendarShiftMs: -3_600_000 }],
  listenKeyMinutes: [{ listenKeyMinutes: 0.005, listenKeyDeath: 'silent' }],
  connectionSeconds: [{ connectionSeconds: 0.3 }],
};

/** What GET /_sim says may be switched. */
const namedBy = async (simulator: Simulator): Promise<ReadonlyMap<string, Body>> => {
  const { body } = await control(simulator, 'GET /_sim');
  return new Map(Object.entries(body['settable']?.['switches']?.['properties'] ?? {}));
};

/** Values that a switch names, each as a change of switches; none for plain numbers and text. */
const listed = (name: string, schema: Body | undefined): object[] => {
  const parts = [schema, ...Array.from<Body>(schema?.['anyOf'] ?? [])];
  const values = parts.flatMap((part) => [
    ...Array.from<Body>(part?.['enum'] ?? []),
    ...(part?.['const'] === undefined ? [] : [part['const']]),
  ]);
  return values.map((value) => ({ [name]: value }));
};

/** One with a new name and no list of values fails here until it says how it bites. */
const NAMES = Object.keys(defaultSwitches());

test('every switch is named by GET /_sim, and is tested here', async () => {
  await using simulator = await startTestSimulator();
  expect([...(await namedBy(simulator)).keys()].toSorted()).toEqual(NAMES.toSorted());
});

// Each on its own exchange: they wait more than they work.
test.concurrent.each(NAMES)('%s', { timeout: 120_000 }, async (name) => {
  await using simulator = await startTestSimulator({ seed: name });
  const named = await namedBy(simulator);
  const positions = BITING[name] ?? listed(name, named.get(name));
  expect(positions.length).toBeGreaterThan(0);
  for (const position of positions) {
    await control(simulator, 'POST /_sim/reset');
    const set = await control(simulator, 'POST /_sim/switches', position);
    expect([position, set.status]).toEqual([position, 200]);
    expect([position, await tellStory(simulator)]).toEqual([position, []]);
  }
});
