import { describe, expect, test } from 'vitest';
import type { Change } from '../schemas/event.ts';
import { BACKLOG_MAX, createBacklog } from './backlog.ts';
import { createEventHub, KEPT, LISTENERS_MAX, type StreamMessage } from './hub.ts';

const change = (id: string): Change => ({
  kind: 'trade',
  id,
  listingId: id,
  at: '2026-06-01T08:00:00.000Z',
});

/** Listens and keeps what it heard, as `change:<id>` or `resync`. */
const listening = (hub: ReturnType<typeof createEventHub>, lastId: string | null = null) => {
  const heard: string[] = [];
  const subscription = hub.subscribe(lastId, {
    hear: (message) =>
      heard.push(message.event === 'change' ? `change:${message.change.id}` : 'resync'),
    end: () => heard.push('end'),
  });
  return { heard, subscription };
};

describe('the event hub', () => {
  test('tells everyone a change, and nobody who has left', () => {
    const hub = createEventHub('a');
    const stays = listening(hub);
    const leaves = listening(hub);
    hub.publish(change('1'));
    leaves.subscription?.stop();
    hub.publish(change('2'));
    expect(stays.heard).toEqual(['change:1', 'change:2']);
    expect(leaves.heard).toEqual(['change:1']);
  });

  test('replays what followed the last id, and says where it begins', () => {
    const hub = createEventHub('a');
    for (const id of ['1', '2', '3']) hub.publish(change(id));
    const back = listening(hub, 'a-1');
    expect(back.subscription?.from).toBe('a-1');
    hub.publish(change('4'));
    expect(back.heard).toEqual(['change:2', 'change:3', 'change:4']);
  });

  test('replays a listener that was there before the first change', () => {
    const hub = createEventHub('a');
    const { subscription } = listening(hub);
    hub.publish(change('1'));
    expect(listening(hub, subscription?.from ?? '').heard).toEqual(['change:1']);
  });

  test('replays all that it keeps, and asks to start over for more', () => {
    const hub = createEventHub('a');
    for (let n = 1; n <= KEPT + 5; n += 1) hub.publish(change(String(n)));
    expect(listening(hub, 'a-5').heard).toHaveLength(KEPT);
    expect(listening(hub, 'a-4').heard).toEqual(['resync']);
  });

  test.each(['b-1', 'a-99', 'nonsense', ''])('asks to start over for the id "%s"', (id) => {
    const hub = createEventHub('a');
    hub.publish(change('1'));
    expect(listening(hub, id).heard).toEqual(['resync']);
  });

  test('refuses more listeners than it has room for', () => {
    const hub = createEventHub('a');
    for (let n = 0; n < LISTENERS_MAX; n += 1) listening(hub);
    expect(listening(hub).subscription).toBeNull();
    expect(hub.listeners()).toBe(LISTENERS_MAX);
  });

  test('ends every listener when it closes, and takes no other', () => {
    const hub = createEventHub('a');
    const { heard } = listening(hub);
    hub.close();
    expect(heard).toEqual(['end']);
    expect(listening(hub).subscription).toBeNull();
  });
});

describe('the backlog of a client', () => {
  const message = (n: number): StreamMessage => ({
    event: 'change',
    id: `a-${n}`,
    change: change(String(n)),
  });

  test('hands out what came in one moment, in order, says when it is quiet, and when it has ended', async () => {
    const backlog = createBacklog(() => undefined);
    backlog.hear(message(1));
    backlog.hear(message(2));
    expect(await backlog.next(1)).toEqual([message(1), message(2)]);
    expect(await backlog.next(1)).toEqual([]);
    const later = backlog.next(60_000);
    backlog.hear(message(3));
    backlog.hear(message(4));
    expect(await later).toEqual([message(3), message(4)]);
    const never = backlog.next(60_000);
    backlog.end();
    expect(await never).toBe('ended');
  });

  test('holds a whole replay, and gives up a client that never reads, once', async () => {
    let overflows = 0;
    const backlog = createBacklog(() => (overflows += 1));
    for (let n = 0; n < BACKLOG_MAX; n += 1) backlog.hear(message(n));
    expect(overflows).toBe(0);
    for (let n = 0; n < 10; n += 1) backlog.hear(message(n));
    expect(overflows).toBe(1);
    expect(await backlog.next(1)).toBe('ended');
    expect(BACKLOG_MAX).toBeGreaterThan(KEPT);
  });
});
