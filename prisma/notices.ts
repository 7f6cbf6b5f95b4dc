import pg from 'pg';
import { z } from 'zod';

// What Postgres tells of its own changes: a trigger of each table of people's interest notifies.

/** `sniper_events`: all that people watch. `sniper_control`: what the bot itself acts on. */
type Channel = 'sniper_events' | 'sniper_control';

/** Told on `sniper_control`; the function `tell_change` has the same list. */
export type ControlTable =
  | 'KillSwitch'
  | 'BotRun'
  | 'BotConfiguration'
  | 'LiveConfirmation'
  | 'Preflight';

const RECONNECT_MS = 1000;
/** A dead connection is noticed by a question that is not answered. */
const ASK_EVERY_MS = 5000;
const ANSWER_WITHIN_MS = 4000;
/** A notice that was lost is made good by a look this often. */
const LOOK_EVERY_MS = 1000;

/** One connection that hears what the bot acts on. Reconnects for ever. */
export interface Notices {
  /** Calls `heard` for each change of the table, and whenever changes may have been missed. */
  on(table: ControlTable, heard: () => void): void;
  stop(): Promise<void>;
}

export const hearNotices = (databaseUrl: string, listener: string): Notices => {
  const hearers: { readonly table: string; readonly heard: () => void }[] = [];
  const tell = (table: string | null) => {
    for (const each of hearers) if (table === null || each.table === table) each.heard();
  };
  const at = { databaseUrl, channel: 'sniper_control', listener } as const;
  const hearing = hearOn(at, {
    connected: () => tell(null),
    changed: ({ table }) => tell(table),
    odd: () => undefined, // nobody's
  });
  return { on: (table, heard) => hearers.push({ table, heard }), stop: () => hearing.stop() };
};

const change = z.object({
  table: z.string(),
  id: z.string().nullable(),
  listingId: z.string().nullable(),
});
/** A row that changed, as the trigger of its table says. */
export type Change = z.infer<typeof change>;

export interface ChangeHearer {
  /** Changes before this may have been missed. */
  connected(): void;
  changed(change: Change): void;
  /** Anyone who may connect to the database may notify: what is no change. */
  odd(payload: string): void;
}

/** Hears every change of the record from Postgres itself, whoever wrote it. Reconnects for ever. */
export const hearChanges = (
  databaseUrl: string,
  listener: string,
  hearer: ChangeHearer,
): { stop(): Promise<void> } => hearOn({ databaseUrl, channel: 'sniper_events', listener }, hearer);

interface Where {
  readonly databaseUrl: string;
  readonly channel: Channel;
  readonly listener: string;
}

const hearOn = (where: Where, hearer: ChangeHearer): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  const hearing = listen(where, { hearer, stopped: stopped.signal });
  return {
    stop: async () => {
      stopped.abort();
      await hearing;
    },
  };
};

const listen = async (
  { databaseUrl, channel, listener }: Where,
  { hearer, stopped }: { readonly hearer: ChangeHearer; readonly stopped: AbortSignal },
) => {
  while (!stopped.aborted) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: listener,
      keepAlive: true,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
    const ended = new Promise<void>((done) => {
      client.on('error', () => done());
      client.on('end', () => done());
    });
    client.on('notification', ({ payload = '' }) => {
      const parsed = change.safeParse(jsonOf(payload));
      if (parsed.success) hearer.changed(parsed.data);
      else hearer.odd(payload);
    });
    let asking: NodeJS.Timeout | null = null;
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      hearer.connected();
      const ask = () => void client.query('SELECT 1').catch(() => client.end());
      asking = setInterval(ask, ASK_EVERY_MS);
      await Promise.race([ended, aborted(stopped)]);
    } catch {
      // Whoever follows looks by itself too; the connection is tried again below.
    }
    if (asking !== null) clearInterval(asking);
    await client.end().catch(() => undefined); // it may be broken already
    await pause(RECONNECT_MS, stopped);
  }
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  Promise.race([new Promise<void>((done) => setTimeout(done, ms).unref()), aborted(signal)]);

/** What is followed: `look` reads it; a failure is told to `onProblem`, and looked past. */
export interface Followed {
  readonly tables: readonly ControlTable[];
  readonly look: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

/** Looks at once, at every notice, and each second; one look at a time. */
export const follow = (
  notices: Pick<Notices, 'on'>,
  { tables, look, onProblem }: Followed,
): { stop(): Promise<void> } => {
  let looking: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const ask = (): void => {
    if (stopped) return;
    if (looking !== null) {
      again = true;
      return;
    }
    looking = look()
      .catch(onProblem)
      .finally(() => {
        looking = null;
        const repeat = again;
        again = false;
        if (repeat) ask();
      });
  };
  ask();
  for (const table of tables) notices.on(table, ask);
  const poll = setInterval(ask, LOOK_EVERY_MS);
  return {
    stop: async () => {
      stopped = true;
      clearInterval(poll);
      await looking;
    },
  };
};
