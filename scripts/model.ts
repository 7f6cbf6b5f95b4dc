import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';

// npm run model [-- --quick | --full]: checks the model of the order protocol (docs/model) with
// Spin, and writes docs/evidence/model.md. --quick leaves out what Temporal's rollback needs.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
  },
});

const ROOT = join(import.meta.dirname, '..');
const MODEL = join(ROOT, 'docs/model/order.pml');
/** A run that lasts longer is stuck: the longest takes about a minute on two cores. */
const RUN_MAX_MS = 600_000;
const MEMORY_MB = 8000;
const AT_ONCE = 2;
const OUTPUT_MAX = 64 * 1024 * 1024;

interface Run {
  readonly name: string;
  readonly flags: readonly string[];
  /** `holds`: no behaviour breaks a property. `ends`: no behaviour goes on for ever. */
  readonly expect: 'holds' | 'ends' | 'counterexample';
  readonly part: 'protocol' | 'variant' | 'residue';
  readonly size: 'quick' | 'normal' | 'full';
}

interface Checked {
  readonly run: Run;
  readonly errors: number;
  readonly complete: boolean;
  readonly states: number;
  readonly seconds: number;
  readonly story: readonly string[];
}

const holds = (name: string, flags: string[], size: Run['size'] = 'quick'): Run => ({
  name,
  flags,
  expect: 'holds',
  part: 'protocol',
  size,
});

const breaks = (part: Run['part'], name: string, flags: string[]): Run => ({
  name,
  flags: flags.includes('ROLLBACKS=1') ? flags : ['ROLLBACKS=0', ...flags],
  expect: 'counterexample',
  part,
  size: flags.includes('ROLLBACKS=1') ? 'normal' : 'quick',
});

const AFTER_ROLLBACK = ['ROLLBACKS=1', 'ARMINGS=1'];

const RUNS: readonly Run[] = [
  holds('a repeated id is refused', ['ROLLBACKS=0', 'DUPLICATE=REFUSE']),
  holds('a repeated id is accepted', ['ROLLBACKS=0', 'DUPLICATE=ACCEPT']),
  holds('a repeated id returns the first', ['ROLLBACKS=0', 'DUPLICATE=FIRST']),
  {
    name: 'no behaviour goes on for ever: every doubt ends',
    flags: ['ROLLBACKS=0'],
    expect: 'ends',
    part: 'protocol',
    size: 'quick',
  },
  holds('an entry that begins beside its workflow', ['ROLLBACKS=0', 'HEAD']),
  holds('the same, Temporal rolled back once', [...AFTER_ROLLBACK, 'HEAD', 'EXITS=1'], 'normal'),
  holds('Temporal rolled back once, two exits', [...AFTER_ROLLBACK], 'normal'),
  holds('Temporal rolled back once, armed twice', ['ROLLBACKS=1', 'EXITS=1'], 'normal'),
  holds('Temporal rolled back once, armed twice, two exits', ['ROLLBACKS=1'], 'full'),
  breaks('variant', 'without the permit', [
    'NO_PERMIT',
    'SIGNALS=0',
    'ARMINGS=3',
    'DUPLICATE=ACCEPT',
  ]),
  breaks('variant', 'without closing', ['NO_CLOSING']),
  breaks('variant', 'without notAfter', ['NO_NOTAFTER']),
  breaks('variant', 'resend in doubt, with a new id', ['RESEND', 'SIGNALS=0']),
  ...['REFUSE', 'ACCEPT', 'FIRST'].map((answer) =>
    breaks('variant', `resend in doubt, the same id, repeated id: ${answer.toLowerCase()}`, [
      'RESEND',
      'SAME_ID',
      'SIGNALS=0',
      `DUPLICATE=${answer}`,
    ]),
  ),
  breaks('residue', 'the exchange admits an order after its receive window', ['ADMITS_LATE']),
  breaks('variant', 'an entry that is given up is released only once', ['RELEASED_ONCE']),
  breaks('variant', 'a closed entry is taken for "nothing bought"', [
    ...AFTER_ROLLBACK,
    'CLOSED_IS_NOTHING',
  ]),
  breaks('variant', 'giving up leaves an entry that was never armed open', [
    ...AFTER_ROLLBACK,
    'ABSENT_LEFT_OPEN',
  ]),
  breaks('variant', 'an entry that ends without its permit is settled at once', [
    ...AFTER_ROLLBACK,
    'UNHELD_END_SETTLED',
  ]),
  breaks('variant', 'a permit that is handed back keeps its token', [
    ...AFTER_ROLLBACK,
    'TOKEN_KEPT',
  ]),
  breaks('variant', 'an exit that ends without its permit is settled at once', [
    ...AFTER_ROLLBACK,
    'UNHELD_EXIT_SETTLED',
  ]),
  breaks('variant', 'what another sender sold is forgotten', [
    ...AFTER_ROLLBACK,
    'SIGNALS=0',
    'SALE_FORGOTTEN',
  ]),
];

