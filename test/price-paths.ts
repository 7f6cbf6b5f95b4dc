// How prices of test pairs move after their opening: [seconds, factor of the first price].

/** Rises a little, then falls through the stop for good: the trade ends soon. */
export const fallsAfter = (seconds: number) => ({
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [2, 1.05],
      [seconds - 2, 1.05],
      [seconds, 0.6],
      [600, 0.6],
    ],
  },
});

/** Rises a little and stays there: the position is held until somebody sells it. */
export const held = {
  firstPrice: '1',
  path: {
    kind: 'custom',
    points: [
      [0, 1],
      [2, 1.05],
      [600, 1.05],
    ],
  },
};
