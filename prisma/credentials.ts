import type { Database, Db } from './client.ts';
import type { Prisma, SealKeyUse, SecretCredential } from './generated/client.ts';
import { forgetChannels } from './notifications.ts';

/** A key that was in use, the newest; null when none ever was. */
export const sealedWith = async (db: Db): Promise<string | null> => {
  const row = await db.sealKeyUse.findFirst({ orderBy: { firstUsedAt: 'desc' } });
  return row?.keyId ?? null;
};

/** Notes that a key is in use. May repeat. */
export const noteKeyUse = async (db: Db, keyId: string): Promise<void> => {
  await db.sealKeyUse.createMany({ data: { keyId }, skipDuplicates: true });
};

/** Keys that were in use, newest first. */
export const keyUses = (db: Db): Promise<SealKeyUse[]> =>
  db.sealKeyUse.findMany({ orderBy: { firstUsedAt: 'desc' } });

/** Writes a sealed key, and forgets the ones before it: one is in use at a time. */
export const addCredential = (
  db: Database,
  credential: {
    readonly id: string;
    readonly label: string;
    readonly account: string;
    readonly hint: string;
    readonly sealed: string;
    readonly keyId: string;
    readonly createdBy: string;
    readonly nowMs: number;
  },
): Promise<SecretCredential> => {
  const { nowMs, ...values } = credential;
  const now = new Date(nowMs);
  return db.$transaction(async (tx) => {
    await tx.secretCredential.updateMany({
      where: { removedAt: null },
      data: { sealed: null, removedAt: now },
    });
    return tx.secretCredential.create({ data: { ...values, createdAt: now } });
  });
};

/** Every key that was entered, newest first, removed ones too. */
export const listCredentials = (db: Db): Promise<SecretCredential[]> =>
  db.secretCredential.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: 200 });

/** A credential that can be opened. */
export interface UsableCredential {
  readonly id: string;
  readonly account: string;
  readonly sealed: string;
  readonly keyId: string;
}

/** The key in use; null when none is. */
export const activeCredential = async (db: Db): Promise<UsableCredential | null> => {
  const row = await db.secretCredential.findFirst({
    where: { removedAt: null, sealed: { not: null } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return row === null ? null : usable(row);
};

/** A key by its id; null when there is none, or it was removed. */
export const findCredential = async (db: Db, id: string): Promise<UsableCredential | null> => {
  const row = await db.secretCredential.findUnique({ where: { id } });
  return row === null ? null : usable(row);
};

const usable = ({ id, account, sealed, keyId }: SecretCredential): UsableCredential | null =>
  sealed === null ? null : { id, account, sealed, keyId };

/** Forgets the sealed key; that there was one stays. May repeat. */
export const removeCredential = (db: Db, id: string, nowMs: number): Promise<SecretCredential> =>
  db.secretCredential.update({
    where: { id },
    data: { sealed: null, removedAt: new Date(nowMs) },
  });

/** Keeps what the exchange says of a key. May repeat. */
export const noteCheck = async (
  db: Db,
  id: string,
  check: { readonly atMs: number; readonly result: Prisma.InputJsonObject },
): Promise<void> => {
  await db.secretCredential.updateMany({
    where: { id },
    data: { checkedAt: new Date(check.atMs), check: check.result },
  });
};

/** Forgets everything that a lost sealing key would open, so that a new one can be made. */
export const forgetSealed = async (db: Database, nowMs: number): Promise<void> => {
  await db.$transaction([
    db.secretCredential.updateMany({
      where: { removedAt: null },
      data: { sealed: null, removedAt: new Date(nowMs) },
    }),
    ...forgetChannels(db, { id: null, nowMs }),
    db.userTotp.deleteMany(),
    db.user.updateMany({ data: { twoFactorEnabled: false } }),
    db.userSession.deleteMany(),
    db.sealKeyUse.deleteMany(),
  ]);
};

/** Replaces a sealed text that another key sealed, unless somebody was faster. May repeat. */
export const resealCredential = async (
  db: Db,
  before: UsableCredential,
  after: { readonly sealed: string; readonly keyId: string },
): Promise<void> => {
  const { id, sealed } = before;
  await db.secretCredential.updateMany({ where: { id, sealed }, data: after });
};

/** Sealed keys that can be opened. */
export const usableCredentials = async (db: Db): Promise<UsableCredential[]> => {
  const rows = await db.secretCredential.findMany({ where: { sealed: { not: null } } });
  return rows.flatMap((row) => usable(row) ?? []);
};
