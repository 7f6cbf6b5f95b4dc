import { ChevronDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { DRAW_ALL, RowsWhenNear } from './when-near.tsx';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand on the right. */
  readonly numeric?: boolean;
  /** Hidden on screens narrower than this, and then found below the row. */
  readonly from?: 'sm' | 'md' | 'lg' | 'xl';
}

const FROM = {
  sm: 'max-sm:hidden',
  md: 'max-md:hidden',
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
} as const;

/** Shown only where the column is hidden. */
const BELOW = { sm: 'sm:hidden', md: 'md:hidden', lg: 'lg:hidden', xl: 'xl:hidden' } as const;

interface Props<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly attributesOf?: (row: Row) => Readonly<Record<`data-${string}`, string>>;
  /** More about a row, asked for when it is opened. */
  readonly more?: (row: Row) => ReactNode;
  /** Rows that are shown opened at first. */
  readonly startsOpen?: (row: Row) => boolean;
}

/** A table whose columns leave by priority when the screen is narrow, and return below their row. */
export const DataTable = <Row,>(props: Props<Row>) => {
  const { caption, columns, rows, keyOf } = props;
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const isOpen = (row: Row) => turned.has(keyOf(row)) !== (props.startsOpen?.(row) ?? false);
  const toggle = (key: string) => {
    const next = new Set(turned);
    if (!next.delete(key)) next.add(key);
    setTurned(next);
  };
  const drawn = (row: Row) => {
    const key = keyOf(row);
    return (
      <TableRow key={key} {...props} row={row} open={isOpen(row)} toggle={() => toggle(key)} />
    );
  };
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="text-2xs text-muted">
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={`${classOf(column, columns)} py-2 font-medium`}
              >
                {column.name}
              </th>
            ))}
            <th scope="col" className={`w-11 ${openerFrom(props)}`}>
              <span className="sr-only">More</span>
            </th>
          </tr>
        </thead>
        {rows.length <= DRAW_ALL ? (
          <tbody>{rows.map(drawn)}</tbody>
        ) : (
          packsOf(rows).map(({ n, pack }) => (
            <RowsWhenNear key={n} n={n * PACK} height={ROW_PX * pack.length}>
              {pack.map(drawn)}
            </RowsWhenNear>
          ))
        )}
      </table>
    </div>
  );
};

/** Rows that come and go together: a browser lays each part of a long table out again and again. */
const PACK = 10;
const ROW_PX = 36;

/** Packs have places and no names of their own: their rows have. */
const packsOf = <Row,>(rows: readonly Row[]) =>
  Array.from({ length: Math.ceil(rows.length / PACK) }, (_, n) => ({
    n,
    pack: rows.slice(n * PACK, (n + 1) * PACK),
  }));

const TableRow = <Row,>(props: Props<Row> & { row: Row; open: boolean; toggle: () => void }) => {
  const { columns, row, open, toggle, attributesOf, more } = props;
  return (
    <>
      <tr
        data-row
        {...attributesOf?.(row)}
        className="h-9 border-t border-line hover:bg-raised max-md:h-11"
      >
        {columns.map((column) => (
          <td key={column.name} className={`${classOf(column, columns)} py-1`}>
            {column.cell(row)}
          </td>
        ))}
        <td className={`pr-1 text-right ${openerFrom(props)}`}>
          <button
            type="button"
            aria-expanded={open}
            aria-label={open ? 'Show less' : 'Show more'}
            onClick={toggle}
            className="inline-grid size-9 place-items-center rounded text-muted hover:text-text"
          >
            <ChevronDown size={16} className={open ? 'rotate-180' : ''} />
          </button>
        </td>
      </tr>
      {open ? (
        <tr className={`bg-raised ${openerFrom(props)}`}>
          <td colSpan={columns.length + 1} className="space-y-3 px-4 py-3">
            <dl className="grid grid-cols-2 gap-3 empty:hidden xl:hidden">
              {columns.map((column) =>
                column.from === undefined ? null : (
                  <div key={column.name} className={`min-w-0 ${BELOW[column.from]}`}>
                    <dt className="text-2xs text-muted">{column.name}</dt>
                    <dd className="break-words">{column.cell(row)}</dd>
                  </div>
                ),
              )}
            </dl>
            {more?.(row)}
          </td>
        </tr>
      ) : null}
    </>
  );
};

const ORDER = ['sm', 'md', 'lg', 'xl'] as const;

/** The opener is there while a column is hidden, or always when there is more to tell. */
const openerFrom = <Row,>({ columns, more }: Pick<Props<Row>, 'columns' | 'more'>): string => {
  if (more !== undefined) return '';
  const last = ORDER.findLast((size) => columns.some((column) => column.from === size));
  return last === undefined ? 'hidden' : BELOW[last];
};

const classOf = <Row,>(column: Column<Row>, columns: readonly Column<Row>[]): string =>
  `px-2 first:pl-4 max-sm:first:wrap-anywhere ${column === columns.at(-1) ? 'pr-4' : ''} ${column.numeric === true ? 'text-right whitespace-nowrap' : ''} ${
    column.from === undefined ? '' : FROM[column.from]
  }`;
