import WebSocket from 'ws';
import type { StreamState } from '#domain/market.ts';

export interface ConnectionSettings {
  readonly url: string;
  /** A binary frame arrived. Errors it throws are counted, never fatal. */
  onFrame(bytes: Uint8Array): void;
  onState(state: StreamState): void;
  /** The exchange would not subscribe a channel; it is asked again later. */
  onRefused(channel: string, because: string): void;
}

/** One socket that stays connected: subscribes again after each reconnect, pings, notices silence. */
export interface Connection {
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  state(): StreamState;
  /** Since the last message of any kind, ms; null before the first. */
  ageMs(): number | null;
  close(): Promise<void>;
}

// The server closes a silent connection after 60 s and a connection without subscription after
// 30 s. https://mexcdevelop.github.io/apidocs/spot_v3_en/#websocket-market-streams (read 2026-11-20)
const PING_EVERY_MS = 5000;
/** Not even the answer to a ping within this: the connection is dead or stalled. */
const STALE_AFTER_MS = 12_000;
const RECONNECT_AFTER_MS = 20_000;
/** A refused channel (the pair may not exist yet) is asked for again this often. */
const RESUBSCRIBE_EVERY_MS = 500;
const BACK_OFF_MIN_MS = 100;
const BACK_OFF_MAX_MS = 5000;
const PONG = 'PONG';

interface Control {
  readonly msg?: unknown;
}

export const connect = (settings: ConnectionSettings): Connection => {
  const wanted = new Set<string>();
  const accepted = new Set<string>();
  let socket: WebSocket | null = null;
  let state: StreamState = 'connecting';
  let lastMessageMs: number | null = null;
  let failures = 0;
  let closed = false;
  const setState = (next: StreamState) => {
    if (state === next) return;
    state = next;
    settings.onState(next);
  };
  const say = (method: string, params?: readonly string[]) => {
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify(params === undefined ? { method } : { method, params }));
  };
  const control = (text: string) => {
    const message = parse(text)?.msg;
    if (typeof message !== 'string' || message === PONG) return;
    // A refusal has code 0 too: only the channel's own name is a yes.
    if (wanted.has(message)) accepted.add(message);
    else settings.onRefused(/\[(.*?)\]/.exec(message)?.[1] ?? '', message);
  };
  const open = () => {
    accepted.clear();
    socket = new WebSocket(settings.url, { maxPayload: 16 * 1024 * 1024, handshakeTimeout: 5000 });
    const mine = socket;
    mine.on('open', () => {
      failures = 0;
      lastMessageMs = performance.now();
      setState('live');
      for (const channel of wanted) say('SUBSCRIPTION', [channel]);
    });
    mine.on('message', (payload: Buffer, isBinary) => {
      lastMessageMs = performance.now();
      if (state === 'stale') setState('live');
      if (isBinary) settings.onFrame(payload);
      else control(payload.toString('utf8'));
    });
    mine.on('error', () => mine.terminate());
    mine.on('close', () => {
      if (closed || socket !== mine) return;
      setState('connecting');
      failures += 1;
      const wait = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** Math.min(failures, 10));
      setTimeout(() => !closed && open(), wait * (0.5 + Math.random() / 2));
    });
  };
  open();
  const pinging = setInterval(() => say('PING'), PING_EVERY_MS);
  const watching = setInterval(() => {
    const age = lastMessageMs === null ? 0 : performance.now() - lastMessageMs;
    if (state === 'live' && age > STALE_AFTER_MS) setState('stale');
    if (age > RECONNECT_AFTER_MS) socket?.terminate();
    for (const channel of wanted) if (!accepted.has(channel)) say('SUBSCRIPTION', [channel]);
  }, RESUBSCRIBE_EVERY_MS);
  return {
    subscribe: (channel) => {
      wanted.add(channel);
      say('SUBSCRIPTION', [channel]);
    },
    unsubscribe: (channel) => {
      wanted.delete(channel);
      accepted.delete(channel);
      say('UNSUBSCRIPTION', [channel]);
    },
    state: () => state,
    ageMs: () => (lastMessageMs === null ? null : performance.now() - lastMessageMs),
    close: () => {
      closed = true;
      clearInterval(pinging);
      clearInterval(watching);
      setState('closed');
      return ended(socket);
    },
  };
};

const parse = (text: string): Control | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
};

const ended = (socket: WebSocket | null): Promise<void> =>
  new Promise((resolve) => {
    if (socket === null || socket.readyState === WebSocket.CLOSED) {
      resolve();
      return;
    }
    socket.once('close', () => resolve());
    socket.terminate();
  });
