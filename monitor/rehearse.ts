import type { Client } from '@temporalio/client';
import type { Database } from '#prisma/client.ts';
import { coinRecord } from '#prisma/coin-record.ts';
import { readFacts } from '#prisma/risk-facts.ts';
import { botRunWorkflowId } from '#workflows/messages.ts';

/** Between two rehearsals; what rests for longer takes up to twice as long (docs/evidence/speed.md). */
const EVERY_MS = 1000;
/** No coin and no listing have this name. */
const NOBODY = '';

export interface Rehearsing {
  readonly db: Database;
  readonly temporal: Client;
  readonly installationId: string;
}

/**
 * Keeps at hand what a surprise needs of the record: connections, planned statements, code. Asks what
 * an entry would ask, of a coin that is none, and writes nothing. Answers what ends it.
 */
export const rehearse = (deps: Rehearsing): (() => void) => {
  readAnswers(deps.temporal).catch(() => undefined);
  const timer = setInterval(() => {
    askAll(deps).catch(() => undefined); // whoever really asks says what is wrong
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
};

/** Temporal's client makes the code that reads an answer when the first one of its kind comes. */
const readAnswers = async (temporal: Client): Promise<void> => {
  await temporal.workflow.getHandle(botRunWorkflowId).fetchHistory();
};

const askAll = async ({ db, installationId }: Rehearsing): Promise<void> => {
  await coinRecord(db.direct, installationId, NOBODY);
  const nowMs = Date.now();
  const none = { listingId: NOBODY, workflowId: NOBODY, quote: NOBODY };
  const times = { countsAtMs: nowMs, balancesAtMs: nowMs };
  await db.direct.transaction((tx) => readFacts(tx, { installationId, ...none, ...times }));
};
