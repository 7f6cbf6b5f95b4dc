import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExchangeClient, type ExchangeClient } from '../client.ts';
import { Secret } from '../secret.ts';

// What the exchange sent or prints, answered to the client by a real server: it must come out as
// the domain value that it means. The fixtures name their source; the simulator is held to them too.

/** JSON that is read freely: fixtures are what is being tested. */
export type Json = { readonly [key: string]: Json } & readonly Json[] & (string | number);

export const fixture = (name: string): Json => {
  const path = new URL(`../../simulator/fixtures/${name}`, import.meta.url);
  // Opened for tests: see Json.
  return JSON.parse(readFileSync(path, 'utf8')) as Json;
};

const recorded = Array.from(fixture('public-calls.recorded-2025-12-31.json')['calls'] ?? []);
const other = Array.from(fixture('calls.mexcnet-2025.json')['calls'] ?? []);

/** A recorded answer; undefined when there is none. */
export const seen = (path: string, query?: string): Json | undefined =>
  recorded.find(
    (call) => call['path'] === path && (query === undefined || call['query'] === query),
  )?.['body'];

/** A body that a C# client tests against. */
export const theirs = (method: string, path: string): Json | undefined =>
  other.find((call) => call['method'] === method && call['path'] === path)?.['body'];

/** A client of a server that answers what it is told to. */
export interface Answering extends AsyncDisposable {
  readonly client: ExchangeClient;
  /** A further client of the same server, to be closed. */
  another(): ExchangeClient;
  answer(status: number, body: unknown): void;
  /** As it stands, whatever it is. */
  answerText(status: number, text: string): void;
}

export const startAnswering = async (): Promise<Answering> => {
  let next = { status: 200, text: '{}' };
  const server = createServer((_request, response) => {
    response.writeHead(next.status, { 'content-type': 'application/json' });
    response.end(next.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const url = `http://127.0.0.1:${port}`;
  const another = () =>
    createExchangeClient({
      restUrl: url,
      webUrl: url,
      credentials: { apiKey: 'key', secret: new Secret('secret') },
      recvWindowMs: 1000,
      gate: { refusal: () => null },
      budget: { model: 'perEndpoint500', orderRate: 1000, exitReserve: 0 },
    });
  const client = another();
  return {
    client,
    another,
    answer: (status, body) => (next = { status, text: JSON.stringify(body) }),
    answerText: (status, text) => (next = { status, text }),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await new Promise((done) => server.close(done));
    },
  };
};
