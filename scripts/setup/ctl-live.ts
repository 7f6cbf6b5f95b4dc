// Commands of `npm run ctl` about real money, and how answers become lines.

export type Row = Readonly<Record<string, unknown>>;
export interface Call {
  readonly method?: 'POST' | 'DELETE';
  readonly body?: Row;
}
type Ask = (path: string, call?: Call) => Promise<Row>;
/** The answer itself, and its lines for people. */
type Shown = [answer: Row, lines: readonly string[]];

/** Rows in columns; the first row is the head. */
export const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((each, n) => each.padEnd(widths[n] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** A value of an answer as a person reads it. */
export const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '-';

const partsOf = (state: Row): string[] =>
  table(
    (state['parts'] as readonly Row[]).map((part) => [
      text(part['state']),
      text(part['name']),
      `${text(part['text'])}${part['todo'] === null ? '' : ` ${text(part['todo'])}`}`,
    ]),
  );

/** What is missing before real money is spent. */
export const live = async (call: Ask): Promise<Shown> => {
  const answer = await call('/live');
  return [
    answer,
    [`Mode ${text(answer['mode'])}. ${text(answer['headline'])}`, '', ...partsOf(answer)],
  ];
};

/** Puts the key in use to the test. */
export const preflight = async (call: Ask): Promise<Shown> => {
  const answer = await call('/live/preflight', { method: 'POST' });
  const found = (answer['live'] as Row)['preflight'] as Row | null; // by the contract
  const rows = ((found?.['findings'] ?? []) as readonly Row[]).map((each) =>
    [each['state'], each['name'], each['text']].map(text),
  );
  const headline = found?.['passed'] === true ? 'Passed.' : 'Not passed.';
  return [
    answer,
    [answer['state'] === 'done' ? headline : 'It is being asked.', '', ...table(rows)],
  ];
};

/** Takes open trades back from the record. */
export const recover = async (call: Ask): Promise<Shown> => {
  const answer = await call('/recover', { method: 'POST' });
  const count = (name: string) => (answer[name] as readonly unknown[]).length;
  return [
    answer,
    [
      `Open trades: ${count('openTrades')}. Workflows ended that nobody can read: ${count('ended')}.`,
      `Run started again: ${answer['runStarted'] === true ? 'yes' : 'no'}. New owners: ${count('recovered')}.`,
      ...(answer['state'] === 'pending' ? ['It goes on; ask again in half a minute.'] : []),
    ],
  ];
};
