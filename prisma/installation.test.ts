import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aConfiguration, aTrade, clear, startDatabase, type TestDatabase } from '#api/testing.ts';
import type { Mode, Venue } from '#domain/mode.ts';
import { accountAt, ensureInstallation, openElsewhere } from './installation.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => clear(database.db));

const as = (mode: Mode, account: string) => ensureInstallation(database.db, { mode, account });
const at = (venue: Venue, keyAccount: string | null) => accountAt(database.db, venue, keyAccount);
const GATED: Venue = { mode: 'live', orders: 'gated' };

describe('starting in another mode', () => {
  test('is refused while a trade is open, and says which and what to do', async () => {
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'holding' });
    const live = await as('live', 'abc');
    expect(await openElsewhere(db, live)).toMatch(
      /mode live, account abc: 1 trades are open \(COIN1USDT\) in mode simulator.*ctl -- stop close/s,
    );
    expect(await openElsewhere(db, await as('live', 'another'))).toContain('COIN1USDT');
    expect(await openElsewhere(db, installationId)).toBeNull();
    await db.trade.update({ where: { id }, data: { phase: 'closed' } });
    expect(await openElsewhere(db, live)).toBeNull();
  });

  test('is refused with another account of the same mode, and with paper where there was none', async () => {
    const { db } = database;
    const installationId = await as('live', 'abc');
    await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    for (const [mode, account] of [
      ['live', 'other'],
      ['dry-run', 'paper'],
      ['test', 'abc'],
    ] as const)
      expect(await openElsewhere(db, await as(mode, account))).toContain('account abc');
  });

  test('is refused while a run of it is active', async () => {
    const { db, installationId } = database;
    const configurationId = await aConfiguration(db, installationId);
    const run = { id: randomUUID(), installationId, configurationId, workflowId: 'bot-run' };
    await db.botRun.create({ data: { ...run, state: 'running' } });
    const live = await as('live', 'abc');
    expect(await openElsewhere(db, live)).toContain('a run is active');
    await db.botRun.update({ where: { id: run.id }, data: { state: 'stopped' } });
    expect(await openElsewhere(db, live)).toBeNull();
  });
});

describe('the account', () => {
  test('is the simulator’s own, a dry run’s own, or the key’s', async () => {
    expect(await at({ mode: 'simulator', orders: 'play' }, 'abc')).toBe('sim');
    expect(await at({ mode: 'dry-run', orders: 'paper' }, 'abc')).toBe('paper');
    expect(await at(GATED, 'abc')).toBe('abc');
  });

  test('stays the one with open trades while its key is lost', async () => {
    const { db } = database;
    const installationId = await as('live', 'first');
    await as('live', 'second');
    await aTrade(db, { installationId, n: 1, phase: 'holding' });
    expect(await at(GATED, null)).toBe('first');
  });
});
