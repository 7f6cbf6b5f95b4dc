import type { Log } from '#domain/ports.ts';

/** A stop that takes longer than this is ended: a hung dependency must not keep a process. */
const STOP_WITHIN_MS = 15_000;

/**
 * Resolves when the process is asked to stop: SIGINT, SIGTERM, or the supervisor that started it
 * is gone. A second signal ends it at once.
 */
export const stopRequested = (log: Log): Promise<string> =>
  new Promise((resolve) => {
    let asked = false;
    const ask = (why: string) => {
      if (asked) {
        if (why.startsWith('SIG')) process.exit(1);
        return;
      }
      asked = true;
      log.info({ why }, 'Stopping');
      setTimeout(() => {
        log.error({ why }, 'Stopping took too long; ended');
        process.exit(1);
      }, STOP_WITHIN_MS).unref();
      resolve(why);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ask(signal));
    if (process.channel !== undefined) process.on('disconnect', () => ask('supervisor gone'));
  });

/** Repeats a task until `stop` is called; a failure is logged once per streak, never thrown. */
export const every = (
  ms: number,
  task: () => Promise<void>,
  { log, what }: { log: Log; what: string },
): { stop(): Promise<void> } => {
  let failing = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const round = async () => {
    try {
      await task();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ error }, `${what} failed; it is repeated`);
      failing = true;
    }
    if (!stopped) plan();
  };
  const plan = () => {
    timer = setTimeout(() => {
      running = round();
    }, ms);
  };
  running = round();
  return {
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
};
