import { useEffect, useRef, type ReactNode } from 'react';
import { problemText } from '../api/client.ts';

/** The frame of a form over a draft (see api/use-draft.ts): the first wrong field gets the focus. */
export const DraftForm = ({
  draft,
  label,
  failed,
  className = '',
  children,
  buttons,
}: {
  draft: {
    readonly refusals: number;
    readonly send: () => void;
    readonly error: Error | null;
  };
  label: string;
  /** How a refusal begins: "Not armed." */
  failed: string;
  className?: string;
  children: ReactNode;
  buttons: ReactNode;
}) => {
  const form = useRef<HTMLFormElement>(null);
  const { refusals } = draft;
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  return (
    <form
      ref={form}
      noValidate
      aria-label={label}
      className={`space-y-4 ${className}`}
      onSubmit={(event) => {
        event.preventDefault();
        draft.send();
      }}
    >
      {children}
      {draft.error === null ? null : (
        <p role="alert" className="text-danger">
          {failed} {problemText(draft.error)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">{buttons}</div>
    </form>
  );
};
