// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { beforeAll, expect, test } from 'vitest';
import { useCommand } from './use-command.ts';

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
});

/** A button whose command is answered when the test says so. */
const startButton = async () => {
  const sent: string[] = [];
  const waiting: { answer: () => void; fail: () => void }[] = [];
  const Sell = () => {
    const command = useCommand({
      mutationFn: (what: string) =>
        new Promise<void>((resolve, reject) => {
          sent.push(what);
          waiting.push({ answer: resolve, fail: () => reject(new Error('no answer')) });
        }),
    });
    return (
      <button type="button" onClick={() => command.send('all')}>
        {command.status}
      </button>
    );
  };
  const element = document.createElement('div');
  const root = createRoot(element);
  await act(async () =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <Sell />
      </QueryClientProvider>,
    ),
  );
  const button = element.querySelector('button');
  if (button === null) throw new Error('the button was not drawn');
  return { sent, waiting, button };
};

test('both clicks of a double click send one command', async () => {
  const { sent, button } = await startButton();
  await act(async () => {
    button.click();
    button.click();
  });
  expect(sent).toEqual(['all']);
});

test('after an answer, or none, the next command is sent', async () => {
  const { sent, waiting, button } = await startButton();
  await act(async () => button.click());
  await act(async () => waiting[0]?.answer());
  await act(async () => button.click());
  await act(async () => waiting[1]?.fail());
  await act(async () => button.click());
  expect(sent).toEqual(['all', 'all', 'all']);
});
