import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from './app.ts';
import { asked, startDatabase, testDeps, type TestDatabase } from './testing.ts';

// What a dashboard asks all the time must not walk through tables: counted by Postgres itself, on
// twenty thousand trades.

const TRADES = 20_000;

let database: TestDatabase;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  database = await startDatabase();
  const { db, installationId } = database;
  await db.$executeRaw`
    INSERT INTO "Listing" ("id", "installationId", "base", "quote", "symbol", "generation", "state", "firstSeenAt")
    SELECT 'l' || n, ${installationId}, 'C' || n, 'USDT', 'C' || n || 'USDT', 1, 'ended', now() - n * interval '1 minute'
    FROM generate_series(1, ${TRADES}) n`;
  await db.$executeRaw`
    INSERT INTO "Trade" ("id", "installationId", "workflowId", "mode", "symbol", "base", "quote", "source", "phase",
      "outcome", "summary", "createdAt", "closedAt", "updatedAt")
    SELECT 'l' || n, ${installationId}, 'w' || n, 'simulator', 'C' || n || 'USDT', 'C' || n, 'USDT', 'calendar',
      CASE WHEN n <= 5 THEN 'holding' ELSE 'closed' END, 'traded', 's', now() - n * interval '1 minute', now(), now()
    FROM generate_series(1, ${TRADES}) n`;
  await db.$executeRaw`ANALYZE`;
  app = createApp(testDeps(db));
}, 120_000);
afterAll(() => database[Symbol.asyncDispose]());

test.each([
  ['/positions', 'Trade'],
  ['/trades/l77', 'Trade'],
  ['/trades?symbol=C77USDT', 'Trade'],
  ['/trades?status=open', 'Trade'],
  ['/listings?limit=50', 'Listing'],
])(
  'GET %s reads few rows of %s',
  async (path, table) => {
    const read = async (): Promise<{ scans: number; rows: number }> => {
      const { db } = database;
      await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
      const [row] = await db.$queryRaw<{ scans: bigint; rows: bigint }[]>`
      SELECT pg_stat_clear_snapshot()::text, seq_scan + idx_scan AS scans,
        seq_tup_read + idx_tup_fetch AS rows
      FROM pg_stat_user_tables WHERE relname = ${table}`;
      return { scans: Number(row?.scans), rows: Number(row?.rows) };
    };
    const before = await read();
    const response = await app.fetch(asked(`/api${path}`), {});
    expect(response.status).toBe(200);
    await response.text();
    // A connection that is idle tells what it has counted within ten seconds.
    const after = await vi.waitFor(
      async () => {
        const found = await read();
        expect(found.scans).toBeGreaterThan(before.scans);
        return found;
      },
      { timeout: 15_000, interval: 50 },
    );
    expect(after.rows - before.rows).toBeLessThan(TRADES / 10);
  },
  30_000,
);
