import { expect, test } from 'vitest';
import { createSendTurns, type Claim, type Turn } from './send-turns.ts';

const claim = (confidence: number, n = 0): Claim => ({ confidence, n });
const SOON = 5000;

/** A budget with room for `most`; what is passed counts as sent. */
const budget = (most: number) => {
  let used = 0;
  const turns = createSendTurns(() => most - used);
  const send = async (of: Claim, sent: number[]) => {
    const turn = await turns.take(of, SOON);
    if (turn === null) return null;
    used += 1;
    sent.push(of.confidence);
    turn.pass();
    return turn;
  };
  return { turns, send, grow: (by: number) => (used -= by) };
};

const turnOfLoop = () => new Promise<void>((done) => setImmediate(done));
/** Until all who wait at this instant have had their turn, as far as there is room. */
const settle = async () => {
  const endsAt = performance.now() + 20;
  while (performance.now() < endsAt) await turnOfLoop();
};

test('an entry with the budget to itself never waits', async () => {
  const { turns, send } = budget(4);
  turns.enter();
  const sent: number[] = [];
  expect(await send(claim(60), sent)).toMatchObject({ waited: false });
});

test('at one instant the larger confidence goes first, the others when there is room', async () => {
  const { turns, send, grow } = budget(2);
  const all = [40, 95, 60, 80, 70];
  for (const _ of all) turns.enter();
  const sent: number[] = [];
  const ended = all.map((confidence) => send(claim(confidence), sent));
  await settle();
  expect(sent).toEqual([95, 80]);
  grow(1);
  await Promise.race([ended[4], new Promise((done) => setTimeout(done, 1000))]);
  expect(sent).toEqual([95, 80, 70]);
  grow(2);
  await Promise.all(ended);
  expect(sent).toEqual([95, 80, 70, 60, 40]);
});

test('who is due at the same instant and asks a moment later is not passed over', async () => {
  const { turns, send } = budget(1);
  for (let n = 0; n < 3; n += 1) turns.enter();
  const sent: number[] = [];
  void send(claim(60), sent);
  await turnOfLoop();
  void send(claim(55), sent);
  await turnOfLoop();
  void send(claim(85), sent);
  await settle();
  expect(sent).toEqual([85]);
});

test('everyone has a first attempt before anyone has a second', async () => {
  const { turns, send } = budget(2);
  for (let n = 0; n < 3; n += 1) turns.enter();
  const sent: number[] = [];
  void send(claim(95, 1), sent);
  void send(claim(60), sent);
  void send(claim(50), sent);
  await settle();
  expect(sent).toEqual([60, 50]);
});

test('who finds no room is told to judge again', async () => {
  const { turns } = budget(0);
  turns.enter();
  expect(await turns.take(claim(60), 20)).toBeNull();
});

test('a turn that is not used is given to the next', async () => {
  const { turns } = budget(1);
  turns.enter();
  turns.enter();
  const first = await turns.take(claim(90), SOON);
  const second = turns.take(claim(60), SOON);
  first?.pass();
  first?.pass();
  const given: Turn | null = await second;
  expect(given).toMatchObject({ waited: true });
});
