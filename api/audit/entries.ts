import { Prisma } from '#prisma/generated/client.ts';
import type { Db } from '#prisma/client.ts';

/** A call that meant to change something. */
export interface AuditedCall {
  readonly installationId: string;
  readonly atMs: number;
  readonly requestId: string;
  readonly actor: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** JSON-true, as the rest; null is "none". */
  readonly input: unknown;
  readonly before: object | null;
  readonly after: object | null;
  readonly key: string | null;
  /** Kept only with a key. */
  readonly answer: unknown;
}

const json = (value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value === null || value === undefined
    ? Prisma.DbNull
    : (keepable(JSON.parse(JSON.stringify(value))) as Prisma.InputJsonValue); // JSON stays JSON

/** Postgres keeps neither NUL nor half of a surrogate pair. */
const keepable = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll(UNKEEPABLE, '\ufffd');
  if (Array.isArray(value)) return value.map(keepable);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  return Object.fromEntries(fields.map(([name, each]) => [keepable(name), keepable(each)]));
};
const UNKEEPABLE = /\0|\p{Cs}/gu;

/** Whether Postgres can keep every text of a JSON value, names of fields included. */
export const isKeepable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.search(UNKEEPABLE) < 0;
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, each]) => isKeepable(name) && isKeepable(each));
};

/** Appends an entry; it can never be changed. */
export const appendEntry = async (db: Db, call: AuditedCall): Promise<void> => {
  const { atMs, input, before, after, answer, ...values } = call;
  await db.auditEntry.create({
    data: {
      ...values,
      at: new Date(atMs),
      input: json(input),
      before: json(before),
      after: json(after),
      answer: json(answer),
    },
  });
};

/** An earlier call that was done, with the same key. */
export interface EarlierCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly input: unknown;
  readonly answer: unknown;
}

/** The call that was done with that key; null when none was. */
export const callWithKey = (
  db: Db,
  installationId: string,
  key: string,
): Promise<EarlierCall | null> =>
  db.auditEntry.findFirst({
    where: { installationId, key, status: { lt: 300 } },
    orderBy: { at: 'asc' },
  });
