import { mkdirSync } from 'node:fs';
import { signInState } from '#test/sign-in.ts';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { launchBrowser } from '#test/browser.ts';

// npm run screenshots -- [address] [data folder]: pictures of every page of a running dashboard, for docs/screens.

const address = process.argv[2] ?? 'http://127.0.0.1:8080';
const dataDir = process.argv[3] ?? '.data';
const FOLDER = 'docs/screens';
const PAGES = {
  now: '/',
  listings: '/listings',
  trades: '/trades',
  risk: '/risk',
  system: '/system',
};
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 375, height: 667 } };

/** The trade that shows most: one that is held, else the last that was bought. */
const findTrade = async (): Promise<string | null> => {
  const read = async (path: string) => {
    const answer = await fetch(`${address}/api${path}`, { headers });
    const { items } = (await answer.json()) as {
      items: { id: string; profit: string | null }[];
    }; // the API's own schema
    return items;
  };
  const held = (await read('/positions'))[0];
  const closed = (await read('/trades?status=closed')).find((trade) => trade.profit !== null);
  return held?.id ?? closed?.id ?? null;
};

const headers = { authorization: `Bearer ${await ensureOperatorToken(dataDir)}` };
mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const storageState = await signInState(address, dataDir);
const trade = await findTrade();
const pages = Object.entries(PAGES);
if (trade !== null) pages.push(['trade', `/trades/${trade}`]);
for (const [size, viewport] of Object.entries(SIZES)) {
  const page = await browser.newPage({ viewport, storageState });
  for (const [name, path] of pages) {
    await page.goto(`${address}${path}`);
    await page.locator('[data-part="monitor"][data-state="ok"]').waitFor();
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
    const file = `${FOLDER}/${name}-${size}.png`;
    await page.screenshot({ path: file });
    console.log(file);
  }
  await page.close();
}
await browser.close();
