import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fullPlan, nameOf, quickPlan } from '#test/matrix/plan.ts';
import { openStage, type Stage } from '#test/matrix/stage.ts';
import { runWave, type Wave, type WaveResult } from '#test/matrix/wave.ts';
import { matrixReport } from './setup/matrix-report.ts';
import { generateClient } from './setup/prisma-setup.ts';
import { ensureTemporalCli } from './setup/temporal-cli.ts';

// npm run kill-matrix [-- --quick | --seeds N] [--only text] [--minutes N]: kills every part at every
// point, and compares record and truth. Goes on where it was stopped; writes docs/evidence.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '600' },
    fresh: { type: 'boolean', default: false },
  },
});

const FOLDER = 'docs/evidence';
const RESULTS = `${FOLDER}/kill-matrix.json`;
/** A stage is opened anew after this many waves, so that no world grows old. */
const WAVES_PER_STAGE = 25;

interface Done {
  readonly name: string;
  readonly result: WaveResult | null;
  /** Why the wave did not reach its end; null when it did. */
  readonly problem: string | null;
}

const readDone = (): Done[] =>
  !values.fresh && existsSync(RESULTS)
    ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Done[]) // written below alone
    : [];

const done = readDone();
const write = () => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify(done, null, 1)}\n`);
  writeFileSync(
    `${FOLDER}/kill-matrix.md`,
    matrixReport(
      done.flatMap((each) => each.result ?? []),
      done.length,
    ),
  );
};

const attempt = async (stage: Stage, wave: Wave): Promise<Done> => {
  const name = nameOf(wave);
  try {
    return { name, result: await runWave(stage, wave), problem: null };
  } catch (error) {
    return { name, result: null, problem: error instanceof Error ? error.message : String(error) };
  }
};

const plan = (values.quick ? quickPlan(0) : fullPlan(Number(values.seeds))).filter(
  (wave) =>
    (values.only === undefined || nameOf(wave).includes(values.only)) &&
    !done.some((each) => each.name === nameOf(wave) && each.result !== null),
);
await generateClient();
const cli = await ensureTemporalCli(process.env, console.log);
const endsAtMs = Date.now() + Number(values.minutes) * 60_000;
let failed = 0;
for (let from = 0; from < plan.length && Date.now() < endsAtMs; from += WAVES_PER_STAGE) {
  await using stage = await openStage(cli.path);
  for (const [n, wave] of plan.slice(from, from + WAVES_PER_STAGE).entries()) {
    if (Date.now() > endsAtMs) break;
    const startedAtMs = Date.now();
    const result = await attempt(stage, wave);
    const bad = result.problem ?? result.result?.mismatches.join('; ') ?? '';
    if (bad !== '') failed += 1;
    done.push(result);
    write();
    const seconds = Math.round((Date.now() - startedAtMs) / 1000);
    console.log(
      `${from + n + 1}/${plan.length}  ${bad === '' ? 'ok    ' : 'FAILED'}  ${seconds} s  ${result.name}  ${
        result.result === null
          ? ''
          : `bought ${result.result.bought}, resumed ${result.result.resumeMs} ms`
      }${bad === '' ? '' : `\n        ${bad}`}`,
    );
    // What a broken wave left behind must not be the next one's fault.
    if (result.problem !== null) break;
  }
}
console.log(
  `${done.length} kills recorded, ${failed} failed in this run; see ${FOLDER}/kill-matrix.md`,
);
process.exit(failed === 0 ? 0 : 1);
