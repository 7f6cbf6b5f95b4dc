import { expect, test } from 'vitest';
import { inputOf, NOTHING, problemsOf } from './channel-form.ts';

test('only the fields of its kind are needed and sent', () => {
  const slack = { ...NOTHING, kind: 'slack', name: ' desk ', botToken: 'left over' } as const;
  expect(problemsOf(slack)).toEqual({ webhookUrl: 'is needed' });
  expect(inputOf({ ...slack, webhookUrl: 'https://x' })).toEqual({
    kind: 'slack',
    name: 'desk',
    webhookUrl: 'https://x',
  });
});

test('every empty field says that it is needed', () => {
  expect(Object.keys(problemsOf(NOTHING))).toEqual(['name', 'botToken', 'chatId']);
});
