import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { startSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
import { decodePush } from './streams/frames.ts';

// A small client for the simulator's own tests; what the bot uses is tested elsewhere.

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // Bodies are read freely in tests: their shape is what is being tested.
  readonly body: Body;
}

export type Body = { readonly [key: string]: Body } & readonly Body[] & (string | number | null);

/** A simulator on free ports that keeps nothing and plans no listings. */
export function startTestSimulator(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const base = { port: 0, controlPort: 0, dataDir: null, scenario: 'empty', seed: 'test' } as const;
  return startSimulator({ ...base, ...options });
}

async function read(response: Response): Promise<Reply> {
  // The cast only opens the JSON for tests.
  const body = (await response.json()) as Body;
  return { status: response.status, headers: response.headers, body };
}

export async function get(simulator: Simulator, path: string): Promise<Reply> {
  return await read(await fetch(`${simulator.url}${path}`));
}

/** A call of the control port; a body is sent as JSON. */
export async function control(simulator: Simulator, call: string, body?: unknown): Promise<Reply> {
  const [method = 'GET', path = ''] = call.split(' ');
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return await read(await fetch(`${simulator.controlUrl}${path}`, init));
}

export const sign = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');

/** The address of a signed call, ready to send. */
export function signedUrl(simulator: Simulator, path: string, params: Params = {}): string {
  const pairs = Object.entries({ recvWindow: 5000, timestamp: Date.now(), ...params });
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${simulator.url}${path}?${text}&signature=${sign('sim-secret', text)}`;
}

export type Params = Readonly<Record<string, string | number>>;

/** A signed call of the default account, "POST /api/v3/order". */
export async function signed(
  simulator: Simulator,
  call: string,
  params: Params = {},
): Promise<Reply> {
  const [method = 'GET', path = ''] = call.split(' ');
  const headers = { 'x-mexc-apikey': 'sim-key', 'content-type': 'application/json' };
  return await read(await fetch(signedUrl(simulator, path, params), { method, headers }));
}

/** Asks until `is` holds, at most 5 s. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  is: (value: T) => boolean,
): Promise<T> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const value = await ask();
    if (is(value)) return value;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(value)} after 5 s`);
    await wait(5);
  }
}

export interface TestSocket extends Disposable {
  /** Control answers so far. */
  readonly texts: string[];
  /** Decoded frames so far. */
  readonly frames: Body[];
  readonly socket: WebSocket;
  closeCode: number | null;
  send(message: unknown): void;
  subscribe(...channels: readonly string[]): void;
}

export async function openSocket(simulator: Simulator, query = ''): Promise<TestSocket> {
  const socket = new WebSocket(`${simulator.wsUrl}${query}`);
  const texts: string[] = [];
  const frames: Body[] = [];
  const send = (message: unknown): void => socket.send(JSON.stringify(message));
  const test: TestSocket = {
    texts,
    frames,
    socket,
    closeCode: null,
    send,
    subscribe: (...params) => {
      for (const channel of params) send({ method: 'SUBSCRIPTION', params: [channel] });
    },
    [Symbol.dispose]: () => socket.terminate(),
  };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // The cast only opens the frame for tests.
    if (isBinary) frames.push(decodePush(data) as unknown as Body);
    else texts.push(data.toString('utf8'));
  });
  socket.on('close', (code) => (test.closeCode = code));
  await once(socket, 'open');
  return test;
}

/** A pair that is open already, with other traders who hold its price at `firstPrice`. */
export async function openPair(
  simulator: Simulator,
  symbol: string,
  more: object = {},
): Promise<void> {
  const path = { kind: 'custom', points: [[0, 1]] };
  const body = { symbol, opensAt: Date.now() - 200_000, firstPrice: '1.00', path, ...more };
  const reply = await control(simulator, 'POST /_sim/listings', body);
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
}
