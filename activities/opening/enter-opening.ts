import type { EntryAsk } from '#domain/entry-request.ts';
import { lower, type HandTerms } from '#domain/listing-by-hand.ts';
import type { SymbolRules } from '#domain/symbol-rules.ts';
import { takeEntryPermit, type TakePermit } from '#prisma/permits.ts';
import type { ActivityDeps } from '../deps.ts';
import type { KillState } from '../kill-memory.ts';
import { raceAfterAsking } from './ask-first.ts';
import { released, type EntryResult } from './entry-types.ts';
import { handBackUnsent } from './hand-back.ts';
import { createReadiness } from './keep-ready.ts';
import { raceEntry } from './race-entry.ts';
import { watchOpening, type OpeningWatch } from './watch-opening.ts';

/** The permit is taken this long before the opening: one commit fits many times. */
const PERMIT_LEAD_MS = 1000;
/** A pair without a known opening is watched this long before the workflow arms again. */
const UNTIMED_WATCH_MS = 3_600_000;
/** The exchange can be this much off before a signed time falls outside its window. */
const SEND_MARGIN_MS = 1000;

/** What the admission says, when the permit may be taken; or what the entry has come to instead. */
export type Leave =
  | { readonly kind: 'leave'; readonly budget: string; readonly listed?: Listed }
  | EntryResult;

export interface Entering {
  /** Aborted when the entry is taken back, or the process stops. */
  readonly signal: AbortSignal;
  /** Asked once, at once; the permit is taken after its answer. */
  readonly leave: () => Promise<Leave>;
  /** Why nothing may be sent after all, asked with the permit in hand; null: it may. */
  readonly veto?: Promise<string | null>;
  /** Called when the first order has left, before it is answered. */
  readonly onLeft?: () => void;
}

/** Waits for a pair's opening, takes the permit and buys. What its caller says of repeating holds. */
export const enterOpening = async (
  deps: ActivityDeps,
  asked: EntryAsk,
  { signal, leave, veto = Promise.resolve(null), onLeft = () => {} }: Entering,
): Promise<EntryResult> => {
  const watch = watchOpening(deps, {
    symbol: asked.symbol,
    listingId: asked.arming.listingId,
    minPrint: asked.options.minPrint,
    wantsBook: asked.options.minAskDepth > 0,
    opensAtMs: asked.opensAtMs,
  });
  const isLate = permitDueMs(deps, asked) <= 0;
  try {
    // Side by side: a pair that trades already waits for each of these.
    const [may, rules] = await Promise.all([
      leave(),
      rulesOf(deps, asked, signal),
      watch.caughtUp(signal),
      measureClock(deps, asked),
    ]);
    if (may.kind !== 'leave') return may;
    const { confidence, ownMaxPrice } = may.listed ?? (await listingOf(deps, asked));
    const maxPrice = lower(asked.options.maxPrice, ownMaxPrice);
    const request = { ...asked, options: { ...asked.options, maxPrice } };
    if (rules === null) return unknownPair(deps, request);
    const interrupted = await waitForLead(deps, request, { watch, signal });
    if (interrupted !== null) return interrupted;
    const terms = { rules, budget: may.budget, confidence };
    return await enter(deps, request, { ...terms, watch, isLate, signal, veto, onLeft });
  } finally {
    await watch.close();
  }
};

interface Listed {
  /** Decides who sends first when the order budget is short. */
  readonly confidence: number;
  /** An operator may have set a price guard after the trade was opened. */
  readonly ownMaxPrice: string | null;
}

const listingOf = async (deps: ActivityDeps, { arming }: EntryAsk): Promise<Listed> => {
  const listing = await deps.db.listing.findUniqueOrThrow({
    where: { id: arming.listingId },
    select: { confidence: true, terms: true },
  });
  const terms = listing.terms as HandTerms | null; // written by armByHand alone
  return {
    confidence: listing.confidence,
    ownMaxPrice: terms?.maxPrice ?? null,
  };
};

/** Within the window it may still appear; after it nothing was sent and nothing will be. */
const unknownPair = (deps: ActivityDeps, request: EntryAsk): EntryResult => {
  const because = `the exchange has no record of ${request.symbol}`;
  const { opensAtMs, options } = request;
  return opensAtMs !== null && deps.clock.now() > opensAtMs + options.window * 1000
    ? { kind: 'notEntered', outcome: 'windowEnded', because }
    : { kind: 'released', because };
};

const RULES_RETRY_MS = 1000;
/** Near the opening the record may come at any moment. */
const RULES_RETRY_NEAR_MS = 500;
const NEAR_MS = 2000;

