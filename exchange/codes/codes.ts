import { codeTable, type CodeClass } from './code-table.ts';

const classes = new Map(codeTable.map((row) => [row.code, row.class]));

/** Our class of a code; `doubt` for one that nobody has explained. */
export const classOf = (code: number): CodeClass => classes.get(code) ?? 'doubt';

/** Longer digits than any price of the exchange are no cap but noise. */
const DIGITS_MAX = 40;

/**
 * The opening cap in the text of a 30010, e.g. "Order price cannot exceed 0.05USDT". Null when the
 * text holds no number: the documented meaning is only "no valid trade price".
 */
export const capInText = (text: string): string | null => {
  const digits = /cannot exceed\s*(\d+(?:\.\d+)?)/i.exec(text)?.[1];
  return digits === undefined || digits.length > DIGITS_MAX ? null : digits;
};
