import { z } from 'zod';
import { startSimulator } from './simulator.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const environment = z.object({
  SIMULATOR_PORT: port.default(8090),
  SIMULATOR_CONTROL_PORT: port.optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  SIMULATOR_SCENARIO: z.enum(['demo', 'empty', 'large']).default('demo'),
  SIMULATOR_SEED: z.string().min(1).optional(),
});

async function main(): Promise<void> {
  const env = environment.safeParse(process.env);
  if (!env.success) {
    for (const { path, message } of env.error.issues) {
      process.stderr.write(`simulator: ${path.join('.')}: ${message}\n`);
    }
    process.exit(1);
  }
  const { SIMULATOR_PORT, SIMULATOR_CONTROL_PORT, DATA_DIR } = env.data;
  const next = SIMULATOR_PORT === 0 ? 0 : SIMULATOR_PORT + 1;
  const simulator = await startSimulator({
    port: SIMULATOR_PORT,
    controlPort: SIMULATOR_CONTROL_PORT ?? next,
    dataDir: DATA_DIR,
    scenario: env.data.SIMULATOR_SCENARIO,
    seed: env.data.SIMULATOR_SEED ?? null,
  });
  const stop = (): void => {
    simulator.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`simulator seed ${simulator.seed}\n`);
  process.stdout.write(`simulator ready ${simulator.url} control ${simulator.controlUrl}\n`);
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`simulator: cannot start: ${text}\n`);
  process.exit(1);
});
