import { Context } from '@temporalio/activity';
import { ExchangeError } from '#exchange/failure.ts';
import type { ActivityDeps } from '../deps.ts';

/** A read that was not sent, because our own budget held it back, is tried again this often. */
const AGAIN_MAX = 3;
const AGAIN_AFTER_MS = 2000;

/** The reads of a look, which has time: others come first, and it goes on where it was. */
export const patientDeps = (deps: ActivityDeps): ActivityDeps => {
  const { exchange } = deps;
  return {
    ...deps,
    exchange: {
      ...exchange,
      openOrders: (symbol) => again(() => exchange.openOrders(symbol)),
      allOrders: (symbol, range) => again(() => exchange.allOrders(symbol, range)),
      findOrder: (symbol, ref) => again(() => exchange.findOrder(symbol, ref)),
      balances: () => again(() => exchange.balances()),
      bookTop: (symbol) => again(() => exchange.bookTop(symbol)),
    },
  };
};

const again = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let n = 0; ; n += 1) {
    try {
      return await ask();
    } catch (error) {
      if (n >= AGAIN_MAX || !wasNotSent(error)) throw error;
      await Context.current().sleep(AGAIN_AFTER_MS);
    }
  }
};

const wasNotSent = (error: unknown): boolean =>
  error instanceof ExchangeError &&
  error.failure.kind === 'unreachable' &&
  error.failure.sent === 'no';
