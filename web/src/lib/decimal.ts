// Sums of amounts, exactly: decimal text counted in whole units of 10^-18.

const PLACES = 18;
const ONE = 10n ** BigInt(PLACES);

/** Decimal text in units of 10^-18; further places are cut. Throws SyntaxError on other text. */
export const unitsOf = (amount: string): bigint => {
  const negative = amount.startsWith('-');
  const [whole = '0', decimals = ''] = (negative ? amount.slice(1) : amount).split('.');
  const units = BigInt(whole) * ONE + BigInt(decimals.slice(0, PLACES).padEnd(PLACES, '0'));
  return negative ? -units : units;
};

/** The text of units, without needless zeros. */
export const textOf = (units: bigint): string => {
  const size = units < 0n ? -units : units;
  const decimals = (size % ONE).toString().padStart(PLACES, '0').replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${size / ONE}${decimals === '' ? '' : `.${decimals}`}`;
};

export const sumOf = (amounts: readonly string[]): string =>
  textOf(amounts.reduce((sum, amount) => sum + unitsOf(amount), 0n));
