import type { ApiDeps } from '../deps.ts';
import type { Part, ReadinessView } from '../schemas/system.ts';
import { exchangeView, processPart } from './health-view.ts';

/** Whether a run is active, so that a monitor looks at the sources. */
export const isWatching = async ({ db, installation }: ApiDeps): Promise<boolean> => {
  const where = { installationId: await installation.id(), state: { in: ['starting', 'running'] } };
  return (await db.botRun.count({ where })) > 0;
};

/** Which parts are there, asked now. Never throws; takes two seconds at most. */
export const partsOf = async (deps: ApiDeps): Promise<ReadinessView['parts']> => {
  const [rows, watching, database, temporal] = await Promise.all([
    soon(deps.db.botHealth.findMany(), []),
    soon(isWatching(deps), false),
    asked(deps.db.$queryRaw`SELECT 1`),
    asked(deps.temporal.ping()),
  ]);
  const nowMs = deps.clock.now();
  const { ok, detail, ageMs } = exchangeView(rows, { nowMs, watching });
  return {
    database,
    temporal,
    exchange: { ok, detail, ageMs },
    monitor: processPart(rows, 'monitor', nowMs),
    worker: processPart(rows, 'worker', nowMs),
  };
};

/** A part that needs longer than this to answer is called missing. */
const ANSWER_WITHIN_MS = 2000;

/** What the work comes to, or `otherwise` when it fails or takes too long. */
const soon = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((done) => {
    timer = setTimeout(() => done(otherwise), ANSWER_WITHIN_MS);
  });
  const result = await Promise.race([work.catch(() => otherwise), late]);
  clearTimeout(timer);
  return result;
};

const asked = async (question: Promise<unknown>): Promise<Part> =>
  (await soon(
    question.then(() => true),
    false,
  ))
    ? { ok: true, ageMs: 0, detail: 'answers' }
    : { ok: false, ageMs: null, detail: 'does not answer' };
