import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Choice, Field, Tick } from '../../components/field.tsx';
import { wordsOf } from '../../lib/format.ts';
import { isAsked, OFF, ON, partName, withRow, type OptionDraft } from './option-draft.ts';
import { optionSections, rowFields, type OptionField } from './option-fields.ts';
import type { Problems } from './option-problems.ts';

interface Props {
  readonly draft: OptionDraft;
  readonly problems: Problems;
  readonly change: (draft: OptionDraft) => void;
}

/** One field per option, by section. */
export const OptionForm = ({
  fields,
  ...props
}: Props & { readonly fields: readonly OptionField[] }) => (
  <div className="gap-x-8 xl:columns-2">
    {optionSections(fields).map((section) => (
      <fieldset key={section.name} className="break-inside-avoid-column pb-6">
        <legend className="pb-2 font-semibold">{section.name}</legend>
        <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
          {section.fields
            .filter((field) => isAsked(field, props.draft))
            .map((field) => (
              <OptionInput key={field.path} field={field} {...props} />
            ))}
        </div>
      </fieldset>
    ))}
  </div>
);

/** What is allowed and usual, and below it why. */
const Hint = ({ field }: { field: Pick<OptionField, 'hint' | 'reason'> }) => (
  <>
    {field.hint}
    {field.reason === null ? null : <span className="block">Why: {field.reason}</span>}
  </>
);

const OptionInput = (props: Props & { readonly field: OptionField }) => {
  const { field, draft, problems, change } = props;
  const { kind, label, path } = field;
  const value = draft.texts[path] ?? '';
  const problem = problems[path];
  const set = (text: string) => change({ ...draft, texts: { ...draft.texts, [path]: text } });
  switch (kind) {
    case 'rows':
      return <Rows {...props} />;
    case 'flag':
    case 'presence':
      return (
        <div className="min-w-0">
          <Tick
            label={label}
            checked={value === ON}
            onTick={(isOn) => set(isOn ? ON : OFF)}
            hint={<Hint field={field} />}
            problem={problem}
          />
        </div>
      );
    case 'choice':
      return (
        <Choice
          label={label}
          value={value}
          problem={problem}
          hint={<Hint field={field} />}
          onChoose={set}
          options={(field.schema.enum ?? []).map((each) => ({ value: each, text: wordsOf(each) }))}
        />
      );
    case 'names':
    case 'numbers':
    case 'amount':
    case 'number':
      return <TextInput field={field} name={path} value={value} problem={problem} onType={set} />;
  }
};

const TextInput = ({
  field,
  name,
  value,
  problem,
  onType,
}: {
  field: Pick<OptionField, 'kind' | 'label' | 'unit' | 'hint' | 'reason'>;
  name: string;
  value: string;
  problem: string | undefined;
  onType: (text: string) => void;
}) => {
  const isList = field.kind === 'names' || field.kind === 'numbers';
  return (
    <Field
      label={isList ? `${field.label} (with commas)` : field.label}
      name={name}
      value={value}
      problem={problem}
      hint={<Hint field={field} />}
      spellCheck={false}
      {...(field.unit === null ? {} : { unit: field.unit })}
      {...(isList ? { inputMode: 'text' as const } : {})}
      onChange={(event) => onType(event.target.value)}
    />
  );
};

/** A list of which each member has parts: the targets. */
const Rows = ({ field, draft, problems, change }: Props & { readonly field: OptionField }) => {
  const { path, label, schema } = field;
  const rows = draft.rows[path] ?? [];
  const most = schema.maxItems ?? Infinity;
  const set = (next: typeof rows) => change({ ...draft, rows: { ...draft.rows, [path]: next } });
  const type = (key: number, part: string, text: string) =>
    set(
      rows.map((row) =>
        row.key === key ? { ...row, texts: { ...row.texts, [part]: text } } : row,
      ),
    );
  return (
    <fieldset className="space-y-2 sm:col-span-2">
      <legend className="text-2xs text-muted">
        {label}: <Hint field={field} />
      </legend>
      {rows.map((row, n) => (
        <div key={row.key} className="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
          {rowFields(field).map((part) => (
            <TextInput
              key={part.path}
              field={{
                ...part,
                label: `${label} ${n + 1}: ${part.label.toLowerCase()}`,
                reason: null, // said once, for the whole list
              }}
              name={part.path.replace('*', String(n))}
              value={row.texts[partName(part)] ?? ''}
              problem={problems[part.path.replace('*', String(n))]}
              onType={(text) => type(row.key, partName(part), text)}
            />
          ))}
          <button
            type="button"
            aria-label={`Remove ${label.toLowerCase()} ${n + 1}`}
            onClick={() => set(rows.filter((each) => each.key !== row.key))}
            className="mt-6 grid size-9 place-items-center rounded-md text-muted hover:bg-raised hover:text-text max-md:size-11"
          >
            <Trash2 size={16} aria-hidden="true" />
          </button>
        </div>
      ))}
      {problems[path] === undefined ? null : (
        <p data-wrong tabIndex={-1} className="text-2xs text-danger">
          {problems[path]}
        </p>
      )}
      <Button
        blocked={rows.length < most ? null : `at most ${most}`}
        onClick={() => change(withRow(draft, path))}
      >
        <Plus size={16} aria-hidden="true" /> Add to {label.toLowerCase()}
      </Button>
    </fieldset>
  );
};
