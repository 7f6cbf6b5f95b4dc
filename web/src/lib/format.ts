// Amounts stay text: they are grouped, cut and signed as text, never as floating point.

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

const subscript = (count: number): string =>
  String(count).replaceAll(/\d/g, (digit) => SUBSCRIPTS.charAt(Number(digit)));

interface Parts {
  readonly negative: boolean;
  readonly whole: string;
  readonly decimals: string;
}

const partsOf = (amount: string): Parts => {
  const negative = amount.startsWith('-');
  const [whole = '0', decimals = ''] = (negative ? amount.slice(1) : amount).split('.');
  return { negative, whole, decimals: decimals.replace(/0+$/, '') };
};

const grouped = (whole: string): string => whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** Zeros after the point that are worth counting instead of showing. */
const ZEROS_SHOWN = 3;

/**
 * A price with `digits` significant digits; many leading zeros are counted: 0.0000012 is 0.0₅12.
 * Cut, not rounded: what is shown is never more than what is there.
 */
export const formatPrice = (price: string, digits = 5): string => {
  const { negative, whole, decimals } = partsOf(price);
  const sign = negative ? '−' : '';
  if (whole !== '0') {
    const room = Math.max(2, digits - whole.length);
    const shown = decimals.slice(0, room);
    return `${sign}${grouped(whole)}${shown === '' ? '' : `.${shown}`}`;
  }
  const zeros = decimals.length - decimals.replace(/^0+/, '').length;
  const significant = decimals.slice(zeros, zeros + digits);
  if (significant === '') return '0';
  return zeros > ZEROS_SHOWN
    ? `${sign}0.0${subscript(zeros)}${significant}`
    : `${sign}0.${'0'.repeat(zeros)}${significant}`;
};

/** An amount of a quote coin with two decimals; more when it would look like nothing. */
export const formatQuote = (amount: string, decimals = 2): string => {
  const { negative, whole, decimals: all } = partsOf(amount);
  const cut = all.slice(0, decimals).padEnd(decimals, '0');
  const nothing = whole === '0' && /^0*$/.test(cut);
  if (nothing && all !== '') return formatPrice(amount, 2);
  return `${negative ? '−' : ''}${grouped(whole)}${decimals === 0 ? '' : `.${cut}`}`;
};

/** A quantity of a coin: all of the whole part, at most six decimals. */
export const formatQuantity = (quantity: string): string => {
  const { negative, whole, decimals } = partsOf(quantity);
  if (whole === '0' && decimals !== '') return formatPrice(quantity, 6);
  const shown = decimals.slice(0, 6);
  return `${negative ? '−' : ''}${grouped(whole)}${shown === '' ? '' : `.${shown}`}`;
};

export type Direction = 'gain' | 'loss' | 'flat';

export const directionOf = (amount: string): Direction => {
  const { negative, whole, decimals } = partsOf(amount);
  if (/^0*$/.test(whole) && decimals === '') return 'flat';
  return negative ? 'loss' : 'gain';
};

/** A result with its sign and its arrow: colour is never the only signal. */
export const formatProfit = (profit: string): string => {
  const direction = directionOf(profit);
  const text = formatQuote(profit.replace(/^-/, ''));
  if (direction === 'flat') return `± ${text}`;
  return direction === 'gain' ? `▲ +${text}` : `▼ −${text}`;
};

export const formatPercent = (percent: number): string =>
  `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent).toFixed(
    Math.abs(percent) >= 100 ? 0 : 2,
  )} %`;

/** Words of our unions: "partlyFilled" reads "Partly filled". */
export const wordsOf = (name: string): string => {
  const spaced = name.replaceAll(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
