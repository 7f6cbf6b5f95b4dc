import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

// AES-256-GCM: what was changed does not open. The nonce is random: at 2^32 texts of one key the
// chance of a repeat is one in 4 billion, and one key seals far fewer.

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals bytes under a 32-byte key; `context` must be the same to open them. Never the same twice. */
export const seal = (key: Buffer, plain: Uint8Array, context: string): Buffer => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

/** Opens what `seal` made. Throws for another key, another context, or a changed byte. */
export const unseal = (key: Buffer, sealed: Uint8Array, context: string): Buffer => {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Error('too short to be sealed bytes');
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const text = sealed.subarray(NONCE_BYTES, -TAG_BYTES);
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([cipher.update(text), cipher.final()]);
};
