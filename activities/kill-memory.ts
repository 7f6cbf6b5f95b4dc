import type { KillLevel } from '#domain/permit.ts';
import type { Clock, Log } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { follow, type Notices } from '#prisma/notices.ts';

/** The kill switch as this process knows it. `unknown`: the database was not heard of lately. */
export type KillState =
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly level: KillLevel; readonly reason: string }
  | { readonly kind: 'unknown' };

/** Read before every order without a question on the way: notices and a poll keep it fresh. */
export interface KillMemory {
  state(): KillState;
}

/** Older knowledge is none: an entry waits rather than to pass a switch that it cannot see. */
const KNOWN_FOR_MS = 3000;

export const createKillMemory = (
  {
    db,
    clock,
    log,
    installationId,
  }: { db: Database; clock: Clock; log: Log; installationId: string },
  notices: Pick<Notices, 'on'>,
): KillMemory & { stop(): Promise<void> } => {
  let known: KillState = { kind: 'unknown' };
  let knownAtMs = -Infinity;
  const following = follow(notices, {
    tables: ['KillSwitch'],
    look: async () => {
      const row = await db.killSwitch.findUnique({ where: { installationId } });
      known =
        row === null
          ? { kind: 'off' }
          : { kind: 'on', level: row.level as KillLevel, reason: row.reason };
      knownAtMs = clock.now();
    },
    onProblem: (error) => log.debug({ error }, 'The kill switch could not be read'),
  });
  return {
    // A switch that is on stays on until the database says otherwise.
    state: () =>
      known.kind === 'off' && clock.now() - knownAtMs > KNOWN_FOR_MS ? { kind: 'unknown' } : known,
    stop: () => following.stop(),
  };
};
