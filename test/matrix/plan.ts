import { points } from './points.ts';
import { victims } from './victims.ts';
import type { Wave } from './wave.ts';

/** What the exchange may do and nobody has documented. */
export const switchSets: readonly Wave['switches'][] = [
  { name: 'repeated id refused', set: { duplicateClientOrderId: 'refuse' } },
  { name: 'repeated id accepted', set: { duplicateClientOrderId: 'accept' } },
  { name: 'repeated id returns the first', set: { duplicateClientOrderId: 'returnFirst' } },
  { name: 'orders visible after 200 ms', set: { clientIdLagMs: 200, openOrdersLagMs: 200 } },
  { name: 'orders visible after 5 s', set: { clientIdLagMs: 5000, openOrdersLagMs: 5000 } },
];

const DEFAULT_SWITCHES = { duplicateClientOrderId: 'refuse', clientIdLagMs: 0, openOrdersLagMs: 0 };

const at = <T>(of: readonly T[], n: number): T => {
  const found = of[n % of.length];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
};

/** Every point once; victims and switches take turns. */
export const quickPlan = (seed: number): readonly Wave[] =>
  points.map((point, n) => wave(point, n + seed, { victim: n + seed, switches: n + seed }));

/** Every point under every victim; switches take turns, so that seeds reach all combinations. */
export const fullPlan = (seeds: number): readonly Wave[] =>
  Array.from({ length: seeds }, (_, seed) =>
    victims.flatMap((victim, v) =>
      points
        .map((point, p) => wave(point, seed, { victim: v, switches: p + v + seed }))
        // A copy of Temporal from before the send is a copy of nothing where nothing is sent.
        .filter(({ point }) => victim.prepare === undefined || point.early !== true),
    ),
  ).flat();

const wave = (
  point: Wave['point'],
  seed: number,
  choice: { victim: number; switches: number },
): Wave => {
  const switches = at(switchSets, choice.switches);
  return {
    point,
    victim: at(victims, choice.victim),
    switches: { name: switches.name, set: { ...DEFAULT_SWITCHES, ...switches.set } },
    seed,
  };
};

/** Names a wave, so that a stopped run knows what is done. */
export const nameOf = (planned: Wave): string =>
  [planned.point.name, planned.victim.name, planned.switches.name, planned.seed].join(' | ');