const HEADINGS: Record<Run['part'], string> = {
  protocol: 'The protocol holds',
  variant: 'A part left out gives a counterexample',
  residue: 'The residue: what no client can exclude',
};

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const sayHowToGet = (missing: readonly string[]): void => {
  console.error(`The model needs ${missing.join(' and ')}, which this machine lacks.`);
  console.error('  Debian, Ubuntu:  sudo apt-get install spin gcc libc6-dev');
  console.error('  macOS:           xcode-select --install && brew install spin');
  console.error('  elsewhere:       build https://github.com/nimble-code/Spin, put it on PATH');
};

/** Runs a program to its end; its exit code does not matter, its output does. */
const output = (file: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const limits = { cwd, timeout: RUN_MAX_MS, maxBuffer: OUTPUT_MAX };
    execFile(file, args, limits, (error, stdout, stderr) => {
      if (error !== null && 'killed' in error && error.killed === true)
        reject(new Error(`${file} did not end within ${RUN_MAX_MS / 1000} s`));
      else resolve(`${stdout}${stderr}`);
    });
  });

/** A shortest counterexample is found by breadth first; the rest is cheaper by depth first. */
const SEARCH: Record<Run['expect'], { compile: string[]; run: string[] }> = {
  holds: { compile: ['-DSAFETY'], run: ['-m1000000', '-w24'] },
  ends: { compile: ['-DNP'], run: ['-l', '-m1000000', '-w24'] },
  counterexample: { compile: ['-DSAFETY', '-DBFS'], run: ['-w24'] },
};

