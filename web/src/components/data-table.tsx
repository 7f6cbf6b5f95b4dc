import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand on the right. */
  readonly numeric?: boolean;
  /** Hidden on screens narrower than this. */
  readonly from?: 'sm' | 'md' | 'lg' | 'xl';
}

const FROM = {
  sm: 'max-sm:hidden',
  md: 'max-md:hidden',
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
} as const;

/** A table with columns that leave by priority when the screen is narrow. */
export const DataTable = <Row,>({
  caption,
  columns,
  rows,
  keyOf,
  attributesOf = () => ({}),
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  attributesOf?: (row: Row) => Readonly<Record<`data-${string}`, string>>;
}) => (
  <div className="overflow-x-auto">
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="text-2xs text-muted">
          {columns.map((column) => (
            <th key={column.name} scope="col" className={`${classOf(column)} py-2 font-medium`}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            {...attributesOf(row)}
            className="h-9 border-t border-line hover:bg-raised max-md:h-11"
          >
            {columns.map((column) => (
              <td key={column.name} className={`${classOf(column)} py-1`}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const classOf = <Row,>(column: Column<Row>): string =>
  `px-2 first:pl-4 last:pr-4 ${column.numeric === true ? 'text-right whitespace-nowrap' : ''} ${
    column.from === undefined ? '' : FROM[column.from]
  }`;
