import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A line between a client and a server that can be held: open, and silent in both directions. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  hold(): void;
  isHeld(): boolean;
  release(): void;
}

/** Forwards loopback connections to `port`. */
export const startProxy = async (port: number): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  let held = false;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (held) from.pause();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has a port
    hold: () => {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    isHeld: () => held,
    release: () => {
      held = false;
      for (const socket of sockets) socket.resume();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
};
