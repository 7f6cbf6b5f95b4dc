import { expect, test } from 'vitest';
import { orphanCan } from './orphan-can.ts';

test('an open order may be adopted, cancelled and dismissed', () => {
  expect(orphanCan({ kind: 'order', state: 'open' })).toEqual({
    adopt: null,
    cancel: null,
    dismiss: null,
  });
});

test('coins may be dismissed only', () => {
  const can = orphanCan({ kind: 'balance', state: 'open' });
  expect(can).toMatchObject({ dismiss: null });
  expect(can.adopt).toContain('nothing proves that they are ours');
  expect(can.cancel).toBe(can.adopt);
});

test('what is over says so', () => {
  expect(orphanCan({ kind: 'order', state: 'gone' })).toEqual({
    adopt: 'it is gone',
    cancel: 'it is gone',
    dismiss: 'it is gone',
  });
});
