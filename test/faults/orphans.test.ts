import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOrderIdFor, type Leg } from '#domain/order.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { signedUrl } from '#simulator/testing.ts';
import { startWorld } from '../shared-world.ts';
import { boughtOrders, mismatches, truthOf } from '../truth.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

// What docs/adr/0009 calls the residue: an order that the exchange admits after its trade has given
// it up. It is placed here as the exchange would show it: with the next client id of the leg.

interface Orphan {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly executed: string;
  readonly listingId: string | null;
  readonly resolvedBy: string | null;
}

describe('the exchange has what the record does not explain', () => {
  let world: World;
  let address: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    world = await startWorld();
    const port = String(await freePort());
    address = `http://127.0.0.1:${port}/api`;
    await Promise.all([world.start('worker'), world.start('monitor')]);
    headers = {
      authorization: `Bearer ${await ensureOperatorToken(world.env['DATA_DIR'] ?? '')}`,
    };
    // Far below any price: every trade gives its entry up, and closes without having bought.
    await world.startRun({
      entry: { window: 60, maxPrice: '0.0001', freshness: 10_000 },
      maxOpenPositions: 10,
      denyBases: ['DENIED'],
    });
    await world.start('api', { API_PORT: port });
    const bases = ['LATE', 'DENIED', 'RESTS', 'FOREIGN', 'STRAY'];
    const more = { path: { kind: 'flat' }, band: null };
    for (const base of bases) await world.list({ base, opensInMs: 8000, more });
    for (const base of bases) await world.phase(`${base}USDT`, 'closed');
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${address}${path}`, {
      method,
      ...(body === undefined
        ? { headers }
        : {
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  /** Sends an order with the account's own key, past everything of ours. */
  const order = async (params: Record<string, string>): Promise<string> => {
    const url = signedUrl(world.simulator, '/api/v3/order', params);
    const answer = await fetch(url, { method: 'POST', headers: { 'X-MEXC-APIKEY': 'sim-key' } });
    const told = (await answer.json()) as { orderId?: string };
    expect(told).toMatchObject({ orderId: expect.any(String) as string });
    return told.orderId ?? '';
  };
  const market = (base: string, more: Record<string, string>) =>
    order({ symbol: `${base}USDT`, side: 'BUY', type: 'MARKET', quoteOrderQty: '30', ...more });
  const resting = (base: string, more: Record<string, string>) =>
    order({
      symbol: `${base}USDT`,
      side: 'BUY',
      type: 'LIMIT',
      price: '0.005',
      quantity: '2000',
      ...more,
    });
  const ownId = async (base: string, n: number, leg: Leg = 'entry'): Promise<string> => {
    const trade = await world.trade(`${base}USDT`);
    return clientOrderIdFor({ ...world, listingId: trade?.id ?? '' }, leg, n);
  };

  /** One whole look at the account; many in a row wait for the budget of requests. */
  const look = () =>
    until(
      'the account was held against the record',
      async () => {
        const { body } = await call('POST', '/reconcile');
        const result = body['result'] as { problem: string | null } | null;
        return result !== null && result.problem === null;
      },
      { withinMs: 60_000 },
    );
  /** Every pair has had its turn. */
  const lookAround = async (): Promise<void> => {
    for (let turn = 0; turn < 2; turn += 1) await look();
  };
  /** Coins may be seen in one look and their order in the next, which explains them: they are gone. */
  const orphans = async (base: string): Promise<Orphan[]> => {
    const { body } = await call('GET', `/orphans?symbol=${base}USDT&limit=200`);
    return (body['items'] as Orphan[]).filter(({ state }) => state !== 'gone');
  };
  /** The only orphan of a pair, once an open alert tells of it. */
  const toldOf = (base: string): Promise<Orphan> =>
    until(
      `the orphan of ${base} is told`,
      async () => {
        await look();
        const [orphan, ...others] = await orphans(base);
        expect(others).toEqual([]);
        if (orphan?.state !== 'open') return null;
        const alert = await alertOf(orphan.id);
        return alert?.resolvedAt === null ? orphan : null;
      },
      { withinMs: 90_000, seen: () => orphans(base) },
    );
  const alertOf = (id: string) =>
    world.db.alert.findFirst({
      where: { episodeKey: `orphan:${id}` },
      orderBy: { openedAt: 'desc' },
    });
  const statusOf = async (orderId: string): Promise<string | undefined> =>
    (await truthOf(world)).orders.find((each) => each.orderId === orderId)?.status;

  test('a trade that has ended explains what it left', async () => {
    await lookAround();
    expect((await call('GET', '/orphans')).body).toEqual({ items: [], nextCursor: null });
    const trades = await world.db.trade.findMany();
    expect(trades.map(({ phase, ownedBefore }) => [phase, ownedBefore?.toFixed()])).toEqual(
      trades.map(() => ['closed', '0']),
    );
  });

  test.each([
    { base: 'LATE', outcome: 'priceGuard' },
    { base: 'DENIED', outcome: 'denied' },
  ])('an order of a trade that ended as $outcome is adopted, guarded, sold', async (late) => {
    const { base, outcome } = late;
    const symbol = `${base}USDT`;
    expect((await world.trade(symbol))?.outcome).toBe(outcome);
    await market(base, { newClientOrderId: await ownId(base, 1) });
    const orphan = await toldOf(base);
    expect(orphan.kind).toBe('order');
    const cancel = await call('POST', `/orphans/${orphan.id}/cancel`);
    expect(cancel.body).toMatchObject({ result: 'executed', orphan: { state: 'open' } });

    const adopted = await call('POST', `/orphans/${orphan.id}/adopt`);
    expect([adopted.status, adopted.body]).toMatchObject([
      200,
      { result: 'adopted', orphan: { state: 'adopted', resolvedBy: 'operator token' } },
    ]);
    expect((await alertOf(orphan.id))?.resolvedAt).not.toBeNull();
    const guarded = await until('a new owner guards it', async () => {
      const trade = await world.trade(symbol);
      return trade?.phase === 'holding' && trade.guardState !== null ? trade : null;
    });
    expect(guarded.workflowId).toBe(`sniper:${guarded.id}:own-1`);
    const again = await call('POST', `/orphans/${orphan.id}/adopt`);
    expect([again.status, again.body]).toMatchObject([200, { result: 'adopted' }]);

    const sold = await call('POST', `/trades/${guarded.id}/sell`, { reason: 'enough' });
    expect(sold.status).toBe(200);
    const trade = await world.phase(symbol, 'closed');
    expect(trade.outcome).toBe('traded');
    expect(trade.profit).not.toBeNull();
    expect(boughtOrders(await truthOf(world), symbol)).toHaveLength(1);
    expect(await mismatches(world, symbol)).toEqual([]);
    const { state, spent } = await world.db.riskReservation.findUniqueOrThrow({
      where: { listingId: trade.id },
    });
    expect([state, spent?.gte(trade.spent)]).toEqual(['spent', true]);
    await lookAround();
    expect(await orphans(base)).toMatchObject([{ state: 'adopted' }]);
  });

  test('an order that rests is told, cannot be adopted, and is cancelled', async () => {
    const orderId = await resting('RESTS', { newClientOrderId: await ownId('RESTS', 2) });
    const orphan = await toldOf('RESTS');
    const adopt = await call('POST', `/orphans/${orphan.id}/adopt`);
    expect(adopt.status).toBe(409);
    expect(JSON.stringify(adopt.body)).toContain('cancel it first');

    const cancel = await call('POST', `/orphans/${orphan.id}/cancel`);
    expect([cancel.status, cancel.body]).toMatchObject([200, { result: 'cancelled' }]);
    expect(await statusOf(orderId)).toBe('CANCELED');
    expect((await alertOf(orphan.id))?.resolvedAt).not.toBeNull();
    const again = await call('POST', `/orphans/${orphan.id}/cancel`);
    expect([again.status, again.body]).toMatchObject([200, { result: 'cancelled' }]);
    await lookAround();
    expect(await orphans('RESTS')).toMatchObject([{ state: 'cancelled' }]);
  });

  test("a person's own orders are left alone; coins they bought are told, never taken", async () => {
    const mine = await resting('FOREIGN', { newClientOrderId: 'my-own-order' });
    const like = await resting('FOREIGN', { newClientOrderId: `${world.installationId}-mine` });
    await market('FOREIGN', {});
    const orphan = await toldOf('FOREIGN');
    expect(orphan.kind).toBe('balance');
    expect(await Promise.all([mine, like].map(statusOf))).toEqual(['NEW', 'NEW']);
    for (const action of ['adopt', 'cancel']) {
      const refused = await call('POST', `/orphans/${orphan.id}/${action}`);
      expect(refused.status).toBe(409);
    }
    const reason = 'bought by hand';
    const dismissed = await call('POST', `/orphans/${orphan.id}/dismiss`, { reason });
    expect(dismissed.body).toMatchObject({ orphan: { state: 'dismissed', note: reason } });
    await lookAround();
    expect(await orphans('FOREIGN')).toMatchObject([{ state: 'dismissed' }]);
    expect((await alertOf(orphan.id))?.resolvedAt).not.toBeNull();
    await market('FOREIGN', {});
    await toldOf('FOREIGN');
  });

  test('an order of a trade that the record does not know is told, and never adopted', async () => {
    const id = clientOrderIdFor({ ...world, listingId: 'neverlisted0' }, 'entry', 0);
    await market('STRAY', { newClientOrderId: id });
    const orphan = await toldOf('STRAY');
    expect(orphan).toMatchObject({ kind: 'order', listingId: null });
    const adopt = await call('POST', `/orphans/${orphan.id}/adopt`);
    expect(adopt.status).toBe(409);
    expect((await orphans('STRAY'))[0]).toMatchObject({ state: 'open', resolvedBy: null });
  });

  test('what was asked is in the audit', async () => {
    const entries = await world.db.auditEntry.findMany({ orderBy: { at: 'asc' } });
    const adopted = entries.find(({ path, status }) => path.endsWith('/adopt') && status === 200);
    expect(adopted).toMatchObject({
      actor: 'operator token',
      before: { state: 'open' },
      after: { state: 'adopted' },
    });
  });
});
