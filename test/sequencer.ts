import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Parts of paths, the slowest first: what starts last decides when all are done. */
const SLOWEST = ['test/faults/matrix', 'test/faults/', 'test/detection', 'test/'];

/** Whole systems begin before the short tests, which fill the gaps at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}

const rankOf = (file: string): number => {
  const rank = SLOWEST.findIndex((part) => file.includes(part));
  return rank < 0 ? SLOWEST.length : rank;
};
