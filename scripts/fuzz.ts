import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { createApp } from '#api/app.ts';
import {
  aConfiguration,
  aHeartbeat,
  aTrade,
  startDatabase,
  testDeps,
  TOKEN,
} from '#api/testing.ts';
import type { TemporalGateway } from '#api/temporal/gateway.ts';
import { freePort } from './setup/ports.ts';

// npm run fuzz [-- --examples 30]: Schemathesis asks every route of the contract for what nobody would
// think of, as operator, over real HTTP. It ends with 0 when there was neither a 500 nor an answer
// that the contract does not have. Temporal accepts everything here: what becomes of it is tested
// elsewhere.

/** https://pypi.org/project/schemathesis/ */
const SCHEMATHESIS = '4.32.5';
/** What it changes of its own sign-in would shut it out; a stream never ends. */
const EXCLUDED = '/(auth/|events)';

const { values } = parseArgs({ options: { examples: { type: 'string', default: '20' } } });

/** Installs it beside the data, once; answers the program. */
const ensureSchemathesis = async (): Promise<string> => {
  const folder = resolve(process.env['DATA_DIR'] ?? '.data', 'venv');
  const program = resolve(folder, 'bin', 'schemathesis');
  if (!existsSync(program)) {
    console.log('Installing Schemathesis: a minute');
    await promisify(execFile)('python3', ['-m', 'venv', folder]);
    const pip = resolve(folder, 'bin', 'pip');
    await promisify(execFile)(pip, ['install', '--quiet', `schemathesis==${SCHEMATHESIS}`]);
  }
  return program;
};

/** A Temporal that accepts everything at once. */
const accepting = (gateway: TemporalGateway): TemporalGateway => ({
  ...gateway,
  ping: () => Promise.resolve(),
  runState: () => Promise.resolve('running'),
  startRun: () => Promise.resolve(),
  stopRun: () => Promise.resolve({ state: 'stopping', progress: null }),
  command: () => Promise.resolve({ kind: 'done' }),
  history: () => Promise.resolve(null),
  accountTask: () => Promise.resolve(null),
  endUnreadable: () => Promise.resolve([]),
});

const program = await ensureSchemathesis();
await using database = await startDatabase();
const { db, installationId } = database;
await aConfiguration(db, installationId);
for (let n = 1; n <= 3; n += 1) await aTrade(db, { installationId, n, phase: 'holding' });
for (const name of ['monitor', 'worker'])
  await aHeartbeat(db, { process: name, ageMs: -3_600_000, details: { clockAgeMs: 10 } });
const port = await freePort();
const deps = testDeps(db, { hosts: [`127.0.0.1:${port}`] });
const app = createApp({ ...deps, temporal: accepting(deps.temporal) });
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port });
await once(server, 'listening');
const child = spawn(
  program,
  [
    'run',
    `http://127.0.0.1:${port}/api/openapi.json`,
    '--header',
    `Authorization: Bearer ${TOKEN}`,
    '--checks',
    'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance',
    '--exclude-path-regex',
    EXCLUDED,
    '--phases',
    'examples,coverage,fuzzing',
    '--max-examples',
    values.examples,
    '--request-timeout',
    '30',
    '--seed',
    '1',
    '--no-color',
  ],
  { stdio: 'inherit' },
);
const [code] = (await once(child, 'exit')) as [number | null];
for (const { level, fields, text } of deps.log.lines)
  if (level === 'error') console.error(text, fields);
server.close();
if ('closeAllConnections' in server) server.closeAllConnections();
process.exitCode = code ?? 1;
