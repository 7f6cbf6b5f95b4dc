import type { Quantity, QuoteAmount } from '#domain/amount.ts';
import type { ExitOptions, TradingOptions } from '#domain/configuration.ts';
import { gateProblem } from '#domain/live-gate.ts';
import { judgeRisk, type RiskFacts, type Verdict } from '#domain/risk.ts';
import type { Database } from './client.ts';
import type { Statements } from './direct.ts';
import { lockInstallation } from './installation.ts';
import { readGate, type GateAsker } from './live.ts';
import { armLeg } from './permits.ts';
import { readFacts, type EarlierVerdict, type RecordedFacts } from './risk-facts.ts';

export interface AdmitRequest {
  readonly installationId: string;
  readonly listingId: string;
  readonly workflowId: string;
  readonly base: string;
  readonly quote: string;
  /** Where an operator set none for the listing. */
  readonly budget: QuoteAmount;
  readonly options: TradingOptions;
  readonly exits: ExitOptions;
  /** Free quote balance as the exchange says it. */
  readonly freeQuote: QuoteAmount;
  /** When the exchange was asked for it, epoch ms: what was spent later is not in it. */
  readonly balancesAtMs: number;
  /** Whom the process that asks acts for. */
  readonly asker: GateAsker;
  /** Base coins on the account before anything was bought, free and locked. */
  readonly ownedBefore: Quantity;
  /** The opening, or now: hour and UTC day in which the trade counts. Epoch ms. */
  readonly countsAtMs: number;
  readonly nowMs: number;
  /** Arms the entry with this token when it allows; null: who asks arms it later. */
  readonly armsWith: string | null;
  /** Done first in the same transaction, under the lock. */
  readonly before?: (tx: Statements) => Promise<void>;
}

export type Admitted = Verdict & {
  /** What was reserved when it allows: no order of the entry spends more. */
  readonly budget: QuoteAmount;
  /** The listing as it was judged. */
  readonly listed: Pick<RecordedFacts, 'confidence' | 'ownMaxPrice'>;
};

/**
 * Judges and reserves in one transaction under the installation's row lock, so that entries at one
 * instant cannot overshoot a limit together. The budget is the one that stands with the listing under
 * that lock. May repeat: a workflow has one verdict.
 */
export const admit = (db: Database, request: AdmitRequest): Promise<Admitted> =>
  db.direct.transaction(async (tx) => {
    // Sent together, run one after the other: the lock comes before all that it protects.
    const [, , { earlier, ...recorded }, gate] = await Promise.all([
      lockInstallation(tx, request.installationId),
      request.before?.(tx),
      readFacts(tx, request),
      gateFact(tx, request),
    ]);
    const { confidence, ownMaxPrice } = recorded;
    const listed = { confidence, ownMaxPrice };
    if (earlier !== null) return { ...(await again(tx, request, earlier)), listed };
    const facts = factsOf(request, { ...recorded, gate });
    const verdict = judgeRisk(facts, request.options);
    await Promise.all([
      writeVerdict(tx, { ...request, budget: facts.budget }, verdict),
      tx.commit(),
    ]);
    return { ...verdict, budget: facts.budget, listed };
  });

const again = async (
  tx: Statements,
  request: AdmitRequest,
  earlier: EarlierVerdict,
): Promise<Omit<Admitted, 'listed'>> => {
  const { allowed, rules, reserved } = earlier;
  const { listingId, workflowId, armsWith: token } = request;
  if (allowed && token !== null)
    await armLeg(tx, { listingId, leg: 'entry', token, workflowId, quantity: null });
  return { allowed, rules, budget: reserved ?? request.budget };
};

