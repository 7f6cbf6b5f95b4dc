import type { Database } from '#prisma/client.ts';
import type { Log } from '#domain/ports.ts';
import { readFills, type Asked } from './fill-rows.ts';
import { formats, type ExportFormat } from './lines.ts';

/** Each holds a connection to the database for as long as it is read. */
export const EXPORTS_MAX = 2;
/** A reader that takes no batch for this long is let go. */
const READ_WITHIN_MS = 60_000;

/** Writes exports, a few at a time. */
export interface Exporter {
  /**
   * The file as a stream that the reader's speed drives. Resolves when the first rows are there, so
   * that a missing database is an answer and not half a file; null when too many are under way. A
   * failure later breaks the stream off: a file that ends well is whole.
   */
  open(asked: Asked, format: ExportFormat): Promise<ReadableStream<Uint8Array> | null>;
}

export const createExporter = (db: Database, log: Log): Exporter => {
  let underWay = 0;
  return {
    open: async (asked, format) => {
      if (underWay >= EXPORTS_MAX) return null;
      underWay += 1;
      const pipe = new TransformStream<Uint8Array, Uint8Array>();
      const writer = pipe.writable.getWriter();
      await new Promise<void>((read, failed) => {
        write(db, { asked, format, writer, read })
          .catch((error: unknown) => {
            failed(error);
            log.info({ err: error }, 'An export was broken off');
          })
          .finally(() => (underWay -= 1));
      });
      return pipe.readable;
    },
  };
};

interface Writing {
  readonly asked: Asked;
  readonly format: ExportFormat;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Called when the first rows were read. */
  readonly read: () => void;
}

const write = async (db: Database, { asked, format, writer, read }: Writing): Promise<void> => {
  const { head, line } = formats[format];
  const encoder = new TextEncoder();
  let before = head;
  try {
    await readFills(db, asked, async (rows) => {
      read();
      const text = before + rows.map(line).join('');
      before = '';
      if (text !== '') await taken(writer, encoder.encode(text));
    });
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined); // the reader may have gone first
    throw error;
  }
};

/** Resolves when the reader has taken the bytes; gives a silent one up. */
const taken = async (
  writer: WritableStreamDefaultWriter<Uint8Array>,
  bytes: Uint8Array,
): Promise<void> => {
  const silent = new Error(`nobody read for ${READ_WITHIN_MS / 1000} s`);
  const timer = setTimeout(() => void writer.abort(silent).catch(() => undefined), READ_WITHIN_MS);
  try {
    await writer.write(bytes);
  } finally {
    clearTimeout(timer);
  }
};
