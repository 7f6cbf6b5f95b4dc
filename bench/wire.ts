import { createHmac } from 'node:crypto';
import { Agent, request } from 'undici';
import WebSocket from 'ws';
import { decodePush } from '#simulator/streams/frames.ts';

// The least that a script needs to react to a frame and post an order: what the paths stand beside.

export interface BareOrder {
  readonly symbol: string;
  readonly price: string;
  readonly quantity: string;
  readonly clientOrderId: string;
}

export interface BareClient {
  /** Opens the connections that `post` uses, or keeps them open. */
  warm(): Promise<void>;
  post(order: BareOrder): Promise<void>;
}

export const bareClient = (restUrl: string, connections: number): BareClient => {
  const dispatcher = new Agent({ connections, pipelining: 1, keepAliveTimeout: 60_000 });
  const headers = { 'x-mexc-apikey': 'sim-key', 'content-type': 'application/json' };
  const call = async (method: 'GET' | 'POST', path: string): Promise<void> => {
    const { body } = await request(`${restUrl}${path}`, { method, dispatcher, headers });
    await body.text();
  };
  return {
    warm: async () => {
      await Promise.all(Array.from({ length: connections }, () => call('GET', '/api/v3/time')));
    },
    post: (order) => call('POST', orderPath(order)),
  };
};

const orderPath = ({ symbol, price, quantity, clientOrderId }: BareOrder): string =>
  signedPath(
    '/api/v3/order',
    {
      symbol,
      side: 'BUY',
      type: 'IMMEDIATE_OR_CANCEL',
      quantity,
      price,
      newClientOrderId: clientOrderId,
    },
    Date.now(),
  );

/** Path and query of a signed call; `nowMs` is the exchange's time. Values need no escaping. */
export const signedPath = (
  path: string,
  params: Readonly<Record<string, string>>,
  nowMs: number,
): string => {
  const pairs = Object.entries({ ...params, recvWindow: '1000', timestamp: String(nowMs) });
  const query = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const signature = createHmac('sha256', 'sim-secret').update(query).digest('hex');
  return `${path}?${query}&signature=${signature}`;
};

export interface Heard {
  /** Pair of a deals frame. */
  readonly deal: string | null;
  /** Pairs of an all-pairs ticker. */
  readonly tickers: readonly string[];
}

/** A connection that says nothing is ended after a minute. */
const PING_EVERY_MS = 15_000;

/** Connects to a stream; `hear` is called for each frame. One without a channel is ended after 30 s. */
export const listen = (url: string, hear: (heard: Heard) => void): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
    const ping = setInterval(() => socket.send(JSON.stringify({ method: 'PING' })), PING_EVERY_MS);
    socket.once('close', () => clearInterval(ping));
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) hear(heardIn(data));
    });
  });

const heardIn = (data: Buffer): Heard => {
  const frame = decodePush(data) as {
    readonly symbol?: string;
    readonly publicAggreDeals?: object;
    readonly publicMiniTickers?: { readonly items?: readonly { symbol: string }[] };
  }; // the published definitions
  return {
    deal: frame.publicAggreDeals ? (frame.symbol ?? null) : null,
    tickers: frame.publicMiniTickers?.items?.map(({ symbol }) => symbol) ?? [],
  };
};

export const subscribe = (socket: WebSocket, channels: readonly string[]): void => {
  for (const channel of channels)
    socket.send(JSON.stringify({ method: 'SUBSCRIPTION', params: [channel] }));
};

export const TICKERS_CHANNEL = 'spot@public.miniTickers.v3.api.pb@UTC+8';
export const dealsChannel = (symbol: string): string =>
  `spot@public.aggre.deals.v3.api.pb@10ms@${symbol}`;
