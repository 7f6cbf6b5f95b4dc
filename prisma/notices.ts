import pg from 'pg';

// What Postgres tells of its own changes: a trigger of each table of people's interest notifies.

const CHANNEL = 'sniper_events';
const RECONNECT_MS = 1000;
/** A notice that was lost is made good by a look this often. */
const LOOK_EVERY_MS = 1000;

/** One connection that hears which tables changed. Reconnects for ever. */
export interface Notices {
  /** Calls `heard` for each change of the table, and whenever changes may have been missed. */
  on(table: string, heard: () => void): void;
  stop(): Promise<void>;
}

export const hearNotices = (databaseUrl: string, listener: string): Notices => {
  const stopped = new AbortController();
  const hearers: { readonly table: string; readonly heard: () => void }[] = [];
  const tell = (table: string | null) => {
    for (const each of hearers) if (table === null || each.table === table) each.heard();
  };
  const hearing = listen(databaseUrl, { listener, stopped: stopped.signal, tell });
  return {
    on: (table, heard) => hearers.push({ table, heard }),
    stop: async () => {
      stopped.abort();
      await hearing;
    },
  };
};

interface Listening {
  readonly listener: string;
  readonly stopped: AbortSignal;
  readonly tell: (table: string | null) => void;
}

const listen = async (databaseUrl: string, { listener, stopped, tell }: Listening) => {
  while (!stopped.aborted) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: listener,
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    const ended = new Promise<void>((done) => {
      client.on('error', () => done());
      client.on('end', () => done());
    });
    client.on('notification', ({ payload }) => {
      const table = tableOf(payload ?? '');
      if (table !== null) tell(table);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      tell(null);
      await Promise.race([ended, aborted(stopped)]);
    } catch {
      // Whoever follows looks by itself too; the connection is tried again below.
    }
    await client.end().catch(() => undefined); // it may be broken already
    await pause(RECONNECT_MS, stopped);
  }
};

/** Anyone who may connect to the database may notify: what is no JSON is nobody's. */
const tableOf = (payload: string): string | null => {
  try {
    const notice: unknown = JSON.parse(payload);
    return typeof notice === 'object' &&
      notice !== null &&
      'table' in notice &&
      typeof notice.table === 'string'
      ? notice.table
      : null;
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
  readonly table: string;
  readonly look: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

/** Looks at once, at every notice, and each second; one look at a time. */
export const follow = (
  notices: Pick<Notices, 'on'>,
  { table, look, onProblem }: Followed,
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
  notices.on(table, ask);
  const poll = setInterval(ask, LOOK_EVERY_MS);
  return {
    stop: async () => {
      stopped = true;
      clearInterval(poll);
      await looking;
    },
  };
};
