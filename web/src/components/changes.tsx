import type { Change } from '../lib/changes.ts';

/** Fields that differ between two values. */
export const Changes = ({
  changes,
  before,
  after,
  none,
}: {
  changes: readonly Change[];
  /** Heads of the columns. */
  before: string;
  after: string;
  /** What is said when nothing differs. */
  none: string;
}) =>
  changes.length === 0 ? (
    <p className="text-muted">{none}</p>
  ) : (
    <table className="w-full text-left">
      <caption className="sr-only">
        {before} and {after}
      </caption>
      <thead className="text-2xs text-muted">
        <tr>
          {['Field', before, after].map((head) => (
            <th key={head} scope="col" className="pr-4 font-medium">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.path} className="align-top">
            <td className="pr-4">
              <code className="text-xs break-all">{change.path}</code>
            </td>
            <td className="pr-4 break-all">{change.before ?? 'not there'}</td>
            <td className="font-medium break-all">{change.after ?? 'not there'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
