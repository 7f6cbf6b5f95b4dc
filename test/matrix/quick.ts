import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStage } from '../shared-world.ts';
import { quickPlan } from './plan.ts';
import type { Stage } from './stage.ts';
import { runReached, type Wave } from './wave.ts';

/** Parts of the quick plan, so that files run side by side; the last needs a stage of its own. */
const PARTS = {
  first: (wave: Wave, n: number) => wave.point.historyMax === undefined && n % 3 === 0,
  second: (wave: Wave, n: number) => wave.point.historyMax === undefined && n % 3 === 1,
  third: (wave: Wave, n: number) => wave.point.historyMax === undefined && n % 3 === 2,
  renewed: (wave: Wave) => wave.point.historyMax !== undefined,
} as const;

/** A wave of eight trades on a machine that does other things too. */
const WAVE_MS = 300_000;

/** Registers one test per point of that part of the quick plan. */
export const quickMatrix = (part: keyof typeof PARTS): void => {
  const waves = quickPlan(0).filter(PARTS[part]);
  describe('killed at every point', () => {
    let stage: Stage;
    beforeAll(async () => {
      const historyMax = waves[0]?.point.historyMax ?? null;
      stage = await startStage({ historyMax });
    });
    afterAll(async () => {
      await stage[Symbol.asyncDispose]();
    });

    for (const wave of waves)
      test(
        `${wave.point.name}: ${wave.victim.name}, ${wave.switches.name}`,
        async () => {
          const result = await runReached(stage, wave);
          expect(result.mismatches).toEqual([]);
          expect(result.duplicates).toBe(0);
          expect(result.lost).toBe(0);
        },
        WAVE_MS,
      );
  });
};
