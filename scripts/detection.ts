import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isLate, KILL_OPTIONS, missed, runKills, type KillResult } from '#test/detection-kills.ts';
import { openStage } from '#test/matrix/stage.ts';
import { workflowBundle } from '#worker/workflow-bundle.ts';
import { generateClient } from './setup/prisma-setup.ts';
import { ensureTemporalCli } from './setup/temporal-cli.ts';

// npm run detection [-- --listings N] [--seed N]: two monitors, one killed at random times during
// the listings; writes docs/evidence/detection.md.

const { values } = parseArgs({
  options: {
    listings: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});

const FILE = 'docs/evidence/detection.md';

const percentile = (all: readonly number[], part: number): number =>
  all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(part * all.length) - 1)] ?? 0;

const spread = (all: readonly number[]): string =>
  `${percentile(all, 0.5)} | ${percentile(all, 0.9)} | ${percentile(all, 1)}`;

const report = (result: KillResult): string => {
  const { listings } = result;
  const of = (outcome: string) => listings.filter((each) => each.outcome === outcome).length;
  const rows = [
    ['listings', listings.length],
    ['kills of a monitor', result.kills],
    ['bought and sold', of('traded')],
    ['bought more than once', listings.filter(({ buys }) => buys > 1).length],
    ['in doubt: its sender was killed with the permit; asked for, never repeated', of('unfilled')],
    [
      'too late: its sender was killed around the opening, and late is not bought',
      listings.filter(isLate).length,
    ],
    ['missed', missed(result).length],
    ['differences between record and exchange', listings.flatMap((each) => each.problems).length],
  ];
  const sent = listings.flatMap(({ sentAfterMs }) => sentAfterMs ?? []);
  return `# Detection under fire

Written by \`npm run detection -- --listings ${listings.length} --seed ${result.seed}\`. Two monitors watch a
simulated exchange with the processes, Postgres and Temporal of a usual installation; one of the two,
drawn by chance, is killed (\`kill -9\`) and started again, 3 to 9 seconds after the last one was back. Load of
the machine (${cpus().length} cores) at the end: ${loadavg()[0]?.toFixed(1)}. A machine that is too busy is late, and late is not bought.

| What | Count |
| --- | --- |
${rows.map(([what, count]) => `| ${what} | ${count} |`).join('\n')}

| ms | p50 | p90 | worst |
| --- | --- | --- | --- |
| announcement to committed sighting (the records are polled every 5 s) | ${spread(listings.map((each) => each.seenAfterMs))} |
| kill of the monitor that watched to another one that watches | ${spread(result.takenOverMs)} |
| opening to send, of what was bought | ${spread(sent)} |
`;
};

await generateClient();
const cli = await ensureTemporalCli(process.env, console.log);
await workflowBundle();
await using stage = await openStage(cli.path, { options: KILL_OPTIONS });
const listings = Number(values.listings);
console.log(`${listings} listings, about ${Math.ceil((listings * 2.5 + 40) / 60)} minutes`);
const result = await runKills(stage, { listings, seed: Number(values.seed), say: console.log });
mkdirSync('docs/evidence', { recursive: true });
writeFileSync(FILE, report(result));
for (const each of missed(result)) console.log('missed', each);
for (const each of result.listings) for (const problem of each.problems) console.log(problem);
const bad = missed(result).length + result.listings.filter(({ buys }) => buys > 1).length;
console.log(`${result.kills} kills, ${bad} missed or bought twice; see ${FILE}`);
process.exitCode = bad === 0 ? 0 : 1;
