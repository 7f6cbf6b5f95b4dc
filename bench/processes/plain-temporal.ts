import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { serve } from '../child.ts';
import type { PlainActivities } from './plain-workflow.ts';
import { bareClient, listen, subscribe, TICKERS_CHANNEL, type BareOrder } from '../wire.ts';

// The same work done the usual way: a frame starts a workflow, which runs a risk step and an order
// step as activities, through the queues of a server with its own defaults.

const QUEUE = 'plain';
const waiting = new Map<string, { readonly order: BareOrder; readonly settle: () => void }>();

const calls = {
  start: async (input: {
    restUrl: string;
    wsUrl: string;
    databaseUrl: string;
    temporalAddress: string;
    namespace: string;
    most: number;
  }) => {
    const exchange = bareClient(input.restUrl, input.most);
    await exchange.warm();
    const pool = new pg.Pool({ connectionString: input.databaseUrl, max: 10 });
    await pool.query('CREATE TABLE IF NOT EXISTS plain_intent (id text PRIMARY KEY, symbol text)');
    const activities: PlainActivities = {
      reserve: async ({ clientOrderId, symbol }) => {
        const sql = 'INSERT INTO plain_intent (id, symbol) VALUES ($1, $2)';
        await pool.query(sql, [clientOrderId, symbol]);
      },
      send: (order) => exchange.post(order),
    };
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const address = input.temporalAddress;
    const worker = await Worker.create({
      connection: await NativeConnection.connect({ address }),
      namespace: input.namespace,
      taskQueue: QUEUE,
      workflowsPath: join(import.meta.dirname, 'plain-workflow.ts'),
      activities,
    });
    worker.run().catch((error: unknown) => {
      console.error('bench: the plain worker ended', error);
      process.exit(1);
    });
    const connection = await Connection.connect({ address });
    const client = new Client({ connection, namespace: input.namespace });
    const enter = async ({ order, settle }: { order: BareOrder; settle: () => void }) => {
      const options = { taskQueue: QUEUE, workflowId: order.clientOrderId, args: [order] };
      await client.workflow.execute('PlainEntryWorkflow', options);
      settle();
    };
    const socket = await listen(`${input.wsUrl}?bench=plain`, ({ tickers }) => {
      for (const symbol of tickers) {
        const found = waiting.get(symbol);
        waiting.delete(symbol);
        if (found !== undefined) enter(found).catch((error: unknown) => console.error(error));
      }
    });
    subscribe(socket, [TICKERS_CHANNEL]);
  },
  /** Starts a workflow for each one when a ticker shows its pair. */
  fireOnTicker: async ({ orders }: { orders: readonly BareOrder[] }) => {
    const all = orders.map(
      (order) =>
        new Promise<void>((settle) => {
          waiting.set(order.symbol, { order, settle });
        }),
    );
    await Promise.all(all);
  },
};

export type PlainCalls = typeof calls;
serve(calls);
