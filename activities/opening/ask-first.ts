import { isZero } from '#domain/amount.ts';
import type { EntryAsk } from '#domain/entry-request.ts';
import { isFinal, type OrderReport } from '#domain/order.ts';
import { ExchangeError } from '#exchange/failure.ts';
import type { ActivityDeps } from '../deps.ts';
import type { EntryResult } from './entry-types.ts';

/** Orders of an entry are not older than this before its opening. */
const LOOK_BACK_MS = 120_000;

/**
 * Races an entry that began after its permit was due: this host or a server may have come back from
 * before the send (DESIGN §6.10). Asks for its orders before anything is sent, and for every id
 * before it is called skipped. An order that is there, or no answer, is `unknown`.
 */
export const raceAfterAsking = async (
  deps: ActivityDeps,
  request: EntryAsk,
  race: () => Promise<EntryResult>,
): Promise<EntryResult> => {
  const before = await asked(deps, request, hasOrders);
  if (before !== null) return before;
  const result = await race();
  if (result.kind !== 'ended' || result.attempts.length > 0) return result;
  const after = await asked(deps, request, hasOrderById);
  if (after !== null) return after;
  const because = `${result.because}; none of its ${request.clientOrderIds.length} order ids was ever sent`;
  return { ...result, because };
};

type Question = (deps: ActivityDeps, request: EntryAsk) => Promise<boolean>;

const ASKS_MAX = 5;
const ASK_AGAIN_MS = 200;

/** Null: the exchange has nothing of this entry. */
const asked = async (
  deps: ActivityDeps,
  request: EntryAsk,
  question: Question,
): Promise<EntryResult | null> => {
  for (let n = 0; n < ASKS_MAX; n += 1) {
    try {
      return (await question(deps, request))
        ? { kind: 'unknown', because: 'the exchange has an order of this entry', attempts: [] }
        : null;
    } catch (error) {
      deps.log.warn({ error, symbol: request.symbol }, 'Asking for earlier orders failed');
      await new Promise((done) => setTimeout(done, ASK_AGAIN_MS));
    }
  }
  return { kind: 'unknown', because: 'asking for earlier orders was not answered', attempts: [] };
};

/** Whether a list of the exchange has an order of this entry that may have bought. */
const hasOrders = async (deps: ActivityDeps, request: EntryAsk): Promise<boolean> => {
  const { symbol, opensAtMs } = request;
  const sinceMs = (opensAtMs ?? deps.clock.now()) - LOOK_BACK_MS;
  const [all, open] = await Promise.all([
    deps.exchange.allOrders(symbol, { sinceMs }).catch(noneOfUnknownPair),
    deps.exchange.openOrders(symbol).catch(noneOfUnknownPair),
  ]);
  const ours = new Set<string | null>(request.clientOrderIds);
  return [...all, ...open].some((each) => ours.has(each.clientOrderId) && mayHaveBought(each));
};

/** The same by every client id, one after another. */
const hasOrderById = async (deps: ActivityDeps, request: EntryAsk): Promise<boolean> => {
  for (const clientOrderId of request.clientOrderIds) {
    const report = await deps.exchange
      .findOrder(request.symbol, { clientOrderId })
      .catch((error: unknown) => noneOfUnknownPair(error)[0] ?? null);
    if (report !== null && mayHaveBought(report)) return true;
  }
  return false;
};

const mayHaveBought = (report: OrderReport): boolean =>
  !isFinal(report.status) || !isZero(report.executed);

/** A pair that the exchange does not know has no orders. */
const noneOfUnknownPair = (error: unknown): readonly OrderReport[] => {
  if (error instanceof ExchangeError && error.failure.kind === 'refused') return [];
  throw error;
};
