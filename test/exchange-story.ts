import { setTimeout as pause } from 'node:timers/promises';
import { add, compare, price, quantity, zeroQuantity } from '#domain/amount.ts';
import { asset, marketSymbol } from '#domain/market-symbol.ts';
import { clientOrderId, isFinal, type NewOrder, type OrderReport } from '#domain/order.ts';
import type { Simulator } from '#simulator/simulator.ts';
import { control, openPair, type Body } from '#simulator/testing.ts';
import { until } from './until.ts';
import { createExchangeClient, type ExchangeClient, type PlaceAnswer } from '#exchange/client.ts';
import { ExchangeError } from '#exchange/failure.ts';
import { Secret } from '#exchange/secret.ts';
import {
  createAccountStream,
  type AccountStream,
} from '#exchange/streams/account/account-stream.ts';

// One story of the client, held against the simulator's truth: what it claims must be so, whatever
// the exchange does that nobody has documented.

const abc = marketSymbol('ABCUSDT');
const soon = marketSymbol('SOONUSDT');
const MARKET = 1.05;

interface Scene {
  readonly simulator: Simulator;
  readonly client: ExchangeClient;
  readonly stream: AccountStream;
  readonly heard: Map<string, OrderReport>;
  /** Sentences about what was claimed and is not so. */
  readonly wrong: string[];
  readonly sent: { readonly order: NewOrder; readonly answer: PlaceAnswer }[];
}

/** Trades on a simulator, and answers what the client got wrong. */
export const tellStory = async (simulator: Simulator): Promise<readonly string[]> => {
  const opensAt = Date.now() + 200;
  await openPair(simulator, abc);
  await openPair(simulator, soon, { opensAt, visibleAt: 0, announceAt: 0 });
  const scene = await enter(simulator);
  try {
    await readEverything(scene);
    await sendEarly(scene, opensAt);
    await tradeOpenPair(scene);
    await settle(scene);
    await compareBalances(scene);
  } finally {
    await scene.stream.close();
    await scene.client.close();
  }
  return scene.wrong;
};

const enter = async (simulator: Simulator): Promise<Scene> => {
  const client = createExchangeClient({
    restUrl: simulator.url,
    webUrl: simulator.url,
    credentials: { apiKey: 'sim-key', secret: new Secret('sim-secret') },
    recvWindowMs: 1000,
    gate: { refusal: () => null },
  });
  await patient(() => client.clock.refresh());
  const heard = new Map<string, OrderReport>();
  const stream = createAccountStream({
    wsUrl: simulator.wsUrl,
    listenKeys: client.listenKeys,
    missed: { calls: client, symbols: () => [abc, soon] },
    keyCheckMs: 1000,
    listener: {
      onOrder: (report) => heard.set(report.exchangeOrderId, report),
      onFill: () => undefined,
      onBalance: () => undefined,
      onConnected: () => undefined,
      onState: () => undefined,
    },
  });
  return { simulator, client, stream, heard, wrong: [], sent: [] };
};

/** Reads may be told to wait; they end by being answered. */
const patient = <T>(ask: () => Promise<T>): Promise<T> => {
  const attempt = async (left: number): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      const kind = error instanceof ExchangeError ? error.failure.kind : '';
      if (left === 0 || (kind !== 'throttled' && kind !== 'unreachable')) throw error;
      await pause(150);
      return attempt(left - 1);
    }
  };
  return attempt(60);
};

const readEverything = async ({ client, wrong }: Scene): Promise<void> => {
  const { malformed } = await patient(() => client.symbolRules());
  const known = new Set(await patient(() => client.defaultSymbols()));
  if (malformed.length > 0) wrong.push('a record of exchangeInfo could not be read');
  if (!known.has(marketSymbol('SOLUSDT'))) wrong.push('SOLUSDT is not open');
  const top = await patient(() => client.bookTop(abc));
  if (top.bid === null || compare(top.bid.price, price('2')) > 0) wrong.push('no best bid');
  const toMs = Date.now();
  const query = { interval: '1m', fromMs: toMs - 300_000, toMs };
  const candles = await patient(() => client.candles(abc, query));
  if (candles.some(({ openMs }) => openMs < query.fromMs)) wrong.push('a candle too old');
  const { pairs } = await patient(() => client.webPairs());
  if (!pairs.some(({ base }) => base === 'SOON')) wrong.push('the web does not list SOON');
  // The calendar may be closed or wrong: read, or thrown as data.
  const { coins } = await client.calendar().catch((error: unknown) => {
    if (error instanceof ExchangeError) return { coins: [] };
    throw error;
  });
  if (coins.some(({ opensAtMs }) => opensAtMs !== null && opensAtMs < 1.6e12))
    wrong.push('an opening in another century');
};

const place = async (scene: Scene, changes: Partial<NewOrder>): Promise<PlaceAnswer> => {
  const order: NewOrder = {
    symbol: abc,
    side: 'buy',
    type: 'limitIoc',
    price: price(String(MARKET)),
    quantity: quantity('10'),
    clientOrderId: clientOrderId(`story-${scene.sent.length}`),
    ...changes,
  };
  const timing = { notAfterMs: Date.now() + 10_000, recvWindowMs: 1000 };
  const answer = await scene.client.placeOrder(order, timing);
  scene.sent.push({ order, answer });
  return answer;
};

