import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { freePort } from '#scripts/setup/ports.ts';
import { launchBrowser } from './browser.ts';
import type { TestProcess } from './processes.ts';
import { until } from './until.ts';
import { startWorld } from './shared-world.ts';
import { everyPageTests } from './dashboard/every-page.ts';
import { createGround, type DashboardGround } from './dashboard/ground.ts';
import { optionTests } from './dashboard/options.ts';
import { logTests, readingTests, restTests } from './dashboard/reading.ts';
import { unhurried, type World } from './world.ts';

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

const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
const NOBODY = { cookies: [], origins: [] };

/** The demo's exits, but nothing is sold because time is up. */
const LONG = { ...demoOptions.exit, timeStop: 600, maxHold: 600 };

describe('the dashboard in a real browser', () => {
  let world: World;
  /** Pairs that open while the first test runs, and are held after it. */
  const held = { asked: '', edited: '', phoned: '' };
  let askedId = '';
  let browser: Browser;
  let api: TestProcess;
  let port: number;
  let address: string;
  let ground: DashboardGround;

  beforeAll(async () => {
    world = await startWorld();
    port = await freePort();
    address = `http://127.0.0.1:${port}`;
    await world.db.botConfiguration.create({
      data: {
        installationId: world.installationId,
        name: 'held long',
        version: 1,
        options: tradingOptions.parse({ ...unhurried, exit: LONG, maxOpenPositions: 5 }),
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
    browser = await launchBrowser();
    const dataDir = world.env['DATA_DIR'] ?? '';
    ground = await createGround({ browser, address, dataDir, askedId: () => askedId });
    held.asked = await world.list({ base: 'ASKED', opensInMs: 9000, more: CALM });
    held.edited = await world.list({ base: 'EDITED', opensInMs: 9000, more: CALM });
    held.phoned = await world.list({ base: 'PHONED', opensInMs: 9000, more: CALM });
  });
  afterAll(async () => {
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  test('shows a trade from announcement to profit, live', () =>
    ground.onPage(WIDE, async (page) => {
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
    }));

  test('sells when a person asks, once, and says so', () =>
    ground.onPage({ viewport: PHONE.viewport }, async (page) => {
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
      askedId = trade.id;
      await page.locator(`[data-testid="closed-row"][data-symbol="${symbol}"]`).waitFor();
      const sideways = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect(sideways, 'scrolls sideways on a phone').toBe(false);
    }));

  test('edits the exits of a position: wrong fields say so, and the stop line follows', () =>
    ground.onPage(
      WIDE,
      async (page) => {
        const { id } = await world.phase(held.edited, 'holding');
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
      },
      { expected: /422/ },
    ));

  test('a phone at night: from the link of a message to a sale in three taps', () =>
    ground.onPage(PHONE, async (page) => {
      const { id } = await world.phase(held.phoned, 'holding');
      await page.goto(`${address}/trades/${id}`); // the first tap: the link
      const sell = page.getByRole('button', { name: 'Sell now' });
      await sell.waitFor();
      await page.locator('[data-testid="trade-phase"][data-phase="holding"]').waitFor();
      const box = await sell.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(44);
      // Above the bar at the bottom: nobody has to look for it.
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(PHONE.viewport.height - 56);
      await sell.tap();
      const confirm = page.getByRole('button', { name: 'Sell PHONED now' });
      expect((await confirm.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      await confirm.tap();
      await page.locator('[data-testid="trade-phase"][data-phase="closed"]').waitFor();
      const trade = await world.phase(held.phoned, 'closed');
      expect(trade.exitReason).toBe('manual');
    }));

  optionTests(() => ground);

  test('sets the budget of a listing until its trade begins, and says why not afterwards', () =>
    ground.onPage(
      PHONE,
      async (page) => {
        const id = 'notbegun0001';
        const { installationId } = world;
        const names = { base: 'NOTYET', quote: 'USDT', symbol: 'NOTYETUSDT' };
        const firstSeenAt = new Date();
        await world.db.listing.create({
          data: { ...names, id, installationId, generation: 1, state: 'seen', firstSeenAt },
        });
        await page.goto(`${address}/listings`);
        const row = page.locator('[data-symbol="NOTYETUSDT"]').first();
        await row.getByRole('button').last().tap();
        await page.getByRole('button', { name: 'Edit budget' }).tap();
        const field = page.getByLabel('Budget, fee included');
        await field.fill('201');
        await page.getByRole('button', { name: 'Spend at most 201 USDT on NOTYET' }).tap();
        await page.getByText('at most 200 USDT (maxQuotePerTrade)').first().waitFor();
        await expect
          .poll(() => page.evaluate('document.activeElement.name'), PATIENT)
          .toBe('quoteAmount');
        expect(await field.inputValue()).toBe('201');
        await field.fill('42.5');
        await page.getByRole('button', { name: 'Spend at most 42.5 USDT on NOTYET' }).tap();
        await page.getByText('Saved: 42.50 USDT at most').waitFor();
        const { terms } = await world.db.listing.findUniqueOrThrow({ where: { id } });
        expect(terms).toEqual({ maxPrice: null, quoteAmount: '42.5' });

        const { id: begun } = await world.phase(held.edited, 'holding');
        const late = await page.request.patch(`${address}/api/listings/${begun}/budget`, {
          data: { quoteAmount: '50' },
          headers: { origin: address },
        });
        expect(late.status()).toBe(409);
        expect(await late.json()).toMatchObject({ error: { details: { phase: 'holding' } } });
      },
      { expected: /422/ },
    ));

  test('a viewer sees all of it, and is told why nothing can be pressed', () =>
    ground.onPage({ storageState: NOBODY }, async (page) => {
      const { id } = await world.phase(held.edited, 'holding');
      await page.goto(`${address}/sign-in#${await ground.linkFor('eyes')}`);
      await page.getByTestId('mode').waitFor();
      await page.goto(`${address}/trades/${id}`);
      const sell = page.getByRole('button', { name: 'Sell now' });
      await sell.click({ force: true }); // a browser test does not press what is disabled
      await page.getByText('only an operator may: you are signed in as viewer').first().waitFor();
      expect(await page.locator('dialog[open]').count()).toBe(0);
      for (const name of ['Disarm', 'Edit exits', 'Sell now'])
        expect(await page.getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true');
    }));

  readingTests(() => ground);
  logTests(() => ground);
  restTests(() => ground);
  everyPageTests(() => ground);

  test('says that it is stale when the stream breaks, and heals', () =>
    ground.onPage(
      {},
      async (page) => {
        await page.goto(address);
        await page.locator('[data-part="monitor"][data-state="ok"]').waitFor();
        await api.kill();
        await page.getByTestId('stale').waitFor();
        await page.locator('[data-part="monitor"][data-state="unknown"]').waitFor();
        await world.start('api', { API_PORT: String(port) });
        await page.getByTestId('stale').waitFor({ state: 'detached' });
        await page.locator('[data-part="monitor"][data-state="ok"]').waitFor();
        expect(await page.getByTestId('stale').count()).toBe(0);
      },
      { expected: /net::ERR_/ },
    ));
});
