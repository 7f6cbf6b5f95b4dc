import { expect, test } from 'vitest';
import { KILL_OPTIONS, missed, runKills } from '../detection-kills.ts';
import { startStage } from '../shared-world.ts';

test(
  'two monitors, one killed at random: none missed, none bought twice',
  { timeout: 300_000 },
  async () => {
    await using stage = await startStage({ options: KILL_OPTIONS, hasApi: false });
    const result = await runKills(stage, { listings: 5, seed: 20_261_121 });
    expect(result.kills).toBeGreaterThan(0);
    expect(missed(result)).toEqual([]);
    expect(result.listings.filter(({ buys }) => buys > 1)).toEqual([]);
    expect(result.listings.flatMap(({ problems }) => problems)).toEqual([]);
  },
);
