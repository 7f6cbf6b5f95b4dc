import type { KeyRing } from './key-ring.ts';
import { seal, unseal } from './seal.ts';

/** Where a channel's messages go, in clear. Exists while it is sealed and while one is sent. */
export type NotificationTarget =
  | {
      readonly kind: 'telegram';
      readonly botToken: string;
      readonly chatId: string;
      /** Of Telegram, or of a Bot API server of one's own. */
      readonly apiUrl: string;
    }
  | { readonly kind: 'discord' | 'slack'; readonly webhookUrl: string }
  | {
      readonly kind: 'webhook';
      readonly webhookUrl: string;
      /** Signs each message, so that the receiver knows who sent it. */
      readonly signingSecret: string;
    };

/** What the record keeps of it. */
export interface SealedTarget {
  /** Of the channel: what was put into another row does not open. */
  readonly id: string;
  /** Base64. */
  readonly sealed: string;
  /** Names the key of the ring that opens it. */
  readonly keyId: string;
}

const contextOf = (id: string): string => `notification channel ${id}`;

/** Seals under the newest key of the ring. */
export const sealTarget = (ring: KeyRing, id: string, target: NotificationTarget): SealedTarget => {
  const plain = Buffer.from(JSON.stringify(target));
  const bytes = seal(ring.current.derive('notifications'), plain, contextOf(id));
  return { id, sealed: bytes.toString('base64'), keyId: ring.current.id };
};

/** Opens what was sealed. Throws when it was changed or the key is gone. */
export const openTarget = (
  ring: KeyRing,
  { id, sealed, keyId }: SealedTarget,
): NotificationTarget => {
  const key = ring.find(keyId).derive('notifications');
  const plain = unseal(key, Buffer.from(sealed, 'base64'), contextOf(id));
  return JSON.parse(plain.toString()) as NotificationTarget; // sealed above, and authenticated
};
