import { createRoute } from '@hono/zod-openapi';
import { lockCoin } from '#prisma/coin-record.ts';
import { lockInstallation } from '#prisma/installation.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { budgetInput, listingBudget, type ListingBudgetView } from '../schemas/listing.ts';
import { idParams, keyHeaders } from '../schemas/shared.ts';
import {
  budgetOf,
  budgetProblem,
  listingFound,
  ownBudget,
  tooLate,
  type TooLate,
} from './budget.ts';

const edit = createRoute({
  method: 'patch',
  path: '/listings/{id}/budget',
  tags: ['listings'],
  summary: 'Sets how much is spent on one listing',
  description:
    'Until the risk rules judge it, 90 s before the opening: what stands then is what they reserve. 409 with the phase afterwards. May be repeated.',
  request: { params: idParams, headers: keyHeaders, body: body(budgetInput) },
  responses: { 200: answer(listingBudget, 'as it is now'), ...notFound, ...conflict, ...problems },
});

/** The budget of one listing. */
export const budgetRoutes = (deps: ApiDeps) =>
  newRouter().openapi(edit, async (c) => {
    const { id } = c.req.valid('param');
    const { quoteAmount } = c.req.valid('json');
    const { before, after } = await write(deps, id, quoteAmount);
    c.set('changed', { before: { quoteAmount: before }, after: { quoteAmount } });
    return c.json(after, 200);
  });

const refused = ({ phase, text }: TooLate): ApiProblem =>
  new ApiProblem('CONFLICT', text, { phase });

const write = (deps: ApiDeps, id: string, quoteAmount: string | null) =>
  deps.db.$transaction(async (tx) => {
    const { installationId, base } = await listingFound(deps, tx, id);
    await lockCoin(tx, installationId, base); // arming by hand writes the same column
    // The ledger's lock: the rules judge before this or after it, never meanwhile.
    await lockInstallation(tx, installationId);
    const row = await listingFound(deps, tx, id);
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
