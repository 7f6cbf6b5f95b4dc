import type { Source } from '#domain/listing.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import type { MonitorDeps } from '../deps.ts';
import type { SourceState } from './source-health.ts';

/** A busy machine and a slow answer are no silence. */
const GRACE_MS = 6000;

/** Older than two of its periods, counted from when it should have begun to answer. */
export const isSilent = (state: SourceState, nowMs: number): boolean =>
  nowMs - Math.max(state.lastOkAt ?? 0, state.expectedSince) > 2 * state.everyMs + GRACE_MS;

/** Sources that exist to tell openings; the exchange's record is one only while it names some. */
const TELL_OPENINGS: readonly Source[] = ['calendar', 'webPairs'];

/** Whether any source tells when pairs open. Null while the first looks are still to come. */
export const openingsAreTold = (
  states: Readonly<Record<string, SourceState>>,
  nowMs: number,
): boolean | null => {
  const answers = (name: string) => {
    const state = states[name];
    return state !== undefined && state.lastOkAt !== null && !isSilent(state, nowMs);
  };
  if (TELL_OPENINGS.some(answers)) return true;
  if (answers('exchangeInfo') && (states['exchangeInfo']?.openings ?? 0) > 0) return true;
  const asked = TELL_OPENINGS.flatMap((name) => states[name] ?? []);
  // A page that has failed says so at once; one that has not been asked yet says nothing.
  return asked.length > 0 && asked.every((each) => each.lastError !== null || isSilent(each, nowMs))
    ? false
    : null;
};

/** What people are told about the sources. */
export interface SourceAlarms {
  /** Opens and ends episodes by how the sources are doing now. Called often; never throws. */
  look(): Promise<void>;
}

interface Episode {
  readonly severity: 'warning' | 'critical';
  readonly title: string;
  readonly text: string;
}

const NO_OPENINGS: Episode = {
  severity: 'critical',
  title: 'No source tells when pairs open',
  text: 'Neither the calendar nor the web site’s list answers, and the exchange’s record names no opening. New pairs are seen only when they trade. Look at the sources on the System page; arm by hand what you know of.',
};

export const createSourceAlarms = (
  deps: Pick<MonitorDeps, 'db' | 'installationId' | 'clock' | 'health' | 'log'>,
): SourceAlarms => {
  const { db, installationId, clock, health } = deps;
  /** Null until this process knows whether an episode of an earlier one is open. */
  const open = new Map<string, boolean>();
  const set = async (episodeKey: string, episode: Episode | null): Promise<void> => {
    const isOpen = open.get(episodeKey) ?? null;
    if ((episode !== null) === isOpen) return;
    const nowMs = clock.now();
    if (episode === null) await resolveAlert(db, { installationId, episodeKey, nowMs });
    else await raiseAlert(db, { ...episode, installationId, episodeKey, listingId: null, nowMs });
    open.set(episodeKey, episode !== null);
  };
  return {
    look: async () => {
      try {
        const nowMs = clock.now();
        const states = health.all();
        for (const [name, state] of Object.entries(states))
          await set(`source-silent:${name}`, isSilent(state, nowMs) ? silence(name, state) : null);
        const told = openingsAreTold(states, nowMs);
        if (told !== null) await set('no-opening-times', told ? null : NO_OPENINGS);
      } catch (error) {
        deps.log.warn({ error }, 'Alarms of the sources could not be written; tried again');
      }
    },
  };
};

const silence = (name: string, { everyMs, lastError }: SourceState): Episode => ({
  severity: 'warning',
  title: `The source ${name} is silent`,
  text: `It should answer every ${everyMs / 1000} s. ${lastError === null ? 'It says nothing at all' : `It failed: ${lastError}`}. Other sources go on; a listing may be seen later than usual.`,
});
