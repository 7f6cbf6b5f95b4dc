/** How fast an order was, from the trigger to the send. The limits are a trader's, not ours. */
export type LatencyGrade = 'fast' | 'medium' | 'slow';

export const gradeOf = (ms: number): LatencyGrade =>
  ms < 500 ? 'fast' : ms < 1000 ? 'medium' : 'slow';

/** Milliseconds between two stages; null when one was not reached. */
export const between = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : new Date(to).getTime() - new Date(from).getTime();
