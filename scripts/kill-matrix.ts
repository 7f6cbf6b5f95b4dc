import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fullPlan, nameOf, quickPlan } from '#test/matrix/plan.ts';
import { openStage, type Stage } from '#test/matrix/stage.ts';
import { runWave, type Wave, type WaveResult } from '#test/matrix/wave.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import { matrixReport } from './setup/matrix-report.ts';
import { generateClient } from './setup/prisma-setup.ts';
import { ensureTemporalCli } from './setup/temporal-cli.ts';

// npm run kill-matrix [-- --quick | --seeds N] [--lanes N] [--only text] [--minutes N]: kills every part at every
// point, and compares record and truth. Goes on where it was stopped; writes docs/evidence.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '1' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '600' },
    /** Stages side by side: a wave waits more than it works. */
    lanes: { type: 'string', default: '2' },
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
let endsAtMs = Date.now() + Number(values.minutes) * 60_000;
process.on('SIGINT', () => {
  if (endsAtMs === 0) process.exit(1); // asked twice
  endsAtMs = 0;
  console.log('Stopping when the waves under way have ended; the next start goes on from there');
});
const waiting = [...plan];
let ran = 0;
let failed = 0;

/** The next wave for a stage of this kind; undefined when there is none, or time is up. */
const nextFor = (historyMax: number | undefined): Wave | undefined => {
  if (Date.now() > endsAtMs) return undefined;
  const at = waiting.findIndex((wave) => wave.point.historyMax === historyMax);
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
};

/** The last things that the processes complained about: why a wave did not end. */
const complaintsOf = (stage: Stage): string[] =>
  (['worker', 'monitor'] as const).flatMap((name) =>
    stage
      .process(name)
      .lines.filter((line) => /"level":[456]0/.test(line))
      .slice(-COMPLAINTS)
      .map((line) => {
        const told = JSON.parse(line) as Record<string, unknown>; // one JSON object a line
        const { time, workflowId = '', activityType = '', msg, error } = told;
        return `${name} ${String(time)} ${String(workflowId)} ${String(activityType)} ${String(msg)} ${JSON.stringify(error)?.slice(0, 500)}`;
      }),
  );
const COMPLAINTS = 10;

const runOne = async (stage: Stage, wave: Wave): Promise<Done> => {
  const startedAtMs = Date.now();
  const result = await attempt(stage, wave);
  const bad = result.problem ?? result.result?.mismatches.join('; ') ?? '';
  if (bad !== '') failed += 1;
  done.push(result);
  ran += 1;
  write();
  const seconds = Math.round((Date.now() - startedAtMs) / 1000);
  const numbers =
    result.result === null
      ? ''
      : `bought ${result.result.bought}, resumed ${result.result.resumeMs} ms`;
  console.log(
    `${ran}/${plan.length}  ${bad === '' ? 'ok    ' : 'FAILED'}  ${seconds} s  ${result.name}  ${numbers}`,
  );
  if (bad !== '')
    console.log([bad, ...complaintsOf(stage)].map((line) => `        ${line}`).join('\n'));
  return result;
};

/** One stage after the other until nothing waits; what a broken wave left is not the next one's fault. */
const runLane = async (temporalCli: string): Promise<void> => {
  while (waiting.length > 0 && Date.now() < endsAtMs) {
    const historyMax = waiting[0]?.point.historyMax;
    await using stage = await openStage(temporalCli, { historyMax: historyMax ?? null });
    for (let n = 0; n < WAVES_PER_STAGE; n += 1) {
      const wave = nextFor(historyMax);
      if (wave === undefined) break;
      const { problem } = await runOne(stage, wave);
      if (problem !== null) break;
    }
  }
};

await generateClient();
const cli = await ensureTemporalCli(process.env, console.log);
await workflowBundle();
await Promise.all(Array.from({ length: Number(values.lanes) }, () => runLane(cli.path)));
console.log(
  `${done.length} kills recorded, ${failed} failed in this run; see ${FOLDER}/kill-matrix.md`,
);
process.exit(failed === 0 ? 0 : 1);
