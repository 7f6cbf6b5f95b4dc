import type { FillRow } from './fill-rows.ts';

export const exportFormats = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Column names of the CSV, in order; the same names as in NDJSON. */
export const columns = [
  'time',
  'base',
  'quote',
  'side',
  'quantity',
  'price',
  'total',
  'fee',
  'feeAsset',
  'feeQuote',
  'exchangeTradeId',
  'exchangeOrderId',
  'clientOrderId',
  'tradeId',
  'workflowId',
  'mode',
] as const satisfies readonly (keyof FillRow)[];

/** A spreadsheet takes a cell that begins so for a formula, and runs it. */
const FORMULA = /^[=+\-@\t\r\n]/;
const NUMBER = /^-?\d+(\.\d+)?$/;
const QUOTED = /[",\r\n]/;

/** One cell: quoted where it must be (RFC 4180), with a leading apostrophe where it could run. */
export const cell = (value: string | null): string => {
  if (value === null) return '';
  const safe = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const csvLine = (row: FillRow): string => `${columns.map((name) => cell(row[name])).join(',')}\r\n`;
const ndjsonLine = (row: FillRow): string => `${JSON.stringify(row)}\n`;

/** How a format is written, and what the file is called. */
export const formats: Readonly<
  Record<ExportFormat, { type: string; head: string; readonly line: (row: FillRow) => string }>
> = {
  csv: { type: 'text/csv; charset=utf-8', head: `${columns.join(',')}\r\n`, line: csvLine },
  ndjson: { type: 'application/x-ndjson', head: '', line: ndjsonLine },
};
