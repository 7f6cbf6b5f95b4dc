import { createApp } from '#api/app.ts';
import { asked, noTemporal, testDeps } from '#api/testing.ts';
import { watchDatabase } from '#test/query-plans.ts';
import { mix } from './mix.ts';

/** Which indexes each kind of read uses, and which tables it walks; one line for each. */
export const plansOf = async (databaseUrl: string, trades: number): Promise<readonly string[]> => {
  await using watched = await watchDatabase(databaseUrl);
  const temporal = { ...noTemporal(), runState: () => Promise.resolve('running' as const) };
  const app = createApp(testDeps(watched.db, { temporal }));
  const pick = { trade: 77, trades, nowMs: Date.now() };
  const lines: string[] = [];
  for (const { name, path } of mix) {
    const plans = await watched.plansOf(async () => {
      await app.fetch(asked(`/api${path(pick)}`), {});
    });
    const indexes = [...new Set(plans.flatMap((plan) => plan.indexes))].toSorted();
    const walked = [...new Set(plans.flatMap((plan) => plan.walked))].toSorted();
    lines.push(`${name} reads ${listOf(indexes)}; walks ${listOf(walked)}.`);
  }
  return lines;
};

const listOf = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.join(', ');
