import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import type { StreamFaultOrder } from '../faults/fault-schema.ts';
import type { Venue } from '../venue/venue.ts';
import { hashText, randomAt } from '../scenarios/random.ts';
import { parseChannel, type Channel } from './channels.ts';
import { encodePush, type Push } from './frames.ts';
import type { ListenKey, ListenKeys } from './listen-keys.ts';
import { StreamFaults } from './stream-faults.ts';

const subscriptionsMax = 30;
const connectionsPerKey = 5;
const messageBytesMax = 1024;
/** What may wait in a connection before it counts as hung. */
const backlogBytesMax = 16_000_000;

/** When the exchange ends connections, ms. A test makes them short. */
export interface SocketTimes {
  /** Without any subscription. */
  readonly idleMs: number;
  /** Without any traffic, of either side. */
  readonly silenceMs: number;
  readonly lifeMs: number;
  /** How often it looks. */
  readonly sweepMs: number;
}

const documentedTimes: SocketTimes = {
  idleMs: 30_000,
  silenceMs: 60_000,
  lifeMs: 86_400_000,
  sweepMs: 5_000,
};

/** One connection. */
interface Connection {
  readonly socket: WebSocket;
  readonly listenKey: ListenKey | null;
  readonly channels: Set<string>;
  readonly openedMs: number;
  /** Last traffic of either side. */
  flowMs: number;
}

/** What feeds channels; told when the first comes and the last goes. */
export interface Feed {
  subscribed(name: string, channel: Channel): void;
  unsubscribed(name: string, channel: Channel): void;
}

const controlSchema = z.object({
  method: z.string(),
  params: z.array(z.string()).optional(),
});

/** All WebSocket connections: control messages in, frames out. */
export class Sockets {
  feed: Feed | null = null;
  readonly faults: StreamFaults;
  readonly #venue: Venue;
  readonly #keys: ListenKeys;
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  readonly #connections = new Set<Connection>();
  readonly #subscribers = new Map<string, Set<Connection>>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #times: SocketTimes;
  #count = 0;

  constructor(venue: Venue, keys: ListenKeys, times: SocketTimes = documentedTimes) {
    this.#venue = venue;
    this.#keys = keys;
    this.#times = times;
    this.faults = new StreamFaults();
    this.#sweeper = setInterval(() => this.#sweep(), times.sweepMs).unref();
    keys.onDeath = (key) => this.#keyDied(key);
  }

  attach(http: Server): void {
    http.on('upgrade', (request, duplex, head) => this.#upgrade(request, duplex, head));
  }

  has(name: string): boolean {
    return this.#subscribers.has(name);
  }

  names(): Iterable<string> {
    return this.#subscribers.keys();
  }

  count(): { connections: number; subscriptions: number } {
    return { connections: this.#connections.size, subscriptions: this.#subscribers.size };
  }

  /** Sends a frame to everybody on its channel; for a private one to one account only. */
  push(push: Push, account?: string): void {
    const subscribers = this.#subscribers.get(push.channel);
    if (subscribers === undefined) return;
    const frames = this.faults.pass(push.channel, () => encodePush(push));
    const flowMs = Date.now();
    for (const frame of frames) {
      for (const connection of subscribers) {
        if (account !== undefined && connection.listenKey?.account.name !== account) continue;
        if (connection.socket.bufferedAmount > backlogBytesMax) connection.socket.terminate();
        else connection.socket.send(frame);
        connection.flowMs = flowMs;
      }
    }
  }

  /** Ends connections, or sets how frames go wrong. */
  strike(order: StreamFaultOrder): void {
    if (order.stream !== 'drop') {
      for (const frame of this.faults.set(order)) this.#resend(frame);
      return;
    }
    for (const connection of this.#connections) {
      const names = [...connection.channels];
      if (order.channel !== '' && !names.some((name) => name.startsWith(order.channel))) continue;
      if (order.closeCode === 1006) connection.socket.terminate();
      else connection.socket.close(order.closeCode);
    }
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const { socket } of this.#connections) socket.terminate();
    this.#server.close();
  }

  #resend(held: { channel: string; frame: Uint8Array }): void {
    for (const { socket } of this.#subscribers.get(held.channel) ?? []) socket.send(held.frame);
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== '/ws') {
      duplex.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
      return;
    }
    const key = url.searchParams.get('listenKey');
    this.#server.handleUpgrade(request, duplex, head, (socket) => this.#opened(socket, key));
  }

  #opened(socket: WebSocket, key: string | null): void {
    const listenKey = key === null ? null : this.#keys.find(key);
    if (key !== null && listenKey === null) {
      socket.send('Invalid listen key');
      socket.close(1008);
      return;
    }
    const sameKey = [...this.#connections].filter((other) => other.listenKey === listenKey);
    if (listenKey !== null && sameKey.length >= connectionsPerKey) {
      socket.close(1008);
      return;
    }
    const nowMs = Date.now();
    const channels = new Set<string>();
    const connection = { socket, listenKey, channels, openedMs: nowMs, flowMs: nowMs };
    this.#connections.add(connection);
    this.#mayDie(socket);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#closed(connection));
    socket.on('message', (data: Buffer) => this.#message(connection, data.toString('utf8')));
  }

  /** Ends a connection without a word after a random while, if the switch says so. */
  #mayDie(socket: WebSocket): void {
    const meanSeconds = this.#venue.switches.connectionSeconds;
    if (meanSeconds === null) return;
    this.#count += 1;
    const share = randomAt(hashText(this.#venue.scenario.seed), this.#count);
    setTimeout(() => socket.terminate(), -Math.log(1 - share) * meanSeconds * 1000).unref();
  }

  #closed(connection: Connection): void {
    this.#connections.delete(connection);
    for (const name of connection.channels) this.#leave(connection, name);
  }

  #message(connection: Connection, text: string): void {
    connection.flowMs = Date.now();
    const message = text.length > messageBytesMax ? null : parseControl(text);
    const say = (msg: string): void =>
      connection.socket.send(JSON.stringify({ id: 0, code: 0, msg }));
    if (message === null) return say('msg format invalid');
    const params = message.params ?? [];
    switch (message.method.toUpperCase()) {
      case 'PING':
        return say('PONG');
      case 'SUBSCRIPTION':
        return this.#answer(params, (name) => this.#join(connection, name), say);
      case 'UNSUBSCRIPTION':
        return this.#answer(params, (name) => this.#leaveAndSay(connection, name), say);
      default:
        return say('msg format invalid');
    }
  }

  /** One answer per channel, or one for all: nobody recorded what several channels get. */
  #answer(
    names: readonly string[],
    act: (name: string) => string,
    say: (msg: string) => void,
  ): void {
    const answers = names.map(act);
    switch (this.#venue.switches.subscriptionAnswer) {
      case 'each':
        return answers.forEach(say);
      case 'joined':
        return say(answers.join(','));
      case 'first':
        return say(answers[0] ?? '');
    }
  }

