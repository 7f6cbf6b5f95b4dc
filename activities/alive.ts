import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 500;

/**
 * An activity that says that it lives while it works: when its process dies, Temporal knows after the
 * heartbeat's time-out, not after all the time that the work may take.
 */
export const alive =
  <A extends readonly unknown[], R>(activity: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    const context = Context.current();
    const heart = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
    try {
      return await activity(...args);
    } finally {
      clearInterval(heart);
    }
  };
