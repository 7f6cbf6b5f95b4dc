import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { quickPlan } from './plan.ts';
import { openStage, type Stage } from './stage.ts';
import { runWave } from './wave.ts';

/** Registers one test per point of the quick plan: all with an even number, or all with an odd one. */
export const quickMatrix = (half: 0 | 1): void => {
  describe('killed at every point', () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(inject('temporalCli'));
    });
    afterAll(async () => {
      await stage[Symbol.asyncDispose]();
    });

    for (const wave of quickPlan(half).filter((_wave, n) => n % 2 === half))
      test(`${wave.point.name}: ${wave.victim.name}, ${wave.switches.name}`, async () => {
        const result = await runWave(stage, wave);
        expect(result.mismatches).toEqual([]);
        expect(result.duplicates).toBe(0);
        expect(result.lost).toBe(0);
      });
  });
};
