import { request as openRequest } from 'node:http';
import { Agent, request } from 'undici';
import { numbersOf, readAt } from '../api/mix.ts';
import { serve } from '../child.ts';

// Asks the API at a rate that its answers do not slow, and listens to its live stream many times.

/** As many as a few browsers, a phone and scripts hold; who finds none free waits, and it counts. */
const CONNECTIONS = 64;
const WITHIN_MS = 30_000;

export interface Asked {
  readonly name: string;
  /** From the instant at which it was due to the last byte of its answer, ms. */
  readonly ms: number;
  /** How late it was sent, ms: this process was busy. */
  readonly lateMs: number;
  /** Null: a whole answer, status 200. */
  readonly problem: string | null;
}

export interface Heard {
  /** Changes that were heard, of all clients together. */
  readonly changes: number;
  /** Changes that the fewest and the most were heard by a client. */
  readonly fewest: number;
  readonly most: number;
  /** Ids that a client did not hear though it heard a later one. */
  readonly missed: number;
  /** Streams that have ended, and calls to ask for everything again. */
  readonly broken: number;
}

interface Listening {
  changes: number;
  missed: number;
  broken: number;
  last: number | null;
}

const dispatcher = new Agent({ connections: CONNECTIONS, pipelining: 1 });
let address = '';
let token = '';
let listening: Listening[] = [];

const ask = async (path: string): Promise<string | null> => {
  try {
    const answer = await request(`${address}/api${path}`, {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const text = await answer.body.text();
    return answer.statusCode === 200 ? null : `${answer.statusCode} ${text.slice(0, 200)}`;
  } catch (error) {
    return String(error);
  }
};

const hear = (stream: Listening, event: string): void => {
  const name = /^event: (.*)$/m.exec(event)?.[1];
  if (name === 'ping' || name === undefined) return;
  const id = Number(/^id: .*-(\d+)$/m.exec(event)?.[1]);
  if (name === 'resync') stream.broken += 1;
  else if (name !== 'hello') stream.changes += 1;
  if (stream.last !== null) stream.missed += Math.max(0, id - stream.last - 1);
  stream.last = id;
};

const open = (): Promise<void> =>
  new Promise((opened, failed) => {
    const stream: Listening = { changes: 0, missed: 0, broken: 0, last: null };
    listening.push(stream);
    const asking = openRequest(
      `${address}/api/events`,
      { headers: { authorization: `Bearer ${token}` }, agent: false },
      (answer) => {
        let rest = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          const events = (rest + text).split('\n\n');
          rest = events.pop() ?? '';
          for (const event of events) hear(stream, event);
        });
        answer.once('close', () => (stream.broken += 1));
        if (answer.statusCode === 200) opened();
        else failed(new Error(`a live stream was answered by ${answer.statusCode}`));
      },
    );
    asking.once('error', failed);
    asking.end();
  });

const calls = {
  /** Opens the live streams. */
  listen: async (input: { address: string; token: string; streams: number }) => {
    ({ address, token } = input);
    await Promise.all(Array.from({ length: input.streams }, open));
  },
  /** Counts what is heard from now on. */
  forget: () => {
    for (const stream of listening) Object.assign(stream, { changes: 0, missed: 0, broken: 0 });
  },
  heard: (): Heard => {
    const changes = listening.map((stream) => stream.changes);
    const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);
    return {
      changes: sum(changes),
      fewest: Math.min(...changes),
      most: Math.max(...changes),
      missed: sum(listening.map((stream) => stream.missed)),
      broken: sum(listening.map((stream) => stream.broken)),
    };
  },
  /** Asks at random instants, so many times a second on average, whatever becomes of the answers. */
  ask: async (input: { seconds: number; perSecond: number; trades: number; seed: number }) => {
    const next = numbersOf(input.seed);
    const asked: Promise<Asked>[] = [];
    const startMs = performance.now();
    let dueMs = 0;
    for (;;) {
      dueMs += (-Math.log(1 - next()) * 1000) / input.perSecond;
      if (dueMs >= input.seconds * 1000) break;
      const early = startMs + dueMs - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      asked.push(one(startMs + dueMs, { next, trades: input.trades }));
    }
    return Promise.all(asked);
  },
};

const one = async (
  dueMs: number,
  { next, trades }: { next: () => number; trades: number },
): Promise<Asked> => {
  const read = readAt(next());
  const trade = 1 + Math.floor(next() * trades);
  const path = read.path({ trade, trades, nowMs: Date.now() });
  const lateMs = Math.max(0, performance.now() - dueMs);
  const problem = await ask(path);
  return { name: read.name, ms: performance.now() - dueMs, lateMs, problem };
};

export type ApiLoadCalls = typeof calls;
serve(calls);
