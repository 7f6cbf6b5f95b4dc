import { createRoute } from '@hono/zod-openapi';
import type { Database } from '#prisma/client.ts';
import { lockCoin } from '#prisma/listings.ts';
import { sniperWorkflowId } from '#workflows/messages.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { budgetInput, listingBudget, type ListingBudgetView } from '../schemas/listing.ts';
import { idParams, keyHeaders } from '../schemas/shared.ts';
import {
  budgetOf,
  budgetProblem,
  ownBudget,
  tooLate,
  withBudget,
  type BudgetRow,
  type TooLate,
} from './budget.ts';

const edit = createRoute({
  method: 'patch',
  path: '/listings/{id}/budget',
  tags: ['listings'],
  summary: 'Sets how much is spent on one listing',
  description:
    'Before its trade begins: a trade reads its budget once, and what it read is what the risk rules reserve. 409 with the phase afterwards. May be repeated.',
  request: { params: idParams, headers: keyHeaders, body: body(budgetInput) },
  responses: { 200: answer(listingBudget, 'as it is now'), ...notFound, ...conflict, ...problems },
});

/** The budget of one listing. */
export const budgetRoutes = (deps: ApiDeps) =>
  newRouter().openapi(edit, async (c) => {
    const { id } = c.req.valid('param');
    const { quoteAmount } = c.req.valid('json');
    await refuseBegun(deps, await found(deps, deps.db, id));
    const { before, after } = await write(deps, id, quoteAmount);
    // It may have begun while that was written: then nobody knows which amount it read.
    if (await hasBegun(deps, id)) throw inDoubt();
    c.set('changed', { before: { quoteAmount: before }, after: { quoteAmount } });
    return c.json(after, 200);
  });

const found = async (
  deps: ApiDeps,
  db: Pick<Database, 'listing'>,
  id: string,
): Promise<BudgetRow> => {
  const installationId = await deps.installation.id();
  const row = await db.listing.findFirst({ where: { id, installationId }, include: withBudget });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such listing.');
  return row;
};

const hasWorkflow = async ({ temporal }: ApiDeps, id: string): Promise<boolean> =>
  (await temporal.history(sniperWorkflowId(id))) !== null;

const hasBegun = async (deps: ApiDeps, id: string): Promise<boolean> =>
  (await found(deps, deps.db, id)).trade !== null || (await hasWorkflow(deps, id));

/** The workflow begins a moment before its trade is in the record, or a moment after. */
const refuseBegun = async (deps: ApiDeps, row: BudgetRow): Promise<void> => {
  const isOpen = row.endedAt === null && row.trade === null;
  if (!isOpen || !(await hasWorkflow(deps, row.id))) return;
  throw refused({ phase: 'waiting', text: 'Too late: its trade has just begun.' });
};

/** It is not taken back: the trade may have read it. */
const inDoubt = (): ApiProblem =>
  refused({
    phase: 'waiting',
    text: 'Its trade began while this was written, and may have read either amount. The reservation will show which; disarm it if you cannot wait for that.',
  });

const refused = ({ phase, text }: TooLate): ApiProblem =>
  new ApiProblem('CONFLICT', text, { phase });

const write = (deps: ApiDeps, id: string, quoteAmount: string | null) =>
  deps.db.$transaction(async (tx) => {
    const { installationId, base } = await found(deps, tx, id);
    await lockCoin(tx, installationId, base); // arming by hand writes the same column
    // A trade that is being opened refers to this row, and waits.
    await tx.$queryRaw`SELECT 1 FROM "Listing" WHERE id = ${id} FOR UPDATE`;
    const row = await found(deps, tx, id);
    const now = await budgetOf(tx, row);
    if (now === null)
      throw new ApiProblem('CONFLICT', 'There is no active configuration; write one first.');
    const late = tooLate(row, now.amount);
    if (late !== null) throw refused(late);
    const problem = budgetProblem(quoteAmount, { most: now.most, quote: row.quote });
    if (problem !== null)
      throw new ApiProblem('VALIDATION_FAILED', `quoteAmount: ${problem}`, [
        { path: 'quoteAmount', problem },
      ]);
    const terms = { maxPrice: null, ...(row.terms as object | null), quoteAmount };
    await tx.listing.update({ where: { id }, data: { terms } });
    const after: ListingBudgetView = {
      ...now,
      amount: quoteAmount ?? now.usual,
      isOwn: quoteAmount !== null,
    };
    return { before: ownBudget(row), after };
  });
