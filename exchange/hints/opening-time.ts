// Between 2015 and 2100 in milliseconds: seconds, text and the year 5138 are no opening times.
const EARLIEST_MS = 1_420_070_400_000;
const LATEST_MS = 4_102_444_800_000;

/** An opening time in ms, given as number or digits; null for anything that cannot be one. */
export const openTimeOf = (value: unknown): number | null => {
  const ms = typeof value === 'string' && /^\d{13}$/.test(value) ? Number(value) : value;
  return typeof ms === 'number' && Number.isInteger(ms) && ms > EARLIEST_MS && ms < LATEST_MS
    ? ms
    : null;
};
