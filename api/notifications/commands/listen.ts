import { channels } from '#prisma/notifications.ts';
import { openTarget } from '#runtime/notification-target.ts';
import { every } from '#runtime/shutdown.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Fetch } from './ask.ts';
import { listenToChat } from './chat.ts';

/** So late does a channel that was added, changed or removed begin or end to be heard. */
const LOOK_MS = 2000;

/** Hears every chat that may command, until `stop`. Never throws. */
export const listenToChats = (deps: ApiDeps, fetchApi: Fetch): { stop(): Promise<void> } => {
  const { db, log } = deps;
  const listening = new Map<
    string,
    { readonly stop: AbortController; readonly done: Promise<void> }
  >();
  const look = async (): Promise<void> => {
    const wanted = (await channels(db)).filter(
      ({ kind, enabled, commands }) => kind === 'telegram' && enabled && commands,
    );
    for (const [id, { stop }] of listening)
      if (!wanted.some((channel) => channel.id === id)) {
        stop.abort();
        listening.delete(id);
      }
    for (const channel of wanted) {
      if (listening.has(channel.id)) continue;
      const target = openTarget(await deps.keys(), channel);
      if (target.kind !== 'telegram') continue;
      const stop = new AbortController();
      const { signal } = stop;
      const done = listenToChat({ deps, fetchApi, channel, target, signal });
      listening.set(channel.id, { stop, done });
    }
  };
  const looking = every(LOOK_MS, look, { log, what: 'Looking for chats that may command' });
  return {
    stop: async () => {
      await looking.stop();
      const all = [...listening.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ done }) => done));
    },
  };
};
