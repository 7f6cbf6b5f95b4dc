import { describe, expect, test } from 'vitest';
import { parseKeyRing, type KeyRing } from '#runtime/key-ring.ts';
import { resealChannels } from './reseal.ts';
import type { ChannelView } from './schemas.ts';
import { BOT, notificationGround } from './testing.ts';

const at = notificationGround();
const { added, call, deliveries } = at;

describe('a channel', () => {
  test('is sealed, and its secret is nowhere in clear', async () => {
    for (const kind of ['telegram', 'discord', 'slack', 'webhook'] as const) await added(kind);
    at.service.replies.push({ status: 500 }, { status: 500 });
    const tests = (await call<{ items: ChannelView[] }>('GET', '')).json.items;
    for (const { id } of tests) await call('POST', `/${id}/test`);
    const everything = JSON.stringify([
      await call('GET', ''),
      await call('GET', '/deliveries'),
      await at.db.notificationChannel.findMany({ omit: { nextUpdate: true } }),
      await at.db.notificationDelivery.findMany(),
      await at.db.auditEntry.findMany(),
      at.deps.log.lines,
    ]);
    expect(everything).toContain('chat 42');
    expect(everything).not.toContain('planted');
  });

  test('is changed, and forgotten with its secret', async () => {
    const { id, levels } = await added('telegram');
    expect(levels).toMatchObject({ critical: 'on', armed: 'silent' });
    const changed = await call<ChannelView>('PUT', `/${id}`, {
      name: 'other phone',
      levels: { armed: 'off' },
      commands: true,
    });
    expect(changed.json).toMatchObject({
      name: 'other phone',
      commands: true,
      levels: { armed: 'off', critical: 'on' },
    });
    expect((await call('DELETE', `/${id}`)).status).toBe(200);
    expect((await call('PUT', `/${id}`, { enabled: true })).status).toBe(404);
    const row = await at.db.notificationChannel.findUniqueOrThrow({ where: { id } });
    expect(row).toMatchObject({ sealed: null, enabled: false });
  });

  test.each([
    ['telegram', { botToken: 'no token' }],
    ['telegram', { chatId: '@name' }],
    ['discord', { webhookUrl: 'http://example.com/planted' }],
    ['slack', { webhookUrl: 'https://user:planted@example.com' }],
    ['webhook', { signingSecret: 'short' }],
    ['webhook', { levels: { unknown: 'on' } }],
  ] as const)('%s is refused with %o', async (kind, more) => {
    const { status, text } = await call('POST', '', { ...at.inputs()[kind], ...more });
    expect(status).toBe(422);
    expect(text).not.toContain('planted');
  });

  test('is sealed anew when the key was turned', async () => {
    const { id } = await added('webhook');
    const old = await at.deps.keys();
    const line = `k2 ${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}\n`;
    const newer = parseKeyRing('the newer key', line);
    const both: KeyRing = {
      current: newer.current,
      keys: [...newer.keys, ...old.keys],
      find: (wanted) => (wanted === newer.current.id ? newer : old).find(wanted),
    };
    await resealChannels({ ...at.deps, keys: () => Promise.resolve(both) });
    const row = await at.db.notificationChannel.findUniqueOrThrow({ where: { id } });
    expect(row.keyId).toBe(newer.current.id);
  });
});

describe('a test', () => {
  test('says what the service says', async () => {
    const { id } = await added('telegram', { enabled: false });
    expect((await call('POST', `/${id}/test`)).json).toEqual({ delivered: true, problem: null });
    expect(at.service.received[0]).toMatchObject({ path: `/bot${BOT}/sendMessage` });
    at.nowMs += 1;
    at.service.replies.push({ status: 401, body: { ok: false, description: 'Unauthorized' } });
    expect((await call('POST', `/${id}/test`)).json).toEqual({
      delivered: false,
      problem: 'Telegram answered 401: Unauthorized',
    });
    expect((await deliveries()).map(({ state, event }) => [state, event])).toEqual([
      ['failed', 'test'],
      ['delivered', 'test'],
    ]);
  });

  test('says that nobody answers, without the address', async () => {
    const { id } = await added('slack', { webhookUrl: 'http://127.0.0.1:1/planted' });
    const { json, text } = await call('POST', `/${id}/test`);
    expect(json).toMatchObject({ delivered: false });
    expect(text).toMatch(/Slack does not answer/);
    expect(text).not.toContain('planted');
  });
});
