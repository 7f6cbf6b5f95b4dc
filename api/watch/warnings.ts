import { channels } from '#prisma/notifications.ts';
import type { ApiDeps } from '../deps.ts';
import type { WarningView } from '../schemas/system.ts';

/** What a person should mend although nothing has failed; with real money most of all. */
export const warningsOf = async ({
  db,
  heartbeat,
  installation,
  publicUrl,
}: ApiDeps): Promise<WarningView[]> => {
  const problem = heartbeat?.state().problem ?? null;
  const fails: WarningView[] =
    problem === null
      ? []
      : [
          {
            code: 'heartbeatFails',
            text: `HEARTBEAT_URL is called in vain: ${problem}. If this host died now, nobody would hear of it.`,
          },
        ];
  if (installation.venue.mode !== 'live') return fails;
  const reachable = (await channels(db)).some(({ enabled }) => enabled);
  return [
    ...fails,
    ...(heartbeat === null ? [NO_HEARTBEAT] : []),
    ...(reachable ? [] : [NO_CHANNEL]),
    ...(reachable && publicUrl === null ? [NO_PUBLIC_URL] : []),
  ];
};

const NO_HEARTBEAT: WarningView = {
  code: 'noHeartbeat',
  text: 'Real money is traded and nobody would notice a dead host: set HEARTBEAT_URL to the address of a watch elsewhere.',
};
const NO_CHANNEL: WarningView = {
  code: 'noChannel',
  text: 'Real money is traded and nobody is told of alerts: add a channel under Notifications.',
};
const NO_PUBLIC_URL: WarningView = {
  code: 'noPublicUrl',
  text: 'Messages have no link to act on: set PUBLIC_URL to where a phone reaches this dashboard.',
};
