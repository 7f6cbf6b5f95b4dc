import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { tradingOptions } from '#domain/configuration.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { startTemporal } from '#scripts/setup/temporal-server.ts';
import { startSimulator } from '#simulator/simulator.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { openFolder } from './folders.ts';
import type { TestProcess } from './processes.ts';
import { createTestDatabase, waitForRoom } from './shared-world.ts';
import { createWorld, unhurried, type TradeRow, type World } from './world.ts';

const SECRET = 'planted-secret-b1946ac92492d2347c6235';
const FIRST_PRICE = 1.237_49;

describe('what Temporal keeps, and what is logged', () => {
  const stack = new AsyncDisposableStack();
  let world: World;
  let folder: string;
  let processes: TestProcess[];
  let trade: TradeRow;
  let address: string;

  beforeAll(async () => {
    await waitForRoom();
    const database = stack.use(await createTestDatabase());
    const simulator = stack.use(
      await startSimulator({
        port: 0,
        controlPort: 0,
        dataDir: null,
        scenario: 'empty',
        seed: 'x',
      }),
    );
    folder = await openFolder('sniper-payloads-');
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const temporal = await startTemporal({
      cli: inject('temporalCli'),
      dataDir: folder,
      port: await freePort(),
      uiPort: null,
    });
    stack.defer(() => temporal.stop());
    const ground = { databaseUrl: database.url, simulator, temporalAddress: temporal.address };
    world = stack.use(await createWorld(ground));
    await world.db.botConfiguration.create({
      data: {
        installationId: world.installationId,
        name: 'unhurried',
        version: 1,
        options: tradingOptions.parse(unhurried),
        active: true,
      },
    });
    const port = String(await freePort());
    address = `http://127.0.0.1:${port}/api`;
    const loud = { LOG_LEVEL: 'debug' };
    processes = await Promise.all([
      world.start('worker', loud),
      world.start('monitor', loud),
      world.start('api', { ...loud, API_PORT: port }),
    ]);
    const token = await ensureOperatorToken(world.env['DATA_DIR'] ?? '');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ label: 'x', apiKey: 'mx0-planted-key', apiSecret: SECRET });
    const entered = await fetch(`${address}/credentials`, { method: 'POST', headers, body });
    const { id } = (await entered.json()) as { id: string };
    await fetch(`${address}/credentials/${id}/check`, { method: 'POST', headers });
    const path = {
      kind: 'custom',
      points: [
        [0, FIRST_PRICE],
        [4, 1.6],
        [5, 0.4],
        [600, 0.4],
      ],
    };
    const symbol = await world.list({ base: 'HIDDEN', opensInMs: 20_000, more: { path } });
    trade = await world.phase(symbol, 'closed');
  });
  afterAll(() => stack.disposeAsync());

  /** All that Temporal has written, in clear where it is. */
  const kept = async (): Promise<string> => {
    const files = (await readdir(folder)).filter((file) => file.startsWith('temporal.db'));
    const bytes = await Promise.all(files.map((file) => readFile(join(folder, file))));
    return Buffer.concat(bytes).toString('latin1');
  };

  test('holds neither prices nor amounts, plans, balances or what failures say', async () => {
    const fills = await world.db.fill.findMany({ where: { order: { listingId: trade.id } } });
    expect(fills.length).toBeGreaterThan(1);
    const amounts = fills.flatMap(({ price, quantity, quote }) =>
      [price, quantity, quote].map((value) => value.toFixed()),
    );
    // Fewer digits stand in a time or an id by chance.
    const telling = amounts.filter((text) => /[1-9].{6,}/.test(text.replace('.', '')));
    expect(telling.length).toBeGreaterThan(0);
    const text = await kept();
    expect(text, 'names are searched for, so that we know what we look at').toContain('HIDDENUSDT');
    const planted = [
      SECRET,
      'mx0-planted-key',
      'quoteAmount',
      'trailing',
      'stopLoss',
      'clientOrderId',
    ];
    expect([...telling, ...planted].filter((each) => text.includes(each))).toEqual([]);
    expect(text).toContain('binary/encrypted');
  });

  test('no log holds a secret or a sealed key', async () => {
    const logs = processes.flatMap(({ lines }) => lines).join('\n');
    expect(logs).toContain('HIDDENUSDT');
    expect(logs).not.toContain(SECRET);
    expect(logs).not.toContain('sim-secret');
    expect(logs).not.toContain('mx0-planted-key');
    const keys = await readFile(join(world.env['DATA_DIR'] ?? '', 'secrets-key'), 'utf8');
    expect(logs).not.toContain(keys.split(' ')[1]?.trim());
  });

  test('is opened for an operator, so that the Temporal UI can show it', async () => {
    const history = await world.temporal.workflow.getHandle(trade.workflowId).fetchHistory();
    const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
    const payloads = (input ?? []).map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [
          name,
          Buffer.from(value).toString('base64'),
        ]),
      ),
      data: Buffer.from(data ?? []).toString('base64'),
    }));
    const decode = (authorization: string) =>
      fetch(`${address}/codec/decode`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ payloads }),
      });
    expect((await decode('')).status).toBe(401);
    const token = await ensureOperatorToken(world.env['DATA_DIR'] ?? '');
    const answer = (await (await decode(`Bearer ${token}`)).json()) as {
      payloads: { data: string }[];
    };
    const [first] = answer.payloads.map(({ data }) => Buffer.from(data, 'base64').toString());
    expect(first).toContain(trade.id);
  });
});