/** Orders before an opening, until one is taken: a definite no before, an order after. */
const sendEarly = async (scene: Scene, opensAt: number): Promise<void> => {
  await until('an order of the new pair is taken', async () => {
    const answer = await place(scene, { symbol: soon });
    const isEarly = scene.client.clock.exchangeNowMs() < opensAt - 50;
    if (answer.kind === 'acknowledged' && isEarly) scene.wrong.push('taken before the opening');
    if (answer.kind === 'refused' && answer.refusal !== 'notOpenYet')
      scene.wrong.push(`early: refused with ${answer.code}, ${answer.refusal}`);
    if (answer.kind !== 'acknowledged') await pause(100);
    return answer.kind === 'acknowledged';
  });
};

/** IOC, the same id once more, a resting order that is cancelled, a market order, a sale. */
const tradeOpenPair = async (scene: Scene): Promise<void> => {
  await place(scene, {});
  const twice = scene.sent.at(-1)?.order;
  if (twice !== undefined) await place(scene, twice);
  await place(scene, { type: 'limit', price: price('0.9') });
  await cancelLast(scene);
  await place(scene, { type: 'market', price: null });
  await place(scene, { side: 'sell', price: price('0.95'), quantity: quantity('5') });
};

/** A cancel is a request, not a fact, and may not find its order yet: asked until it is over. */
const cancelLast = async ({ client, sent }: Scene): Promise<void> => {
  const last = sent.at(-1);
  if (last?.answer.kind !== 'acknowledged') return;
  const ref = { clientOrderId: last.order.clientOrderId };
  await until('the resting order is over', async () => {
    await patient(() => client.cancelOrder(abc, ref));
    const found = await patient(() => client.findOrder(abc, ref));
    return found !== null && isFinal(found.status);
  });
};

const truthOf = async ({ simulator }: Scene): Promise<readonly Body[]> => {
  const { body } = await control(simulator, 'GET /_sim/truth/books');
  return Array.from<Body>(body['orders'] ?? []);
};

/** Each id that was sent: what the client finds by asking is what the exchange has booked. */
const settle = async (scene: Scene): Promise<void> => {
  const { client, wrong } = scene;
  const truth = await truthOf(scene);
  for (const { order, answer } of new Map(
    scene.sent.map((each) => [each.order.clientOrderId, each]),
  ).values()) {
    const { clientOrderId: id, symbol } = order;
    const booked = truth.filter((each) => String(each['clientOrderId']) === id);
    const answers = scene.sent.filter((each) => each.order.clientOrderId === id);
    const proofs = answers.filter((each) => ['refused', 'notSent'].includes(each.answer.kind));
    if (booked.length > answers.length - proofs.length)
      wrong.push(`${id} was said not to be executed, and is booked`);
    if (booked.length === 0 && answer.kind === 'acknowledged') wrong.push(`${id} is not booked`);
    if (booked.length === 0) continue;
    const report = await until(`the end of ${id}`, async () => {
      const found = await patient(() => client.findOrder(symbol, { clientOrderId: id }));
      return found !== null && isFinal(found.status) ? found : null;
    });
    await compareOrder(scene, report, booked);
  }
};

const compareOrder = async (
  { client, wrong }: Scene,
  report: OrderReport,
  booked: readonly Body[],
): Promise<void> => {
  const { exchangeOrderId, symbol, clientOrderId: id } = report;
  const true_ = booked.find((each) => String(each['orderId']) === exchangeOrderId);
  if (true_ === undefined) return void wrong.push(`${String(id)} has another id`);
  if (compare(report.executed, quantity(String(true_['executed']))) !== 0)
    wrong.push(`${String(id)} executed ${String(true_['executed'])}, not ${report.executed}`);
  const fills = await patient(() => client.executions(symbol, exchangeOrderId));
  const sum = fills.reduce((all, fill) => add(all, fill.quantity), zeroQuantity);
  if (compare(sum, report.executed) !== 0) wrong.push(`fills of ${String(id)} add up to ${sum}`);
};

const compareBalances = async (scene: Scene): Promise<void> => {
  const { client, simulator, wrong, heard, stream } = scene;
  const { body } = await control(simulator, 'GET /_sim/truth/books');
  const rows = Array.from<Body>(body['accounts']?.[0]?.['balances'] ?? []);
  const balances = await patient(() => client.balances());
  for (const row of rows) {
    const { free = quantity('0'), locked = quantity('0') } =
      balances.get(asset(String(row['asset']))) ?? {};
    const same = [free, locked].map((text, n) =>
      compare(text, quantity(String(row[n === 0 ? 'free' : 'locked']))),
    );
    if (same.some((difference) => difference !== 0))
      wrong.push(`${String(row['asset'])} is ${free} and ${locked}`);
  }
  const orders = await truthOf(scene);
  const toldWrong = [...heard.values()].filter((report) => {
    const true_ = orders.find((each) => String(each['orderId']) === report.exchangeOrderId);
    return true_ === undefined || compare(report.executed, quantity(String(true_['executed']))) > 0;
  });
  if (toldWrong.length > 0)
    wrong.push(`the stream told more than was executed: ${JSON.stringify(toldWrong)}`);
  if (stream.malformed() > 0) wrong.push('a frame could not be read');
};
