import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service was asked. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server of a service of messages: keeps what it was asked, answers what the test says. */
export interface TestService extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Answers the next requests, in order; then 200. */
  readonly replies: Reply[];
  /** What Telegram has for who asks for updates; each is given once. */
  readonly updates: object[];
}

export const startService = async (): Promise<TestService> => {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const updates: object[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (text += part));
    request.on('end', () => {
      const json = JSON.parse(text) as Record<string, unknown>; // all of these services take JSON
      const answer = ({ status, body, headers }: Reply) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(body ?? { ok: true }));
      if (request.url?.endsWith('/getUpdates') === true) {
        const result = updates.splice(0);
        // Telegram holds the question while there is nothing; here it need not be long.
        setTimeout(
          () => answer({ status: 200, body: { ok: true, result } }),
          result.length ? 0 : 50,
        );
        return;
      }
      received.push({ path: request.url ?? '', headers: request.headers, text, json });
      answer(replies.shift() ?? { status: 200 });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    replies,
    updates,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
