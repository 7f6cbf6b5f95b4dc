import type { CDPSession, Page } from 'playwright-core';

/** What a page did for a while. Times in ms. */
export interface Measured {
  readonly seconds: number;
  readonly frames: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Share of frames later than 1.5 frames of 60 Hz, percent. */
  readonly latePercent: number;
  /** Tasks of more than 50 ms, as Chromium counts them. */
  readonly longTasks: number;
  readonly longestTask: number;
  /** Of each second, how much processor time the page's thread took. */
  readonly busyPercent: number;
  /** How often the numbers on the page changed, per second. */
  readonly changesPerSecond: number;
  /** Heap after a collection, MB, one for each part of the time. */
  readonly heapMb: readonly number[];
}

const START = `(() => {
  const seen = { frames: [], tasks: [], changes: 0, last: performance.now() };
  globalThis.seen = seen;
  const tick = (now) => { seen.frames.push(now - seen.last); seen.last = now; requestAnimationFrame(tick); };
  requestAnimationFrame((now) => { seen.last = now; requestAnimationFrame(tick); });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: false });
  const first = document.querySelector('main [data-row]');
  let text = '';
  setInterval(() => { if (first.textContent !== text) { text = first.textContent; seen.changes += 1; } }, 20);
})()`;

interface Seen {
  readonly frames: readonly number[];
  readonly tasks: readonly number[];
  readonly changes: number;
}

/** Takes what was seen since the last time; what is kept for hours would look like a leak. */
const TAKE = `(() => {
  const { frames, tasks, changes } = globalThis.seen;
  Object.assign(globalThis.seen, { frames: [], tasks: [], changes: 0 });
  return { frames, tasks, changes };
})()`;

const heapMb = async (cdp: CDPSession): Promise<number> => {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
};

const busySeconds = async (cdp: CDPSession): Promise<number> => {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
};

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

/** Looks at a page that shows rows for `seconds`, in `parts` after each of which the heap is read. */
export const measurePage = async (
  page: Page,
  { seconds, parts }: { readonly seconds: number; readonly parts: number },
): Promise<Measured> => {
  const cdp = await page.context().newCDPSession(page);
  // Processor time of the thread: a machine that others use too does not change it much.
  await cdp.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await cdp.send('Performance.enable');
  await page.evaluate(START);
  const heap = [await heapMb(cdp)];
  await page.evaluate(TAKE); // the collection was ours
  let busy = 0;
  const all = { frames: [] as number[], tasks: [] as number[], changes: 0 };
  for (let part = 0; part < parts; part += 1) {
    const before = await busySeconds(cdp);
    await page.waitForTimeout((seconds * 1000) / parts);
    busy += (await busySeconds(cdp)) - before;
    const { frames, tasks, changes } = (await page.evaluate(TAKE)) as Seen;
    all.frames.push(...frames);
    all.tasks.push(...tasks);
    all.changes += changes;
    heap.push(await heapMb(cdp));
    await page.evaluate(TAKE);
  }
  const sorted = all.frames.toSorted((a, b) => a - b);
  return {
    seconds,
    frames: sorted.length,
    p50: at(sorted, 0.5),
    p95: at(sorted, 0.95),
    p99: at(sorted, 0.99),
    latePercent: (100 * sorted.filter((ms) => ms > 25).length) / sorted.length,
    longTasks: all.tasks.length,
    longestTask: Math.max(0, ...all.tasks),
    busyPercent: (100 * busy) / seconds,
    changesPerSecond: all.changes / seconds,
    heapMb: heap,
  };
};
