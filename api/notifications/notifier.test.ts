import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import { createApp } from '../app.ts';
import { asked, aTrade, clear, startDatabase, testDeps, type TestDatabase } from '../testing.ts';
import { startNotifier } from './notifier.ts';
import type { ChannelView, DeliveryView } from './schemas.ts';
import { startService, type TestService } from './testing.ts';

const BOT = '12345678:AAplantedplantedplantedplanted';
const SIGNING = 'planted-signing-secret-0123456789';

let database: TestDatabase;
let service: TestService;
let nowMs: number;
let deps: ReturnType<typeof testDeps>;
let app: ReturnType<typeof createApp>;
let notifier: ReturnType<typeof startNotifier> | null;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  const { db } = database;
  await db.notificationDelivery.deleteMany();
  await db.notificationChannel.deleteMany();
  await clear(db);
  await db.notificationEvent.deleteMany();
  service = await startService();
  nowMs = Date.now();
  deps = testDeps(db, {
    clock: { now: () => nowMs },
    publicUrl: new URL('https://sniper.example.com'),
  });
  app = createApp(deps);
  notifier = null;
});
afterEach(async () => {
  await notifier?.stop();
  await service[Symbol.asyncDispose]();
});

const call = async <T = object>(method: string, path: string, json?: unknown) => {
  const init = json === undefined ? { method } : { method, json };
  const response = await app.fetch(asked(`/api/notifications${path}`, init), {});
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text) as T };
};
const inputs = () => ({
  telegram: { kind: 'telegram', name: 'phone', botToken: BOT, chatId: '42', apiUrl: service.url },
  discord: { kind: 'discord', name: 'server', webhookUrl: `${service.url}/api/webhooks/1/planted` },
  slack: { kind: 'slack', name: 'team', webhookUrl: `${service.url}/services/planted` },
  webhook: {
    kind: 'webhook',
    name: 'program',
    webhookUrl: `${service.url}/of-a-program?planted`,
    signingSecret: SIGNING,
  },
});
const added = async (kind: keyof ReturnType<typeof inputs>, more: object = {}) => {
  const { status, json } = await call<ChannelView>('POST', '', { ...inputs()[kind], ...more });
  expect(status).toBe(201);
  return json;
};
const begin = () => {
  notifier = startNotifier(deps, 20);
};
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 10_000, interval: 20 });
const alert = (more: object = {}) =>
  raiseAlert(database.db, {
    installationId: database.installationId,
    severity: 'critical',
    episodeKey: 'unresolved:x',
    title: 'A_B*C <is> unresolved & open',
    text: 'Nobody knows whether the exchange has it.',
    listingId: null,
    nowMs,
    ...more,
  });
const deliveries = async () =>
  (await call<{ items: DeliveryView[] }>('GET', '/deliveries')).json.items;

