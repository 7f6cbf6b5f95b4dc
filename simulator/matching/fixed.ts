/**
 * A decimal number as an integer of 10^-24 units. Price (<= 12 places) x quantity (<= 8) x fee rate
 * (4) needs 24 places, so that products of amounts are exact.
 */
export type Fixed = bigint;

const places = 24;
const one = 10n ** BigInt(places);

/** Reads plain decimal text ("0.10", "12"); null for anything else, exponents and signs included. */
export function parseFixed(text: string): Fixed | null {
  const parts = /^(\d{1,24})(?:\.(\d{1,24}))?$/.exec(text);
  if (parts === null) return null;
  return BigInt(parts[1] ?? '0') * one + BigInt((parts[2] ?? '').padEnd(places, '0'));
}

/** Reads decimal text that our own code wrote; throws on anything else. */
export function fixed(text: string): Fixed {
  const value = text.startsWith('-') ? parseFixed(text.slice(1)) : parseFixed(text);
  if (value === null) throw new Error(`"${text}" is not a plain decimal`);
  return text.startsWith('-') ? -value : value;
}

/** Plain decimal text without trailing zeros. */
export function formatFixed(value: Fixed): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Plain decimal text with exactly `decimals` places, the rest cut. */
export function formatPlaces(value: Fixed, decimals: number): string {
  const whole = value / one;
  if (decimals === 0) return whole.toString();
  const rest = (value % one) / 10n ** BigInt(places - decimals);
  return `${whole}.${rest.toString().padStart(decimals, '0')}`;
}

/** Number of decimals that plain decimal text states, "1.50" has two. */
export function statedDecimals(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** Product, cut to 10^-24 towards zero. */
export const multiply = (a: Fixed, b: Fixed): Fixed => (a * b) / one;

/** Quotient, cut to 10^-24 towards zero. */
export const divide = (a: Fixed, b: Fixed): Fixed => (a * one) / b;

/** Rounds a non-negative value down to a multiple of `step`. */
export const floorTo = (value: Fixed, step: Fixed): Fixed => value - (value % step);

/** The smallest step of a number with that many decimals. */
export const stepOf = (decimals: number): Fixed => 10n ** BigInt(places - decimals);

/** A synthetic price or size as Fixed, rounded to `decimals`; never used for booked amounts. */
export function fromNumber(value: number, decimals: number): Fixed {
  return BigInt(Math.round(value * 10 ** decimals)) * stepOf(decimals);
}

/** For price paths and statistics only. */
export const toNumber = (value: Fixed): number => Number(value) / 1e24;

export const lesser = (a: Fixed, b: Fixed): Fixed => (a < b ? a : b);
export const greater = (a: Fixed, b: Fixed): Fixed => (a > b ? a : b);
