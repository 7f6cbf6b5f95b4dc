import { sleep } from '@temporalio/workflow';

/** A workflow that a former build had, and this one has not; for the test of replays. */
export async function GoneWorkflow(): Promise<void> {
  await sleep('1 day');
}
