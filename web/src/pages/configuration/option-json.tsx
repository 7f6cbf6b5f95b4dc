import { useRef } from 'react';
import type { Problems } from './option-problems.ts';
import { fieldOffset } from './option-schema.ts';

/** Options as JSON text, with what is wrong by option; each problem leads to its place. */
export const OptionJson = ({
  text,
  problems,
  change,
}: {
  text: string;
  problems: Problems;
  change: (text: string) => void;
}) => {
  const field = useRef<HTMLTextAreaElement>(null);
  const show = (path: string) => {
    const at = Math.max(0, fieldOffset(text, path));
    const end = text.indexOf('\n', at);
    field.current?.focus();
    field.current?.setSelectionRange(at, end < 0 ? at : end);
  };
  const wrong = Object.entries(problems);
  return (
    <>
      <label className="block">
        <span className="mb-1 block text-2xs text-muted">
          Amounts are text in the quote coin (&quot;100&quot;), percentages numbers (20).
        </span>
        <textarea
          ref={field}
          spellCheck={false}
          rows={24}
          value={text}
          aria-invalid={wrong.length > 0}
          aria-describedby="options-problems"
          onChange={(event) => change(event.target.value)}
          className="w-full rounded-md border border-control bg-bg p-3 font-mono text-xs aria-invalid:border-danger"
        />
      </label>
      <ul id="options-problems" className="text-danger">
        {wrong.map(([path, problem]) => (
          <li key={path} data-field={path}>
            {path === '' ? (
              problem
            ) : (
              <button
                type="button"
                onClick={() => show(path)}
                className="min-h-9 text-left underline-offset-4 hover:underline"
              >
                <code className="font-semibold">{path}</code>: {problem}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
};
