import { channels, resealChannel } from '#prisma/notifications.ts';
import { openTarget, sealTarget } from '#runtime/notification-target.ts';
import type { ApiDeps } from '../deps.ts';

/**
 * Seals under the newest key what an older one sealed, so that the older can be forgotten. May
 * repeat. A channel that cannot be opened stays as it is; what is sent through it says so.
 */
export const resealChannels = async ({
  db,
  keys,
  log,
}: Pick<ApiDeps, 'db' | 'keys' | 'log'>): Promise<void> => {
  const ring = await keys();
  for (const channel of await channels(db)) {
    if (channel.keyId === ring.current.id) continue;
    try {
      const { sealed, keyId } = sealTarget(ring, channel.id, openTarget(ring, channel));
      await resealChannel(db, channel, { sealed, keyId });
      log.info({ channelId: channel.id, keyId }, 'Sealed anew under the newest key');
    } catch (error) {
      log.error({ err: error, channelId: channel.id }, 'A channel cannot be opened');
    }
  }
};
