// @vitest-environment jsdom
import axe from 'axe-core';
import { act } from 'react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { SessionView } from '../api/session.ts';
import { draw, press, type } from '../testing.tsx';
import { KillDialog, type KillLevel } from './kill-switch.tsx';

/** How often a dialog was closed before it was taken out of the page. */
let closedInPage = 0;
let end: (() => Promise<void>) | null = null;
beforeAll(() => {
  // There is nothing to be above of without a browser.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    if (this.isConnected) closedInPage += 1;
    this.open = false;
  };
});
afterEach(async () => {
  await end?.();
  vi.unstubAllGlobals();
});

const kill = { level: 'halt', reason: 'a test', actor: 'me', since: '2026-01-01T00:00:00.000Z' };

/** The dialog before an API on which nothing, or a halt, is set. */
const startDialog = async ({
  first,
  isSet = false,
  role = 'operator',
}: { first?: KillLevel; isSet?: boolean; role?: SessionView['role'] } = {}) => {
  const sent: unknown[] = [];
  vi.stubGlobal('fetch', async (_path: string, init: { method: string; body?: string }) => {
    if (init.method === 'GET') return Response.json({ kill: isSet ? kill : null, limits: [] });
    const body: unknown = init.body === undefined ? null : JSON.parse(init.body);
    sent.push([init.method, body]);
    return Response.json({ kill: null });
  });
  const closed = vi.fn<() => void>();
  const drawn = await draw(
    <KillDialog close={closed} {...(first === undefined ? {} : { first })} />,
    role,
  );
  ({ end } = drawn);
  await act(() =>
    vi.waitFor(() => {
      if (isSet && !drawn.page.textContent.includes('Halt is set')) throw new Error('not read yet');
    }),
  );
  return { page: drawn.page, sent, closed };
};

const reason = (page: HTMLElement): HTMLInputElement => {
  const found = page.querySelector<HTMLInputElement>('input[type="text"]');
  if (found === null) throw new Error('no reason is asked for');
  return found;
};

test('the mildest level is one press away, and says what it does', async () => {
  const { page, sent, closed } = await startDialog();
  expect(page.textContent).toContain('Nothing is bought. Guards go on.');
  await press('Pause entries now');
  expect(sent).toEqual([['POST', { level: 'pauseEntries', reason: 'set in the dashboard' }]]);
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
});

test('the level and the reason are those that were chosen', async () => {
  const { page, sent } = await startDialog({ first: 'flatten' });
  await type(reason(page), 'the exchange is odd');
  await press('Flatten now');
  expect(sent).toEqual([['POST', { level: 'flatten', reason: 'the exchange is odd' }]]);
});

test('without a reason nothing is sent', async () => {
  const { page, sent } = await startDialog();
  await type(reason(page), ' ');
  await press('Pause entries now');
  expect(page.textContent).toContain('say why');
  expect(sent).toEqual([]);
});

test('what is set is said, and released from here', async () => {
  const { page, sent } = await startDialog({ isSet: true });
  expect(page.textContent).toContain('Halt is set: a test.');
  await press('Release');
  expect(sent).toEqual([['DELETE', null]]);
});

test('it is closed before it goes, so that the focus finds back', async () => {
  await startDialog();
  const before = closedInPage;
  await end?.();
  end = null;
  expect(closedInPage).toBe(before + 1);
});

test('a viewer may read it and not press it', async () => {
  const { page, sent } = await startDialog({ role: 'viewer' });
  await press('Pause entries now');
  expect(page.textContent).toContain('only an operator may');
  expect(sent).toEqual([]);
});

test('it can be read out', { timeout: 30_000 }, async () => {
  const { page } = await startDialog({ isSet: true });
  const rules = { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } };
  const found = await axe.run(page, { rules });
  expect(found.violations.map(({ id }) => id)).toEqual([]);
});
