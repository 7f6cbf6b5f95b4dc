import type { Quantity, QuoteAmount } from '#domain/amount.ts';
import type { ExitOptions, TradingOptions } from '#domain/configuration.ts';
import { gateProblem } from '#domain/live-gate.ts';
import { judgeRisk, type RiskFacts, type RuleResult, type Verdict } from '#domain/risk.ts';
import type { Database, Db } from './client.ts';
import { readGate, type GateAsker } from './live.ts';
import type { RiskVerdict } from './generated/client.ts';
import { readFacts } from './risk-facts.ts';
import { toQuote } from './to-domain.ts';

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
  readonly confidence: number;
  readonly armedByHand: boolean;
  readonly announced: boolean;
  /** Free quote balance as the exchange says it. */
  readonly freeQuote: QuoteAmount;
  /** Whom the process that asks acts for. */
  readonly asker: GateAsker;
  /** Base coins on the account before anything was bought, free and locked. */
  readonly ownedBefore: Quantity;
  /** The opening, or now: hour and UTC day in which the trade counts. Epoch ms. */
  readonly countsAtMs: number;
  readonly nowMs: number;
}

/** A verdict, and what was reserved when it allows: no order of the entry spends more. */
export type Admitted = Verdict & { readonly budget: QuoteAmount };

/**
 * Judges and reserves in one transaction under the installation's row lock, so that entries at one
 * instant cannot overshoot a limit together. The budget is the one that stands with the listing under
 * that lock. May repeat: a workflow has one verdict.
 */
export const admit = (db: Database, request: AdmitRequest): Promise<Admitted> =>
  db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Installation" WHERE id = ${request.installationId} FOR UPDATE`;
    const earlier = await tx.riskVerdict.findUnique({ where: { workflowId: request.workflowId } });
    if (earlier !== null) return again(tx, request, earlier);
    const facts = await factsOf(tx, request);
    const verdict = judgeRisk(facts, request.options);
    await writeVerdict(tx, { ...request, budget: facts.budget }, verdict);
    return { ...verdict, budget: facts.budget };
  });

const again = async (tx: Db, request: AdmitRequest, earlier: RiskVerdict): Promise<Admitted> => {
  const { listingId } = request;
  const reserved = await tx.riskReservation.findUnique({ where: { listingId } });
  return {
    allowed: earlier.allowed,
    rules: earlier.rules as unknown as RuleResult[], // written below
    budget: reserved === null ? request.budget : toQuote(reserved.amount),
  };
};

/** Verdict, reservation, plan and what was owned before, in one statement: others wait for the lock. */
const writeVerdict = async (tx: Db, request: AdmitRequest, verdict: Verdict): Promise<void> => {
  const { listingId, installationId, workflowId, quote, budget } = request;
  const now = new Date(request.nowMs);
  await tx.$executeRaw`
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
    )
    UPDATE "Trade" SET "ownedBefore" = ${request.ownedBefore}::numeric, "updatedAt" = ${now}
    WHERE id = ${listingId}`;
};

/** What the limits are judged by; read inside the lock. */
const factsOf = async (tx: Db, request: AdmitRequest): Promise<RiskFacts> => {
  const { ownBudget, ...recorded } = await readFacts(tx, request);
  return {
    ...askedOf(request),
    ...recorded,
    budget: ownBudget ?? request.budget,
    gate: await gateFact(tx, request),
  };
};

const askedOf = (request: AdmitRequest) => ({
  nowMs: request.nowMs,
  base: request.base,
  quote: request.quote,
  confidence: request.confidence,
  armedByHand: request.armedByHand,
  announced: request.announced,
  freeQuote: request.freeQuote,
});

const gateFact = async (tx: Db, { asker, nowMs }: AdmitRequest): Promise<RiskFacts['gate']> =>
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
