import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { launchBrowser } from '#test/browser.ts';
import { buildDashboard } from './setup/dashboard-build.ts';
import { measurePage, type Measured } from './dashboard-load/measure.ts';
import { startLoadServer } from './dashboard-load/server.ts';

// npm run bench:dashboard [-- --long] [--seconds N]: 200 positions that change ten times a second, on
// the pages that show them, in Chromium: frames, long tasks, memory. Half a minute for each page, and
// two minutes of memory; --long: half an hour of memory.

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
  },
});
const LOAD = { positions: 200, perSecond: 10 };
const PAGES = { Now: '/', Positions: '/positions' };

const shown = (name: string, found: Measured): string =>
  [
    `${name}: ${found.seconds} s, ${(found.frames / found.seconds).toFixed(1)} frames/s`,
    `frame p50 ${found.p50.toFixed(1)}, p95 ${found.p95.toFixed(1)}, p99 ${found.p99.toFixed(1)} ms`,
    `${found.latePercent.toFixed(2)} % later than 25 ms`,
    `${found.longTasks} long tasks, longest ${found.longestTask.toFixed(0)} ms`,
    `the page's thread takes ${found.busyPercent.toFixed(0)} % of a core`,
    `shown numbers change ${found.changesPerSecond.toFixed(1)} times/s`,
    `heap ${found.heapMb.map((mb) => mb.toFixed(1)).join(' ')} MB`,
  ].join('; ');

await buildDashboard();
const server = await startLoadServer(LOAD);
const browser = await launchBrowser();
console.log(
  `${LOAD.positions} positions, each ${LOAD.perSecond} times a second; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}`,
);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(`${server.address}${path}`);
    await page.locator('main [data-row]').nth(5).waitFor();
    await page.waitForTimeout(2000); // what a page does once is over
    const seconds = Number(values.seconds);
    console.log(shown(name, await measurePage(page, { seconds, parts: 3 })));
  }
  const seconds = values.long ? 1800 : 120;
  console.log(shown('Memory', await measurePage(page, { seconds, parts: 6 })));
} finally {
  await browser.close();
  await server.close();
}
process.exit();
