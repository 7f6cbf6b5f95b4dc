import type { FormEvent, ReactNode } from 'react';
import { Button } from './button.tsx';

/** Fields and one button: answers what was typed, shows what went wrong. */
export const Form = ({
  send,
  error,
  isPending,
  verb,
  children,
}: {
  /** What stands in the fields, by their names; called only when none is empty. */
  send: (typed: Readonly<Record<string, string>>) => void;
  error: Error | null;
  isPending: boolean;
  verb: string;
  children: ReactNode;
}) => {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = [...new FormData(event.currentTarget)].map(
      ([name, value]) => [name, typeof value === 'string' ? value.trim() : ''] as const,
    );
    if (fields.every(([, value]) => value !== '')) send(Object.fromEntries(fields));
  };
  return (
    <form className="space-y-3" onSubmit={submit}>
      {children}
      {error === null ? null : (
        <p role="alert" className="text-danger">
          {error.message}
        </p>
      )}
      <Button type="submit" look="primary" disabled={isPending}>
        {isPending ? 'Asking' : verb}
      </Button>
    </form>
  );
};
