import type { Row, Section } from './measure.ts';

/** What one run found; the JSON beside the table. */
export interface Report {
  readonly machine: string;
  readonly sections: readonly Section[];
}

/** The tables, as they stand in docs/evidence/speed.md. */
export const reportText = ({ machine, sections }: Report): string =>
  [
    '# Speed\n',
    'Written by `npm run bench`. Everything runs on one machine, with the bundled exchange look-alike on loopback; the',
    'numbers say what our own code and its servers add, not how far the exchange is away. An order has arrived when the',
    'look-alike stamps its request; clocks are monotonic and shared. Each path stands beside a baseline that does the least',
    'possible, after the same idle time. On a machine where others wait for a core too, as each section says, `least` tells',
    'more of the path than p50, and p99 tells of the machine.\n',
    `Measured on ${machine}.\n`,
    summaryOf(sections),
    ...sections.map(sectionText),
  ].join('\n');

const summaryOf = (sections: readonly Section[]): string => {
  const targets = sections.flatMap((section) => section.targets);
  const met = targets.filter((target) => target.met).length;
  return [
    `**${met} of ${targets.length} targets met.**\n`,
    '| Target | Limit | Found | |',
    '| --- | --- | --- | --- |',
    ...targets.map(
      ({ what, limit, found, met: isMet }) =>
        `| ${what} | ${limit} | ${found} | ${isMet ? 'met' : '**missed**'} |`,
    ),
    '',
  ].join('\n');
};

export const sectionText = ({ title, rows, notes, at }: Section): string =>
  [
    `## ${title}\n`,
    ...(at === undefined ? [] : [`Measured at ${at}.\n`]),
    '| What | n | least | p50 | p90 | p99 | most | |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows.map(rowText),
    '',
    ...notes.map((note) => `${note}\n`),
  ].join('\n');

const rowText = ({ what, n, unit, ...row }: Row): string =>
  `| ${what} | ${n} | ${[row.least, row.p50, row.p90, row.p99, row.most].map((value) => value.toFixed(2)).join(' | ')} | ${unit} |`;
