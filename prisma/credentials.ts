import type { Db } from './client.ts';

/** A key that was in use, the newest; null when none ever was. */
export const sealedWith = async (db: Db): Promise<string | null> => {
  const row = await db.sealKeyUse.findFirst({ orderBy: { firstUsedAt: 'desc' } });
  return row?.keyId ?? null;
};

/** Notes that a key is in use. May repeat. */
export const noteKeyUse = async (db: Db, keyId: string): Promise<void> => {
  await db.sealKeyUse.createMany({ data: { keyId }, skipDuplicates: true });
};
