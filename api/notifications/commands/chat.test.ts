import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../app.ts';
import { asked, aTrade, clear, startDatabase, testDeps, type TestDatabase } from '../../testing.ts';
import { startService, type TestService } from '../testing.ts';
import { listenToChats } from './listen.ts';

const BOT = '12345678:AAplantedplantedplantedplanted';

let database: TestDatabase;
let service: TestService;
let nowMs: number;
let sold: unknown[];
let deps: ReturnType<typeof testDeps>;
let app: ReturnType<typeof createApp>;
let listening: ReturnType<typeof listenToChats>;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  const { db, installationId } = database;
  await db.notificationChannel.deleteMany();
  await clear(db);
  service = await startService();
  nowMs = Date.now();
  sold = [];
  const temporal = {
    ...testDeps(db).temporal,
    ping: () => Promise.resolve(),
    runState: () => Promise.resolve('running' as const),
    command: (command: { workflowId: string; argument: unknown }) => {
      sold.push([command.workflowId, command.argument]);
      return Promise.resolve({ kind: 'done' as const });
    },
  };
  deps = testDeps(db, { clock: { now: () => nowMs }, temporal });
  app = createApp(deps);
  await aTrade(db, { installationId, n: 1, phase: 'holding' });
  const added = await app.fetch(
    asked('/api/notifications', {
      method: 'POST',
      json: {
        kind: 'telegram',
        name: 'phone',
        botToken: BOT,
        chatId: '42',
        apiUrl: service.url,
        commands: true,
      },
    }),
    {},
  );
  if (added.status !== 201) throw new Error(await added.text());
  listening = listenToChats(deps, (request, { caller }) => app.fetch(request, { caller }));
});
afterEach(async () => {
  await listening.stop();
  await service[Symbol.asyncDispose]();
});

let updateId = 0;
const write = (text: string, more: object = {}) =>
  service.updates.push({
    update_id: (updateId += 1),
    message: {
      date: Math.floor(nowMs / 1000),
      chat: { id: 42 },
      from: { id: 7, username: 'me' },
      text,
      ...more,
    },
  });
const pressed = (data: string) =>
  service.updates.push({
    update_id: (updateId += 1),
    callback_query: {
      id: '1',
      from: { id: 7, username: 'me' },
      data,
      message: { chat: { id: 42 }, message_id: 1 },
    },
  });
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 10_000, interval: 20 });
/** What was said in the chat, newest last. */
const replies = () => service.received.filter(({ path }) => path === `/bot${BOT}/sendMessage`);
const reply = async (n: number) => {
  await until(() => expect(replies().length).toBeGreaterThanOrEqual(n));
  const json: Record<string, unknown> = replies()[n - 1]?.json ?? {};
  const markup = json['reply_markup'] as
    | { inline_keyboard: { text: string; callback_data: string }[][] }
    | undefined; // as Telegram has it
  return { text: String(json['text']), buttons: markup?.inline_keyboard[0] ?? [] };
};

describe('in its chat', () => {
  test('the bot says how it is', async () => {
    write('/status');
    expect((await reply(1)).text).toMatch(/^Running, simulator\nPositions: 1/);
    write('/positions@sniper_bot');
    expect((await reply(2)).text).toContain('COIN1USDT: holding');
    write('what?');
    expect((await reply(3)).text).toContain('/sell PAIR');
  });

  test('a position is sold after one more tap, and the audit says who asked', async () => {
    write('/sell coin1usdt');
    const question = await reply(1);
    expect(question.text).toContain('Sell all of COIN1USDT now?');
    expect(sold).toEqual([]);
    pressed(question.buttons[0]?.callback_data ?? '');
    expect((await reply(2)).text).toBe('COIN1USDT: sell done.');
    expect(sold).toEqual([['sniper:listing00001', { reason: 'asked in the chat' }]]);
    const entry = await database.db.auditEntry.findFirst({ where: { actor: 'telegram:me' } });
    expect(entry).toMatchObject({ path: '/trades/listing00001/sell' });
    pressed(question.buttons[0]?.callback_data ?? '');
    expect((await reply(3)).text).toBe('Too late: ask again.');
    expect(sold).toHaveLength(1);
  });

  test('the button under a message asks first too', async () => {
    pressed('sell listing00001');
    const question = await reply(1);
    pressed(question.buttons[1]?.callback_data ?? '');
    expect((await reply(2)).text).toBe('Nothing was done.');
    expect(sold).toEqual([]);
  });

  test('a yes that comes too late does nothing', async () => {
    write('/halt prices look odd');
    const question = await reply(1);
    nowMs += 61_000;
    pressed(question.buttons[0]?.callback_data ?? '');
    expect((await reply(2)).text).toBe('Too late: ask again.');
    expect(await database.db.killSwitch.count()).toBe(0);
  });

  test('everything is halted and released', async () => {
    write('/halt prices look odd');
    pressed((await reply(1)).buttons[0]?.callback_data ?? '');
    expect((await reply(2)).text).toBe('The kill switch is set: halt.');
    expect(await database.db.killSwitch.findFirst()).toMatchObject({
      reason: 'prices look odd',
      actor: 'telegram:me',
    });
    write('/resume');
    pressed((await reply(3)).buttons[0]?.callback_data ?? '');
    expect((await reply(4)).text).toBe('The kill switch is released.');
  });

  test('what is not there, or was written long ago, is told', async () => {
    write('/sell NOTHERE');
    expect((await reply(1)).text).toBe('There is no open trade NOTHERE.');
    write('/sell COIN1USDT', { date: Math.floor(nowMs / 1000) - 300 });
    expect((await reply(2)).text).toContain('Too old');
  });
});

test('who writes elsewhere is not answered', async () => {
  write('/halt', { chat: { id: 43 } });
  write('/status');
  await reply(1);
  expect(replies()).toHaveLength(1);
  expect(replies()[0]?.json['chat_id']).toBe('42');
  expect(deps.log.lines).toContainEqual(
    expect.objectContaining({ text: 'A stranger wrote to the bot' }),
  );
});

test('a caller of the process cannot be named from outside', async () => {
  const response = await app.fetch(
    asked('/api/bot/status', { headers: { authorization: '', caller: 'operator' } }),
    {},
  );
  expect(response.status).toBe(401);
});
