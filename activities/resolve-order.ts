import { Context } from '@temporalio/activity';
import { isZero } from '#domain/amount.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { isFinal, type ClientOrderId, type OrderReport } from '#domain/order.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import type { ActivityDeps } from './deps.ts';

export interface ResolveRequest {
  readonly listingId: string;
  readonly symbol: MarketSymbol;
  /** Every id that the leg may have used. */
  readonly clientOrderIds: readonly ClientOrderId[];
  /** No order of the leg is signed later than this; exchange clock, epoch ms. */
  readonly notAfterMs: number;
  readonly recvWindowMs: number;
  /** Orders of the leg are not older than this, epoch ms. */
  readonly sinceMs: number;
}

/** What is proven about every id of a leg. */
export interface Resolution {
  /** Orders that the exchange has, each final. */
  readonly reports: readonly OrderReport[];
}

/**
 * After an order may be accepted last (`notAfter` + receive window), it may take this long to show
 * up in a query. The exchange documents no bound; DESIGN §6 allows this much.
 */
const VISIBILITY_ALLOWANCE_MS = 15_000;
/** Time between two rounds, per id that is asked for: look-ups share the account's budget. */
const ASK_EVERY_MS = 500;
const ASK_PER_ID_MS = 50;
/** Doubt that lasts longer is told to people. */
const ALERT_AFTER_MS = 30_000;

/**
 * Asks what became of the orders of a leg, by every door, until it is certain. May repeat, and is
 * repeated for ever: it only reads, and cancels what is still open. An executed order ends the
 * question at once, because its sender never sends another; absence counts only when nothing sent
 * in time could still appear.
 */
export const resolveOrder =
  (deps: ActivityDeps) =>
  async (request: ResolveRequest): Promise<Resolution> => {
    const context = Context.current();
    const startedAtMs = deps.clock.now();
    const episodeKey = `unresolved:${request.listingId}`;
    for (;;) {
      context.heartbeat();
      if (deps.stopping.aborted) throw new Error('this process stops; another one asks on');
      const answer = await askAll(deps, request).catch((error: unknown) => {
        deps.log.warn({ error, symbol: request.symbol }, 'Asking for orders failed; asking again');
        return null;
      });
      const settled = answer === null ? null : await conclude(deps, request, answer);
      if (settled !== null) {
        await resolveAlert(deps.db, {
          installationId: deps.installationId,
          episodeKey,
          nowMs: deps.clock.now(),
        });
        return settled;
      }
      if (deps.clock.now() - startedAtMs > ALERT_AFTER_MS)
        await alertDoubt(deps, request, episodeKey);
      await context.sleep(ASK_EVERY_MS + ASK_PER_ID_MS * request.clientOrderIds.length);
    }
  };

/** Every order of the leg that any door shows, by client id. Throws when a door does not answer. */
const askAll = async (
  deps: ActivityDeps,
  request: ResolveRequest,
): Promise<ReadonlyMap<string, OrderReport>> => {
  const ours = new Set<string>(request.clientOrderIds);
  const [all, open] = await Promise.all([
    deps.exchange.allOrders(request.symbol, { sinceMs: request.sinceMs }),
    deps.exchange.openOrders(request.symbol),
  ]);
  const found = new Map<string, OrderReport>();
  for (const report of [...open, ...all])
    if (report.clientOrderId !== null && ours.has(report.clientOrderId))
      found.set(report.clientOrderId, report);
  for (const clientOrderId of request.clientOrderIds) {
    const report = await deps.exchange.findOrder(request.symbol, { clientOrderId });
    if (report !== null) found.set(clientOrderId, report);
  }
  return found;
};

const conclude = async (
  deps: ActivityDeps,
  request: ResolveRequest,
  found: ReadonlyMap<string, OrderReport>,
): Promise<Resolution | null> => {
  const reports = [...found.values()];
  const open = reports.filter((report) => !isFinal(report.status));
  // A cancel is a request, not a fact: the next round asks what it did.
  for (const report of open) {
    const { exchangeOrderId } = report;
    const answer = await deps.exchange.cancelOrder(request.symbol, { exchangeOrderId });
    deps.log.info({ answer, exchangeOrderId }, 'Asked to cancel an order that should not rest');
  }
  if (open.length > 0) return null;
  if (reports.some((report) => !isZero(report.executed))) return { reports };
  const certainAtMs =
    request.notAfterMs +
    request.recvWindowMs +
    deps.exchange.clock.errorMs() +
    VISIBILITY_ALLOWANCE_MS;
  return deps.exchange.clock.exchangeNowMs() > certainAtMs ? { reports } : null;
};

const alertDoubt = async (
  deps: ActivityDeps,
  request: ResolveRequest,
  episodeKey: string,
): Promise<void> => {
  await raiseAlert(deps.db, {
    installationId: deps.installationId,
    severity: 'critical',
    episodeKey,
    title: `Order of ${request.symbol} is unresolved`,
    text: `The exchange has not said yet what became of an order of ${request.symbol}. It is asked again and again. Look at the open orders of the pair on the exchange.`,
    listingId: request.listingId,
    nowMs: deps.clock.now(),
  });
};
