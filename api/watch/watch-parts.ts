import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import { every } from '#runtime/shutdown.ts';
import type { ApiDeps } from '../deps.ts';
import { recordParts } from '../metrics/record.ts';
import type { ReadinessView } from '../schemas/system.ts';
import { partsOf } from '../views/parts.ts';

type PartName = keyof ReadinessView['parts'];

/** Of a dead process nobody hears but from another one; these are what the API can tell of. */
const WATCHED = {
  monitor: 'No monitor runs: no listing is seen, and what is armed is not bought. Start one.',
  worker:
    'No worker runs: no position is guarded. Start one; meanwhile positions can be sold at the exchange.',
  temporal: 'Temporal does not answer: trades stand still. Look whether it runs (System).',
  exchange: 'The exchange does not answer, or its clock is not known. Look at its status page.',
} as const satisfies Partial<Record<PartName, string>>;
const NAMES = Object.keys(WATCHED) as (keyof typeof WATCHED)[]; // its own keys

const LOOK_MS = 5000;
const BEAT_MS = 60_000;
/** Missing for so long is no restart any more. */
const MISSING_MS = 20_000;
/** At the start everything is missing. */
const GRACE_MS = 60_000;
/** So many calls in a row may be lost on their way. */
const LOST_CALLS_MAX = 3;

/**
 * Raises an alert of each part that is missing, and tells the watch elsewhere as long as none is.
 * Works until `stop`. Several may run.
 */
export const watchParts = (deps: ApiDeps, lookMs = LOOK_MS): { stop(): Promise<void> } => {
  const { clock, heartbeat, log } = deps;
  const startedMs = clock.now();
  const missingSinceMs = new Map<PartName, number>();
  let beatMs = Number.NEGATIVE_INFINITY;
  const tell = alarm(deps);
  const look = async (): Promise<void> => {
    const parts = await partsOf(deps);
    const nowMs = clock.now(); // of what was seen, not of when it was asked for
    recordParts(deps.metrics, parts);
    for (const name of NAMES) {
      const explained = name === 'exchange' && !parts.monitor.ok; // it is the monitor that asks it
      if (parts[name].ok || explained) missingSinceMs.delete(name);
      else if (!missingSinceMs.has(name)) missingSinceMs.set(name, nowMs);
    }
    const isWell = Object.values(parts).every(({ ok }) => ok);
    if (heartbeat !== null && isWell && nowMs - beatMs >= BEAT_MS) {
      beatMs = nowMs;
      await heartbeat.call();
    }
    if (!parts.database.ok || nowMs - startedMs < GRACE_MS) return;
    for (const name of NAMES) {
      const sinceMs = missingSinceMs.get(name) ?? nowMs;
      await tell(`missing:${name}`, nowMs - sinceMs < MISSING_MS ? null : ofPart(name, parts));
    }
    await tell('heartbeat', (heartbeat?.state().failures ?? 0) < LOST_CALLS_MAX ? null : LOST);
  };
  return every(lookMs, look, { log, what: 'Looking whether all parts are there' });
};

interface Wrong {
  readonly severity: 'warning' | 'critical';
  readonly title: string;
  readonly text: string;
}

const ofPart = (name: keyof typeof WATCHED, parts: ReadinessView['parts']): Wrong => ({
  severity: 'critical',
  title: `The ${name} is missing`,
  text: `${WATCHED[name]} (${parts[name].detail})`,
});

const LOST: Wrong = {
  severity: 'warning',
  title: 'The watch elsewhere is not reached',
  text: 'HEARTBEAT_URL was called three times in vain: if this host died now, nobody would hear of it. Look whether the address is right and the service is up.',
};

/** Begins and ends episodes; asks the database only when something changed. */
const alarm = ({ db, clock, installation }: ApiDeps) => {
  const open = new Map<string, boolean>();
  return async (episodeKey: string, wrong: Wrong | null): Promise<void> => {
    if (open.get(episodeKey) === (wrong !== null)) return;
    const episode = { installationId: await installation.id(), episodeKey, nowMs: clock.now() };
    if (wrong === null) await resolveAlert(db, episode);
    else await raiseAlert(db, { ...episode, ...wrong, listingId: null });
    open.set(episodeKey, wrong !== null);
  };
};
