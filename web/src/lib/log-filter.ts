import type { TradeLogEntryView } from '#api/logs/schemas.ts';

/** Kinds of steps: a new one on the server does not compile until it is here. */
const kinds: Readonly<Record<TradeLogEntryView['kind'], true>> = {
  phase: true,
  verdict: true,
  order: true,
  exit: true,
  doubt: true,
  note: true,
};

export const LOG_KINDS = Object.keys(kinds) as readonly TradeLogEntryView['kind'][]; // the keys above

/** Which steps of trades a list shows; it is kept in the address of the page. */
export interface LogFilter {
  /** A pair or its coin, whole; absent for all. */
  readonly symbol?: string;
  readonly kind?: TradeLogEntryView['kind'];
  readonly text?: string;
  /** First and last day, UTC: "2026-06-01". */
  readonly from?: string;
  readonly to?: string;
}

const TEXT_MAX = 80;

/** An address reads a name of digits only as a number. */
const textOf = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value).slice(0, TEXT_MAX) : '';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const dayOf = (value: unknown): string =>
  typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : '';

const filled = (filter: Readonly<Record<keyof LogFilter, string | undefined>>): LogFilter =>
  Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );

/** The filter of an address; what cannot be read is left out. */
export const readLogFilter = (search: Readonly<Record<string, unknown>>): LogFilter =>
  filled({
    symbol: textOf(search['symbol']),
    kind: LOG_KINDS.find((each) => each === search['kind']),
    text: textOf(search['text']),
    from: dayOf(search['from']),
    to: dayOf(search['to']),
  });

/** A filter with one part typed anew; nothing typed takes the part away. */
export const withPart = (filter: LogFilter, name: keyof LogFilter, typed: string): LogFilter =>
  readLogFilter({ ...filter, [name]: typed });

const DAY_MS = 86_400_000;

/** The question to the API; names of coins are in capitals there. */
export const logQuery = ({ symbol, kind, text, from, to }: LogFilter): string =>
  new URLSearchParams(
    Object.entries({
      symbol: symbol?.trim().toUpperCase() ?? '',
      kind: kind ?? '',
      text: text?.trim() ?? '',
      since: from === undefined ? '' : `${from}T00:00:00Z`,
      until: to === undefined ? '' : new Date(Date.parse(to) + DAY_MS).toISOString(),
    }).filter(([, value]) => value !== ''),
  ).toString();
