import { Decimal } from 'decimal.js';

/** A decimal column as Prisma gives it. */
export interface DecimalColumn {
  toFixed(): string;
}

export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;
export const text = (value: DecimalColumn): string => value.toFixed();
export const textOrNull = (value: DecimalColumn | null): string | null => value?.toFixed() ?? null;

/** `part` of `whole` in percent, two decimals; null when there is no whole. */
export const percentOf = (part: DecimalColumn, whole: DecimalColumn): number | null => {
  const all = new Decimal(whole.toFixed());
  return all.isZero()
    ? null
    : new Decimal(part.toFixed()).div(all).times(100).toDecimalPlaces(2).toNumber();
};
