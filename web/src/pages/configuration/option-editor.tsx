import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type RefObject } from 'react';
import { ApiError, call, problemText } from '../../api/client.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { fieldOffset } from './option-schema.ts';

/** Options as JSON text. What was typed stays until it is saved or given up. */
export const OptionEditor = ({
  initial,
  outdated,
  onSaved,
  onGiveUp,
}: {
  initial: string;
  /** Another version was written since editing began. */
  outdated: boolean;
  onSaved: () => void;
  onGiveUp: (() => void) | null;
}) => {
  const client = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(initial);
  const save = useCommand({
    mutationFn: () => call('/config', { method: 'PUT', body: { options: JSON.parse(text) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['configuration'] });
      onSaved();
    },
  });
  const show = (path: string) => {
    const at = Math.max(0, fieldOffset(text, path));
    field.current?.focus();
    field.current?.setSelectionRange(at, text.indexOf('\n', at) < 0 ? at : text.indexOf('\n', at));
  };
  return (
    <form
      className="space-y-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.send();
      }}
    >
      {outdated ? (
        <p role="alert" className="text-warn">
          Another version was written meanwhile; saving replaces it by yours.
        </p>
      ) : null}
      <JsonField field={field} value={text} isWrong={save.isError} onChange={setText} />
      <Problems error={save.error} show={show} />
      <div className="flex flex-wrap gap-2">
        <Button acts type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? 'Writing…' : 'Write a new version'}
        </Button>
        {onGiveUp === null ? null : <Button onClick={onGiveUp}>Give up the changes</Button>}
      </div>
    </form>
  );
};

const JsonField = ({
  field,
  value,
  isWrong,
  onChange,
}: {
  field: RefObject<HTMLTextAreaElement | null>;
  value: string;
  isWrong: boolean;
  onChange: (text: string) => void;
}) => (
  <label className="block">
    <span className="mb-1 block text-2xs text-muted">
      Amounts are text in the quote coin (&quot;100&quot;), percentages numbers (20).
    </span>
    <textarea
      ref={field}
      spellCheck={false}
      rows={24}
      value={value}
      aria-invalid={isWrong}
      aria-describedby="options-problems"
      onChange={(event) => onChange(event.target.value)}
      className="w-full rounded-md border border-control bg-bg p-3 font-mono text-xs aria-invalid:border-danger"
    />
  </label>
);

/** What is wrong, field by field, as the server says it; each leads to its field. */
const Problems = ({ error, show }: { error: Error | null; show: (path: string) => void }) => {
  const details = error instanceof ApiError ? error.envelope?.details : undefined;
  return (
    <div id="options-problems" role="alert" className="space-y-1 text-danger">
      {error === null ? null : (
        <p>
          {error instanceof SyntaxError ? `This is not JSON: ${error.message}` : problemText(error)}
        </p>
      )}
      {Array.isArray(details) ? (
        <ul>
          {details.map((each) => (
            <li key={`${each.path}${each.problem}`} data-field={each.path}>
              <button
                type="button"
                onClick={() => show(each.path)}
                className="min-h-9 text-left underline-offset-4 hover:underline"
              >
                <code className="font-semibold">{each.path}</code>: {each.problem}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
};
