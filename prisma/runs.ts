import { tradingOptions, type TradingOptions } from '#domain/configuration.ts';
import type { Prisma } from './generated/client.ts';
import type { Db } from './client.ts';

export interface RunRecord {
  readonly runId: string;
  readonly installationId: string;
  readonly configurationId: string;
  readonly workflowId: string;
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped';
  readonly positions: 'keep' | 'close' | null;
  readonly progress: string | null;
  readonly nowMs: number;
}

/** Writes the state of a run; the workflow is its only writer. May repeat. */
export const recordRun = async (db: Db, run: RunRecord): Promise<void> => {
  const at = new Date(run.nowMs);
  const changing = {
    state: run.state,
    positions: run.positions,
    progress: run.progress,
    ...(run.state === 'stopping' ? { stopRequestedAt: at } : {}),
    ...(run.state === 'stopped' ? { stoppedAt: at } : {}),
  };
  await db.botRun.upsert({
    where: { id: run.runId },
    create: {
      id: run.runId,
      installationId: run.installationId,
      configurationId: run.configurationId,
      workflowId: run.workflowId,
      startedAt: at,
      ...changing,
    },
    update: changing,
  });
};

/** The run that is not stopped, with its pinned configuration; null without one. */
export const activeRun = async (
  db: Db,
  installationId: string,
): Promise<{
  runId: string;
  state: string;
  configurationId: string;
  baselineAt: Date | null;
  options: TradingOptions;
} | null> => {
  const run = await db.botRun.findFirst({
    where: { installationId, state: { not: 'stopped' } },
    orderBy: { startedAt: 'desc' },
    include: { configuration: true },
  });
  return run === null
    ? null
    : {
        runId: run.id,
        state: run.state,
        configurationId: run.configurationId,
        baselineAt: run.baselineAt,
        options: tradingOptions.parse(run.configuration.options),
      };
};

/** A pinned version of the trading options; throws when it does not exist or does not parse. */
export const configurationOf = async (db: Db, id: string): Promise<TradingOptions> => {
  const row = await db.botConfiguration.findUniqueOrThrow({ where: { id } });
  return tradingOptions.parse(row.options);
};

/** Notes that the first look at the exchange is committed. May repeat. */
export const markBaseline = async (db: Db, runId: string, nowMs: number): Promise<void> => {
  await db.botRun.updateMany({
    where: { id: runId, baselineAt: null },
    data: { baselineAt: new Date(nowMs) },
  });
};

export interface Heartbeat {
  readonly process: 'monitor' | 'worker' | 'api';
  readonly instance: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly details: Prisma.InputJsonObject;
}

/** Says that a process is alive. May repeat. */
export const beat = async (db: Db, heartbeat: Heartbeat, nowMs: number): Promise<void> => {
  const { process, instance, ...values } = heartbeat;
  const heartbeatAt = new Date(nowMs);
  await db.botHealth.upsert({
    where: { process_instance: { process, instance } },
    create: { process, instance, ...values, heartbeatAt },
    update: { ...values, heartbeatAt },
  });
};

/** Trades of an installation that are not closed. */
export const openTrades = (db: Db, installationId: string) =>
  db.trade.findMany({
    where: { installationId, phase: { not: 'closed' } },
    select: { id: true, workflowId: true, phase: true, symbol: true },
  });
