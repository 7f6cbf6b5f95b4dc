import { useQueryClient } from '@tanstack/react-query';
import type { LiveState } from '#api/live/schemas.ts';
import { call } from '../../api/client.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { useDraft } from '../../api/use-draft.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmedCommand } from '../../components/confirmed-command.tsx';
import { DraftForm } from '../../components/draft-form.tsx';
import { Field } from '../../components/field.tsx';
import { Ago, Countdown } from '../../components/times.tsx';

/** The typed word that lets entries spend real money for some days, and taking it back. */
export const Confirmation = ({ live }: { live: LiveState }) => {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: recordQueries.live.queryKey });
  const { confirmation } = live;
  return (
    <div className="space-y-3">
      {confirmation === null ? null : <Last confirmation={confirmation} />}
      {confirmation?.state === 'valid' ? (
        <ConfirmedCommand
          verb="Take it back"
          look="danger"
          title="Stop entries now?"
          confirm="Stop entries"
          keep="Keep trading"
          send={({ key }) =>
            call<LiveState>('/live/confirm', {
              method: 'DELETE',
              headers: { 'idempotency-key': key },
            })
          }
          said={() => 'Taken back: nothing is bought with real money'}
          onDone={again}
        >
          Nothing more is bought with real money, at once. What is held stays guarded and is sold.
        </ConfirmedCommand>
      ) : (
        <ConfirmForm live={live} again={again} />
      )}
    </div>
  );
};

const Last = ({ confirmation }: { confirmation: NonNullable<LiveState['confirmation']> }) => (
  <p className="text-2xs text-muted">
    Confirmed by {confirmation.confirmedBy} <Ago at={confirmation.confirmedAt} />,{' '}
    {confirmation.state === 'valid' ? (
      <>
        expires in <Countdown to={confirmation.expiresAt} />
      </>
    ) : confirmation.state === 'expired' ? (
      'expired'
    ) : (
      `taken back by ${confirmation.withdrawnBy ?? 'somebody'}`
    )}
  </p>
);

/** Why it cannot be confirmed now; null when it can. */
const missingOf = (live: LiveState): string | null => {
  const missing = live.parts.filter(
    ({ name, state }) => name !== 'confirmation' && state !== 'met',
  ).length;
  if (missing === 0) return null;
  return missing === 1 ? 'one step before is missing' : `${missing} steps before are missing`;
};

interface Typed {
  readonly text: string;
  readonly days: string;
}

const problemsOf = ({ text, days }: Typed, live: LiveState): Partial<Typed> => {
  const isPhrase = text.trim().replaceAll(/\s+/g, ' ') === live.phrase;
  const isDays = /^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= live.days.most;
  return {
    ...(isPhrase ? {} : { text: `must be "${live.phrase}"` }),
    ...(isDays ? {} : { days: `must be whole days from 1 to ${live.days.most}` }),
  };
};

const ConfirmForm = ({ live, again }: { live: LiveState; again: () => Promise<void> }) => {
  const initial: Typed = { text: '', days: String(live.days.usual) };
  const draft = useDraft({
    initial,
    check: (typed) => problemsOf(typed, live),
    send: ({ text, days }) =>
      call('/live/confirm', { method: 'POST', body: { text, days: Number(days) } }),
    onDone: again,
  });
  const { typed, problems, change, isPending } = draft;
  return (
    <DraftForm
      draft={draft}
      label="Confirmation"
      failed="Not confirmed."
      className="max-w-xl"
      buttons={
        <Button acts type="submit" look="danger" blocked={missingOf(live)} disabled={isPending}>
          {isPending ? 'Confirming' : 'Let entries spend real money'}
        </Button>
      }
    >
      <div className="grid gap-3 sm:grid-cols-[1fr_8rem]">
        <Field
          label={`Type: ${live.phrase}`}
          inputMode="text"
          value={typed.text}
          problem={problems.text}
          onChange={(event) => change({ text: event.target.value })}
        />
        <Field
          label="For"
          unit="days"
          inputMode="numeric"
          hint={`1 to ${live.days.most}`}
          value={typed.days}
          problem={problems.days}
          onChange={(event) => change({ days: event.target.value })}
        />
      </div>
    </DraftForm>
  );
};
