import { expect, test } from 'vitest';
import { orderStates } from '#api/schemas/order.ts';
import { byUrgency, ORDER_STATES, readOrderFilter } from './order-filter.ts';

test('an address names a state, or any', () => {
  expect(readOrderFilter({ state: 'refused' })).toEqual({ state: 'refused' });
  expect(readOrderFilter({ state: 'nonsense' })).toEqual({});
  expect(ORDER_STATES.toSorted()).toEqual(orderStates.toSorted());
});

test('what needs a person comes first', () => {
  const phases = ['holding', 'cannotSell', 'selling', 'unresolved'].map((phase) => ({ phase }));
  expect(phases.toSorted(byUrgency).map((each) => each.phase)).toEqual([
    'unresolved',
    'cannotSell',
    'holding',
    'selling',
  ]);
});
