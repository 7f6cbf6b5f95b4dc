import { Agent, request } from 'undici';
import { serve } from '../child.ts';
import { listen, signedPath, subscribe } from '../wire.ts';

// Sends orders of many accounts at an even rate, and listens to their private streams.

const PRIVATE = ['orders', 'deals', 'account'].map((name) => `spot@private.${name}.v3.api.pb`);
/** Coins that are traded, all open to the API, and what is sold of them: worth about 10 USDT. */
const SIZES: readonly (readonly [coin: string, size: string])[] = [
  ['SOL', '0.07'],
  ['XRP', '5'],
  ['ADA', '20'],
  ['DOGE', '65'],
  ['TRX', '36'],
  ['LINK', '0.8'],
  ['LTC', '0.12'],
];
const BURST_EVERY_MS = 20;

const dispatcher = new Agent({ connections: 20, pipelining: 1 });
let address = '';
let accounts: readonly string[] = [];
let frames = 0;

const call = async (key: string, path: string) => {
  const headers = { 'x-mexc-apikey': key, 'content-type': 'application/json' };
  const answer = await request(address + path, { method: 'POST', dispatcher, headers });
  return { ok: answer.statusCode === 200, text: await answer.body.text() };
};

const order = async (n: number) => {
  const key = accounts[n % accounts.length] ?? '';
  const [coin = '', quantity = ''] = SIZES[n % SIZES.length] ?? [];
  const symbol = `${coin}USDT`;
  // Bought and sold in turn, so that no account runs out.
  const isBuy = Math.floor(n / accounts.length) % 2 === 0;
  const params = isBuy
    ? { symbol, side: 'BUY', type: 'MARKET', quoteOrderQty: '10' }
    : { symbol, side: 'SELL', type: 'MARKET', quantity };
  const startNs = process.hrtime.bigint();
  const { ok } = await call(key, signedPath('/api/v3/order', params, Date.now()));
  return { ok, ms: Number(process.hrtime.bigint() - startNs) / 1e6 };
};

const calls = {
  start: async (input: { url: string; controlUrl: string; wsUrl: string; streams: number }) => {
    address = input.url;
    accounts = Array.from({ length: input.streams }, (_, n) => `load-${n}`);
    const coins = SIZES.map(([coin]) => coin);
    const balances = Object.fromEntries(['USDT', ...coins].map((coin) => [coin, '1000000']));
    for (const apiKey of accounts) {
      await fetch(`${input.controlUrl}/_sim/accounts`, {
        method: 'POST',
        body: JSON.stringify({ apiKey, secret: 'sim-secret', balances }),
      });
      const { text } = await call(apiKey, signedPath('/api/v3/userDataStream', {}, Date.now()));
      const { listenKey } = JSON.parse(text) as { listenKey: string }; // the exchange's own answer
      const socket = await listen(`${input.wsUrl}?listenKey=${listenKey}`, () => (frames += 1));
      subscribe(socket, PRIVATE);
    }
    const switches = JSON.stringify({ rateModel: 'off' });
    await fetch(`${input.controlUrl}/_sim/switches`, { method: 'POST', body: switches });
  },
  run: async ({ seconds, perSecond }: { seconds: number; perSecond: number }) => {
    const answeredMs: number[] = [];
    const pending: Promise<void>[] = [];
    let accepted = 0;
    const startMs = performance.now();
    for (let sent = 0; sent < seconds * perSecond;) {
      const due = Math.floor(((performance.now() - startMs) / 1000) * perSecond);
      for (; sent < Math.min(due, seconds * perSecond); sent += 1)
        pending.push(
          order(sent).then(({ ok, ms }) => {
            accepted += ok ? 1 : 0;
            answeredMs.push(ms);
          }),
        );
      await new Promise((resolve) => setTimeout(resolve, BURST_EVERY_MS));
    }
    await Promise.all(pending);
    return { sent: pending.length, accepted, answeredMs, frames };
  },
};

export type LoadCalls = typeof calls;
serve(calls);
