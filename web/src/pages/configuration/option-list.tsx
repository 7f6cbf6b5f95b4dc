import type { OptionSchema, TradingOptionsView } from '../../api/queries.ts';
import { wordsOf } from '../../lib/format.ts';
import { optionGroups, type OptionGroup } from './option-schema.ts';

/** Every option with its meaning, bounds and default. */
export const OptionList = ({
  options,
  schema,
}: {
  options: TradingOptionsView;
  schema: OptionSchema | null;
}) => (
  <div className="gap-x-8 p-4 pt-0 xl:columns-2">
    {optionGroups(options, schema).map((group) => (
      <Group key={group.name} group={group} />
    ))}
  </div>
);

const Group = ({ group }: { group: OptionGroup }) => (
  <section className="break-inside-avoid pt-4">
    <h3 className="pb-1 font-semibold">{group.name === '' ? 'General' : wordsOf(group.name)}</h3>
    <dl>
      {group.rows.map((row) => (
        <div
          key={row.path}
          className="grid gap-x-4 border-t border-line py-1.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,12rem)]"
        >
          <dt className="min-w-0">
            <code className="text-xs">{row.path}</code>
            <span className="block text-2xs text-muted">
              {row.help}
              {row.bounds === null ? '' : `; ${row.bounds}`}
              {row.reason === null ? null : <span className="block">Why: {row.reason}</span>}
            </span>
          </dt>
          <dd className="break-words sm:text-right">
            {row.value} {row.unit}
            {row.usual === null || row.isUsual ? null : (
              <span className="block text-2xs text-muted">default {row.usual}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  </section>
);
