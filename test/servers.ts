import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { freePort } from '#scripts/setup/ports.ts';
import { createDatabase, startPostgres } from '#scripts/setup/postgres-server.ts';
import { applyMigrations } from '#scripts/setup/prisma-setup.ts';
import { openFolder } from './folders.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import { ensureTemporalCli } from '#scripts/setup/temporal-cli.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a migrated database that is only copied from. */
    templateUrl: string;
    temporalCli: string;
  }
}

/** Servers that all tests of a project share: one real Postgres with a migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await openFolder('sniper-test-');
  const postgres = await startPostgres({ dataDir, port: await freePort() });
  const templateUrl = await createDatabase(postgres.url, 'template');
  await applyMigrations(templateUrl);
  const cli = await ensureTemporalCli(process.env, console.log);
  await workflowBundle();
  project.provide('templateUrl', templateUrl);
  project.provide('temporalCli', cli.path);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
