import { expect, test } from 'vitest';
import type { TradeView } from '#api/schemas/trade.ts';
import { phases, tradeAllows } from '#domain/trade.ts';
import { tradeCan } from './trade-can.ts';

const inPhase = (phase: TradeView['phase']) =>
  tradeCan({
    phase,
    allows: {
      disarm: tradeAllows.disarm(phase),
      sellNow: tradeAllows.sellNow(phase),
      editExits: tradeAllows.editExits(phase),
    },
  });

test('what the server allows may be pressed', () => {
  expect(inPhase('armed').disarm).toBeNull();
  expect(inPhase('holding').sellNow).toBeNull();
  expect(inPhase('cannotSell').sellNow).toBeNull();
});

test.each(phases)('in the phase %s whatever is not allowed has a reason', (phase) => {
  const can = inPhase(phase);
  expect(can.disarm === null).toBe(tradeAllows.disarm(phase));
  expect(can.sellNow === null).toBe(tradeAllows.sellNow(phase));
  expect(can.editExits === null).toBe(tradeAllows.editExits(phase));
});

test('a doubtful order is never sold blindly', () => {
  expect(inPhase('unresolved').sellNow).toBe('the exchange is being asked what is held');
});

test('the server has the last word', () => {
  const can = tradeCan({
    phase: 'holding',
    allows: { disarm: false, sellNow: false, editExits: false },
  });
  expect(can.sellNow).toBe('not possible at this moment');
});
