import { useRef, useState, type ReactNode } from 'react';
import { problemText } from '../api/client.ts';
import { newKey } from '../api/new-key.ts';
import { useCommand } from '../api/use-command.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Field } from './field.tsx';

/** What a person gave with a command. */
export interface Asked {
  /** For the Idempotency-Key: one opening of the dialog is one command. */
  readonly key: string;
  /** What was typed; empty unless a field is asked for. */
  readonly text: string;
}

interface Props<Answer> {
  /** On the button, and in the dialog: a verb and what it is done to. */
  readonly verb: string;
  readonly confirm: string;
  readonly keep: string;
  readonly title: string;
  readonly look?: 'quiet' | 'danger' | 'primary';
  /** Why it cannot be pressed now; null when it can. */
  readonly blocked?: string | null;
  /** What must be typed first; absent when nothing must. `missing`: what is said when it is not. */
  readonly field?: { readonly label: string; readonly missing: string };
  readonly send: (asked: Asked) => Promise<Answer>;
  /** What became of it, in a sentence. */
  readonly said: (answer: Answer) => string;
  readonly onDone?: () => Promise<void> | void;
  /** What will happen, and to how much. */
  readonly children: ReactNode;
}

const useAsking = <Answer,>({ send, onDone }: Props<Answer>) => {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const key = useRef('');
  const command = useCommand({
    mutationFn: () => send({ key: key.current, text: text.trim() }),
    onSuccess: async () => {
      setOpen(false);
      await onDone?.();
    },
  });
  const ask = () => {
    key.current = newKey();
    setText('');
    command.reset();
    setOpen(true);
  };
  return { open, ask, close: () => setOpen(false), text, setText, command };
};

/** A button, the question before it is done, and what became of it. */
export const ConfirmedCommand = <Answer,>(props: Props<Answer>) => {
  const { open, ask, close, text, setText, command } = useAsking(props);
  const [tried, setTried] = useState(false);
  const { field } = props;
  const isMissing = field !== undefined && text.trim() === '';
  return (
    <>
      <Button acts look={props.look ?? 'quiet'} blocked={props.blocked ?? null} onClick={ask}>
        {props.verb}
      </Button>
      <span role="status" className="self-center text-2xs text-muted">
        {command.data === undefined ? null : props.said(command.data)}
      </span>
      <ConfirmDialog
        open={open}
        title={props.title}
        confirm={props.confirm}
        keep={props.keep}
        busy={command.isPending}
        problem={command.error === null ? null : problemText(command.error)}
        onConfirm={() => {
          setTried(true);
          if (!isMissing) command.send();
        }}
        onClose={() => {
          setTried(false);
          close();
        }}
      >
        <p>{props.children}</p>
        {field === undefined ? null : (
          <div className="mt-3">
            <Field
              label={field.label}
              inputMode="text"
              maxLength={200}
              value={text}
              problem={tried && isMissing ? field.missing : undefined}
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        )}
      </ConfirmDialog>
    </>
  );
};
