import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { freePort } from '#scripts/setup/ports.ts';
import { startPostgres } from '#scripts/setup/postgres-server.ts';
import { applyMigrations } from '#scripts/setup/prisma-setup.ts';
import { MIGRATED_FOLDER, TEMPLATE_ASKED_AT } from '#scripts/setup/copy-database.ts';
import { copyFolder, openFolder } from './folders.ts';
import { createRoom, ROOM } from './room.ts';

let started: ReturnType<typeof start> | null = null;

const room = createRoom();

const broker = createServer((request, response) => {
  if (request.url === ROOM) {
    void room().then(() => response.end());
    return;
  }
  started ??= start();
  started.then(
    ({ url, folder }) => response.end(request.url === MIGRATED_FOLDER ? folder : url),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

/**
 * One real Postgres for all files that ask for a database, with a migrated one to copy from, and a
 * data folder to copy for those that need a server of their own. It is started by the first that
 * asks: most runs of a few files need none. Room for whole systems is given out here too.
 */
export const setup = async (): Promise<void> => {
  broker.listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const { port } = broker.address() as AddressInfo; // it listens on a port
  process.env[TEMPLATE_ASKED_AT] = `http://127.0.0.1:${port}`; // workers inherit it
};

export const teardown = async (): Promise<void> => {
  broker.closeAllConnections();
  broker.close();
  await (await started)?.stop();
};

const start = async () => {
  const dataDir = await openFolder('sniper-test-');
  const folder = await openFolder('sniper-migrated-');
  const settings = { dataDir, port: await freePort() };
  const made = await startPostgres(settings);
  await applyMigrations(made.url);
  await made.stop();
  await copyFolder(dataDir, folder);
  const postgres = await startPostgres(settings);
  return {
    url: postgres.url,
    folder,
    stop: async () => {
      await postgres.stop();
      for (const each of [dataDir, folder]) await rm(each, { recursive: true, force: true });
    },
  };
};
