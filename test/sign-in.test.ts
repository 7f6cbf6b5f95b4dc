import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#scripts/setup/ports.ts';
import { makeSignInLink } from '#scripts/setup/sign-in-link.ts';
import { violationsOn } from './dashboard/accessibility.ts';
import { launchBrowser } from './browser.ts';
import { startWorld } from './shared-world.ts';
import type { World } from './world.ts';

const PASSWORD = 'correct horse battery';

describe('the sign-in in a real browser', () => {
  let world: World;
  let browser: Browser;
  let address: string;
  const link = async () => {
    const { secret } = await makeSignInLink(address, world.env['DATA_DIR'] ?? '');
    return `${address}/sign-in#${secret}`;
  };

  beforeAll(async () => {
    world = await startWorld();
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    await world.start('api', { API_PORT: String(port) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await world[Symbol.asyncDispose]();
  });

  test('a link signs in, leaves the address, and works once', async () => {
    const page = await browser.newPage();
    const used = await link();
    await page.goto(used);
    await page.getByTestId('mode').getByText('SIMULATOR').waitFor();
    expect(page.url()).toBe(`${address}/`);
    const other = await browser.newPage();
    await other.goto(used);
    await other.getByText('This link was used').waitFor();
    expect(other.url()).not.toContain('#');
    await page.close();
    await other.close();
  });

  test('a page of who is not signed in asks for it, and shows nothing else', async () => {
    const page = await browser.newPage({
      viewport: { width: 375, height: 667 },
      reducedMotion: 'reduce', // colours that are on their way cannot be judged
    });
    await page.goto(`${address}/trades`);
    await page.getByTestId('sign-in').waitFor();
    expect(await page.getByTestId('mode').count()).toBe(0);
    for (const theme of ['light', 'dark']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      expect(await violationsOn(page)).toEqual([]);
    }
    const sideways = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(sideways).toBe(false);
    await page.close();
  });

  test('a key of the exchange is entered, and is not shown again', async () => {
    const page = await browser.newPage();
    await page.goto(await link());
    await page.getByRole('link', { name: 'Access' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('sniper');
    await page.getByLabel('Access key').fill('mx0vgl-planted-key');
    await page.getByLabel('Secret key').fill('planted-secret-0123456789');
    await page.getByRole('button', { name: 'Seal and use it' }).click();
    await page.getByText('mx0v…ey').waitFor();
    expect(await page.getByLabel('Secret key').inputValue()).toBe('');
    expect(await page.content()).not.toContain('planted-secret');
    await page.getByLabel('Name of the program').fill('grafana');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('shown this once').waitFor();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No program has a token.').waitFor();
    await page.close();
  });

  test('a session that ends is continued at the same place, with all that was typed', async () => {
    const page = await browser.newPage();
    await page.goto(await link());
    await page.getByTestId('mode').waitFor();
    const set = await page.request.put(`${address}/api/auth/password`, {
      data: { password: PASSWORD },
      headers: { origin: address },
    });
    expect(set.status()).toBe(200);
    await page.goto(`${address}/listings`);
    await page.getByRole('button', { name: 'Arm a listing by hand' }).click();
    await page.getByLabel('Coin').fill('KEPT');
    await page.getByLabel('Highest price').fill('0.05');
    await world.db.userSession.deleteMany();
    await page.getByTestId('sign-in').waitFor();
    expect(await page.getByLabel('Coin').isVisible()).toBe(false);
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByTestId('mode').waitFor();
    expect(page.url()).toContain('/listings');
    expect(await page.getByLabel('Coin').inputValue()).toBe('KEPT');
    expect(await page.getByLabel('Highest price').inputValue()).toBe('0.05');
    await page.close();
  });
});
