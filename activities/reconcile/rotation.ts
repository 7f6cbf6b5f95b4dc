/** Takes turns: who was not chosen for longest is next. In memory, one per process. */
export interface Rotation<T> {
  /** At most `count` of them; who is not among them is forgotten. */
  next(from: readonly T[], count: number): readonly T[];
}

export const createRotation = <T>(nameOf: (each: T) => string): Rotation<T> => {
  let turns = new Map<string, number>();
  let turn = 0;
  return {
    next: (from, count) => {
      turn += 1;
      const lastOf = (each: T) => turns.get(nameOf(each)) ?? 0;
      const chosen = from.toSorted((a, b) => lastOf(a) - lastOf(b)).slice(0, count);
      turns = new Map(from.map((each) => [nameOf(each), lastOf(each)]));
      for (const each of chosen) turns.set(nameOf(each), turn);
      return chosen;
    },
  };
};
