import type { ActivityDeps } from '#activities/deps.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import { activeRun } from '#prisma/runs.ts';

type LimitDeps = Pick<
  ActivityDeps,
  'db' | 'exchange' | 'installationId' | 'clock' | 'log' | 'instance'
>;

/** Who has not said for so long that it lives does not share the budget any more. */
const ALIVE_MS = 10_000;

/**
 * Keeps this process within its part of what the account may send: the order rate and reserve of
 * the run's configuration, divided among the processes of its role that live. Says so when the
 * exchange has banned the address. Meant to be called every few seconds.
 */
export const keepToAccountLimits = (
  deps: LimitDeps,
  name: 'monitor' | 'worker',
): (() => Promise<void>) => {
  let isBanned = false;
  return async () => {
    const { db, exchange, installationId, clock } = deps;
    const heard = { gt: new Date(clock.now() - ALIVE_MS) };
    const sharers = await db.botHealth.count({ where: { process: name, heartbeatAt: heard } });
    const run = await activeRun(db, installationId);
    if (run !== null) {
      const { orderRate, exitReserve } = run.options;
      exchange.limitTo({ orderRate, exitReserve, sharers });
    }
    const known = await banOfHost(deps);
    if (known !== null) exchange.stopUntil(known);
    const { bannedUntilMs } = exchange.budget();
    if (isBanned === (bannedUntilMs !== null)) return;
    isBanned = bannedUntilMs !== null;
    await tellBan(deps, name, bannedUntilMs);
  };
};

/**
 * Until when another process of this host, or one that has ended, was banned; null when none was. A
 * ban is of the address, and each try prolongs it.
 */
const banOfHost = async ({ db, clock, instance }: LimitDeps): Promise<number | null> => {
  const host = instance.slice(0, instance.lastIndexOf(':') + 1);
  const rows = await db.botHealth.findMany({
    where: { instance: { startsWith: host, not: instance } },
    select: { details: true },
  });
  const ends = rows.map(({ details }) => bannedUntilOf(details)).filter((at) => at > clock.now());
  return ends.length === 0 ? null : Math.max(...ends);
};

const bannedUntilOf = (details: unknown): number =>
  typeof details === 'object' &&
  details !== null &&
  'bannedUntilMs' in details &&
  typeof details.bannedUntilMs === 'number'
    ? details.bannedUntilMs
    : 0;

const tellBan = async (
  { db, installationId, clock, log, instance }: LimitDeps,
  name: string,
  bannedUntilMs: number | null,
): Promise<void> => {
  const episode = { installationId, episodeKey: `banned:${instance}`, nowMs: clock.now() };
  if (bannedUntilMs === null) return resolveAlert(db, episode);
  const until = new Date(bannedUntilMs).toISOString();
  log.error({ until }, 'The exchange has banned this address: nothing is sent');
  await raiseAlert(db, {
    ...episode,
    severity: 'critical',
    title: 'The exchange has banned this address',
    text:
      `The ${name} ${instance} was answered 418 and sends nothing until ${until}, exits included. ` +
      'Positions can be sold by hand on the exchange. Send less: fewer processes, a lower order rate.',
    listingId: null,
  });
};
