import pg from 'pg';
import { activeRun } from '#prisma/runs.ts';
import type { Run } from './commit-sightings.ts';
import type { MonitorDeps } from './deps.ts';

const CHANNEL = 'sniper_events';
/** A notice that was lost is made good by this poll. */
const POLL_MS = 1000;
const RECONNECT_MS = 1000;

/**
 * Tells which run is active now, and null when none is: at once by Postgres' NOTIFY, and by a poll.
 * A run that is asked to stop is no longer active. Reconnects for ever.
 */
export const followRun = (
  deps: Pick<MonitorDeps, 'db' | 'installationId' | 'log'>,
  databaseUrl: string,
  onRun: (run: Run | null) => void,
): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  let known: string | null = null;
  let asking: Promise<void> | null = null;
  let askAgain = false;
  const look = async (): Promise<void> => {
    const found = await activeRun(deps.db, deps.installationId);
    const run = found?.state === 'starting' || found?.state === 'running' ? found : null;
    const now = run === null ? '' : `${run.runId} ${String(run.baselineAt?.getTime())}`;
    if (known === now || stopped.signal.aborted) return;
    known = now;
    onRun(run);
  };
  const ask = (): void => {
    if (asking !== null) {
      askAgain = true;
      return;
    }
    asking = look()
      .catch((error: unknown) => deps.log.debug({ error }, 'The active run could not be read'))
      .finally(() => {
        asking = null;
        if (askAgain && !stopped.signal.aborted) ask();
        askAgain = false;
      });
  };
  ask();
  const poll = setInterval(ask, POLL_MS);
  const hearing = hearNotices(databaseUrl, stopped.signal, ask);
  return {
    stop: async () => {
      clearInterval(poll);
      stopped.abort();
      await Promise.all([hearing, asking]);
    },
  };
};

/** Calls `heard` for each change of a run, until stopped. */
const hearNotices = async (
  databaseUrl: string,
  stopped: AbortSignal,
  heard: () => void,
): Promise<void> => {
  while (!stopped.aborted) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'mexc-sniper monitor',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    const ended = new Promise<void>((done) => {
      client.on('error', () => done());
      client.on('end', () => done());
    });
    client.on('notification', ({ payload }) => {
      if (isOfRun(payload ?? '')) heard();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      heard();
      await Promise.race([ended, aborted(stopped)]);
    } catch {
      // The poll goes on; the connection is tried again below.
    }
    await client.end().catch(() => undefined); // it may be broken already
    await pause(RECONNECT_MS, stopped);
  }
};

/** Anyone who may connect to the database may notify: what is no JSON is nobody's. */
const isOfRun = (payload: string): boolean => {
  try {
    const notice: unknown = JSON.parse(payload);
    return (
      typeof notice === 'object' &&
      notice !== null &&
      'table' in notice &&
      notice.table === 'BotRun'
    );
  } catch {
    return false;
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  Promise.race([new Promise<void>((done) => setTimeout(done, ms).unref()), aborted(signal)]);
