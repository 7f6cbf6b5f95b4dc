import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

/** How many tests ended how. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts every test of every project, and writes the totals to the file named by TEST_TOTALS. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly unknown[],
    reason: TestRunEndReason,
  ): void {
    const totals: Totals = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') totals.passed += 1;
        else if (state === 'skipped') totals.skipped += 1;
        else failedTests += 1;
      }
      // A file that could not be loaded, or a hook that failed, has no failed test of its own.
      totals.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    if (reason === 'interrupted') totals.failed += 1;
    const file = process.env['TEST_TOTALS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
  }
}