describe('what happens', () => {
  test('is told in the words of each service', async () => {
    for (const kind of ['telegram', 'discord', 'slack', 'webhook'] as const) await added(kind);
    begin();
    const { db, installationId } = database;
    const listingId = await aTrade(db, { installationId, n: 1, phase: 'holding' });
    await alert({ listingId });
    await until(() => expect(service.received).toHaveLength(4));
    const of = (part: string) => {
      const found = service.received.find(({ path }) => path.includes(part));
      if (found === undefined) throw new Error(`nothing for ${part}`);
      return found;
    };
    const link = `https://sniper.example.com/trades/${listingId}`;
    expect(of('sendMessage').json).toMatchObject({
      chat_id: '42',
      parse_mode: 'HTML',
      disable_notification: false,
      text: expect.stringContaining('<b>A_B*C &lt;is&gt; unresolved &amp; open</b>'),
      reply_markup: { inline_keyboard: [[{ text: 'Open', url: link }]] },
    });
    expect(of('webhooks/1').json).toMatchObject({
      allowed_mentions: { parse: [] },
      embeds: [{ title: String.raw`A\_B\*C \<is\> unresolved & open`, url: link }],
    });
    expect(of('services').json).toMatchObject({
      text: expect.stringContaining('A_B*C &lt;is&gt; unresolved &amp; open'),
    });
    const { headers, text } = of('/of-a-program');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', SIGNING).update(signed).digest('base64')}`,
    );
    expect(JSON.parse(text)).toMatchObject({
      schemaVersion: 1,
      type: 'sniper.critical',
      data: { mode: 'simulator', symbol: 'COIN1USDT', tradeId: listingId, link },
    });
  });

  test('is told once in an episode, and when it is over', async () => {
    await added('slack');
    begin();
    const { db, installationId } = database;
    const end = { installationId, episodeKey: 'unresolved:x', nowMs };
    await alert();
    await alert();
    await resolveAlert(db, end);
    await alert();
    await until(async () =>
      expect(
        (await deliveries()).map(({ event, state }) => `${event} ${state}`).toSorted(),
      ).toEqual(['alertEnded delivered', 'critical collapsed', 'critical delivered']),
    );
  });

  test('is told of trades, the kill switch and the bot, as loudly as the channel wants', async () => {
    await added('telegram', { levels: { armed: 'off', sold: 'silent' } });
    begin();
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    for (const phase of ['admitted', 'armed', 'buying', 'holding', 'selling'])
      await db.trade.update({ where: { id }, data: { phase } });
    await db.trade.update({ where: { id }, data: { phase: 'holding', exitReason: 'target' } });
    await db.trade.update({
      where: { id },
      data: { phase: 'closed', outcome: 'traded', profit: '1.250000000000000001' },
    });
    const kill = { installationId, level: 'halt', reason: 'odd', actor: 'me', since: new Date() };
    await db.killSwitch.create({ data: kill });
    await db.killSwitch.deleteMany();
    await until(() => expect(service.received).toHaveLength(5));
    const told = service.received.map(
      ({ json }) =>
        `${String(json['text']).split('\n')[0]} ${json['disable_notification'] === true ? 'silently' : 'loudly'}`,
    );
    expect(told.toSorted()).toEqual([
      '<b>COIN1USDT is allowed by the risk rules</b> silently',
      '<b>COIN1USDT is bought</b> loudly',
      '<b>COIN1USDT is sold</b> silently',
      '<b>Kill switch released</b> loudly',
      '<b>Kill switch: halt</b> loudly',
    ]);
    expect(service.received.some(({ text }) => text.includes('1.250000000000000001 USDT'))).toBe(
      true,
    );
  });

  test('is not told of what is long over, unless it is loud; then it says when it was', async () => {
    await added('telegram');
    const { db, installationId } = database;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    await db.trade.update({ where: { id }, data: { phase: 'armed' } });
    await alert();
    nowMs += 2 * 3_600_000;
    begin();
    await until(() => expect(service.received).toHaveLength(1));
    expect(service.received[0]?.text).toContain('Happened');
    await until(async () =>
      expect(await db.notificationEvent.count({ where: { handledAt: null } })).toBe(0),
    );
  });
});

test('what was told long ago is forgotten', async () => {
  await added('slack');
  begin();
  await alert();
  await until(async () => expect(await deliveries()).toMatchObject([{ state: 'delivered' }]));
  nowMs += 91 * 86_400_000;
  const { db } = database;
  await until(async () => expect(await db.notificationDelivery.count()).toBe(0));
  expect(await db.notificationEvent.count()).toBe(0);
});

describe('a message that is not taken', () => {
  test('is tried again, later each time, until it is', async () => {
    await added('slack');
    service.replies.push({ status: 503 }, { status: 500, body: 'odd' });
    begin();
    await alert();
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ state: 'waiting', attempts: 1 }]),
    );
    await until(async () => expect((await deliveries())[0]?.problem).toBe('Slack answered 503'));
    nowMs += 3000;
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ problem: 'Slack answered 500: "odd"' }]),
    );
    nowMs += 3000;
    expect(service.received).toHaveLength(2);
    nowMs += 10_000;
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 3 }]),
    );
  });

  test.each([
    ['Telegram', 'telegram', { body: { ok: false, parameters: { retry_after: 30 } } }],
    ['Discord', 'discord', { body: { message: 'slow down', retry_after: 30 } }],
    ['Slack', 'slack', { headers: { 'retry-after': '30' } }],
  ] as const)(
    'because %s wants to be left alone is followed by none until then',
    async (_name, kind, more) => {
      await added(kind);
      service.replies.push({ status: 429, ...more });
      begin();
      await alert();
      await until(async () => expect((await deliveries())[0]?.problem).toContain('429'));
      await alert({ episodeKey: 'other' });
      nowMs += 29_000;
      await until(async () => expect(await deliveries()).toHaveLength(2));
      const { db } = database;
      await until(async () =>
        expect(await db.notificationEvent.count({ where: { handledAt: null } })).toBe(0),
      );
      expect(service.received).toHaveLength(1);
      nowMs += 2000;
      await until(() => expect(service.received).toHaveLength(3));
    },
  );

  test('ever is given up, and is an alert that the other channels tell of', async () => {
    await added('discord', { webhookUrl: `${service.url}/gone` });
    service.replies.push({ status: 404, body: { message: 'Unknown Webhook', code: 10_015 } });
    begin();
    await alert();
    await until(async () =>
      expect((await deliveries()).find(({ event }) => event === 'critical')).toMatchObject({
        state: 'failed',
        problem: 'Discord answered 404: Unknown Webhook',
      }),
    );
    await until(async () =>
      expect(
        await database.db.alert.findFirst({ where: { title: { contains: 'server' } } }),
      ).toMatchObject({
        severity: 'warning',
        title: 'Messages through server do not arrive',
      }),
    );
  });
});
