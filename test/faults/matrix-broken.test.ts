import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fullPlan } from '../matrix/plan.ts';
import { runReached } from '../matrix/wave.ts';
import { startStage } from '../shared-world.ts';

test(
  'a protocol that sends again in doubt is caught: it buys twice',
  { timeout: 400_000 },
  async () => {
    const broken = join(import.meta.dirname, '..', 'matrix', 'resend-in-doubt.ts');
    await using stage = await startStage({
      env: { NODE_OPTIONS: `--import=${broken}` },
    });
    const wave = fullPlan(1).find(
      (each) => each.point.name === 'booked, reply lost' && each.victim.name === 'api',
    );
    if (wave === undefined) throw new Error('the plan has no such wave');
    // On a busy machine the window may be over before the second order.
    let duplicates = 0;
    for (let n = 0; n < 3 && duplicates === 0; n += 1)
      ({ duplicates } = await runReached(stage, wave));
    expect(duplicates).toBeGreaterThan(0);
  },
);
