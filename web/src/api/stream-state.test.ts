import { expect, test } from 'vitest';
import { mustReopen, nextStreamState, reopenAfterMs, staleMs } from './stream-state.ts';

const live = { kind: 'live', heardAtMs: 1000 } as const;

test('a stream that says hello is live', () => {
  expect(nextStreamState({ kind: 'opening', heardAtMs: 0 }, 'hello', 5)).toEqual({
    kind: 'live',
    heardAtMs: 5,
  });
});

test('a broken stream is stale since something was heard last', () => {
  const lost = nextStreamState(live, 'error', 4000);
  expect(lost.kind).toBe('lost');
  expect(staleMs(lost, 6000)).toBe(5000);
});

test('an open stream is stale when nothing is heard', () => {
  expect(nextStreamState(live, 'tick', 9000)).toBe(live);
  const silent = nextStreamState(live, 'tick', 9001);
  expect(silent.kind).toBe('silent');
  expect(staleMs(silent, 11_000)).toBe(10_000);
});

test('a stream that never opened is stale too', () => {
  expect(nextStreamState({ kind: 'opening', heardAtMs: 0 }, 'tick', 8001).kind).toBe('lost');
});

test('a silent stream that is opened again stays stale until a change arrives', () => {
  const silent = { kind: 'silent', heardAtMs: 1000 } as const;
  expect(nextStreamState(silent, 'hello', 30_000)).toBe(silent);
  expect(nextStreamState(silent, 'change', 31_000)).toEqual({ kind: 'live', heardAtMs: 31_000 });
});

test('a live stream is never stale', () => {
  expect(staleMs(live, 100_000)).toBeNull();
});

test('a silent stream is opened again now and then, a lost one by its own timer', () => {
  const silent = { kind: 'silent', heardAtMs: 1000 } as const;
  expect(mustReopen(silent, 0, 21_000)).toBe(false);
  expect(mustReopen(silent, 0, 21_001)).toBe(true);
  expect(mustReopen(silent, 20_000, 30_000)).toBe(false);
  expect(mustReopen({ kind: 'lost', heardAtMs: 0 }, 0, 99_000)).toBe(false);
});

test('waits longer each time, ten seconds at most', () => {
  expect([0, 1, 2, 3, 4, 50].map(reopenAfterMs)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});
