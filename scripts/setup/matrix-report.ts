import type { WaveResult } from '#test/matrix/wave.ts';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** The kill matrix in words and numbers, from its results alone. */
export const matrixReport = (results: readonly WaveResult[], attempted: number): string => {
  const points = [...new Set(results.map((result) => result.point))];
  const rows = points.map((point) => {
    const of = results.filter((result) => result.point === point);
    const resume = of.map((result) => result.resumeMs);
    return `| ${point} | ${of.length} | ${sum(of.map((r) => r.trades))} | ${sum(of.map((r) => r.duplicates))} | ${sum(of.map((r) => r.lost))} | ${sum(of.map((r) => r.mismatches.length))} | ${median(resume)} | ${Math.max(...resume)} |`;
  });
  const all = {
    trades: sum(results.map((result) => result.trades)),
    bought: sum(results.map((result) => result.bought)),
    duplicates: sum(results.map((result) => result.duplicates)),
    lost: sum(results.map((result) => result.lost)),
    mismatches: sum(results.map((result) => result.mismatches.length)),
  };
  return `# Kill matrix

Written by \`npm run kill-matrix\`. Each row is a point in a trade's life at which a part of a running system was killed
with \`kill -9\`, stopped past every time-out, or cut off, with eight trades in flight. Afterwards every trade must have
ended, bought at most once, with nothing left but dust, and the record must equal the exchange's books to the last digit.

**${results.length} kills, ${all.trades} trades in flight, ${all.bought} positions bought: ${all.duplicates} bought twice, ${all.lost} lost, ${all.mismatches} differences between record and truth.**${
    attempted === results.length
      ? ''
      : ` ${attempted - results.length} more waves did not reach their point and count for nothing.`
  }

| Point | Kills | Trades | Bought twice | Lost | Differences | Resumed after, ms (median) | (most) |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Victims: ${[...new Set(results.map((result) => result.victim))].join(', ')}. Exchange: ${[
    ...new Set(results.map((result) => result.switches)),
  ].join(', ')}.
`;
};
