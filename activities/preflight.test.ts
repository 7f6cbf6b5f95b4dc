import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDatabase, type TestDatabase } from '#api/testing.ts';
import { createExchangeClient } from '#exchange/client.ts';
import { Secret } from '#exchange/secret.ts';
import { startSimulator, type Simulator } from '#simulator/simulator.ts';
import { preflight, type PreflightResult } from './preflight.ts';

const DAY_MS = 24 * 3_600_000;

let database: TestDatabase;
let simulator: Simulator;
beforeAll(async () => {
  [database, simulator] = await Promise.all([
    startDatabase(),
    startSimulator({ port: 0, controlPort: 0, dataDir: null, scenario: 'empty', seed: 'flight' }),
  ]);
}, 60_000);
afterAll(async () => {
  await simulator.stop();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.db.preflight.deleteMany();
});

const account = async (more: object): Promise<void> => {
  const answer = await fetch(`${simulator.controlUrl}/_sim/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiKey: 'flight-key', secret: 'flight-secret', ...more }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};

const flown = async (secret: string, enteredDaysAgo: number | null): Promise<PreflightResult> => {
  const { db, installationId } = database;
  const clock = { now: () => Date.now() };
  const result = await preflight({
    db,
    clock,
    installationId,
    keyOnTrial: () =>
      Promise.resolve({
        exchange: createExchangeClient({
          restUrl: simulator.url,
          webUrl: simulator.url,
          credentials: { apiKey: 'flight-key', secret: new Secret(secret) },
          recvWindowMs: 1000,
        }),
        credentialId: null,
        enteredAtMs: enteredDaysAgo === null ? null : Date.now() - enteredDaysAgo * DAY_MS,
      }),
  })();
  if (result === null) throw new Error('there is a key');
  const orderBy = { checkedAt: 'desc' } as const;
  const row = await db.preflight.findFirstOrThrow({ where: { installationId }, orderBy });
  expect(row).toMatchObject({ passed: result.passed, findings: result.findings });
  return result;
};
const states = ({ findings }: PreflightResult) =>
  Object.fromEntries(findings.map(({ name, state }) => [name, state]));

test('a good key passes, and what nobody says is unknown', async () => {
  await account({
    balances: { USDT: '100' },
    permissions: ['read', 'trade'],
    allowedSymbols: null,
  });
  const result = await flown('flight-secret', 3);
  expect(result.passed).toBe(true);
  expect(states(result)).toEqual({
    accepted: 'ok',
    trading: 'ok',
    withdrawals: 'ok',
    address: 'unknown',
    clock: 'ok',
    pairs: 'ok',
    order: 'ok',
    balance: 'ok',
    roundTrip: 'ok',
    age: 'unknown',
  });
  expect(states(await flown('flight-secret', 85))['age']).toBe('warn');
  const truth = await fetch(`${simulator.controlUrl}/_sim/truth`);
  expect(await truth.json()).toMatchObject({ orders: [] });
});

test.each([
  { what: 'that the exchange does not take', secret: 'wrong-secret', fails: 'accepted' },
  { what: 'that may not trade', more: { permissions: ['read'] }, fails: 'trading' },
  { what: 'that may trade no pair', more: { allowedSymbols: [] }, fails: 'pairs' },
])('a key $what does not pass', async ({ secret = 'flight-secret', more = {}, fails }) => {
  const usual = { balances: { USDT: '100' }, permissions: ['read', 'trade'], allowedSymbols: null };
  await account({ ...usual, ...more });
  const result = await flown(secret, null);
  expect(result.passed).toBe(false);
  expect(states(result)[fails]).toBe('failed');
});

test('without money a key may pass, with a warning or what the exchange says of its order', async () => {
  await account({ balances: {}, permissions: ['read', 'trade'], allowedSymbols: null });
  const { findings, passed } = await flown('flight-secret', null);
  const order = findings.find(({ name }) => name === 'order');
  expect(passed).toBe(order?.state === 'ok');
});
