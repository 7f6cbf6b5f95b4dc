import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ApiError, call, problemText } from '../../api/client.ts';
import { newKey } from '../../api/new-key.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Modal } from '../../shell/modal.tsx';
import {
  NOTHING,
  inputOf,
  problemsOf,
  problemsOfDetails,
  type Problems,
  type Typed,
} from './arm-form.ts';

/** A listing that a person knows of is armed like one that was announced. */
export const ArmByHand = () => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Arm a listing by hand</Button>
      {open ? <ArmDialog close={() => setOpen(false)} /> : null}
    </>
  );
};

const useArm = (close: () => void) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef({ body: '', key: '' });
  const [typed, setTyped] = useState(NOTHING);
  const [problems, setProblems] = useState<Problems>({});
  const show = (found: Problems) => {
    setProblems(found);
    // After the fields are drawn with what is wrong with them.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  };
  const command = useCommand({
    mutationFn: () => {
      const body = inputOf(typed);
      const text = JSON.stringify(body);
      // The same listing sent again is the same command; another is another.
      if (sent.current.body !== text) sent.current = { body: text, key: newKey() };
      const headers = { 'idempotency-key': sent.current.key };
      return call<{ listingId: string }>('/listings', { method: 'POST', body, headers });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['listing'] });
      close();
      await navigate({ to: '/' });
    },
    onError: (error) =>
      show(error instanceof ApiError ? problemsOfDetails(error.envelope?.details) : {}),
  });
  const send = () => {
    const found = problemsOf(typed);
    show(found);
    if (Object.keys(found).length === 0) command.send();
  };
  const change = (more: Partial<Typed>) => setTyped({ ...typed, ...more });
  return { form, typed, change, problems, command, send };
};

const ArmDialog = ({ close }: { close: () => void }) => {
  const { form, typed, change, problems, command, send } = useArm(close);
  return (
    <Modal label="Arm a listing by hand" close={close}>
      <form
        ref={form}
        noValidate
        className="space-y-4 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <h2 className="text-base font-semibold">Arm a listing by hand</h2>
        <p className="text-muted">
          It is checked by the risk rules and bought at its opening, as if it had been announced.
        </p>
        <Fields typed={typed} problems={problems} change={change} />
        {command.error === null ? null : (
          <p role="alert" className="text-danger">
            Not armed. {problemText(command.error)}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>Give it up</Button>
          <Button type="submit" look="primary" disabled={command.isPending}>
            {command.isPending ? 'Arming…' : `Arm ${typed.base.trim().toUpperCase() || 'it'}`}
          </Button>
        </div>
      </form>
    </Modal>
  );
};

const Fields = ({
  typed,
  problems,
  change,
}: {
  typed: Typed;
  problems: Problems;
  change: (more: Partial<Typed>) => void;
}) => {
  const field = (name: keyof Typed) => ({
    name,
    value: typed[name],
    problem: problems[name],
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
  });
  const quote = typed.quote.trim().toUpperCase();
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field
        {...field('base')}
        label="Coin"
        inputMode="text"
        hint="as the exchange names it: ABC"
      />
      <Field {...field('quote')} label="Paid with" inputMode="text" />
      <Field
        {...field('opensAt')}
        label="Opens at (UTC)"
        type="datetime-local"
        step={1}
        hint="empty: it is bought when it begins to trade"
      />
      <Field
        {...field('maxPrice')}
        label="Highest price"
        unit={quote}
        hint="nothing is paid above it"
      />
      <Field
        {...field('quoteAmount')}
        label="Budget"
        unit={quote}
        hint="empty: that of the options"
      />
    </div>
  );
};