  #join(connection: Connection, name: string): string {
    const channel = parseChannel(name);
    const refusal = this.#refusal(connection, name, channel);
    // The colon after "Reason" is the full-width one that the exchange sends.
    if (channel === null || refusal !== null) {
      return `Not Subscribed successfully! [${name}].  Reason： ${refusal ?? 'Blocked! '}`;
    }
    connection.channels.add(name);
    const subscribers = this.#subscribers.get(name) ?? new Set();
    subscribers.add(connection);
    this.#subscribers.set(name, subscribers);
    // After the answer, so that the first frame never overtakes it.
    if (subscribers.size === 1) setImmediate(() => this.feed?.subscribed(name, channel));
    return name;
  }

  #refusal(connection: Connection, name: string, channel: Channel | null): string | null {
    if (channel === null || this.faults.refuses(name)) return 'Blocked! ';
    if (connection.channels.size >= subscriptionsMax) return 'subscriptions exceed the limit! ';
    if (channel.kind === 'private') return connection.listenKey === null ? 'Blocked! ' : null;
    if (channel.kind === 'miniTickers') return null;
    const market = this.#venue.market(channel.symbol);
    const known = market !== null && this.#venue.clock.nowMs() >= market.plan.visibleAtMs;
    if (known || this.#venue.switches.unknownSymbolSubscription === 'accepted') return null;
    return 'Blocked! ';
  }

  #leaveAndSay(connection: Connection, name: string): string {
    if (connection.channels.delete(name)) this.#leave(connection, name);
    return name;
  }

  #leave(connection: Connection, name: string): void {
    const subscribers = this.#subscribers.get(name);
    subscribers?.delete(connection);
    if (subscribers === undefined || subscribers.size > 0) return;
    this.#subscribers.delete(name);
    const channel = parseChannel(name);
    if (channel !== null) this.feed?.unsubscribed(name, channel);
  }

  #keyDied(key: ListenKey): void {
    for (const connection of this.#connections) {
      if (connection.listenKey !== key) continue;
      if (this.#venue.switches.listenKeyDeath === 'close') connection.socket.close(1000);
      else for (const name of connection.channels) this.#leaveAndSay(connection, name);
    }
  }

  #sweep(): void {
    this.#keys.sweep();
    const nowMs = Date.now();
    const { idleMs, silenceMs, lifeMs } = this.#times;
    for (const { socket, channels, openedMs, flowMs } of this.#connections) {
      const idle = channels.size === 0 && nowMs - openedMs > idleMs;
      if (idle || nowMs - flowMs > silenceMs || nowMs - openedMs > lifeMs) socket.close(1000);
    }
  }
}

function parseControl(text: string): z.infer<typeof controlSchema> | null {
  try {
    return controlSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
