import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Change } from '#api/schemas/event.ts';
import type { ApiEnv } from '#api/router.ts';
import { dashboard } from '#api/static-files.ts';
import { positionAt } from './positions.ts';

/** How many positions change, and how often each of them. */
export interface Load {
  readonly positions: number;
  readonly perSecond: number;
}

const part = { ok: true, ageMs: 10, detail: 'there' };
const EMPTY = { items: [], nextCursor: null, total: 0 };

/** What the frame of each page asks for: it stays as it is. */
const frame = (startedAt: string) => ({
  '/api/auth/session': {
    name: 'load',
    role: 'operator',
    via: 'session',
    passwordSet: true,
    totp: false,
  },
  '/api/health/ready': {
    ok: true,
    parts: { database: part, temporal: part, exchange: part, monitor: part, worker: part },
  },
  '/api/system': { mode: 'simulator' },
  '/api/risk/metrics': { at: startedAt, quote: 'USDT', kill: null, limits: [], profitToday: '0' },
  '/api/alerts': EMPTY,
  '/api/bot/status': { running: true, run: null, metrics: { openPositions: 0, armed: 0 } },
});

/**
 * The built dashboard over an API that holds positions in memory and says of each, several times a
 * second, that it has changed. What the real API would cost is measured elsewhere.
 */
export const startLoadServer = async (load: Load) => {
  const sinceMs = Date.now();
  const startedAt = new Date(sinceMs).toISOString();
  const held = () =>
    Array.from({ length: load.positions }, (_, n) => positionAt(n, Date.now(), sinceMs));
  const app = new Hono<ApiEnv>();
  for (const [path, answer] of Object.entries(frame(startedAt)))
    app.get(path, (c) => c.json(answer));
  app.get('/api/trades', (c) =>
    c.json(c.req.query('status') === 'open' ? { ...EMPTY, items: held() } : EMPTY),
  );
  app.get('/api/positions', (c) => c.json({ ...EMPTY, items: held() }));
  app.get('/api/events', (c) =>
    streamSSE(c, async (stream) => {
      await stream.writeSSE({ event: 'hello', data: '{}' });
      while (!stream.aborted) {
        for (let n = 0; n < load.positions; n += 1) {
          const id = `load-${n}`;
          const change: Change = { kind: 'trade', id, listingId: id, at: startedAt };
          await stream.writeSSE({ event: change.kind, data: JSON.stringify(change) });
        }
        await stream.sleep(1000 / load.perSecond);
      }
    }),
  );
  app.use(dashboard(join(import.meta.dirname, '..', '..', 'web', 'dist')));
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started),
    );
  });
  const { port } = server.address() as AddressInfo; // it listens
  return {
    address: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((done) => void server.close(() => done())),
  };
};