/** Verdict, reservation, plan, arming and what was owned before, in one statement: others wait. */
const writeVerdict = async (
  tx: Statements,
  request: AdmitRequest,
  verdict: Verdict,
): Promise<void> => {
  const { listingId, installationId, workflowId, quote, budget, armsWith } = request;
  const now = new Date(request.nowMs);
  await tx.$executeRaw`
    /* writeVerdict */
    WITH verdict AS (
      INSERT INTO "RiskVerdict" (id, "listingId", "workflowId", allowed, rules, "decidedAt")
      VALUES (gen_random_uuid(), ${listingId}, ${workflowId}, ${verdict.allowed},
        ${JSON.stringify(verdict.rules)}::jsonb, ${now})
      RETURNING allowed
    ), reservation AS (
      INSERT INTO "RiskReservation"
        ("listingId", "installationId", "workflowId", quote, amount, state, "countsAt", "createdAt")
      SELECT ${listingId}, ${installationId}, ${workflowId}, ${quote}, ${budget}::numeric, 'reserved',
        ${new Date(request.countsAtMs)}, ${now}
      FROM verdict WHERE allowed
    ), plan AS (
      INSERT INTO "TradePlan" ("listingId", exits, budget, "updatedAt")
      SELECT ${listingId}, ${JSON.stringify(request.exits)}::jsonb, ${budget}::numeric, ${now}
      FROM verdict WHERE allowed
      ON CONFLICT ("listingId") DO NOTHING
    ), arming AS (
      INSERT INTO "SendPermit" ("listingId", leg, token, "workflowId", state)
      SELECT ${listingId}, 'entry', ${armsWith}::text, ${workflowId}, 'free'
      FROM verdict WHERE allowed AND ${armsWith}::text IS NOT NULL
      ON CONFLICT DO NOTHING
    )
    UPDATE "Trade" SET "ownedBefore" = ${request.ownedBefore}::numeric, "updatedAt" = ${now}
    WHERE id = ${listingId}`;
};

/** What the limits are judged by; read inside the lock. */
const factsOf = (
  request: AdmitRequest,
  { ownBudget, ...recorded }: Omit<RecordedFacts, 'earlier'> & Pick<RiskFacts, 'gate'>,
): RiskFacts => ({
  ...recorded,
  nowMs: request.nowMs,
  base: request.base,
  quote: request.quote,
  freeQuote: request.freeQuote,
  budget: ownBudget ?? request.budget,
});

const gateFact = async (
  tx: Statements,
  { asker, nowMs }: AdmitRequest,
): Promise<RiskFacts['gate']> =>
  asker.venue.orders === 'gated'
    ? { problem: gateProblem(await readGate(tx, asker, nowMs)) }
    : null;

/** `taken`: somebody may have sent. `closedBefore`: the entry had ended; the record says how. */
export type Release = 'released' | 'taken' | 'closedBefore';

/**
 * Gives a reservation back and closes the entry's permit when the entry ends without an order:
 * disarmed, denied late, window over. An entry that was never armed is closed too, so that no late
 * sender can open it. Nothing happens if the permit is taken. May repeat.
 */
export const releaseEntry = (
  db: Database,
  release: { listingId: string; workflowId: string; nowMs: number },
): Promise<Release> =>
  db.$transaction(async (tx) => {
    const { listingId, workflowId } = release;
    const closedAt = new Date(release.nowMs);
    const inserted = await tx.sendPermit.createMany({
      data: {
        listingId,
        leg: 'entry',
        workflowId,
        token: 'never-armed',
        state: 'closed',
        closedAt,
      },
      skipDuplicates: true,
    });
    await tx.$queryRaw`SELECT 1 FROM "SendPermit" WHERE "listingId" = ${listingId} FOR UPDATE`;
    const permit = await tx.sendPermit.findUniqueOrThrow({
      where: { listingId_leg: { listingId, leg: 'entry' } },
    });
    if (permit.state === 'taken') return 'taken';
    if (permit.state === 'closed' && inserted.count === 0) return 'closedBefore';
    await tx.sendPermit.updateMany({
      where: { listingId, leg: 'entry', state: 'free' },
      data: { state: 'closed', closedAt },
    });
    await tx.riskReservation.updateMany({
      where: { listingId, state: 'reserved' },
      data: { state: 'released', spent: 0, settledAt: closedAt },
    });
    return 'released';
  });
