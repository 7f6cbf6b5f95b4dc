import { Context } from '@temporalio/activity';
import { isZero } from '#domain/amount.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import { isFinal, type ClientOrderId, type OrderReport } from '#domain/order.ts';
import { raiseAlert, resolveAlert } from '#prisma/alerts.ts';
import { recordedIds } from '#prisma/orders.ts';
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
/** Time between two rounds: quick at first, then gently, because doubt often comes in numbers. */
const QUICK_EVERY_MS = 500;
const QUICK_ROUNDS = 6;
const CALM_EVERY_MS = 1500;
/** A cancel is looked after this soon. */
const CANCEL_LOOK_MS = 50;
/** The lists of orders cost more than a look-up: they are asked for every so many rounds. */
const LISTS_EVERY = 4;
/** Doubt that lasts longer is told to people. */
const ALERT_AFTER_MS = 30_000;

/**
 * Asks what became of the orders of a leg, by every door, until it is certain. May repeat, and is
 * repeated for ever: it only reads, and cancels what is still open. An executed order ends the
 * question at once, because its sender never sends another, and so do final orders for every id;
 * absence counts only when nothing sent in time could still appear, and then every id is asked for.
 */
export const resolveOrder =
  (deps: ActivityDeps) =>
  async (request: ResolveRequest): Promise<Resolution> => {
    const context = Context.current();
    const startedAtMs = deps.clock.now();
    const episodeKey = `unresolved:${request.listingId}`;
    for (let round = 0; ; round += 1) {
      context.heartbeat();
      if (deps.stopping.aborted) throw new Error('this process stops; another one asks on');
      const isLast = nothingCanAppear(deps, request);
      const found = await ask(deps, request, { round, isLast }).catch((error: unknown) => {
        deps.log.warn({ error, symbol: request.symbol }, 'Asking for orders failed; asking again');
        return null;
      });
      const settled = found === null ? null : await conclude(deps, request, { found, isLast });
      if (settled === 'cancelled') {
        await context.sleep(CANCEL_LOOK_MS);
        continue;
      }
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
      await context.sleep(round < QUICK_ROUNDS ? QUICK_EVERY_MS : CALM_EVERY_MS);
    }
  };

/** Every order that was signed in time would be visible by now. */
const nothingCanAppear = ({ exchange }: ActivityDeps, request: ResolveRequest): boolean =>
  exchange.clock.exchangeNowMs() >
  request.notAfterMs + request.recvWindowMs + exchange.clock.errorMs() + VISIBILITY_ALLOWANCE_MS;

interface Round {
  readonly round: number;
  /** What is absent now never executed. */
  readonly isLast: boolean;
}

/**
 * Orders of the leg by client id. Early rounds look up what the record says was about to be sent;
 * the last one looks up every id, whatever the record says. Throws when a door does not answer.
 */
const ask = async (
  deps: ActivityDeps,
  request: ResolveRequest,
  { round, isLast }: Round,
): Promise<ReadonlyMap<string, OrderReport>> => {
  const found = new Map<string, OrderReport>();
  if (isLast || round % LISTS_EVERY === 0)
    for (const report of await listed(deps, request)) found.set(report.clientOrderId, report);
  const ids = isLast ? request.clientOrderIds : await intended(deps, request);
  for (const clientOrderId of ids) {
    const report = await deps.exchange.findOrder(request.symbol, { clientOrderId });
    if (report !== null) found.set(clientOrderId, report);
  }
  return found;
};

/** Ids whose intent is recorded: it always is before a send, unless Postgres has lost it. */
const intended = async (
  { db, log }: ActivityDeps,
  { clientOrderIds, symbol }: ResolveRequest,
): Promise<readonly ClientOrderId[]> => {
  const recorded = await recordedIds(db, clientOrderIds).catch((error: unknown) => {
    log.warn({ error, symbol }, 'The record does not answer: every order is asked for');
    return new Set<string>(clientOrderIds);
  });
  return clientOrderIds.filter((id) => recorded.has(id));
};

type OwnReport = OrderReport & { readonly clientOrderId: ClientOrderId };

/** What the lists of open and of all orders show of the leg. */
const listed = async (deps: ActivityDeps, request: ResolveRequest): Promise<OwnReport[]> => {
  const ours = new Set<string>(request.clientOrderIds);
  const [all, open] = await Promise.all([
    deps.exchange.allOrders(request.symbol, { sinceMs: request.sinceMs }),
    deps.exchange.openOrders(request.symbol),
  ]);
  return [...open, ...all].filter(
    (report): report is OwnReport =>
      report.clientOrderId !== null && ours.has(report.clientOrderId),
  );
};

const conclude = async (
  deps: ActivityDeps,
  request: ResolveRequest,
  { found, isLast }: { found: ReadonlyMap<string, OrderReport>; isLast: boolean },
): Promise<Resolution | 'cancelled' | null> => {
  const reports = [...found.values()];
  const open = reports.filter((report) => !isFinal(report.status));
  // A cancel is a request, not a fact: the next round asks what it did.
  for (const report of open) {
    const { exchangeOrderId } = report;
    const answer = await deps.exchange.cancelOrder(request.symbol, { exchangeOrderId });
    deps.log.info({ answer, exchangeOrderId }, 'Asked to cancel an order that should not rest');
  }
  if (open.length > 0) return 'cancelled';
  const isWhole = reports.length === request.clientOrderIds.length;
  const isSettled = isLast || isWhole || reports.some((report) => !isZero(report.executed));
  return isSettled ? { reports } : null;
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
