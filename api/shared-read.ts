/**
 * One read at a time, however many ask. Whoever asks while it runs shares the next one with all who
 * came meanwhile: nobody is answered with what was read before they asked. A failure is that of the
 * callers who share it; the next ones ask again.
 */
export const sharedRead = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    next ??= running.then(() => {
      next = null;
      const now = read();
      running = now.catch(() => undefined); // its callers are told
      return now;
    });
    return next;
  };
};
