/** A fact that did not come true in time; the message names it and what was seen last. */
export class NotInTime extends Error {}

/** Thrown by a look when the fact cannot come true any more: waiting ends at once. */
export class GaveUp extends Error {}

/** What is soon true is soon seen; what takes longer is asked for less often: a look costs others. */
const LOOK_EVERY_MS = 25;
const LATER_EVERY_MS = 250;
/** Part of the time waited so far that may pass before what came true is seen. */
const LATE_BY = 0.1;

/**
 * Waits until `look` answers something (not null, undefined or false), and answers it. Looks at
 * once and often at first; fails with what it waited for after `withinMs`. `isBrief`: it may soon be
 * over again, so that it is looked for often all the time.
 */
export const until = async <T>(
  what: string,
  look: () => T | Promise<T>,
  { withinMs = 60_000, isBrief = false, seen = () => '' as unknown } = {},
): Promise<Exclude<T, null | undefined | false>> => {
  const begunAt = Date.now();
  const deadline = begunAt + withinMs;
  let problem: unknown = null;
  do {
    try {
      const found = await look();
      if (found !== null && found !== undefined && found !== false)
        return found as Exclude<T, null | undefined | false>;
      problem = null;
    } catch (error) {
      if (error instanceof GaveUp) throw error;
      problem = error;
    }
    const late = isBrief ? 0 : LATE_BY * (Date.now() - begunAt);
    const restMs = Math.min(Math.max(late, LOOK_EVERY_MS), LATER_EVERY_MS);
    await new Promise((done) => setTimeout(done, restMs));
  } while (Date.now() < deadline);
  const last = await seen();
  throw new NotInTime(
    `not within ${withinMs / 1000} s: ${what}${last === '' ? '' : `; last: ${JSON.stringify(last)}`}`,
    { cause: problem },
  );
};
