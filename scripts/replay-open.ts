import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { ensureKeyRing, keyRingFile } from '#runtime/key-ring.ts';
import { sealingConverter } from '#runtime/payload-codec.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';

// Replays every open workflow on this build's code. Prints one line of JSON: what failed, by workflow.

Runtime.install({ logger: new DefaultLogger('ERROR') });
const { DATA_DIR = '.data', SECRETS_KEY_FILE } = process.env;
const dataConverter = sealingConverter(() =>
  ensureKeyRing(keyRingFile({ DATA_DIR, SECRETS_KEY_FILE }), () => Promise.resolve('unknown')),
);
const { connectionOptions, namespace = 'sniper' } = loadClientConnectConfig();
const connection = await Connection.connect(connectionOptions);
const client = new Client({ connection, namespace, dataConverter });
async function* histories() {
  for await (const { workflowId, runId } of client.workflow.list({
    query: 'ExecutionStatus = "Running"',
  })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    yield { workflowId, history };
  }
}
const broken: string[] = [];
const replayed = Worker.runReplayHistories(
  { workflowBundle: await workflowBundle(), dataConverter, replayName: 'open' },
  histories(),
);
for await (const { workflowId, error } of replayed)
  if (error !== undefined) broken.push(`${workflowId}: ${error.message}`);
await connection.close();
console.log(JSON.stringify(broken));
process.exit(0);
