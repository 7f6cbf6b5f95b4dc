import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { z } from 'zod';
import type { Database } from '#prisma/client.ts';
import { connectDirect } from '#prisma/direct.ts';
import { PrismaClient } from '#prisma/generated/client.ts';

/** How Postgres reads for a query, with the rows that are there. */
export interface QueryPlan {
  readonly query: string;
  /** Tables that are walked from end to end. */
  readonly walked: readonly string[];
  /** Indexes that are used. */
  readonly indexes: readonly string[];
  /** Rows that were read from tables; what an index alone answers is not among them. */
  readonly rows: number;
}

const node = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  get Plans() {
    return z.array(node).optional();
  },
});
type PlanNode = z.infer<typeof node>;
const explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: node })]) })]);

/** A database whose queries are kept, and the plans of those that were asked meanwhile. */
export interface WatchedDatabase extends AsyncDisposable {
  readonly db: Database;
  plansOf(work: () => Promise<unknown>): Promise<readonly QueryPlan[]>;
}

export const watchDatabase = async (url: string): Promise<WatchedDatabase> => {
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: 10 }),
    log: [{ emit: 'event', level: 'query' }],
  });
  const asked: { query: string; params: string }[] = [];
  prisma.$on('query', ({ query, params }) => asked.push({ query, params }));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const direct = connectDirect({ connectionString: url });
  return {
    db: Object.assign(prisma, { direct }),
    plansOf: async (work) => {
      asked.length = 0;
      await work();
      const plans: QueryPlan[] = [];
      for (const { query, params } of asked.splice(0))
        if (/^\s*(\/\*.*?\*\/\s*)?(SELECT|WITH)\b/i.test(query))
          plans.push(await planOf(client, query, params));
      return plans;
    },
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await direct.end();
      await prisma.$disconnect();
    },
  };
};

const planOf = async (client: pg.Client, query: string, params: string): Promise<QueryPlan> => {
  const values = z.array(z.unknown()).parse(JSON.parse(params));
  const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`, values);
  const [{ 'QUERY PLAN': plan }] = explained.parse(rows);
  const nodes = flat(plan[0].Plan);
  return {
    query,
    walked: nodes.flatMap((each) =>
      each['Node Type'] === 'Seq Scan' ? (each['Relation Name'] ?? []) : [],
    ),
    indexes: nodes.flatMap((each) => each['Index Name'] ?? []),
    rows: nodes
      .filter((each) => READS_ROWS.has(each['Node Type']))
      .reduce((sum, each) => sum + rowsOf(each), 0),
  };
};

const READS_ROWS = new Set(['Seq Scan', 'Index Scan', 'Bitmap Heap Scan']);

const rowsOf = (of: PlanNode): number =>
  (of['Actual Rows'] + of['Rows Removed by Filter']) * of['Actual Loops'];

const flat = (of: PlanNode): readonly PlanNode[] => [of, ...(of.Plans ?? []).flatMap(flat)];
