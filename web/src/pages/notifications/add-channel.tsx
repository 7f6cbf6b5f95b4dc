import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { useDraft } from '../../api/use-draft.ts';
import { Button } from '../../components/button.tsx';
import { DraftForm } from '../../components/draft-form.tsx';
import { Choice, Field } from '../../components/field.tsx';
import { FIELDS, inputOf, NOTHING, problemsOf } from './channel-form.ts';

const KINDS = [
  { value: 'telegram', text: 'Telegram' },
  { value: 'discord', text: 'Discord' },
  { value: 'slack', text: 'Slack' },
  { value: 'webhook', text: 'A webhook of your own' },
] as const;

/** A new channel. Its secret is sealed at once, and shown to nobody again. */
export const AddChannel = ({ close }: { close: () => void }) => {
  const client = useQueryClient();
  const draft = useDraft({
    initial: NOTHING,
    check: problemsOf,
    send: (typed, key) =>
      call('/notifications', {
        method: 'POST',
        body: inputOf(typed),
        headers: { 'idempotency-key': key },
      }),
    onDone: async () => {
      await client.invalidateQueries({ queryKey: recordQueries.channels.queryKey });
      close();
    },
  });
  const { typed, problems, change, isPending } = draft;
  return (
    <DraftForm
      draft={draft}
      label="New channel"
      failed="Not added."
      className="max-w-xl border-b border-line p-4"
      buttons={
        <>
          <Button type="submit" look="primary" disabled={isPending}>
            {isPending ? 'Sealing…' : 'Seal and add it'}
          </Button>
          <Button onClick={close}>Give it up</Button>
        </>
      }
    >
      <Choice
        label="Through"
        value={typed.kind}
        options={KINDS}
        onChoose={(chosen) => {
          const kind = KINDS.find(({ value }) => value === chosen)?.value;
          if (kind !== undefined) change({ kind });
        }}
      />
      {FIELDS[typed.kind].map(({ name, label, hint, isSecret }) => (
        <Field
          key={name}
          name={name}
          label={label}
          hint={hint}
          inputMode="text"
          type={isSecret === true ? 'password' : 'text'}
          autoComplete={isSecret === true ? 'new-password' : 'off'}
          value={typed[name]}
          problem={problems[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      ))}
    </DraftForm>
  );
};
