import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Asked for under this path at the template's address; answered when there is room. */
export const ROOM = '/room';

/** A whole system that was let in must be seen at work before the next one is. */
const LOOK_MS = 2500;
/** Share of all cores at work up to which there is room for one more. */
const BUSY_MAX = 0.75;
/** A machine that is busy with something else is not waited for: tests are late there, not wrong. */
const PATIENCE_MS = 45_000;

/**
 * Lets callers in one after the other, each as soon as the machine has room for its whole system.
 * Such tests wait more than they work, so that several fit beside each other; but how many, only
 * the machine can say: too many are late in all that they do.
 */
export const createRoom = (): (() => Promise<void>) => {
  let last: Promise<void> | null = null;
  return () => (last = last === null ? Promise.resolve() : last.then(untilThereIsRoom));
};

const untilThereIsRoom = async (): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS;
  let before = work();
  do {
    await pause(LOOK_MS);
    const now = work();
    if (now.busy - before.busy < BUSY_MAX * (now.all - before.all)) return;
    before = now;
  } while (Date.now() < deadline);
};

/** What all cores have done since they were started, ms. */
const work = (): { readonly busy: number; readonly all: number } => {
  const times = cpus().map(({ times: { user, nice, sys, irq, idle } }) => ({
    busy: user + nice + sys + irq,
    idle,
  }));
  const busy = times.reduce((sum, each) => sum + each.busy, 0);
  return { busy, all: busy + times.reduce((sum, each) => sum + each.idle, 0) };
};
