// @vitest-environment jsdom
import { act } from 'react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { SessionView } from '../../api/session.ts';
import { draw, press, type } from '../../testing.tsx';
import { Budget } from './budget.tsx';

let end: (() => Promise<void>) | null = null;
beforeAll(() => {
  // There is nothing to be above of without a browser.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});
afterEach(async () => {
  await end?.();
  vi.unstubAllGlobals();
});

const usual = { amount: '100', usual: '100', isOwn: false, most: '200', reserved: false };
const PROBLEM = 'must be plain decimal text above 0 and at most 200 USDT (maxQuotePerTrade)';

interface Sent {
  readonly path: string;
  readonly body: { readonly quoteAmount: string | null };
  readonly key: string;
}

/** The budget of a listing before an API that takes what is below 200. */
const startBudget = async ({
  tooLate = null,
  role = 'operator',
}: { tooLate?: string | null; role?: SessionView['role'] } = {}) => {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit & { body: string }) => {
    if (init.method !== 'PATCH')
      return Response.json({
        listing: { id: 'one', base: 'ABC', quote: 'USDT' },
        budget: { ...usual, tooLate },
      });
    const body = JSON.parse(init.body) as Sent['body']; // our own request
    sent.push({ path, body, key: new Headers(init.headers).get('idempotency-key') ?? '' });
    const amount = body.quoteAmount ?? '100';
    if (Number(amount) <= 200) return Response.json({ ...usual, amount, tooLate });
    const details = [{ path: 'quoteAmount', problem: PROBLEM }];
    const error = { code: 'VALIDATION_FAILED', message: 'wrong', requestId: 'r1', details };
    return Response.json({ error }, { status: 422 });
  });
  const drawn = await draw(<Budget id="one" />, role);
  ({ end } = drawn);
  await act(() => vi.waitFor(() => expect(drawn.page.textContent).toContain('as the options say')));
  return { page: drawn.page, sent };
};

const field = (page: HTMLElement): HTMLInputElement => {
  const found = page.querySelector('input');
  if (found === null) throw new Error('no budget is asked for');
  return found;
};

test('a refusal stands beside the field with what was typed, and another try is another command', async () => {
  const { page, sent } = await startBudget();
  await press('Edit budget');
  await type(field(page), '500');
  await press('Spend at most 500 USDT on ABC');
  await vi.waitFor(() => expect(page.textContent).toContain(PROBLEM));
  expect(field(page).value).toBe('500');
  expect(document.activeElement).toBe(field(page));
  await type(field(page), ' 50.5 ');
  await press('Spend at most 50.5 USDT on ABC');
  await vi.waitFor(() => expect(page.textContent).toContain('Saved: 50.50 USDT at most'));
  expect(page.querySelector('dialog')).toBeNull();
  expect(sent.map(({ path, body }) => [path, body])).toEqual([
    ['/api/listings/one/budget', { quoteAmount: '500' }],
    ['/api/listings/one/budget', { quoteAmount: '50.5' }],
  ]);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
});

test('what is no amount is not sent; nothing typed means the amount of the options', async () => {
  const { page, sent } = await startBudget();
  await press('Edit budget');
  await type(field(page), '1,000');
  await press('Spend at most 1,000 USDT on ABC');
  expect(page.textContent).toContain('must be an amount above 0');
  expect(sent).toEqual([]);
  await type(field(page), '');
  await press('Spend at most 100 USDT on ABC');
  await vi.waitFor(() => expect(sent.map(({ body }) => body)).toEqual([{ quoteAmount: null }]));
});

test.each([
  [{ tooLate: 'Too late: 100 USDT are reserved.' }, 'Too late: 100 USDT are reserved.'],
  [{ role: 'viewer' as const }, 'only an operator may'],
])('%j cannot be changed, and says why', async (how, why) => {
  const { page } = await startBudget(how);
  await press('Edit budget');
  expect(page.textContent).toContain(why);
  expect(page.querySelector('dialog')).toBeNull();
});
