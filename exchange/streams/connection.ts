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
const FRAME_MAX_BYTES = 16 * 1024 * 1024;
const HANDSHAKE_MS = 5000;

interface Control {
  readonly msg?: unknown;
}

/** Connects at once and for ever, until it is closed. */
export const connect = (settings: ConnectionSettings): Connection => new KeptSocket(settings);

class KeptSocket implements Connection {
  private readonly settings: ConnectionSettings;
  private readonly wanted = new Set<string>();
  private readonly accepted = new Set<string>();
  private readonly timers: readonly NodeJS.Timeout[];
  private socket: WebSocket | null = null;
  private current: StreamState = 'connecting';
  private lastMessageMs: number | null = null;
  private failures = 0;

  constructor(settings: ConnectionSettings) {
    this.settings = settings;
    this.open();
    this.timers = [
      setInterval(() => this.say('PING'), PING_EVERY_MS),
      setInterval(() => this.watch(), RESUBSCRIBE_EVERY_MS),
    ];
  }

  subscribe(channel: string): void {
    this.wanted.add(channel);
    this.say('SUBSCRIPTION', [channel]);
  }

  unsubscribe(channel: string): void {
    this.wanted.delete(channel);
    this.accepted.delete(channel);
    this.say('UNSUBSCRIPTION', [channel]);
  }

  state(): StreamState {
    return this.current;
  }

  ageMs(): number | null {
    return this.lastMessageMs === null ? null : performance.now() - this.lastMessageMs;
  }

  close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.setState('closed');
    return ended(this.socket);
  }

  private setState(next: StreamState): void {
    if (this.current === next || this.current === 'closed') return;
    this.current = next;
    this.settings.onState(next);
  }

  private say(method: string, params?: readonly string[]): void {
    if (this.socket?.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify(params === undefined ? { method } : { method, params }));
  }

  private open(): void {
    this.accepted.clear();
    const socket = new WebSocket(this.settings.url, {
      maxPayload: FRAME_MAX_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
    });
    this.socket = socket;
    socket.on('open', () => {
      this.failures = 0;
      this.lastMessageMs = performance.now();
      this.setState('live');
      for (const channel of this.wanted) this.say('SUBSCRIPTION', [channel]);
    });
    socket.on('message', (payload: Buffer, isBinary) => this.hear(payload, isBinary));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      if (this.socket === socket) this.reopen();
    });
  }

  private hear(payload: Buffer, isBinary: boolean): void {
    this.lastMessageMs = performance.now();
    if (this.current === 'stale') this.setState('live');
    if (isBinary) this.settings.onFrame(payload);
    else this.control(payload.toString('utf8'));
  }

  private control(text: string): void {
    const message = parse(text)?.msg;
    if (typeof message !== 'string' || message === PONG) return;
    // A refusal has code 0 too: only the channel's own name is a yes.
    if (this.wanted.has(message)) this.accepted.add(message);
    else this.settings.onRefused(/\[(.*?)\]/.exec(message)?.[1] ?? '', message);
  }

  private reopen(): void {
    if (this.current === 'closed') return;
    this.setState('connecting');
    this.failures += 1;
    const wait = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** Math.min(this.failures, 10));
    setTimeout(
      () => {
        if (this.current !== 'closed') this.open();
      },
      wait * (0.5 + Math.random() / 2),
    );
  }

  /** Notices silence, and asks again for what was refused. */
  private watch(): void {
    const age = this.ageMs() ?? 0;
    if (this.current === 'live' && age > STALE_AFTER_MS) this.setState('stale');
    if (age > RECONNECT_AFTER_MS) this.socket?.terminate();
    for (const channel of this.wanted)
      if (!this.accepted.has(channel)) this.say('SUBSCRIPTION', [channel]);
  }
}

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
