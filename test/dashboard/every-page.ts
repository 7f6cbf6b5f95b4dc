import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../until.ts';
import { violationsOn } from './accessibility.ts';
import type { DashboardGround } from './ground.ts';
import { answersOf, REQUEST_ID, type State } from './states.ts';

/** Pages by the names of their links. `hasEmpty`: it says what will appear when there is nothing. */
const PAGES: readonly { readonly name: string; readonly hasEmpty: boolean }[] = [
  { name: 'Now', hasEmpty: true },
  { name: 'Listings', hasEmpty: true },
  { name: 'Positions', hasEmpty: true },
  { name: 'Trades', hasEmpty: true },
  { name: 'Orders', hasEmpty: true },
  { name: 'Orphans', hasEmpty: true },
  { name: 'Alerts', hasEmpty: true },
  { name: 'Diagnosis', hasEmpty: false },
  { name: 'Performance', hasEmpty: true },
  { name: 'Sources', hasEmpty: true },
  { name: 'Risk', hasEmpty: true },
  { name: 'Options', hasEmpty: true },
  { name: 'Going live', hasEmpty: false },
  { name: 'Notifications', hasEmpty: true },
  { name: 'Access', hasEmpty: true },
  { name: 'Audit', hasEmpty: true },
  { name: 'Logs', hasEmpty: true }, // beside the audit: its link is there
  { name: 'System', hasEmpty: false },
];

const open = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('navigation').getByRole('link', { name }).click();
  await until(`the page ${name}`, async () => (await page.title()).includes(name));
};

const shown = (page: Page, state: string) => page.locator(`main [data-query="${state}"]`);

/** What a page must show in a state; answers what it lacks. */
const lacksOf = async (page: Page, state: State, hasEmpty: boolean): Promise<string | null> => {
  if (state === 'pending') return (await shown(page, 'pending').count()) > 0 ? null : 'no skeleton';
  await shown(page, 'pending').first().waitFor({ state: 'detached' });
  if (state === 'error') {
    await shown(page, 'error').first().waitFor();
    const text = await shown(page, 'error').first().textContent();
    return text?.includes(REQUEST_ID) === true && text.includes('Retry') ? null : `only "${text}"`;
  }
  await shown(page, 'error').first().waitFor({ state: 'detached' });
  if (state === 'empty' && hasEmpty) await shown(page, 'empty').first().waitFor();
  return null;
};

type Theme = 'dark' | 'light';
const wear = (page: Page, theme: Theme): Promise<unknown> =>
  page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);

/** The four states of every page, each judged for people who see little or nothing. */
export const everyPageTests = (ground: () => DashboardGround): void => {
  test.concurrent('every page says what it waits for, what failed, and what will be there', () =>
    ground().onPage(
      // Colours that are on their way to others cannot be judged.
      { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' },
      async (page) => {
        const answer = await answersOf(page);
        const found: string[] = [];
        const themes = { pending: 'light', error: 'dark', empty: 'light' } as const;
        for (const state of ['pending', 'error', 'empty'] as const) {
          await answer(state);
          if (state === 'pending') await page.goto(ground().address);
          await wear(page, themes[state]);
          for (const { name, hasEmpty } of PAGES) {
            await open(page, name);
            const lacks = await lacksOf(page, state, hasEmpty).catch((error: unknown) => {
              throw new Error(`${name}, ${state}`, { cause: error });
            });
            if (lacks !== null) found.push(`${name}, ${state}: ${lacks}`);
            // The frame is judged with the data, and a skeleton says nothing.
            const violations =
              state === 'pending' ? [] : await violationsOn(page, { part: 'main' });
            found.push(...violations.map((each) => `${name}, ${state}: ${each}`));
          }
        }
        expect(found).toEqual([]);
      },
      { expected: /status of 500/ },
    ));

  test.concurrent('every page can be read by everybody, in both themes and all widths', () =>
    ground().onPage(
      { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' },
      async (page) => {
        const found: string[] = [];
        await page.goto(ground().address);
        for (const name of [...PAGES.map((each) => each.name), 'ASKED']) {
          if (name === 'ASKED') await page.goto(`${ground().address}/trades/${ground().askedId()}`);
          else await open(page, name);
          await page.locator('h1').first().waitFor({ state: 'attached' });
          await shown(page, 'pending').first().waitFor({ state: 'detached' });
          await wear(page, 'dark');
          const dark = await violationsOn(page);
          await wear(page, 'light');
          const light = await violationsOn(page, { colours: true });
          found.push(...dark.map((each) => `${name}, dark: ${each}`));
          found.push(...light.map((each) => `${name}, light: ${each}`));
          for (const width of [375, 2560, 1440]) {
            await page.setViewportSize({ width, height: 900 });
            if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
              found.push(`${name}: scrolls sideways at ${width} px`);
          }
        }
        expect(found).toEqual([]);
      },
    ));
};
