import type { TradingOptions } from '#domain/configuration.ts';
import { judgeGate, type Gate, type GateFacts } from '#domain/live-gate.ts';
import type { Venue } from '#domain/mode.ts';
import type { Database, Db } from './client.ts';
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
export const readGate = async (db: Db, asker: GateAsker, nowMs: number): Promise<Gate> =>
  judgeGate(await readGateFacts(db, asker, nowMs));

/** What the gate is judged by. May repeat: it only reads. */
export const readGateFacts = async (
  db: Db,
  asker: GateAsker,
  nowMs: number,
): Promise<GateFacts> => {
  const { installationId, venue, key } = asker;
  const [preflight, confirmation, autoTrade] = await Promise.all([
    latestPreflight(db, installationId),
    latestConfirmation(db, installationId),
    autoTradeOf(db, installationId),
  ]);
  const isOfKey = key !== null && preflight?.credentialId === key.credentialId;
  return {
    venue,
    hasKey: key !== null,
    preflight:
      preflight === null || !isOfKey
        ? null
        : { passed: preflight.passed, checkedAtMs: preflight.checkedAt.getTime() },
    autoTrade,
    confirmation:
      confirmation === null
        ? null
        : {
            expiresAtMs: confirmation.expiresAt.getTime(),
            withdrawn: confirmation.withdrawnAt !== null,
          },
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

const autoTradeOf = async (
  db: Db,
  installationId: string,
): Promise<TradingOptions['autoTrade'] | null> =>
  (await decidingOptions(db, installationId))?.autoTrade ?? null;

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
