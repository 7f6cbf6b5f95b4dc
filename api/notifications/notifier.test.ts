import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { price, quantity, quoteAmount } from '#domain/amount.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import type { ClientOrderId, ExchangeOrderId, Leg } from '#domain/order.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import { settleLeg } from '#prisma/orders.ts';
import { aTrade } from '../testing.ts';
import { startNotifier } from './notifier.ts';
import { notificationGround, SIGNING } from './testing.ts';

const at = notificationGround();
const { added, deliveries } = at;
let notifier: ReturnType<typeof startNotifier> | null = null;
afterEach(async () => {
  await notifier?.stop();
  notifier = null;
});

const begin = () => {
  notifier = startNotifier(at.deps, 20);
};
const until = (what: () => unknown) => vi.waitFor(what, { timeout: 10_000, interval: 20 });
const alert = (more: object = {}) =>
  raiseAlert(at.db, {
    installationId: at.installationId,
    severity: 'critical',
    episodeKey: 'unresolved:x',
    title: 'A_B*C <is> unresolved & open',
    text: 'Nobody knows whether the exchange has it.',
    listingId: null,
    nowMs: at.nowMs,
    ...more,
  });
/** Settles a leg of COIN1 as activities do, each in two executions. */
const filled = async (leg: Leg, size: string, total: { quote: string; fee: string }) => {
  const exchangeOrderId = `X-${leg}` as ExchangeOrderId;
  const clientOrderId = `c-${leg}` as ClientOrderId;
  const pair = { base: asset('COIN1'), quote: asset('USDT') };
  const side = leg === 'entry' ? 'buy' : 'sell';
  const half = (text: string) => String(Number(text) / 2);
  const execution = {
    exchangeOrderId,
    price: price('1'),
    quantity: quantity(half(size)),
    quote: quoteAmount(half(total.quote)),
    fee: half(total.fee),
    feeAsset: pair.quote,
    isMaker: false,
    atMs: at.nowMs,
  };
  const report = {
    symbol: marketSymbol('COIN1USDT'),
    exchangeOrderId,
    clientOrderId,
    side,
    status: 'filled',
    price: price('1'),
    quantity: quantity(size),
    executed: quantity(size),
    executedQuote: quoteAmount(total.quote),
    createdAtMs: at.nowMs,
  } as const;
  const executions = [1, 2].map((n) => ({ ...execution, tradeId: `${leg}-${n}` }));
  const listingId = 'listing00001';
  const orders = [{ clientOrderId, n: 0, report, executions, refusal: null }];
  const of = { listingId, workflowId: `sniper:${listingId}`, pair, nowMs: at.nowMs };
  await settleLeg(at.db, { ...of, leg, orders });
};

