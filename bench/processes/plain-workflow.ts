import { proxyActivities } from '@temporalio/workflow';
import type { BareOrder } from '../wire.ts';

/** What the usual way does on the way to an order. */
export interface PlainActivities {
  reserve(order: BareOrder): Promise<void>;
  send(order: BareOrder): Promise<void>;
}

const { reserve, send } = proxyActivities<PlainActivities>({
  startToCloseTimeout: '10 s',
  retry: { maximumAttempts: 1 },
});

/** The usual way: a risk step, then an order step, each an activity. */
export async function PlainEntryWorkflow(order: BareOrder): Promise<void> {
  await reserve(order);
  await send(order);
}