const check = async (run: Run): Promise<Checked> => {
  const folder = await mkdtemp(join(tmpdir(), 'sniper-model-'));
  const flags = run.flags.map((flag) => `-D${flag}`);
  const { compile, run: args } = SEARCH[run.expect];
  // Compiling takes longer than checking where there is little to check.
  const isLittle = run.expect === 'counterexample' || run.size === 'quick';
  const common = [
    isLittle ? '-O0' : '-O2',
    '-w',
    '-DCOLLAPSE',
    '-DNOREDUCE',
    `-DMEMLIM=${MEMORY_MB}`,
  ];
  try {
    await cp(MODEL, join(folder, 'order.pml'));
    const made = await output('spin', ['-a', ...flags, 'order.pml'], folder);
    const built = await output('gcc', [...common, ...compile, '-o', 'pan', 'pan.c'], folder);
    if (!existsSync(join(folder, 'pan')))
      throw new Error(`The checker was not built:\n${made}${built}`);
    const startedMs = performance.now();
    const text = await output(join(folder, 'pan'), args, folder);
    const seconds = (performance.now() - startedMs) / 1000;
    const errors = Number(/errors: (\d+)/.exec(text)?.[1] ?? Number.NaN);
    if (Number.isNaN(errors)) throw new Error(`The checker said no result:\n${text.slice(-2000)}`);
    const complete = !/not completed|max search depth too small|out of memory/.test(text);
    const states = Number(/(\d+) states, stored/.exec(text)?.[1] ?? 0);
    const story = errors === 0 ? [] : await storyOf(folder, flags);
    return { run, errors, complete, states, seconds, story };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The steps of a counterexample: which function did what, one a line. */
const storyOf = async (folder: string, flags: readonly string[]): Promise<string[]> => {
  const text = await output('spin', ['-t', '-T', ...flags, 'order.pml'], folder);
  return text
    .split('\n')
    .filter((line) => line.includes(' | '))
    .map((line) => line.trim());
};

const asExpected = ({ run, errors, complete, story }: Checked): boolean =>
  run.expect === 'counterexample' ? errors > 0 && story.length > 0 : errors === 0 && complete;

const lineOf = (checked: Checked): string => {
  const { run, errors, complete, states, seconds } = checked;
  const found = errors > 0 ? 'counterexample' : complete ? 'holds' : 'NOT COMPLETE';
  const mark = asExpected(checked) ? 'ok    ' : 'FAILED';
  return `${mark} ${run.name}: ${found}, ${states.toLocaleString('en')} states, ${seconds.toFixed(1)} s`;
};

const storyLines = (story: readonly string[]): string[] =>
  story.map((line, n) => `${String(n + 1).padStart(4)}. ${line}`);

const checkAll = async (runs: readonly Run[]): Promise<Checked[]> => {
  const done: Checked[] = [];
  const waiting = [...runs];
  const one = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const checked = await check(run);
      done.push(checked);
      console.log(lineOf(checked));
      if (checked.story.length > 0) console.log(storyLines(checked.story).join('\n'));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return runs.flatMap((run) => done.filter((each) => each.run === run));
};

const rowOf = ({ run, errors, states, seconds }: Checked): string =>
  `| ${run.name} | ${errors > 0 ? 'counterexample' : 'holds'} | ${states.toLocaleString('en')} | ${seconds.toFixed(1)} | \`${run.flags.join(' ')}\` |`;

const sectionOf = (part: Run['part'], all: readonly Checked[]): string => {
  const rows = all.filter((each) => each.run.part === part);
  const stories = rows
    .filter((each) => each.story.length > 0)
    .map(
      (each) =>
        `### ${each.run.name}\n\n\`\`\`text\n${storyLines(each.story).join('\n')}\n\`\`\`\n`,
    );
  return [
    `## ${HEADINGS[part]}\n`,
    '| What | Result | States | Seconds | Flags |',
    '| --- | --- | ---: | ---: | --- |',
    ...rows.map(rowOf),
    '',
    ...stories,
  ].join('\n');
};

const report = (all: readonly Checked[], seconds: number): string => {
  const states = all.reduce((sum, each) => sum + each.states, 0);
  const wrong = all.filter((each) => !asExpected(each)).length;
  const parts = ['protocol', 'variant', 'residue'] as const;
  return [
    '# The model of the order protocol\n',
    'Written by `npm run model`: every behaviour of `docs/model/order.pml`, checked by Spin. What the properties are, and',
    'what the model leaves out, is in `docs/adr/0009-what-the-model-proves.md`. Of a counterexample the shortest story is',
    'shown: each step names the function that implements it; `exchange` and `fault` are steps of the world.\n',
    `**${all.length} runs, ${wrong} not as expected, ${states.toLocaleString('en')} states, ${seconds.toFixed(0)} s, two at once.**\n`,
    ...parts.map((part) => sectionOf(part, all)),
  ].join('\n');
};

const main = async (): Promise<number> => {
  const missing = ['spin', 'gcc'].filter((program) => !onPath(program));
  if (missing.length > 0) {
    sayHowToGet(missing);
    return 1;
  }
  const sizes = new Set(['quick', ...(values.quick ? [] : ['normal']), values.full ? 'full' : '']);
  const startedMs = performance.now();
  const all = await checkAll(RUNS.filter((run) => sizes.has(run.size)));
  const seconds = (performance.now() - startedMs) / 1000;
  const wrong = all.filter((each) => !asExpected(each)).length;
  if (!values.quick) {
    mkdirSync(join(ROOT, 'docs/evidence'), { recursive: true });
    writeFileSync(join(ROOT, 'docs/evidence/model.md'), report(all, seconds));
  }
  console.log(`${all.length - wrong} of ${all.length} runs as expected, ${seconds.toFixed(0)} s`);
  return wrong === 0 ? 0 : 1;
};

process.exitCode = await main();
