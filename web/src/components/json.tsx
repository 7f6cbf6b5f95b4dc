import { useState, type ReactNode } from 'react';
import { Button } from './button.tsx';

const LOOKS = { name: 'text-accent', text: 'text-gain', other: 'text-warn' } as const;

/** Names, texts, and the rest (numbers, true, false, null) of JSON text. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b/g;

const highlighted = (json: string): readonly ReactNode[] => {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const found of json.matchAll(TOKEN)) {
    const [whole, text, colon] = found;
    const look = text === undefined ? LOOKS.other : colon === undefined ? LOOKS.text : LOOKS.name;
    parts.push(json.slice(end, found.index));
    parts.push(
      <span key={found.index} className={look}>
        {text ?? whole}
      </span>,
      colon ?? '',
    );
    end = found.index + whole.length;
  }
  return [...parts, json.slice(end)];
};

/** A value as the API gave it, closed at first, to read and to copy. */
export const Json = ({ label, value }: { label: string; value: unknown }) => {
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState<'copied' | 'the browser forbids it' | null>(null);
  const text = open ? JSON.stringify(value, null, 2) : '';
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied('copied'),
      () => setCopied('the browser forbids it'),
    );
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-9 cursor-pointer py-2 text-2xs text-muted">{label}</summary>
      {open ? (
        <>
          <pre
            tabIndex={0}
            aria-label={label}
            className="max-h-96 overflow-auto rounded bg-bg p-3 text-xs break-all whitespace-pre-wrap"
          >
            {highlighted(text)}
          </pre>
          <span className="flex items-center gap-3 pt-2">
            <Button onClick={() => void copy()}>Copy</Button>
            <span role="status" className="text-2xs text-muted">
              {copied}
            </span>
          </span>
        </>
      ) : null}
    </details>
  );
};
