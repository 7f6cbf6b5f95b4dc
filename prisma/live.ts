import { tradingOptions, type TradingOptions } from '#domain/configuration.ts';
import { judgeGate, type Gate, type GateFacts } from '#domain/live-gate.ts';
import type { Venue } from '#domain/mode.ts';
import type { Database, Db } from './client.ts';
import type { Statements } from './direct.ts';
import type { LiveConfirmation, Preflight, Prisma } from './generated/client.ts';
import { configurationOf } from './runs.ts';

/** Who asks the live gate: the installation, what its process was set to, what it signs with. */
export interface GateAsker {
  readonly installationId: string;
  readonly venue: Venue;
  /** Null: there is nothing to sign with. */
  readonly key: { readonly credentialId: string | null } | null;
}

/** The live gate as the record has it now. May repeat: it only reads. */
export const readGate = async (db: Statements, asker: GateAsker, nowMs: number): Promise<Gate> =>
  judgeGate(await readGateFacts(db, asker, nowMs));

interface GateRow {
  readonly credentialId: string | null;
  /** Null: there was no pre-flight. */
  readonly passed: boolean | null;
  readonly checkedAt: Date | null;
  /** Null: nothing was ever typed. */
  readonly expiresAt: Date | null;
  readonly withdrawnAt: Date | null;
  /** False: no configuration decides. */
  readonly configured: boolean;
  readonly autoTrade: string | null;
}

/** What the gate is judged by, in one statement: an entry waits for it. May repeat: it only reads. */
export const readGateFacts = async (
  db: Statements,
  asker: GateAsker,
  nowMs: number,
): Promise<GateFacts> => {
  const { installationId, venue, key } = asker;
  const [row] = await db.$queryRaw<GateRow[]>`
    /* readGate */
    SELECT preflight."credentialId", preflight.passed, preflight."checkedAt",
      confirmation."expiresAt", confirmation."withdrawnAt",
      deciding.options IS NOT NULL AS configured, deciding.options ->> 'autoTrade' AS "autoTrade"
    FROM (SELECT 1) AS one
    LEFT JOIN LATERAL (
      SELECT * FROM "Preflight" WHERE "installationId" = ${installationId}
      ORDER BY "checkedAt" DESC, id DESC LIMIT 1
    ) AS preflight ON TRUE
    LEFT JOIN LATERAL (
      SELECT * FROM "LiveConfirmation" WHERE "installationId" = ${installationId}
      ORDER BY "confirmedAt" DESC, id DESC LIMIT 1
    ) AS confirmation ON TRUE
    LEFT JOIN LATERAL (
      SELECT options FROM "BotConfiguration" WHERE id = COALESCE(
        (SELECT "configurationId" FROM "BotRun"
         WHERE "installationId" = ${installationId} AND state <> 'stopped'
         ORDER BY "startedAt" DESC LIMIT 1),
        (SELECT id FROM "BotConfiguration"
         WHERE "installationId" = ${installationId} AND active LIMIT 1))
    ) AS deciding ON TRUE`;
  if (row === undefined) throw new Error('the record did not answer');
  const { passed, checkedAt, expiresAt, withdrawnAt } = row;
  const autoTrade = tradingOptions.shape.autoTrade.parse(row.autoTrade ?? undefined);
  const isOfKey = key !== null && row.credentialId === key.credentialId;
  return {
    venue,
    hasKey: key !== null,
    preflight:
      passed === null || checkedAt === null || !isOfKey
        ? null
        : { passed, checkedAtMs: checkedAt.getTime() },
    autoTrade: row.configured ? autoTrade : null,
    confirmation:
      expiresAt === null
        ? null
        : { expiresAtMs: expiresAt.getTime(), withdrawn: withdrawnAt !== null },
    nowMs,
  };
};

/** The last pre-flight of an installation; null when there was none. */
export const latestPreflight = (db: Db, installationId: string): Promise<Preflight | null> =>
  db.preflight.findFirst({
    where: { installationId },
    orderBy: [{ checkedAt: 'desc' }, { id: 'desc' }],
  });

/** What was typed last; null when nothing ever was. */
export const latestConfirmation = (
  db: Db,
  installationId: string,
): Promise<LiveConfirmation | null> =>
  db.liveConfirmation.findFirst({
    where: { installationId },
    orderBy: [{ confirmedAt: 'desc' }, { id: 'desc' }],
  });

/** The configuration that buys: of the run while there is one, else the active one; null: none. */
export const decidingOptions = async (
  db: Db,
  installationId: string,
): Promise<TradingOptions | null> => {
  const run = await db.botRun.findFirst({
    where: { installationId, state: { not: 'stopped' } },
    orderBy: { startedAt: 'desc' },
    select: { configurationId: true },
  });
  const active = await db.botConfiguration.findFirst({
    where: { installationId, active: true },
    select: { id: true },
  });
  const id = run?.configurationId ?? active?.id;
  return id === undefined ? null : configurationOf(db, id);
};

/** Keeps what a pre-flight found. */
export const addPreflight = (
  db: Db,
  found: {
    readonly installationId: string;
    readonly credentialId: string | null;
    readonly passed: boolean;
    readonly findings: Prisma.InputJsonArray;
    readonly atMs: number;
  },
): Promise<Preflight> => {
  const { atMs, ...values } = found;
  return db.preflight.create({ data: { ...values, checkedAt: new Date(atMs) } });
};

/** Writes that a person has confirmed; it replaces what was confirmed before. */
export const addConfirmation = (
  db: Db,
  typed: {
    readonly installationId: string;
    readonly text: string;
    readonly by: string;
    readonly nowMs: number;
    readonly expiresAtMs: number;
  },
): Promise<LiveConfirmation> =>
  db.liveConfirmation.create({
    data: {
      installationId: typed.installationId,
      text: typed.text,
      confirmedBy: typed.by,
      confirmedAt: new Date(typed.nowMs),
      expiresAt: new Date(typed.expiresAtMs),
    },
  });

/** Takes back what was confirmed: every one, so that none before it counts again. May repeat. */
export const withdrawConfirmations = async (
  db: Database,
  { installationId, by, nowMs }: { installationId: string; by: string; nowMs: number },
): Promise<void> => {
  await db.liveConfirmation.updateMany({
    where: { installationId, withdrawnAt: null },
    data: { withdrawnAt: new Date(nowMs), withdrawnBy: by },
  });
};
