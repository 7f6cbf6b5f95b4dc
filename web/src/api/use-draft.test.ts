import { expect, test } from 'vitest';
import { problemsOfDetails } from './use-draft.ts';

const fields = { opensAt: '', base: '' };

test('what the API says stands beside its field', () => {
  const details = [
    { path: 'opensAt', problem: 'lies 5 s in the past' },
    { path: 'elsewhere', problem: 'x' },
  ];
  expect(problemsOfDetails(details, fields)).toEqual({ opensAt: 'lies 5 s in the past' });
});

test('a conflict has no fields', () => {
  expect(problemsOfDetails({ reason: 'x' }, fields)).toEqual({});
  expect(problemsOfDetails(undefined, fields)).toEqual({});
});
