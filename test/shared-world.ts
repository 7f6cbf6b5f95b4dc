import { env } from 'node:process';
import { inject } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { startTemporal } from '#scripts/setup/temporal-server.ts';
import { startSimulator } from '#simulator/simulator.ts';
import {
  askTemplate,
  copyDatabase,
  MIGRATED_FOLDER,
  TEMPLATE_ASKED_AT,
} from '#scripts/setup/copy-database.ts';
import { openStage, type Stage, type StageSettings } from './matrix/stage.ts';
import type { TestProcess } from './processes.ts';
import { ROOM } from './room.ts';
import { createWorld, type Ground, type World } from './world.ts';

/** The server that all tests share, see template-database.ts. */
const sharedAt = env[TEMPLATE_ASKED_AT];

/** A database of one's own on that server. */
export const createTestDatabase = async () => copyDatabase(await askTemplate(sharedAt));

/** Resolves when the machine has room for one more whole system. */
export const waitForRoom = async (): Promise<void> => {
  await askTemplate(sharedAt, ROOM);
};

/** An installation in which every part can be killed, Postgres too. */
export const startStage = async (settings: StageSettings = {}): Promise<Stage> => {
  await waitForRoom();
  const postgresFrom = await askTemplate(sharedAt, MIGRATED_FOLDER);
  return openStage(inject('temporalCli'), { postgresFrom, ...settings });
};

/** A world with its own database, Temporal and exchange; ended with it. */
export const startWorld = async (
  more: Pick<Ground, 'installation' | 'env'> = {},
): Promise<World> => {
  await waitForRoom();
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const simulator = stack.use(
    await startSimulator({
      port: 0,
      controlPort: 0,
      dataDir: null,
      scenario: 'empty',
      seed: 'world',
    }),
  );
  const temporal = await startTemporal({
    cli: inject('temporalCli'),
    dataDir: null,
    port: await freePort(),
    uiPort: null,
  });
  stack.defer(() => temporal.stop());
  const world = await createWorld({
    databaseUrl: database.url,
    simulator,
    temporalAddress: temporal.address,
    ...more,
  });
  const kept = stack.move();
  return {
    ...world,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]();
      await kept.disposeAsync();
    },
  };
};

/** A world whose monitor looks for listings, with positions that are sold soon. */
export const startDetectingWorld = async (): Promise<{
  readonly world: World;
  readonly monitor: TestProcess;
}> => {
  const world = await startWorld();
  const [, monitor] = await Promise.all([world.start('worker'), world.start('monitor')]);
  await world.startRun({
    exit: { maxHold: 5, timeStop: 5 },
    maxNewPerPoll: 10,
    maxOpenPositions: 10,
    // The tests are about what is seen; a busy machine is late.
    entry: { freshness: 10_000 },
  });
  return { world, monitor };
};
