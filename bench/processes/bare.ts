import pg from 'pg';
import type WebSocket from 'ws';
import { serve } from '../child.ts';
import {
  bareClient,
  dealsChannel,
  listen,
  subscribe,
  TICKERS_CHANNEL,
  type BareClient,
  type BareOrder,
} from '../wire.ts';

// The least that anybody could do: a script that waits and posts. Nothing is durable, except where
// one Postgres commit is asked for.

interface Waiting {
  readonly order: BareOrder;
  readonly commit: boolean;
  readonly settle: (sent: Promise<void>) => void;
}

let client: BareClient;
let pool: pg.Pool;
let url: string;
const onDeal = new Map<string, Waiting>();
const onTicker = new Map<string, Waiting>();
const dealLines: { readonly socket: WebSocket; channels: number }[] = [];
/** The exchange allows this many channels on one connection. */
const CHANNELS_MAX = 30;

const fire = (waiting: Waiting | undefined): void => {
  if (waiting === undefined) return;
  const { order, commit, settle } = waiting;
  settle(commit ? commitIntent(order).then(() => client.post(order)) : client.post(order));
};

const commitIntent = ({ clientOrderId, symbol }: BareOrder): Promise<unknown> =>
  pool.query('INSERT INTO bare_intent (id, symbol) VALUES ($1, $2)', [clientOrderId, symbol]);

const take = (from: Map<string, Waiting>, symbol: string): Waiting | undefined => {
  const waiting = from.get(symbol);
  from.delete(symbol);
  return waiting;
};

const wait = (on: Map<string, Waiting>, orders: readonly BareOrder[], commit: boolean) =>
  Promise.all(
    orders.map(
      (order) =>
        new Promise<void>((settle) => {
          on.set(order.symbol, { order, commit, settle });
        }),
    ),
  );

const calls = {
  start: async (input: { restUrl: string; wsUrl: string; databaseUrl: string; most: number }) => {
    client = bareClient(input.restUrl, input.most);
    pool = new pg.Pool({ connectionString: input.databaseUrl, max: 10 });
    await pool.query('CREATE TABLE IF NOT EXISTS bare_intent (id text PRIMARY KEY, symbol text)');
    url = input.wsUrl;
    const socket = await listen(`${url}?bench=bare`, ({ tickers }) => {
      for (const symbol of tickers) fire(take(onTicker, symbol));
    });
    subscribe(socket, [TICKERS_CHANNEL]);
  },
  /** Keeps connections open, as the path that it stands beside does before an opening. */
  warm: async () => {
    await Promise.all([client.warm(), pool.query('SELECT 1')]);
  },
  /** Sleeps until the instant, then posts all of them. */
  fireAt: async ({ orders, atMs }: { orders: readonly BareOrder[]; atMs: number }) => {
    await new Promise((resolve) => setTimeout(resolve, atMs - Date.now()));
    while (Date.now() < atMs); // a timer may end a part of a millisecond early
    await Promise.all(orders.map((order) => client.post(order)));
  },
  /** Posts each one when the first trade of its pair is heard. */
  fireOnPrint: async ({ orders }: { orders: readonly BareOrder[] }) => {
    for (const { symbol } of orders) {
      let line = dealLines.find((each) => each.channels < CHANNELS_MAX);
      if (line === undefined) {
        const socket = await listen(url, ({ deal }) => {
          if (deal !== null) fire(take(onDeal, deal));
        });
        line = { socket, channels: 0 };
        dealLines.push(line);
      }
      line.channels += 1;
      subscribe(line.socket, [dealsChannel(symbol)]);
    }
    await wait(onDeal, orders, false);
  },
  /** Leaves the channels of the pairs that were heard. */
  leave: () => {
    for (const { socket } of dealLines.splice(0)) socket.close();
  },
  /** Commits each one and posts it when a ticker shows its pair. */
  fireOnTicker: async ({ orders }: { orders: readonly BareOrder[] }) => {
    await wait(onTicker, orders, true);
  },
};

export type BareCalls = typeof calls;
serve(calls);
