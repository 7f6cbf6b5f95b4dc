import { describe, expect, it } from 'vitest';
import { eventually, openPair, openSocket, signed, startTestSimulator } from '../testing.ts';

describe('the end of a connection', () => {
  const hurried = { idleMs: 300, silenceMs: 400, lifeMs: 2_000, sweepMs: 20 };
  const closed = (socket: { closeCode: number | null }) =>
    eventually(
      () => socket.closeCode,
      (code) => code !== null,
    );

  it('comes without a subscription, or in silence; who pings stays until its age', async () => {
    await using own = await startTestSimulator({ socketTimes: hurried });
    await openPair(own, 'QUIETUSDT', { traders: false });
    const channel = 'spot@public.limit.depth.v3.api.pb@QUIETUSDT@5';
    using idle = await openSocket(own);
    using silent = await openSocket(own);
    using alive = await openSocket(own);
    silent.subscribe(channel);
    alive.subscribe(channel);
    const pings = setInterval(() => alive.send({ method: 'PING' }), 50);
    try {
      expect(await closed(idle)).toBe(1000);
      expect(await closed(silent)).toBe(1000);
      expect(alive.closeCode).toBeNull();
      expect(await closed(alive)).toBe(1000);
      expect(alive.texts.length).toBeGreaterThan(10);
    } finally {
      clearInterval(pings);
    }
  });

  it('comes at once to a sixth connection of one key', async () => {
    await using simulator = await startTestSimulator();
    const { body } = await signed(simulator, 'POST /api/v3/userDataStream');
    const query = `?listenKey=${String(body['listenKey'])}`;
    const five = [];
    for (let count = 0; count < 5; count += 1) five.push(await openSocket(simulator, query));
    using sixth = await openSocket(simulator, query);
    expect(await closed(sixth)).toBe(1008);
    for (const each of five) {
      expect(each.closeCode).toBeNull();
      each[Symbol.dispose]();
    }
  });
});
