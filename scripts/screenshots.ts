import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { signInState } from '#test/sign-in.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { launchBrowser } from '#test/browser.ts';

// npm run screenshots -- [address] [data folder]: pictures of every page of a running dashboard, in
// both themes and both widths, into docs/screens. Git keeps those that documents show.

const address = process.argv[2] ?? 'http://127.0.0.1:8080';
const dataDir = process.argv[3] ?? '.data';
const FOLDER = 'docs/screens';
const PAGES = {
  now: '/',
  listings: '/listings',
  positions: '/positions',
  trades: '/trades',
  orders: '/orders',
  orphans: '/orphans',
  alerts: '/alerts',
  diagnosis: '/diagnosis',
  performance: '/performance',
  sources: '/sources',
  risk: '/risk',
  configuration: '/configuration',
  live: '/live',
  notifications: '/notifications',
  access: '/access',
  audit: '/audit',
  logs: '/logs',
  system: '/system',
};
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 667 } };
const THEMES = ['dark', 'light'] as const;

interface Shown {
  readonly id: string;
  readonly symbol: string;
  readonly profit: string | null;
  readonly closedAt: string | null;
  readonly stages: { readonly filledAt: string | null };
}

const read = async (path: string): Promise<readonly Shown[]> => {
  const answer = await fetch(`${address}/api${path}`, { headers });
  return ((await answer.json()) as { items: Shown[] }).items; // the API's own schema
};
/** Not every machine has letters for all names. */
const isPlain = ({ symbol }: Shown): boolean => /^[\x20-\x7e]+$/.test(symbol);

/** Pages show most while something is held; the simulator holds something every other minute. */
const waitForPosition = async (): Promise<void> => {
  for (let second = 0; second < 150; second += 1) {
    if ((await read('/positions')).some(isPlain)) return;
    await new Promise((done) => setTimeout(done, 1000));
  }
  console.log('Nothing is held; the pictures show that.');
};

/** How long coins were held, ms. */
const heldMs = ({ closedAt, stages: { filledAt } }: Shown): number =>
  closedAt === null || filledAt === null ? 0 : Date.parse(closedAt) - Date.parse(filledAt);

/** The trade that shows most: the one that was held longest until it was sold, else one that is held. */
const findTrade = async (): Promise<string | null> => {
  const sold = (await read('/trades?status=closed')).filter(
    (trade) => isPlain(trade) && trade.profit !== null,
  );
  const [longest] = sold.toSorted((a, b) => heldMs(b) - heldMs(a));
  return (longest ?? (await read('/positions')).find(isPlain))?.id ?? null;
};

/** Takes one picture once the page has all of its answers. */
const take = async (page: Page, name: string): Promise<void> => {
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  const file = `${FOLDER}/${name}.png`;
  await page.screenshot({ path: file });
  console.log(file);
};

const headers = { authorization: `Bearer ${await ensureOperatorToken(dataDir)}` };
mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const storageState = await signInState(address, dataDir);
for (const [size, viewport] of Object.entries(SIZES))
  for (const theme of THEMES) {
    const suffix = `${size}${theme === 'dark' ? '' : '-light'}`;
    const stranger = await browser.newPage({ viewport });
    await stranger.addInitScript(`localStorage.setItem('theme', '${theme}')`);
    await stranger.goto(`${address}/sign-in`);
    await stranger.getByTestId('sign-in').waitFor();
    await take(stranger, `sign-in-${suffix}`);
    await stranger.close();
    const page = await browser.newPage({ viewport, storageState });
    await page.addInitScript(`localStorage.setItem('theme', '${theme}')`);
    if (theme === 'dark') await waitForPosition();
    const trade = await findTrade();
    const pages = Object.entries({
      ...PAGES,
      ...(trade === null ? {} : { trade: `/trades/${trade}` }),
    });
    for (const [name, path] of pages) {
      await page.goto(`${address}${path}`);
      await page.locator('[data-part="monitor"][data-state="ok"]').waitFor({ state: 'attached' });
      await take(page, `${name}-${suffix}`);
    }
    await page.close();
  }
await browser.close();
