import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import type { Totals } from '#test/reporter.ts';
import { buildDashboard } from './setup/dashboard-build.ts';
import { generateClient } from './setup/prisma-setup.ts';
import { createProgress } from './setup/progress.ts';
import { ensureTemporalCli } from './setup/temporal-cli.ts';

// `npm test`: set-up, then format, lint, dead code, types and every test. Ends with the totals.

const ROOT = join(import.meta.dirname, '..');
const print = (line: string) => console.log(line);

const bin = (name: string, file: string): string => join(ROOT, 'node_modules', name, file);

/** Each one is a check that passes or fails. */
const CHECKS = [
  { name: 'format', file: bin('oxfmt', 'bin/oxfmt'), args: ['--check'] },
  { name: 'lint', file: bin('oxlint', 'bin/oxlint'), args: ['--type-aware'] },
  { name: 'dead code', file: bin('knip', 'bin/knip.js'), args: ['--no-progress'] },
  { name: 'types', file: bin('typescript', 'bin/tsc'), args: ['-p', '.'] },
  {
    name: 'types of the dashboard',
    file: bin('typescript', 'bin/tsc'),
    args: ['-p', 'web', '--noEmit'],
  },
] as const;

const runNode = (
  args: readonly string[],
  { env = {}, show }: { env?: Record<string, string>; show: boolean },
): Promise<{ code: number; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });

const setUp = async (): Promise<void> => {
  const progress = createProgress(print);
  await progress.step('Generating the database client', generateClient);
  await progress.step('Getting Temporal', () => ensureTemporalCli(process.env, print));
  await progress.step('Bundling the workflows', workflowBundle);
  await progress.step('Building the dashboard', buildDashboard);
};

/** Two at a time: most of them use one core. */
const LANES = 2;

/** Linter, compiler and Temporal are written in Go: they have the memory to collect less garbage. */
const FOR_GO = { GOGC: '400' };

const runChecks = async (totals: Totals): Promise<void> => {
  const left = [...CHECKS];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { code, output } = await runNode([next.file, ...next.args], {
        env: FOR_GO,
        show: false,
      });
      print(`${code === 0 ? 'passed' : 'FAILED'}  ${next.name}`);
      if (code === 0) totals.passed += 1;
      else {
        totals.failed += 1;
        print(output);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
};

const runTests = async (totals: Totals): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'sniper-totals-'));
  const file = join(folder, 'totals.json');
  try {
    const vitest = bin('vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', `--reporter=${join(ROOT, 'test', 'reporter.ts')}`];
    await runNode([vitest, 'run', ...reporters], {
      env: { ...FOR_GO, TEST_TOTALS: file },
      show: true,
    });
    const counted = JSON.parse(await readFile(file, 'utf8')) as Totals; // written by the reporter
    totals.passed += counted.passed;
    totals.failed += counted.failed;
    totals.skipped += counted.skipped;
  } catch (error) {
    print(`The tests did not run to their end: ${String(error)}`);
    totals.failed += 1;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
try {
  await setUp();
  await runChecks(totals);
  await runTests(totals);
} catch (error) {
  print(error instanceof Error ? error.message : String(error));
  totals.failed += 1;
}
const skipped = totals.skipped === 0 ? '' : `, ${totals.skipped} skipped`;
print(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(totals.failed === 0 ? 0 : 1);
