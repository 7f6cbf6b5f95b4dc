import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import WebSocket, { WebSocketServer, type RawData } from 'ws';
import { decodePush, encodePush } from '#simulator/streams/frames.ts';
import { serve } from '../child.ts';

// Stands between the exchange's stream and those who listen, and notes when the last byte of each
// frame was handed over: that instant starts the clock of whoever reacts to it.

/** Frames are read after the reaction to them is over. */
const READ_AFTER_MS = 400;
const TICKERS = 'spot@public.miniTickers.v3.api.pb@UTC+8';

const firstDeal = new Map<string, bigint>();
const firstTicker = new Map<string, bigint>();
const clients = new Map<string, WebSocket>();
/** Who asked for tickers and is none of the bench: the system that is measured. */
const listeners = new Set<WebSocket>();
const watched = new Set<string>();
const bids = new Map<string, { readonly ns: bigint; readonly bid: number }[]>();
let lastTickerNs: bigint | null = null;
let server: WebSocketServer | null = null;

/** Frames are read late: one that was read later may have come earlier. */
const showedFirst = (ns: bigint, symbols: readonly string[]): void => {
  for (const symbol of symbols) {
    const known = firstTicker.get(symbol);
    if (known === undefined || ns < known) firstTicker.set(symbol, ns);
  }
};

const read = (ns: bigint, data: Buffer): void => {
  const frame = decodePush(data) as {
    readonly symbol?: string;
    readonly publicAggreDeals?: object;
    readonly publicAggreBookTicker?: { readonly bidPrice?: string };
    readonly publicMiniTickers?: { readonly items?: { symbol: string; volume: string }[] };
  }; // the published definitions
  if (frame.publicAggreDeals && frame.symbol !== undefined && !firstDeal.has(frame.symbol))
    firstDeal.set(frame.symbol, ns);
  const bid = Number(frame.publicAggreBookTicker?.bidPrice ?? '');
  if (bid > 0 && watched.has(frame.symbol ?? ''))
    bids.set(frame.symbol ?? '', [...(bids.get(frame.symbol ?? '') ?? []), { ns, bid }]);
  if (!frame.publicMiniTickers) return;
  lastTickerNs = ns;
  const traded = (frame.publicMiniTickers.items ?? []).filter(({ volume }) => Number(volume) > 0);
  showedFirst(
    ns,
    traded.map(({ symbol }) => symbol),
  );
};

const pass = (near: WebSocket, target: string, isOfBench: boolean): void => {
  const far = new WebSocket(target, { perMessageDeflate: false });
  const early: [RawData, boolean][] = [];
  near.on('message', (data: Buffer, isBinary) => {
    if (!isOfBench && data.includes(TICKERS)) listeners.add(near);
    if (far.readyState === WebSocket.OPEN) far.send(data, { binary: isBinary });
    else early.push([data, isBinary]);
  });
  far.on('open', () => {
    for (const [data, isBinary] of early) far.send(data, { binary: isBinary });
  });
  far.on('message', (data: Buffer, isBinary) => {
    const ns = process.hrtime.bigint();
    near.send(data, { binary: isBinary });
    if (isBinary) setTimeout(() => read(ns, data), READ_AFTER_MS);
  });
  for (const each of [near, far]) each.on('error', () => each.terminate());
  near.on('close', () => {
    listeners.delete(near);
    far.terminate();
  });
  far.on('close', () => near.terminate());
};

const calls = {
  start: async ({ target }: { target: string }): Promise<{ url: string }> => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server.on('connection', (near, request) => {
      const { searchParams } = new URL(request.url ?? '/', 'ws://relay');
      const name = searchParams.get('bench');
      if (name !== null) clients.set(name, near);
      const own = target + (request.url ?? '').slice('/ws'.length);
      pass(near, name === null ? own : target, name !== null);
    });
    await once(server, 'listening');
    // A server that listens on TCP has an address object.
    return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws` };
  },
  /** When the frame that first showed each pair was handed over; pairs not seen are left out. */
  seen: ({ by, symbols }: { by: 'deal' | 'ticker'; symbols: readonly string[] }) => {
    const times = by === 'deal' ? firstDeal : firstTicker;
    return new Map(
      symbols.flatMap((symbol) => {
        const ns = times.get(symbol);
        return ns === undefined ? [] : [[symbol, ns] as const];
      }),
    );
  },
  lastTicker: () => lastTickerNs,
  /** From now on the best bids of these pairs are kept. */
  watchBids: ({ symbols }: { symbols: readonly string[] }) => {
    for (const symbol of symbols) watched.add(symbol);
  },
  /** The kept bids, oldest first, and when each was handed over. */
  bids: () => bids,
  /** Sends a ticker frame of these pairs to one client of the bench, or to who is measured. */
  reveal: ({ to, symbols }: { to: string | null; symbols: readonly string[] }): bigint => {
    const items = symbols.map((symbol) => ({ symbol, price: '1', volume: '100' }));
    const frame = encodePush({ channel: TICKERS, publicMiniTickers: { items } });
    const client = to === null ? undefined : clients.get(to);
    const receivers = to === null ? [...listeners] : client === undefined ? [] : [client];
    if (receivers.length === 0) throw new Error(`${to ?? 'nobody'} is not connected`);
    const ns = process.hrtime.bigint();
    for (const each of receivers) each.send(frame);
    if (to === null) showedFirst(ns, symbols);
    return ns;
  },
};

export type RelayCalls = typeof calls;
serve(calls);
