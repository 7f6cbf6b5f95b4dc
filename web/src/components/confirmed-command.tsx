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
  /** Empty unless a reason is asked for. */
  readonly reason: string;
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
  /** Name of a field that must be filled in first; absent when no reason is needed. */
  readonly reason?: string;
  readonly send: (asked: Asked) => Promise<Answer>;
  /** What became of it, in a sentence. */
  readonly said: (answer: Answer) => string;
  readonly onDone?: () => Promise<void> | void;
  /** What will happen, and to how much. */
  readonly children: ReactNode;
}

const useAsking = <Answer,>({ send, onDone }: Props<Answer>) => {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const key = useRef('');
  const command = useCommand({
    mutationFn: () => send({ key: key.current, reason: reason.trim() }),
    onSuccess: async () => {
      setOpen(false);
      await onDone?.();
    },
  });
  const ask = () => {
    key.current = newKey();
    setReason('');
    command.reset();
    setOpen(true);
  };
  return { open, ask, close: () => setOpen(false), reason, setReason, command };
};

/** A button, the question before it is done, and what became of it. */
export const ConfirmedCommand = <Answer,>(props: Props<Answer>) => {
  const { open, ask, close, reason, setReason, command } = useAsking(props);
  const [tried, setTried] = useState(false);
  const lacksReason = props.reason !== undefined && reason.trim() === '';
  return (
    <>
      <Button look={props.look ?? 'quiet'} blocked={props.blocked ?? null} onClick={ask}>
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
          if (!lacksReason) command.send();
        }}
        onClose={() => {
          setTried(false);
          close();
        }}
      >
        <p>{props.children}</p>
        {props.reason === undefined ? null : (
          <div className="mt-3">
            <Field
              label={props.reason}
              inputMode="text"
              maxLength={200}
              value={reason}
              problem={tried && lacksReason ? 'say why; it is kept in the record' : undefined}
              onChange={(event) => setReason(event.target.value)}
            />
          </div>
        )}
      </ConfirmDialog>
    </>
  );
};
