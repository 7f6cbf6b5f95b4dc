// @vitest-environment jsdom
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { act } from 'react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { KILL_LEVELS } from '../components/kill-switch.tsx';
import { draw, type } from '../testing.tsx';
import { PLACES } from './navigation.tsx';
import { Palette } from './palette.tsx';

let end: (() => Promise<void>) | null = null;
beforeAll(() => {
  // There is nothing to be above of without a browser.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  Element.prototype.scrollIntoView = () => undefined;
  window.scrollTo = () => undefined;
});
afterEach(async () => {
  await end?.();
  vi.unstubAllGlobals();
});

test('every page and every level of the kill switch is found by its name', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ items: [], nextCursor: null, total: 0 }));
  const shown = vi.fn<(what: string) => void>();
  const router = createRouter({
    history: createMemoryHistory(),
    routeTree: createRootRoute({
      component: () => <Palette close={() => undefined} show={shown} />,
    }),
  });
  await router.load();
  const drawn = await draw(<RouterProvider router={router} />);
  ({ end } = drawn);
  const input = drawn.page.querySelector('input');
  if (input === null) throw new Error('nothing to type into');
  const first = () => drawn.page.querySelector<HTMLElement>('[role="option"]');
  for (const { name } of PLACES) {
    await type(input, name);
    expect(first()?.textContent).toBe(`${name}page`);
  }
  for (const { level, name } of KILL_LEVELS) {
    await type(input, `kill ${name}`);
    await act(async () => first()?.click());
    expect(shown).toHaveBeenLastCalledWith(level);
  }
});
