import type { KeyRing } from './key-ring.ts';
import { seal, unseal } from './seal.ts';

/** A key of the exchange in clear. Exists while it is sealed, and in the process that signs. */
export interface ExchangeKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** What the record keeps of it. */
export interface SealedKey {
  /** Of the row: a key that was put into another row does not open. */
  readonly id: string;
  /** Base64. */
  readonly sealed: string;
  /** Names the key of the ring that opens it. */
  readonly keyId: string;
}

const contextOf = (id: string): string => `exchange key ${id}`;

/** Seals under the newest key of the ring. */
export const sealExchangeKey = (ring: KeyRing, id: string, key: ExchangeKey): SealedKey => {
  const { apiKey, apiSecret } = key;
  const plain = Buffer.from(JSON.stringify({ apiKey, apiSecret }));
  const bytes = seal(ring.current.derive('exchange keys'), plain, contextOf(id));
  return { id, sealed: bytes.toString('base64'), keyId: ring.current.id };
};

/** Opens what was sealed; for the signer only. Throws when it was changed or the key is gone. */
export const openExchangeKey = (ring: KeyRing, { id, sealed, keyId }: SealedKey): ExchangeKey => {
  const key = ring.find(keyId).derive('exchange keys');
  const plain = unseal(key, Buffer.from(sealed, 'base64'), contextOf(id));
  return JSON.parse(plain.toString()) as ExchangeKey; // sealed above, and authenticated
};