describe('what happens', () => {
  test('is told in the words of each service', async () => {
    for (const kind of ['telegram', 'discord', 'slack', 'webhook'] as const) await added(kind);
    begin();
    const { db, installationId } = at;
    const listingId = await aTrade(db, { installationId, n: 1, phase: 'holding' });
    await alert({ listingId });
    await until(() => expect(at.service.received).toHaveLength(4));
    const of = (part: string) => {
      const found = at.service.received.find(({ path }) => path.includes(part));
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
    const { db, installationId } = at;
    const end = { installationId, episodeKey: 'unresolved:x', nowMs: at.nowMs };
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
    const { db, installationId } = at;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    for (const phase of ['admitted', 'armed', 'buying', 'holding', 'selling'])
      await db.trade.update({ where: { id }, data: { phase } });
    await db.trade.update({
      where: { id },
      data: { phase: 'closed', outcome: 'traded', profit: '1.250000000000000001' },
    });
    const kill = { installationId, level: 'halt', reason: 'odd', actor: 'me', since: new Date() };
    await db.killSwitch.create({ data: kill });
    await db.killSwitch.deleteMany();
    await until(() => expect(at.service.received).toHaveLength(4));
    const told = at.service.received.map(
      ({ json }) =>
        `${String(json['text']).split('\n')[0]} ${json['disable_notification'] === true ? 'silently' : 'loudly'}`,
    );
    expect(told.toSorted()).toEqual([
      '<b>COIN1USDT is allowed by the risk rules</b> silently',
      '<b>COIN1USDT is sold</b> silently',
      '<b>Kill switch released</b> loudly',
      '<b>Kill switch: halt</b> loudly',
    ]);
    expect(at.service.received.some(({ text }) => text.includes('1.250000000000000001 USDT'))).toBe(
      true,
    );
  });

  test('is told of each buy and sale as it fills: amount, price, result after fees', async () => {
    await added('telegram', { levels: { admitted: 'off', armed: 'off' } });
    begin();
    const { db, installationId } = at;
    await aTrade(db, { installationId, n: 1, phase: 'buying' });
    await filled('entry', '100', { quote: '20', fee: '0.02' });
    await until(() => expect(at.service.received).toHaveLength(1));
    await filled('exit-1', '40', { quote: '12', fee: '0.012' });
    await filled('exit-1', '40', { quote: '12', fee: '0.012' }); // asked and written again: no news
    await until(() => expect(at.service.received).toHaveLength(2));
    await filled('exit-2', '60', { quote: '9', fee: '0.009' });
    await until(() => expect(at.service.received).toHaveLength(3));
    const [bought, first, second] = at.service.received.map(({ json }) => json);
    expect(bought).toMatchObject({
      disable_notification: false,
      text: expect.stringContaining('<b>COIN1USDT: bought 100 COIN1</b>\n100 COIN1 are held.'),
    });
    expect(bought?.['text']).toContain('100 COIN1 for 20 USDT');
    expect(bought?.['text']).toContain('0.2 USDT');
    // 40 of 100 cost 8.008 with the fee of the buy: 12 - 0.012 - 8.008.
    expect(first).toMatchObject({
      disable_notification: false,
      text: expect.stringContaining('<b>COIN1USDT: sold 40 COIN1</b>\n60 COIN1 are held.'),
    });
    expect(first?.['text']).toMatch(/Result after fees.*3\.98 USDT/);
    expect(second?.['text']).toContain('Nothing is held.');
    expect(second?.['text']).toMatch(/Result after fees.*-3\.021 USDT/);
  });

  test('is not told of what is long over, unless it is loud; then it says when it was', async () => {
    await added('telegram');
    const { db, installationId } = at;
    const id = await aTrade(db, { installationId, n: 1, phase: 'waiting' });
    await db.trade.update({ where: { id }, data: { phase: 'armed' } });
    await alert();
    at.nowMs += 2 * 3_600_000;
    begin();
    await until(() => expect(at.service.received).toHaveLength(1));
    expect(at.service.received[0]?.text).toContain('Happened');
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
  at.nowMs += 91 * 86_400_000;
  const { db } = at;
  await until(async () => expect(await db.notificationDelivery.count()).toBe(0));
  expect(await db.notificationEvent.count()).toBe(0);
});

describe('a message that is not taken', () => {
  test('is tried again, later each time, until it is', async () => {
    await added('slack');
    at.service.replies.push({ status: 503 }, { status: 500, body: 'odd' });
    begin();
    await alert();
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ state: 'waiting', attempts: 1 }]),
    );
    await until(async () => expect((await deliveries())[0]?.problem).toBe('Slack answered 503'));
    at.nowMs += 3000;
    await until(async () =>
      expect(await deliveries()).toMatchObject([{ problem: 'Slack answered 500: "odd"' }]),
    );
    at.nowMs += 3000;
    expect(at.service.received).toHaveLength(2);
    at.nowMs += 10_000;
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
      at.service.replies.push({ status: 429, ...more });
      begin();
      await alert();
      await until(async () => expect((await deliveries())[0]?.problem).toContain('429'));
      await alert({ episodeKey: 'other' });
      at.nowMs += 29_000;
      await until(async () => expect(await deliveries()).toHaveLength(2));
      const { db } = at;
      await until(async () =>
        expect(await db.notificationEvent.count({ where: { handledAt: null } })).toBe(0),
      );
      expect(at.service.received).toHaveLength(1);
      at.nowMs += 2000;
      await until(() => expect(at.service.received).toHaveLength(3));
    },
  );

  test('ever is given up, and is an alert that the other channels tell of', async () => {
    await added('discord', { webhookUrl: `${at.service.url}/gone` });
    at.service.replies.push({ status: 404, body: { message: 'Unknown Webhook', code: 10_015 } });
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
        await at.db.alert.findFirst({ where: { title: { contains: 'server' } } }),
      ).toMatchObject({
        severity: 'warning',
        title: 'Messages through server do not arrive',
      }),
    );
  });
});
