import { createRoute, z } from '@hono/zod-openapi';
import type { Prisma } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import { answer, newRouter } from '../router.ts';
import { problems } from '../schemas/error.ts';
import { limitParam, sinceParam, symbolParam } from '../schemas/shared.ts';
import { logKinds } from '../schemas/trade-detail.ts';
import { page } from '../views/paging.ts';
import { iso } from '../views/text.ts';
import {
  logCursorParam,
  logTextParam,
  readLogCursor,
  tradeLogPage,
  untilParam,
  type LogCursor,
  type TradeLogEntryView,
} from './schemas.ts';

const filter = z.object({
  symbol: symbolParam.openapi({ description: 'a pair, or its coin', example: 'ABCUSDT' }),
  kind: z.enum(logKinds).optional(),
  text: logTextParam,
  since: sinceParam,
  until: untilParam,
  limit: limitParam,
  cursor: logCursorParam,
});

const list = createRoute({
  method: 'get',
  path: '/logs',
  tags: ['audit'],
  summary: 'What happened in all trades, newest first',
  description: 'The logs of trades as one list. Append-only.',
  request: { query: filter },
  responses: { 200: answer(tradeLogPage, 'a page'), ...problems },
});

const newestFirst: Prisma.TradeLogOrderByWithRelationInput[] = [
  { at: 'desc' },
  { workflowId: 'desc' },
  { sequence: 'desc' },
];

/** The logs of all trades. */
export const logRoutes = (deps: ApiDeps) =>
  newRouter().openapi(list, async (c) => {
    const query = c.req.valid('query');
    const rows = await deps.db.tradeLog.findMany({
      where: await wanted(deps, query),
      include: { trade: { select: { symbol: true } } },
      orderBy: newestFirst,
      take: query.limit + 1,
    });
    const position = (row: (typeof rows)[number]) => ({
      at: row.at,
      id: `${row.workflowId}.${row.sequence}`,
    });
    return c.json(page(rows, query.limit, { position, view: entryView }), 200);
  });

/** A coin lives a few times; a page of its logs needs no more than these. */
const LIVES_MAX = 200;

const wanted = async (
  deps: ApiDeps,
  { symbol, kind, text, since, until, cursor }: z.infer<typeof filter>,
): Promise<Prisma.TradeLogWhereInput> => {
  const installationId = await deps.installation.id();
  const found = cursor === undefined ? null : readLogCursor(cursor);
  const tradeIds = symbol === undefined ? null : await tradesOf(deps, symbol);
  return {
    AND: [
      { trade: { installationId } },
      tradeIds === null ? {} : { tradeId: { in: tradeIds } },
      kind === undefined ? {} : { kind },
      text === undefined ? {} : { text: { contains: plain(text), mode: 'insensitive' } },
      since === undefined ? {} : { at: { gte: new Date(since) } },
      until === undefined ? {} : { at: { lt: new Date(until) } },
      found === null ? {} : before(found),
    ],
  };
};

/** Newest first, so that the lives that are left out are the oldest. */
const tradesOf = async (deps: ApiDeps, symbol: string): Promise<string[]> => {
  const rows = await deps.db.listing.findMany({
    where: {
      installationId: await deps.installation.id(),
      OR: [{ symbol }, { base: symbol }],
      trade: { isNot: null },
    },
    orderBy: { generation: 'desc' },
    take: LIVES_MAX,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
};

/** The text as it is typed: in a pattern these three mean something else. */
const plain = (text: string): string => text.replaceAll(/[\\%_]/g, (each) => `\\${each}`);

/** What comes after a cursor; the first bound lets an index begin there. */
const before = ({ at, workflowId, sequence }: LogCursor): Prisma.TradeLogWhereInput => ({
  at: { lte: at },
  OR: [
    { at: { lt: at } },
    { workflowId: { lt: workflowId } },
    { workflowId, sequence: { lt: sequence } },
  ],
});

type Row = Prisma.TradeLogGetPayload<{ include: { trade: { select: { symbol: true } } } }>;

const entryView = (row: Row): TradeLogEntryView => ({
  tradeId: row.tradeId,
  workflowId: row.workflowId,
  symbol: row.trade.symbol,
  sequence: row.sequence,
  at: iso(row.at),
  kind: row.kind as TradeLogEntryView['kind'], // written by SniperWorkflow
  text: row.text,
  detail: row.detail,
});
