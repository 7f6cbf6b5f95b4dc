import { cpus } from 'node:os';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchApi } from '#bench/api/api.ts';
import { benchAnnounced } from '#bench/announced.ts';
import { benchDecode } from '#bench/decode.ts';
import { endGrounds } from '#bench/ground.ts';
import {
  loadOf,
  machineOf,
  waitedForCoreMs,
  sectionNames,
  type Bench,
  type Section,
  type SectionName,
} from '#bench/measure.ts';
import { benchSimulator } from '#bench/simulator-load.ts';
import { benchStop } from '#bench/stop.ts';
import { benchSurprise } from '#bench/surprise.ts';
import { reportText, sectionText, type Report } from '#bench/report.ts';

// npm run bench [-- decode | simulator | announced | surprise | stop | api | all] [--json FILE] [--quick]
// [--renew]: how long the paths to an order take, beside the least that could be done. `all`, which
// is also meant when nothing is named, writes docs/evidence/speed.md and speed.json; --renew writes
// the named sections there and keeps the others.

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs/evidence');
const EVIDENCE = join(FOLDER, 'speed.json');

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    renew: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const BENCHES: Readonly<Record<SectionName, (bench: Bench) => Promise<Section>>> = {
  decode: benchDecode,
  simulator: benchSimulator,
  announced: benchAnnounced,
  surprise: benchSurprise,
  stop: benchStop,
  api: benchApi,
};

const asked = (): readonly SectionName[] => {
  if (positionals.length === 0 || positionals.includes('all')) return sectionNames;
  const unknown = positionals.filter((name) => !sectionNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new Error(`no section ${unknown.join(', ')}; there are ${sectionNames.join(', ')}, all`);
  return sectionNames.filter((name) => positionals.includes(name));
};

/** Adds how busy the machine was: numbers of a machine that is shared with others say less. */
const withLoad = async (measure: () => Promise<Section>): Promise<Section> => {
  const before = { atMs: Date.now(), waitedMs: waitedForCoreMs() };
  const section = await measure();
  const waitedMs = waitedForCoreMs();
  const waited =
    waitedMs === null || before.waitedMs === null
      ? ''
      : `; somebody waited for a core in ${Math.round((100 * (waitedMs - before.waitedMs)) / (Date.now() - before.atMs))} % of the time`;
  const load = `Load of the machine ${loadOf().toFixed(1)} on ${cpus().length} cores${waited}.`;
  const at = new Date(before.atMs).toISOString();
  return { ...section, at, notes: [...section.notes, load] };
};

const main = async (): Promise<void> => {
  const names = asked();
  const report = { machine: machineOf(), sections: [] as Section[] };
  const bench: Bench = { quick: values.quick, say: (line) => console.log(line) };
  for (const name of names) {
    const measured = await withLoad(() => BENCHES[name](bench)).catch((error: unknown) => {
      console.error(`${name} could not be measured:`, error);
      process.exitCode = 1; // the other sections are still worth their time
      return null;
    });
    if (measured === null) continue;
    report.sections.push(measured);
    console.log(`\n${sectionText(measured)}`);
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`);
    for (const { what, limit, found, met } of measured.targets)
      console.log(`${met ? 'met    ' : 'MISSED '} ${what}: ${found}, limit ${limit}`);
  }
  if (values.quick || !(values.renew || names.length === sectionNames.length)) return;
  const before = existsSync(EVIDENCE)
    ? (JSON.parse(readFileSync(EVIDENCE, 'utf8')) as Report).sections // written below alone
    : [];
  const sections = sectionNames.flatMap(
    (name) => [...report.sections, ...before].find((section) => section.name === name) ?? [],
  );
  const evidence = { ...report, sections };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(EVIDENCE, `${JSON.stringify(evidence, null, 1)}\n`);
  writeFileSync(join(FOLDER, 'speed.md'), reportText(evidence));
};

const interrupted = () => {
  void endGrounds().finally(() => process.exit(130));
};
process.once('SIGINT', interrupted);
process.once('SIGTERM', interrupted);
await main();
process.exit();
