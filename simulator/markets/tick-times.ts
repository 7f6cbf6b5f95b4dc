/** How often the other traders act: [until second, seconds between two actions]. */
const phases = [
  [1, 0.02],
  [120, 0.1],
  [900, 1],
  [Number.POSITIVE_INFINITY, 5],
] as const;

/** Index of the last action at or before that second of the market's life; -1 before it opened. */
export function tickAt(seconds: number): number {
  if (seconds < 0) return -1;
  let from = 0;
  let index = 0;
  for (const [until, step] of phases) {
    if (seconds < until) return index + Math.floor((seconds - from) / step + 1e-6);
    index += Math.round((until - from) / step);
    from = until;
  }
  return index;
}

/** Second of the market's life at which action `index` happens; the inverse of `tickAt`. */
export function secondsOfTick(index: number): number {
  let from = 0;
  let first = 0;
  for (const [until, step] of phases) {
    const count = Math.round((until - from) / step);
    if (index < first + count) return from + (index - first) * step;
    first += count;
    from = until;
  }
  return from;
}
