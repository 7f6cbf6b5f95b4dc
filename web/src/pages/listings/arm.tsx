import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useDraft } from '../../api/use-draft.ts';
import { Button } from '../../components/button.tsx';
import { DraftForm } from '../../components/draft-form.tsx';
import { Field } from '../../components/field.tsx';
import { Modal } from '../../shell/modal.tsx';
import { inputOf, NOTHING, problemsOf, type Typed } from './arm-form.ts';

/** A listing that a person knows of is armed like one that was announced. */
export const ArmByHand = () => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button acts onClick={() => setOpen(true)}>
        Arm a listing by hand
      </Button>
      {open ? <ArmDialog close={() => setOpen(false)} /> : null}
    </>
  );
};

const ArmDialog = ({ close }: { close: () => void }) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  const draft = useDraft({
    initial: NOTHING,
    check: problemsOf,
    send: (typed, key) =>
      call('/listings', {
        method: 'POST',
        body: inputOf(typed),
        headers: { 'idempotency-key': key },
      }),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: ['listing'] });
      close();
      await navigate({ to: '/' });
    },
  });
  const { typed, problems, change, isPending } = draft;
  return (
    <Modal label="Arm a listing by hand" close={close}>
      <DraftForm
        draft={draft}
        label="Listing"
        failed="Not armed."
        className="p-5"
        buttons={
          <>
            <Button onClick={close}>Give it up</Button>
            <Button type="submit" look="primary" disabled={isPending}>
              {isPending ? 'Arming…' : `Arm ${typed.base.trim().toUpperCase() || 'it'}`}
            </Button>
          </>
        }
      >
        <h2 className="text-base font-semibold">Arm a listing by hand</h2>
        <p className="text-muted">
          It is checked by the risk rules and bought at its opening, as if it had been announced.
        </p>
        <Fields typed={typed} problems={problems} change={change} />
      </DraftForm>
    </Modal>
  );
};

const Fields = ({
  typed,
  problems,
  change,
}: {
  typed: Typed;
  problems: Partial<Typed>;
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
        hint="empty: as set before, else that of the options"
      />
    </div>
  );
};