/** The pair's precision must be known before anything is sent; it may appear only near the opening. */
const rulesOf = async (
  deps: ActivityDeps,
  request: EntryAsk,
  signal: AbortSignal,
): Promise<SymbolRules | null> => {
  const deadline = (request.opensAtMs ?? deps.clock.now()) + request.options.window * 1000;
  do {
    const rules = await deps.rules.of(request.symbol).catch((error: unknown) => {
      deps.log.warn({ error, symbol: request.symbol }, 'The pair’s rules could not be read');
      return null;
    });
    if (rules !== null) return rules;
    const isNear = (request.opensAtMs ?? 0) - deps.clock.now() < NEAR_MS;
    await pause(isNear ? RULES_RETRY_NEAR_MS : RULES_RETRY_MS, signal);
  } while (!signal.aborted && deps.clock.now() < deadline);
  return null;
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Until the permit is due, ms; endless for an opening that nobody knows. */
const permitDueMs = (deps: ActivityDeps, { opensAtMs }: EntryAsk): number =>
  (opensAtMs ?? Infinity) - PERMIT_LEAD_MS - deps.exchange.clock.exchangeNowMs();

/** `pauseEntries` lets an armed entry wait on: it may be lifted before the opening. */
const haltedBy = (kill: KillState): EntryResult | null =>
  kill.kind === 'on' && kill.level !== 'pauseEntries'
    ? { kind: 'notEntered', outcome: 'halted', because: `${kill.level}: ${kill.reason}` }
    : null;

/** The process measures every 20 s anyway: nothing that trades already waits for one more. */
const CLOCK_FRESH_MS = 30_000;

/** Without any measurement nothing can be judged; one that is old is better than none. */
const measureClock = async (deps: ActivityDeps, { opensAtMs }: EntryAsk): Promise<void> => {
  const { clock } = deps.exchange;
  const ageMs = clock.ageMs();
  if (opensAtMs === null && ageMs !== null && ageMs < CLOCK_FRESH_MS) return;
  await clock.refresh().catch((error: unknown) => {
    if (clock.ageMs() === null) throw error;
  });
};

/** Waits until the permit is due: shortly before the opening, or when the pair trades early. */
const waitForLead = async (
  deps: ActivityDeps,
  request: EntryAsk,
  { watch, signal }: Pick<Opening, 'watch' | 'signal'>,
): Promise<EntryResult | null> => {
  const startedAtMs = deps.clock.now();
  const readiness = createReadiness(deps);
  for (;;) {
    if (signal.aborted) return released(`released: ${String(signal.reason)}`);
    const halted = haltedBy(deps.kill.state());
    if (halted !== null) return halted;
    const left = request.opensAtMs === null ? null : permitDueMs(deps, request);
    if ((left !== null && left <= 0) || watch.facts().tradingSinceMs !== null) return null;
    if (left === null && deps.clock.now() - startedAtMs > UNTIMED_WATCH_MS)
      return released('still not trading');
    readiness.keep(left === null ? null : left + PERMIT_LEAD_MS);
    await Promise.race([watch.next(Math.min(left ?? 250, 250)), aborted(signal)]);
  }
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

interface Opening {
  readonly watch: OpeningWatch;
  readonly rules: SymbolRules;
  readonly budget: string;
  readonly confidence: number;
  /** This activity began when its permit was due already. */
  readonly isLate: boolean;
  readonly signal: AbortSignal;
  readonly veto: Promise<string | null>;
  readonly onLeft: () => void;
}

const enter = async (
  deps: ActivityDeps,
  request: EntryAsk,
  opening: Opening,
): Promise<EntryResult> => {
  const firstId = request.clientOrderIds[0];
  if (firstId === undefined) throw new Error('an entry needs at least one client order id');
  const now = deps.exchange.clock.exchangeNowMs();
  const notAfterMs =
    Math.max(request.opensAtMs ?? now, now) + request.options.window * 1000 + SEND_MARGIN_MS;
  const wanted: TakePermit = {
    ...request.arming,
    installationId: request.installationId,
    workflowId: request.workflowId,
    holder: deps.instance,
    nowMs: deps.clock.now(),
    notAfterMs,
    intent: {
      symbol: request.symbol,
      side: 'buy',
      type: 'limitIoc',
      clientOrderId: firstId,
      price: null,
      quantity: null,
    },
  };
  const take = await takeEntryPermit(deps.db, wanted, deps.asker);
  switch (take.kind) {
    case 'taken':
      return raceWith(deps, request, { ...opening, notAfterMs });
    case 'halted':
      return {
        kind: 'notEntered',
        outcome: 'halted',
        because: `${take.level}: ${take.reason}`,
      };
    case 'refused':
      return { kind: 'notEntered', outcome: 'halted', because: take.because };
    case 'held':
    case 'gone':
    case 'notYet':
      return { kind: 'released', because: `the permit is ${take.kind}` };
  }
};

const raceWith = async (
  deps: ActivityDeps,
  request: EntryAsk,
  opening: Opening & { readonly notAfterMs: number },
): Promise<EntryResult> => {
  const because = await opening.veto;
  if (because !== null) return handBackUnsent(deps, request, because);
  const race = () => raceEntry(deps, request, opening);
  return opening.isLate ? raceAfterAsking(deps, request, race) : race();
};
