import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Parts of paths, the slowest first: what starts last decides when all are done. The model waits for
 * nothing and takes every core: it would make whole systems late.
 */
const SLOWEST = [
  /test\/faults\/matrix/,
  /test\/faults\//,
  /test\/detection/,
  /test\/(?!model)/,
  /test\/model/,
];

/** Whole systems begin before the short tests, which fill the gaps at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}

const rankOf = (file: string): number => {
  const rank = SLOWEST.findIndex((part) => part.test(file));
  return rank < 0 ? SLOWEST.length : rank;
};
