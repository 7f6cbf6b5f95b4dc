import type { Venue } from '#domain/mode.ts';
import type { Log } from '#domain/ports.ts';
import type { KeyOnTrial } from '#activities/preflight.ts';
import { createExchangeClient, type Credentials, type ExchangeClient } from '#exchange/client.ts';
import { Secret } from '#exchange/secret.ts';
import type { Database } from '#prisma/client.ts';
import {
  activeCredential,
  findCredential,
  noteKeyUse,
  resealCredential,
  sealedWith,
  usableCredentials,
} from '#prisma/credentials.ts';
import { accountOf } from '#prisma/installation.ts';
import { openExchangeKey, sealExchangeKey, type SealedKey } from '#runtime/exchange-key.ts';
import { ensureKeyRing, keyRingFile, type KeyRing } from '#runtime/key-ring.ts';
import { every } from '#runtime/shutdown.ts';

// The one place where a sealed key of the exchange is opened: in the process that signs with it.

/** The key that this process signs with. */
export interface SigningKey {
  /** Null: only public calls work. */
  readonly credentials: Credentials | null;
  /** Null without a key. */
  readonly account: string | null;
  /** The row it was opened from; null when it is of the environment, or there is none. */
  readonly credentialId: string | null;
}

/** Opens a sealed key for signing. Throws when it was changed, or its sealing key is gone. */
export const openForSigning = (ring: KeyRing, sealed: SealedKey): Credentials => {
  const { apiKey, apiSecret } = openExchangeKey(ring, sealed);
  return { apiKey, secret: new Secret(apiSecret) };
};

interface KeySettings {
  readonly venue: Venue;
  readonly DATA_DIR: string;
  readonly SECRETS_KEY_FILE?: string | undefined;
  readonly MEXC_API_KEY?: string | undefined;
  readonly MEXC_API_SECRET?: string | undefined;
}

/** The simulator's own key: no exchange takes it, so that play can never become an order. */
const PLAY_KEY = { apiKey: 'sim-key', apiSecret: 'sim-secret' };

/**
 * The key of the environment; without one, the sealed key that was entered last. The simulator is
 * played with its own key, whatever others there are.
 */
export const signingKey = async (
  db: Database,
  env: Pick<KeySettings, 'MEXC_API_KEY' | 'MEXC_API_SECRET'> & { readonly venue: Venue },
  ring: KeyRing,
): Promise<SigningKey> => {
  if (env.venue.orders === 'play') return playing();
  const { MEXC_API_KEY: apiKey, MEXC_API_SECRET: secret } = env;
  if ((apiKey === undefined) !== (secret === undefined))
    throw new Error('MEXC_API_KEY and MEXC_API_SECRET belong together: one of them is missing.');
  if (apiKey !== undefined && secret !== undefined)
    return {
      credentials: { apiKey, secret: new Secret(secret) },
      account: accountOf(apiKey),
      credentialId: null,
    };
  const sealed = await activeCredential(db);
  return {
    credentials: sealed === null ? null : openForSigning(ring, sealed),
    account: sealed?.account ?? null,
    credentialId: sealed?.id ?? null,
  };
};

const playing = (): SigningKey => ({
  credentials: { apiKey: PLAY_KEY.apiKey, secret: new Secret(PLAY_KEY.apiSecret) },
  account: accountOf(PLAY_KEY.apiKey),
  credentialId: null,
});

/** Reads the sealing keys. Makes them where none were ever in use. May repeat. */
export const keysOf =
  (db: Database, env: Parameters<typeof keyRingFile>[0]) => async (): Promise<KeyRing> => {
    const ring = await ensureKeyRing(keyRingFile(env), () => sealedWith(db));
    await noteKeyUse(db, ring.current.id);
    return ring;
  };

/** The sealing keys, and the key of the exchange that they open. Made by the first start. */
export const openKeys = async (
  db: Database,
  env: KeySettings,
  log: Log,
): Promise<{ readonly ring: KeyRing; readonly key: SigningKey }> => {
  const ring = await keysOf(db, env)();
  await resealKeys(db, ring, log);
  return { ring, key: await signingKey(db, env, ring) };
};

/** So late does a key that was entered or removed reach the signer. */
const LOOK_MS = 5000;

/** Calls `changed` once when another key was entered than the one that was opened. */
export const watchKey = (
  db: Database,
  { credentialId, credentials }: SigningKey,
  { log, changed }: { readonly log: Log; readonly changed: () => void },
): { stop(): Promise<void> } => {
  const isOfEnvironment = credentialId === null && credentials !== null;
  let told = false;
  const look = async () => {
    const id = isOfEnvironment || told ? credentialId : ((await activeCredential(db))?.id ?? null);
    if (id === credentialId) return;
    told = true;
    log.warn({ credential: id }, 'The key of the exchange was changed: starting again with it');
    changed();
  };
  return every(LOOK_MS, look, { log, what: 'Looking for another key of the exchange' });
};

/** A client that signs with an entered key, whether it is in use or not; null when it is gone. */
export const exchangeOf =
  (
    db: Database,
    env: { readonly MEXC_REST_URL: string; readonly MEXC_WEB_URL: string },
    ring: KeyRing,
  ) =>
  async (credentialId: string): Promise<ExchangeClient | null> => {
    const sealed = await findCredential(db, credentialId);
    if (sealed === null) return null;
    return createExchangeClient({
      restUrl: env.MEXC_REST_URL,
      webUrl: env.MEXC_WEB_URL,
      credentials: openForSigning(ring, sealed),
      recvWindowMs: 1000,
      budget: { role: 'worker' },
    });
  };

/** The key in use, whatever this process signs with: an entered one is opened for this alone. */
export const keyOnTrial =
  (
    db: Database,
    env: KeySettings & { readonly MEXC_REST_URL: string; readonly MEXC_WEB_URL: string },
    ring: KeyRing,
  ) =>
  async (): Promise<KeyOnTrial | null> => {
    const { credentials, credentialId } = await signingKey(db, env, ring);
    if (credentials === null) return null;
    const row =
      credentialId === null
        ? null
        : await db.secretCredential.findUnique({ where: { id: credentialId } });
    const exchange = createExchangeClient({
      restUrl: env.MEXC_REST_URL,
      webUrl: env.MEXC_WEB_URL,
      credentials,
      recvWindowMs: 1000,
      budget: { role: 'worker' },
    });
    return { exchange, credentialId, enteredAtMs: row?.createdAt.getTime() ?? null };
  };

/** Seals under the newest key what an older one sealed. May repeat, from several processes. */
export const resealKeys = async (db: Database, ring: KeyRing, log: Log): Promise<void> => {
  for (const before of await usableCredentials(db)) {
    if (before.keyId === ring.current.id) continue;
    const after = sealExchangeKey(ring, before.id, openExchangeKey(ring, before));
    await resealCredential(db, before, { sealed: after.sealed, keyId: after.keyId });
    log.info({ credential: before.id, keyId: after.keyId }, 'Sealed anew under the newest key');
  }
};
