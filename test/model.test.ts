import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const model = readFileSync(join(root, 'docs/model/order.pml'), 'utf8');

/** What the model's steps say: `printf("file function | text")`. */
const steps = [...model.matchAll(/printf\("(\S+) (\S+) \|/g)].map((match) => ({
  file: match[1] ?? '',
  name: match[2] ?? '',
}));
const ours = steps.filter((step) => step.name !== '-');

const declares = (file: string, name: string): boolean => {
  const path = join(root, file);
  return (
    existsSync(path) && new RegExp(`(const|function) ${name}\\b`).test(readFileSync(path, 'utf8'))
  );
};

const canCheck = ['spin', 'gcc'].every((program) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program))),
);

describe('the model of the order protocol', () => {
  it('names functions that exist', () => {
    const unknown = ours.filter(({ file, name }) => !declares(file, name));
    expect(unknown).toEqual([]);
  });

  it('says of every step whose it is', () => {
    expect(
      steps.filter(({ name }) => name === '-').every(({ file }) => /^(exchange|fault)$/.test(file)),
    ).toBe(true);
    expect(steps).toHaveLength([...model.matchAll(/printf\(/g)].length);
  });

  it('has a step of every function that sends, takes, gives back, asks or settles', () => {
    const named = new Set(ours.map(({ name }) => name));
    const needed = [
      'armLeg',
      'takeEntryPermit',
      'takeExitPermit',
      'handBackPermit',
      'releaseEntry',
    ];
    const acting = ['sendOnce', 'sendOrder', 'findFinal', 'conclude', 'settleLeg', 'givenUp'];
    expect([...needed, ...acting].filter((name) => !named.has(name))).toEqual([]);
  });

  it.skipIf(!canCheck)('holds, and breaks when a part is left out', () => {
    const node = process.execPath;
    const done = spawnSync(node, ['scripts/model.ts', '--quick'], { cwd: root, encoding: 'utf8' });
    expect(`${done.stdout}${done.stderr}`).not.toMatch(/FAILED/);
    expect(done.status).toBe(0);
  });
});
