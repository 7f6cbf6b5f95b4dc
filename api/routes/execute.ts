import { createRoute } from '@hono/zod-openapi';
import { tradingOptions } from '#domain/configuration.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, problems } from '../schemas/error.ts';
import { executionAnswer, executionInput } from '../schemas/execution.ts';
import { keyHeaders } from '../schemas/shared.ts';
import { armTyped } from './listings.ts';

const execute = createRoute({
  method: 'post',
  path: '/trade/execute',
  tags: ['trades'],
  summary: 'Buys a pair by hand, as it begins to trade',
  description:
    'The same as POST /listings, by the name of the pair: one workflow, the same risk rules, budget and live gate as any listing. Armed is not bought: see the trade. 409 for a pair that trades already: what is late is not bought.',
  request: { headers: keyHeaders, body: body(executionInput) },
  responses: { 200: answer(executionAnswer, 'it is armed'), ...conflict, ...problems },
});

/** A buy that a person asks for. */
export const executeRoutes = (deps: ApiDeps) =>
  newRouter().openapi(execute, async (c) => {
    const { symbol, quoteOrderQty, maxPrice, opensAt } = c.req.valid('json');
    const pair = await pairOf(deps, symbol);
    const input = { ...pair, maxPrice, opensAt, quoteAmount: quoteOrderQty };
    const armed = await armTyped(deps, input).catch(inWordsOfTheCall);
    const after = { mode: deps.installation.venue.mode, ...armed };
    c.set('changed', { before: null, after });
    return c.json(after, 200);
  });

/**
 * Base and quote of a pair that a person typed: of no other can they be told apart by its name. What
 * is cut out wrongly is no coin that the exchange has, and nothing is bought.
 */
const pairOf = async (
  deps: ApiDeps,
  symbol: string,
): Promise<{ readonly base: string; readonly quote: string }> => {
  const installationId = await deps.installation.id();
  const active = await deps.db.botConfiguration.findFirst({
    where: { installationId, active: true },
  });
  if (active === null)
    throw new ApiProblem('CONFLICT', 'There is no active configuration; write one first.');
  const { quotes } = tradingOptions.parse(active.options);
  const fitting = quotes.filter((each) => symbol.endsWith(each) && symbol.length > each.length);
  const [quote] = fitting;
  if (quote !== undefined && fitting.length === 1)
    return { base: symbol.slice(0, -quote.length), quote };
  const problem = `must end with exactly one quote that the configuration trades (${quotes.join(', ')}); POST /listings names base and quote apart`;
  throw new ApiProblem('VALIDATION_FAILED', `symbol: ${problem}`, [{ path: 'symbol', problem }]);
};

/** Problems name the fields that were sent. */
const inWordsOfTheCall = (error: unknown): never => {
  if (!(error instanceof ApiProblem) || !Array.isArray(error.details)) throw error;
  const told = (text: string) => text.replaceAll('quoteAmount', 'quoteOrderQty');
  const details = error.details.map(({ path, problem }) => ({ path: told(path), problem }));
  throw new ApiProblem(error.code, told(error.message), details);
};
