import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { DashboardGround } from './ground.ts';

const PATIENT = { timeout: 10_000 };

const focusOf = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.name');

/** A person changes the trading options, from the first field to the version that is active. */
export const optionTests = (ground: () => DashboardGround): void => {
  test('edits the options: what changes is shown, what is wrong says so, and a version is active', () =>
    ground().onPage(
      { viewport: { width: 1440, height: 900 } },
      async (page) => {
        await page.goto(`${ground().address}/configuration`);
        await page.getByText(/, version 1, written/).waitFor();
        await page.getByRole('button', { name: 'Edit options' }).click();
        const form = page.getByRole('form', { name: 'Trading options' });
        const budget = form.getByLabel('Quote amount');
        const positions = form.getByLabel('Max open positions');
        const changes = form.getByRole('region', { name: 'What changes' });
        const save = form.getByRole('button', { name: 'Write a new version' });
        await changes.getByText('Nothing yet.').waitFor();

        // Each alone is allowed: only the API sees that they contradict each other.
        await positions.fill('4');
        await budget.fill('201');
        expect(await changes.locator('tbody tr').allTextContents()).toEqual([
          'quoteAmount100201',
          'maxOpenPositions54',
        ]);
        await save.click();
        await form.getByText('must not be above maxQuotePerTrade (200)').waitFor();
        const description = (await budget.getAttribute('aria-describedby')) ?? '';
        const problem = form.locator(`#${description.split(' ').at(-1) ?? ''}`);
        expect(await problem.textContent()).toContain('must not be above maxQuotePerTrade');
        await expect.poll(() => focusOf(page), PATIENT).toBe('quoteAmount');
        expect([await budget.inputValue(), await positions.inputValue()]).toEqual(['201', '4']);
        await form
          .getByText(/Not written: one place needs a look \(request [0-9a-f-]{36}\)/)
          .waitFor();

        await budget.fill('90');
        await save.click();
        await page.getByText('held long, version 2 is written').waitFor();
        await page.getByText(/, version 2, written/).waitFor();
        const written = page.locator('[data-version="held long 2"]');
        await written.getByText('Active').waitFor();
        expect(await page.locator('[data-version="held long 1"]').getByText('Active').count()).toBe(
          0,
        );
        // By the API, not by what the page remembers.
        const active = await page.request.get(`${ground().address}/api/config`);
        expect(await active.json()).toMatchObject({
          version: 2,
          active: true,
          options: { quoteAmount: '90', maxOpenPositions: 4 },
        });
      },
      { expected: /422/ },
    ));
};
