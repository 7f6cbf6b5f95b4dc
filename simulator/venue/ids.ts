import { createHash } from 'node:crypto';

/** Zero of the time in order ids, chosen so that an id of 2025 looks like a recorded one. */
const epochMs = 1_615_782_236_000;

export type OrderIdShape = 'snowflake' | 'hex' | 'digits';

/** Rising numbers that carry the time, as the exchange's order and trade ids do. */
export class Ids {
  #last = 0n;

  next(nowMs: number): string {
    const now = BigInt(Math.max(0, Math.floor(nowMs) - epochMs)) << 22n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last.toString();
  }

  /** Never hands out a number at or below one that was seen. */
  seen(id: string): void {
    const number = BigInt(/\d{17,19}/.exec(id)?.[0] ?? '0');
    if (number > this.#last) this.#last = number;
  }
}

/** The three shapes in which order ids of MEXC have been seen. */
export function shapeOrderId(number: string, suffix: string, shape: OrderIdShape): string {
  switch (shape) {
    case 'snowflake':
      return `C02__${number}${suffix}`;
    case 'digits':
      return number;
    case 'hex':
      return createHash('md5').update(`${number}${suffix}`).digest('hex');
  }
}

/** A stable 32-digit hex id, as coins and symbols have. */
export const hexId = (text: string): string => createHash('md5').update(text).digest('hex');
