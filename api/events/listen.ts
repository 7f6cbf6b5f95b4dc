import pg from 'pg';
import { z } from 'zod';
import type { Clock, Log } from '#domain/ports.ts';
import type { ChangeKind } from '../schemas/event.ts';
import type { EventHub } from './hub.ts';

const CHANNEL = 'sniper_events';
/** How Postgres lists the connection. */
export const LISTENER_NAME = 'mexc-sniper events';
const RECONNECT_MS = 1000;
/** A dead connection is noticed by a question that is not answered. */
const ASK_EVERY_MS = 5000;
const ANSWER_WITHIN_MS = 4000;

const notice = z.object({
  table: z.string(),
  id: z.string().nullable(),
  listingId: z.string().nullable(),
});

const KINDS: Readonly<Record<string, ChangeKind>> = {
  Listing: 'listing',
  Trade: 'trade',
  TradeOrder: 'order',
  TradeLog: 'log',
  TradePlan: 'plan',
  Alert: 'alert',
  Orphan: 'orphan',
  BotRun: 'run',
  BotHealth: 'health',
  KillSwitch: 'kill',
  BotConfiguration: 'configuration',
  LiveConfirmation: 'live',
  Preflight: 'live',
};

/** Hears every change of the record from Postgres itself, whoever wrote it. Reconnects for ever. */
export const listenForChanges = (
  url: string,
  hub: EventHub,
  { clock, log }: { clock: Clock; log: Log },
): { stop(): Promise<void> } => {
  let stopped = false;
  let client: pg.Client | null = null;
  const connect = async (): Promise<void> => {
    const mine = new pg.Client({
      connectionString: url,
      application_name: LISTENER_NAME,
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
    client = mine;
    let asking: NodeJS.Timeout | null = null;
    const ended = new Promise<void>((done) => {
      mine.on('error', () => done());
      mine.on('end', () => done());
    });
    mine.on('notification', ({ payload }) => hear(payload ?? ''));
    try {
      await mine.connect();
      await mine.query(`LISTEN ${CHANNEL}`);
      hub.resync('the connection to the database is new');
      asking = setInterval(() => void mine.query('SELECT 1').catch(() => mine.end()), ASK_EVERY_MS);
      await ended;
    } finally {
      if (asking !== null) clearInterval(asking);
      await mine.end().catch(() => undefined); // it may be broken already
    }
  };
  const hear = (payload: string) => {
    const parsed = notice.safeParse(jsonOf(payload));
    const kind = parsed.success ? KINDS[parsed.data.table] : undefined;
    if (!parsed.success || kind === undefined) return log.warn({ payload }, 'An unknown change');
    hub.publish({
      kind,
      id: parsed.data.id ?? '',
      listingId: parsed.data.listingId,
      at: new Date(clock.now()).toISOString(),
    });
  };
  const keep = async (): Promise<void> => {
    while (!stopped) {
      await connect().catch((error: unknown) =>
        log.debug({ err: error }, 'No database to listen to'),
      );
      if (!stopped) await new Promise((done) => setTimeout(done, RECONNECT_MS));
    }
  };
  void keep();
  return {
    stop: async () => {
      stopped = true;
      await client?.end().catch(() => undefined);
    },
  };
};

/** Anyone who may connect to the database may notify: what is no JSON is null. */
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
