import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { launchBrowser } from './browser.ts';
import type { TestProcess } from './processes.ts';
import { until } from './until.ts';
import { startWorld } from './shared-world.ts';
import type { World } from './world.ts';

/** What a page complained about; tests expect none. */
const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
};

/** Opens a little above its first price and stays there. */
const CALM = {
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [600, 1.05],
    ],
  },
};

describe('the dashboard in a real browser', () => {
  let world: World;
  /** Pairs that open while the first test runs, and are held after it. */
  let held: { readonly asked: string; readonly edited: string };
  let browser: Browser;
  let api: TestProcess;
  let port: number;
  let address: string;

  beforeAll(async () => {
    world = await startWorld();
    port = await freePort();
    address = `http://127.0.0.1:${port}`;
    [, , api] = await Promise.all([
      world.start('worker'),
      world.start('monitor'),
      world.start('api', { API_PORT: String(port) }),
    ]);
    await until('the run has begun', async () => {
      const run = await world.db.botRun.findFirst();
      return run?.baselineAt ?? null;
    });
    browser = await launchBrowser();
    held = {
      asked: await world.list({ base: 'ASKED', opensInMs: 14_000, more: CALM }),
      edited: await world.list({ base: 'EDITED', opensInMs: 14_000, more: CALM }),
    };
  });
  afterAll(async () => {
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  test('shows a trade from announcement to profit, live', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const complaints = complaintsOf(page);
    await page.goto(address);
    await page.getByTestId('mode').getByText('SIMULATOR').waitFor();
    const symbol = await world.list({
      base: 'SHOWN',
      opensInMs: 12_000,
      more: {
        path: {
          kind: 'custom',
          points: [
            [0, 1],
            [5, 1.15],
            [6, 0.7],
            [600, 0.7],
          ],
        },
      },
    });
    const row = page.locator(`[data-testid="listing-row"][data-symbol="${symbol}"]`);
    await row.waitFor();
    await page.locator(`[data-symbol="${symbol}"][data-phase="armed"]`).waitFor();
    expect(await row.getByTestId('countdown').textContent()).toMatch(/^00:\d\d$/);
    const position = page.locator(`[data-testid="position-row"][data-symbol="${symbol}"]`);
    await position.waitFor();
    await position.getByRole('link', { name: symbol }).click();
    await page.locator('[data-testid="trade-phase"][data-phase="holding"]').waitFor();
    await page.locator('[data-testid="price-chart"]:not([data-candles="0"])').waitFor();
    await page.locator('[data-testid="trade-phase"][data-phase="closed"]').waitFor();
    expect(await page.getByTestId('profit').textContent()).toMatch(/^▼ −\d/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('sells when a person asks, once, and says so', async () => {
    const page = await browser.newPage({ viewport: { width: 375, height: 667 } });
    const complaints = complaintsOf(page);
    const symbol = held.asked;
    await page.goto(address);
    const position = page.locator(
      `[data-testid="position-row"][data-symbol="${symbol}"][data-phase="holding"]`,
    );
    await position.waitFor();
    await position.getByRole('button', { name: 'Sell now' }).click();
    await page.getByRole('button', { name: 'Sell ASKED now' }).dblclick();
    const trade = await world.phase(symbol, 'closed');
    expect(trade.exitReason).toBe('manual');
    await page.locator(`[data-testid="closed-row"][data-symbol="${symbol}"]`).waitFor();
    const sideways = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(sideways, 'scrolls sideways on a phone').toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('edits the exits of a position: wrong fields say so, and the stop line follows', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const complaints = complaintsOf(page);
    const symbol = held.edited;
    const { id } = await world.phase(symbol, 'holding');
    await page.goto(`${address}/trades/${id}`);
    const chart = page.getByTestId('price-chart');
    await page.locator('[data-testid="price-chart"]:not([data-stop=""])').waitFor();
    const stopBefore = Number(await chart.getAttribute('data-stop'));
    await page.getByRole('button', { name: 'Edit exits' }).click();
    const editor = page.getByTestId('exit-editor');
    const stop = editor.getByLabel('Stop, below the entry');
    await stop.fill('95');
    await editor.getByLabel('Sells of the position').first().fill('90');
    await editor.getByRole('button', { name: 'Save exits' }).click();
    await editor.getByText('must be 1 to 90').waitFor();
    await expect.poll(() => stop.evaluate('document.activeElement.name')).toBe('stop');
    await stop.fill('40');
    await editor.getByRole('button', { name: 'Save exits' }).click();
    await editor.getByText('fractions add up to 1.15; at most 1').waitFor();
    expect(await stop.inputValue()).toBe('40');
    await editor.getByLabel('Sells of the position').first().fill('60');
    await editor.getByRole('button', { name: 'Save exits' }).click();
    await page.getByText('Saved: the guard follows the new exits').waitFor();
    await expect
      .poll(async () => Number(await chart.getAttribute('data-stop')) / stopBefore)
      .toBeCloseTo(0.6 / 0.8, 3);
    const plan = await world.db.tradePlan.findUniqueOrThrow({ where: { listingId: id } });
    expect(plan).toMatchObject({
      version: 2,
      exits: { stop: 40, ladder: [{ fraction: 0.6 }, {}] },
    });
    // A 422 is an answer, and the browser says so of each.
    expect(complaints.filter((each) => !each.includes('422'))).toEqual([]);
    await page.close();
  });

  test('opens every page without a complaint', async () => {
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    for (const name of ['Listings', 'Trades', 'Risk', 'Alerts', 'Options', 'System', 'Now']) {
      await page.goto(`${address}/`);
      await page.getByRole('navigation').getByRole('link', { name }).click();
      await expect.poll(() => page.title(), { timeout: 10_000 }).toContain(name);
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says that it is stale when the stream breaks, and heals', async () => {
    const page = await browser.newPage();
    await page.goto(address);
    await page.locator('[data-part="monitor"][data-state="ok"]').waitFor();
    await api.kill();
    await page.getByTestId('stale').waitFor();
    await page.locator('[data-part="monitor"][data-state="unknown"]').waitFor();
    await world.start('api', { API_PORT: String(port) });
    await page.getByTestId('stale').waitFor({ state: 'detached' });
    await page.locator('[data-part="monitor"][data-state="ok"]').waitFor();
    expect(await page.getByTestId('stale').count()).toBe(0);
    await page.close();
  });
});
