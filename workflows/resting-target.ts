import { compare, least, partOf } from '#domain/amount.ts';
import type { TradingOptions } from '#domain/configuration.ts';
import { targetOf } from '#domain/exit-rule.ts';
import type { Guarded } from './exit-position.ts';
import { endRest, sendLeg } from './sell-leg.ts';
import type { TradeState } from './trade-state.ts';

// The first target as an order in the book, where the plan wants one. It holds the permit of its
// leg, so nothing else can be sold until it was taken back and settled.

/** Puts the first target into the book, once per plan. What the exchange does not take, the guard sells. */
export const restTarget = async (
  trade: TradeState,
  options: TradingOptions,
  guarded: Guarded,
): Promise<void> => {
  const { exits, memory, position } = guarded;
  const leg = exits.ladder[0];
  if (!exits.restingTarget || leg === undefined || memory.targetsDone > 0) return;
  if (guarded.resting !== null || guarded.restTried || position.entryPrice === null) return;
  guarded.restTried = true;
  guarded.legs += 1;
  const result = await sendLeg(trade, {
    n: guarded.legs,
    quantity: least(partOf(position.bought.size, leg.fraction), position.held),
    slackPercent: 0,
    restAt: targetOf({ entryPrice: position.entryPrice, exits }, memory),
    floor: null,
    rules: guarded.rules,
    bid: position.entryPrice,
    checkBalance: false,
    options,
  });
  if (result.kind !== 'resting') {
    guarded.position = result.position;
    trade.recorder.record({ kind: 'note', text: 'The first target does not rest in the book' });
    return;
  }
  guarded.resting = result;
  trade.recorder.record({
    kind: 'exit',
    text: `The first target (+${leg.gain} %) rests in the book`,
    phase: 'holding',
  });
};

/** Takes the order out of the book and settles it; sold whole or in part, the target is done. */
export const takeBack = async (
  trade: TradeState,
  options: TradingOptions,
  guarded: Guarded,
): Promise<void> => {
  if (guarded.resting === null) return;
  const before = guarded.position.sold.size;
  guarded.position = await endRest(trade, options, guarded.resting);
  guarded.resting = null;
  if (compare(guarded.position.sold.size, before) > 0)
    guarded.memory = { ...guarded.memory, targetsDone: 1 };
};
