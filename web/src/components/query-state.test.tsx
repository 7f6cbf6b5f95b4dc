// @vitest-environment jsdom
import { useQuery } from '@tanstack/react-query';
import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { draw, press } from '../testing.tsx';
import { QueryState } from './query-state.tsx';

const shown = (page: HTMLElement): string | null =>
  page.querySelector('[data-query]')?.getAttribute('data-query') ?? page.textContent;

test('a failure stays on the page while it is asked again, until there is an answer', async () => {
  interface Asked {
    resolve(answer: string): void;
    reject(error: Error): void;
  }
  const asked: Asked[] = [];
  const ask = () => new Promise<string>((resolve, reject) => asked.push({ resolve, reject }));
  const Part = () => {
    const query = useQuery({ queryKey: ['part'], queryFn: ask });
    return (
      <div aria-busy={query.isFetching}>
        <QueryState query={query}>{(data) => data}</QueryState>
      </div>
    );
  };
  const { page, end } = await draw(<Part />);
  const isShown = (what: string) => act(() => vi.waitFor(() => expect(shown(page)).toBe(what)));
  await isShown('pending');
  asked[0]?.reject(new Error('the first one failed'));
  await isShown('error');
  await press('Retry');
  await act(() => vi.waitFor(() => expect(page.querySelector('[aria-busy=true]')).not.toBeNull()));
  expect(asked).toHaveLength(2);
  expect(shown(page)).toBe('error');
  expect(page.textContent).toContain('the first one failed');
  asked[1]?.reject(new Error('the second one too'));
  await act(() => vi.waitFor(() => expect(page.textContent).toContain('the second one too')));
  await press('Retry');
  asked[2]?.resolve('an answer');
  await isShown('an answer');
  await end();
});
