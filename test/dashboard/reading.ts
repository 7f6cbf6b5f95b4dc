import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { until } from '../until.ts';
import type { DashboardGround } from './ground.ts';

const WIDE = { viewport: { width: 1440, height: 900 } };
/** Of all that the first page loads: scripts, styles, font. */
const FIRST_PAGE_MAX_KB = 350;

/** Stories that only look, so that they may run side by side. */
export const readingTests = (ground: () => DashboardGround): void => {
  test.concurrent('is worked by keys alone', () =>
    ground().onPage(WIDE, async (page) => {
      await page.goto(ground().address);
      await page.getByTestId('closed-row').first().waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('trades');
      await page.keyboard.press('Enter');
      await until('the page of trades', async () => (await page.title()).includes('Trades'));
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.locator('tbody [data-row]').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const steps: unknown[] = [];
      for (const key of ['j', 'j', 'k']) {
        await page.keyboard.press(key);
        steps.push(
          await page.evaluate(
            `[...document.querySelectorAll('[data-row]')].findIndex((row) => row.matches(':focus-within'))`,
          ),
        );
      }
      expect(steps).toEqual([0, 1, 0]);
      await page.keyboard.press('Enter');
      await page.getByTestId('trade-phase').waitFor();
    }));

  test.concurrent('shows times in UTC or as the browser has them, and remembers which', () =>
    ground().onPage({ timezoneId: 'Asia/Kolkata' }, async (page) => {
      await page.goto(`${ground().address}/trades/${ground().askedId()}`);
      const seen = page.locator('[data-testid="stages"] time').first();
      const utc = (await seen.textContent()) ?? '';
      await page.getByRole('button', { name: 'show times in local time' }).click();
      await until('another zone', async () => (await seen.textContent()) !== utc);
      expect(utc.slice(2).replace(/^:\d\d/, '')).toBe((await seen.textContent())?.slice(5));
      await page.reload();
      await page.getByRole('button', { name: 'show times in UTC' }).waitFor();
      await page.getByRole('heading', { name: 'Stages (local)' }).waitFor();
    }));
};

/** The logs of all trades, looked through. */
export const logTests = (ground: () => DashboardGround): void => {
  test.concurrent('finds steps of all trades by coin, kind and text, and the address keeps how', () =>
    ground().onPage(WIDE, async (page) => {
      await page.goto(`${ground().address}/audit`);
      await page.getByRole('link', { name: 'Logs of trades' }).click();
      const rows = page.locator('tbody tr[data-kind]');
      await rows.first().waitFor();
      await page.getByLabel('Pair or coin').fill('asked');
      await until('steps of one pair alone', async () => {
        const pairs = await rows.evaluateAll((all) => all.map((row) => row.dataset['symbol']));
        return pairs.length > 0 && pairs.every((pair) => pair?.startsWith('ASKED') === true);
      });
      await page.getByLabel('Kind').selectOption('order');
      await page.getByLabel('Text contains').fill('BOUGHT');
      await until('the purchase alone', async () => (await rows.count()) === 1);
      await page.reload();
      await rows.getByText(/^Bought .* ASKED at/).waitFor();
      expect(await rows.count()).toBe(1);
      await page.getByLabel('From (UTC)').fill('2999-01-01');
      await page.getByText('Nothing that fits was written down.').waitFor();
    }));
};

/** Stories about what only looking costs: rest for the eye, and bytes. */
export const restTests = (ground: () => DashboardGround): void => {
  test.concurrent('nothing moves under the eye while numbers change, nor for who asked for rest', () =>
    ground().onPage({ reducedMotion: 'reduce' }, async (page) => {
      await page.goto(ground().address);
      await page.getByTestId('closed-row').first().waitFor();
      await page.locator('[data-part="monitor"][data-state="ok"]').waitFor();
      await page.evaluate(`
        globalThis.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) globalThis.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: false });
      `);
      const clock = page.getByRole('button', { name: 'show times in' });
      const before = await clock.textContent();
      await until('a tick', async () => (await clock.textContent()) !== before);
      await until('3 s', () => page.evaluate('performance.now() > 3000') as Promise<boolean>);
      expect(await page.evaluate('globalThis.shift')).toBeLessThan(0.01);
      const moving = await page.evaluate(
        `[...document.querySelectorAll('*')].filter((each) =>
          getComputedStyle(each).transitionDuration.split(', ').some((time) => time !== '0s')).length`,
      );
      expect(moving).toBe(0);
    }));
  test.concurrent(`the first page is at most ${FIRST_PAGE_MAX_KB} kB, pressed`, () =>
    ground().onPage({}, async (page) => {
      const sizes: Promise<number>[] = [];
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (pathname.startsWith('/api/')) return;
        // A font is pressed already.
        const size = (body: Buffer) =>
          pathname.endsWith('.woff2') ? body.length : gzipSync(body).length;
        sizes.push(response.body().then(size));
      });
      await page.goto(ground().address);
      await page.getByTestId('closed-row').first().waitFor();
      const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      expect(sizes.length).toBeGreaterThan(2);
      expect(total / 1000).toBeLessThan(FIRST_PAGE_MAX_KB);
    }));
};
