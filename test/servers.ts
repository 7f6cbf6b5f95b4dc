import type { TestProject } from 'vitest/node';
import { ensureTemporalCli } from '#scripts/setup/temporal-cli.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalCli: string;
  }
}

/** What whole systems start with: made once, before their first test. */
export default async function setup(project: TestProject): Promise<void> {
  const cli = await ensureTemporalCli(process.env, console.log);
  await workflowBundle();
  project.provide('temporalCli', cli.path);
}
