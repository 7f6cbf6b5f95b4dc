import { z } from '@hono/zod-openapi';
import { pageOf, plainText } from '../schemas/shared.ts';
import { logEntry } from '../schemas/trade-detail.ts';

/** A step of any trade. */
export const tradeLogEntry = logEntry
  .extend({ tradeId: z.string(), workflowId: z.string(), symbol: z.string() })
  .openapi('TradeLogEntry');

export const tradeLogPage = pageOf(tradeLogEntry, 'TradeLogPage');
export type TradeLogEntryView = z.infer<typeof tradeLogEntry>;

/** Time, then the workflow and its sequence, which together name an entry. */
const CURSOR = /^(?<at>[^_]+)__(?<workflowId>[A-Za-z0-9:_-]{1,80})\.(?<sequence>\d{1,9})$/;

/** Where a page of logs ended. */
export interface LogCursor {
  readonly at: Date;
  readonly workflowId: string;
  readonly sequence: number;
}

/** Null when it is no cursor of ours. */
export const readLogCursor = (text: string): LogCursor | null => {
  const { at = '', workflowId = '', sequence = '' } = CURSOR.exec(text)?.groups ?? {};
  return z.iso.datetime({ precision: 3 }).safeParse(at).success
    ? { at: new Date(at), workflowId, sequence: Number(sequence) }
    : null;
};

export const logCursorParam = z
  .string()
  .refine((text) => readLogCursor(text) !== null, {
    message: 'must be a nextCursor of an earlier answer',
  })
  .optional()
  .openapi({ description: 'nextCursor of the page before' });

export const logTextParam = plainText(100)
  .optional()
  .openapi({ description: 'occurs in the text, large or small', example: 'bought' });

export const untilParam = z.iso
  .datetime({ message: 'must be an ISO 8601 time in UTC such as 2026-06-01T08:00:00Z' })
  .optional()
  .openapi({ description: 'only what is older', format: 'date-time' });
