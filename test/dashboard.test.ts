import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { launchBrowser } from './browser.ts';
import type { TestProcess } from './processes.ts';
import { until } from './until.ts';
import { signInState } from './sign-in.ts';
import { startWorld } from './shared-world.ts';
import { unhurried, type World } from './world.ts';

/** Answers what somebody would stumble over who cannot see a page well. */
const accessibility = readFileSync('web/testing/accessibility.js', 'utf8');

/** What a page complained about; tests expect none. */
const complaintsOf = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
};
const PATIENT = { timeout: 10_000 };

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

/** The demo's exits, but nothing is sold because time is up. */
const LONG = { ...demoOptions.exit, timeStop: 600, maxHold: 600 };

describe('the dashboard in a real browser', () => {
  let world: World;
  /** Pairs that open while the first test runs, and are held after it. */
  const held = { asked: { symbol: '', id: '' }, edited: { symbol: '', id: '' } };
  let browser: Browser;
  let api: TestProcess;
  let port: number;
  let address: string;
  let storageState: Awaited<ReturnType<typeof signInState>>;
  const newPage = (look: object = {}) => browser.newPage({ storageState, ...look });

  beforeAll(async () => {
    world = await startWorld();
    port = await freePort();
    address = `http://127.0.0.1:${port}`;
    await world.db.botConfiguration.create({
      data: {
        installationId: world.installationId,
        name: 'held long',
        version: 1,
        options: tradingOptions.parse({ ...unhurried, exit: LONG }),
        active: true,
      },
    });
    [, , api] = await Promise.all([
      world.start('worker'),
      world.start('monitor'),
      world.start('api', { API_PORT: String(port) }),
    ]);
    await until('the run has begun', async () => {
      const run = await world.db.botRun.findFirst();
      return run?.baselineAt ?? null;
    });
    storageState = await signInState(address, world.env['DATA_DIR'] ?? '');
    browser = await launchBrowser();
    held.asked.symbol = await world.list({ base: 'ASKED', opensInMs: 9000, more: CALM });
    held.edited.symbol = await world.list({ base: 'EDITED', opensInMs: 9000, more: CALM });
  });
  afterAll(async () => {
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  test('shows a trade from announcement to profit, live', async () => {
    const page = await newPage({ viewport: { width: 1440, height: 900 } });
    const complaints = complaintsOf(page);
    await page.goto(address);
    await page.getByTestId('mode').getByText('SIMULATOR').waitFor();
    const symbol = await world.list({
      base: 'SHOWN',
      opensInMs: 9000,
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
    const page = await newPage({ viewport: { width: 375, height: 667 } });
    const complaints = complaintsOf(page);
    const { symbol } = held.asked;
    await page.goto(address);
    const position = page.locator(
      `[data-testid="position-row"][data-symbol="${symbol}"][data-phase="holding"]`,
    );
    await position.waitFor();
    await position.getByRole('button', { name: 'Sell now' }).click();
    await page.getByRole('button', { name: 'Sell ASKED now' }).dblclick();
    const trade = await world.phase(symbol, 'closed');
    expect(trade.exitReason).toBe('manual');
    held.asked.id = trade.id;
    await page.locator(`[data-testid="closed-row"][data-symbol="${symbol}"]`).waitFor();
    const sideways = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(sideways, 'scrolls sideways on a phone').toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('edits the exits of a position: wrong fields say so, and the stop line follows', async () => {
    const page = await newPage({ viewport: { width: 1440, height: 900 } });
    const complaints = complaintsOf(page);
    const { id } = await world.phase(held.edited.symbol, 'holding');
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
    await expect.poll(() => stop.evaluate('document.activeElement.name'), PATIENT).toBe('stop');
    await stop.fill('40');
    await editor.getByRole('button', { name: 'Save exits' }).click();
    await editor.getByText('fractions add up to 1.15; at most 1').waitFor();
    expect(await stop.inputValue()).toBe('40');
    await editor.getByLabel('Sells of the position').first().fill('60');
    await editor.getByRole('button', { name: 'Save exits' }).click();
    await page.getByText('Saved: the guard follows the new exits').waitFor();
    await expect
      .poll(async () => Number(await chart.getAttribute('data-stop')) / stopBefore, PATIENT)
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

  test.concurrent('is worked by keys alone', async () => {
    const page = await newPage({ viewport: { width: 1440, height: 900 } });
    const complaints = complaintsOf(page);
    await page.goto(address);
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
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.concurrent('shows times in UTC or as the browser has them, and remembers which', async () => {
    const page = await newPage({ timezoneId: 'Asia/Kolkata' });
    await page.goto(`${address}/trades/${held.asked.id}`);
    const seen = page.locator('[data-testid="stages"] time').first();
    const utc = (await seen.textContent()) ?? '';
    await page.getByRole('button', { name: 'show times in local time' }).click();
    await until('another zone', async () => (await seen.textContent()) !== utc);
    expect(utc.slice(2).replace(/^:\d\d/, '')).toBe((await seen.textContent())?.slice(5));
    await page.reload();
    await page.getByRole('button', { name: 'show times in UTC' }).waitFor();
    await page.getByRole('heading', { name: 'Stages (local)' }).waitFor();
    await page.close();
  });

  const PAGES =
    'Now Listings Positions Trades Orders Performance Alerts Risk Options Access System'.split(' ');

  test.concurrent('every page can be read by everybody, in both themes and all widths', async () => {
    const page = await newPage({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce', // colours that are on their way to others cannot be judged
    });
    const complaints = complaintsOf(page);
    await page.goto(address);
    const found: string[] = [];
    for (const name of [...PAGES, 'ASKED']) {
      if (name === 'ASKED') await page.goto(`${address}/trades/${held.asked.id}`);
      else await page.getByRole('navigation').getByRole('link', { name }).click();
      await until(`the page ${name}`, async () => (await page.title()).includes(name));
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      for (const theme of ['light', 'dark']) {
        await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
        const problems = (await page.evaluate(accessibility)) as string[];
        found.push(...problems.map((problem) => `${name}, ${theme}: ${problem}`));
      }
      for (const width of [375, 2560, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
          found.push(`${name}: scrolls sideways at ${width} px`);
      }
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.concurrent('nothing moves under the eye while numbers change, nor for who asked for rest', async () => {
    const page = await newPage({ reducedMotion: 'reduce' });
    await page.goto(address);
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
    await page.close();
  });

  test('says that it is stale when the stream breaks, and heals', async () => {
    const page = await newPage();
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
