import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * A real browser: CHROME_PATH, an installed Chrome or Chromium, else the one that comes as a
 * package (Linux). Throws when there is none: a browser test is never skipped in silence.
 */
export const launchBrowser = async (): Promise<Browser> => {
  const set = process.env['CHROME_PATH'];
  const installed = set ?? INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined)
    return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
  if (process.platform !== 'linux')
    throw new Error(
      'No Chrome or Chromium was found. Install one, or set CHROME_PATH to its file.',
    );
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await packaged.executablePath(),
    args: [...packaged.args, '--no-sandbox'],
  });
};
