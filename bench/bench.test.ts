import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { monotonicAt, msBetween, percentile, type Row } from './measure.ts';
import type { Report } from './report.ts';

const ROOT = join(import.meta.dirname, '..');

test('the bench of one section writes its table', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sniper-bench-'));
  const file = join(folder, 'speed.json');
  const args = ['scripts/bench.ts', 'decode', '--quick', '--json', file];
  const text = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report; // written by the line above
  rmSync(folder, { recursive: true });
  expect(report.sections.map((section) => section.name)).toEqual(['decode']);
  const rows = report.sections.flatMap((section): readonly Row[] => section.rows);
  expect(rows).toHaveLength(3);
  for (const { what, p50, p99 } of rows) {
    expect(text).toContain(what);
    expect([p50 > 0, p99 >= p50]).toEqual([true, true]);
  }
});

test('a percentile is a value that was measured', () => {
  expect(percentile([3, 1, 2, 4], 0.5)).toBe(2);
  expect(percentile([3, 1, 2, 4], 0.99)).toBe(4);
  expect(percentile([], 0.5)).toBeNaN();
});

test('an instant of the wall clock is found on the monotonic one', () => {
  const away = msBetween(process.hrtime.bigint(), monotonicAt(Date.now() + 1000));
  expect(away).toBeGreaterThan(500);
  expect(away).toBeLessThan(1500);
});
