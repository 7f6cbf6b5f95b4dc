import type { ExchangeHealthView } from '#api/schemas/system.ts';

/** How far the clock of the machine that trades is from the exchange's, as far as that is known. */
export interface ClockOffset {
  /** `far`: orders may be refused for their time. `stale`: measured, and not said again since. */
  readonly state: 'ok' | 'far' | 'stale' | 'unsure' | 'unknown';
  /** "+12 ms"; "unknown". */
  readonly text: string;
  /** One word or a few behind it, so that colour is not the only signal; empty when all is well. */
  readonly note: string;
  /** All of it, as a sentence. */
  readonly detail: string;
}

/** The alert on the clock is raised from here on. */
const FAR_MS = 500;
/** Monitors report every few seconds. */
const STALE_AFTER_MS = 15_000;

type Seen = Pick<ExchangeHealthView, 'ok' | 'detail' | 'ageMs' | 'clockOffsetMs' | 'clockErrorMs'>;

const signed = (ms: number): string => {
  const whole = Math.round(ms);
  return `${whole > 0 ? '+' : whole < 0 ? '−' : '±'}${Math.abs(whole)} ms`;
};

/** `sinceMs`: how long ago the API said so. `null`: it has not said anything. */
export const clockOffset = (seen: Seen | null, sinceMs: number): ClockOffset => {
  const offset = seen?.clockOffsetMs ?? null;
  if (seen === null || offset === null || seen.ageMs === null)
    return { state: 'unknown', text: 'unknown', note: '', detail: 'Nobody has measured it yet.' };
  const text = signed(offset);
  const error = seen.clockErrorMs === null ? '' : `, give or take ${Math.ceil(seen.clockErrorMs)}`;
  const detail = `Our clock is ${text}${error} from the exchange's.`;
  const ageMs = seen.ageMs + Math.max(0, sinceMs);
  if (ageMs > STALE_AFTER_MS) {
    const age = `${Math.floor(ageMs / 1000)} s`;
    return { state: 'stale', text, note: `stale ${age}`, detail: `${detail} Said ${age} ago.` };
  }
  if (!seen.ok)
    return { state: 'unsure', text, note: 'unsure', detail: `${detail} Exchange: ${seen.detail}.` };
  return Math.abs(offset) > FAR_MS
    ? { state: 'far', text, note: 'far', detail: `${detail} Orders may be refused for it.` }
    : { state: 'ok', text, note: '', detail };
};
