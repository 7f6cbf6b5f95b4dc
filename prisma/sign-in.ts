import { createHash, randomBytes } from 'node:crypto';
import type { Db } from './client.ts';
import type { ApiToken } from './generated/client.ts';

// Links and tokens: 32 random bytes each, of which the database has the SHA-256 only. They cannot be
// guessed, so the hash need not be slow.

const SECRET_BYTES = 32;

/** What begins every token, so that people and secret scanners know one when they see it. */
const TOKEN_PREFIX = 'snt_';

/** Random text that is worth something; never stored. */
const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A link works this long. */
export const LINK_LASTS_MS = 10 * 60_000;

/** Writes a single-use link for a user; answers what the link must carry. */
export const createLink = async (
  db: Db,
  link: { readonly userId: string; readonly createdBy: string; readonly nowMs: number },
): Promise<{ secret: string; expiresAt: Date }> => {
  const secret = newSecret();
  const expiresAt = new Date(link.nowMs + LINK_LASTS_MS);
  const { userId, createdBy } = link;
  await db.signInLink.create({
    data: { hash: hashOf(secret), userId, createdBy, createdAt: new Date(link.nowMs), expiresAt },
  });
  return { secret, expiresAt };
};

/** The user of a link that was neither used nor too old, used now; null for any other text. */
export const useLink = async (db: Db, secret: string, nowMs: number): Promise<string | null> => {
  const hash = hashOf(secret);
  const now = new Date(nowMs);
  const { count } = await db.signInLink.updateMany({
    where: { hash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  if (count !== 1) return null;
  const link = await db.signInLink.findUnique({ where: { hash } });
  return link?.userId ?? null;
};

/** Writes a token; answers it with its row. It cannot be shown again. */
export const createToken = async (
  db: Db,
  token: {
    readonly name: string;
    readonly role: string;
    readonly createdBy: string;
    readonly nowMs: number;
    readonly expiresAt: Date | null;
  },
): Promise<{ token: string; row: ApiToken }> => {
  const { nowMs, ...values } = token;
  const text = `${TOKEN_PREFIX}${newSecret()}`;
  const row = await db.apiToken.create({
    data: { ...values, hash: hashOf(text), hint: text.slice(-4), createdAt: new Date(nowMs) },
  });
  return { token: text, row };
};

/** The token's row, if it may be used now; null otherwise. */
export const findToken = async (db: Db, token: string, nowMs: number): Promise<ApiToken | null> => {
  if (!token.startsWith(TOKEN_PREFIX)) return null;
  const row = await db.apiToken.findUnique({ where: { hash: hashOf(token) } });
  if (row === null || row.revokedAt !== null) return null;
  return row.expiresAt !== null && row.expiresAt.getTime() <= nowMs ? null : row;
};

/** Notes that a token was used, to the minute. May repeat. */
export const noteUse = async (db: Db, id: string, nowMs: number): Promise<void> => {
  const minuteAgo = new Date(nowMs - 60_000);
  await db.apiToken.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: minuteAgo } }] },
    data: { lastUsedAt: new Date(nowMs) },
  });
};
