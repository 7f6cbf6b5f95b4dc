import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { KillView } from '#api/schemas/risk.ts';
import { call, problemText } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { useCommand } from '../api/use-command.ts';
import { wordsOf } from '../lib/format.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { Field } from './field.tsx';

export type KillLevel = KillView['level'];

/** From the mildest on, with what each does. */
export const KILL_LEVELS: readonly { level: KillLevel; name: string; does: string }[] = [
  { level: 'pauseEntries', name: 'Pause entries', does: 'Nothing is bought. Guards go on.' },
  { level: 'halt', name: 'Halt', does: 'Nothing is bought and armed entries stop. Guards go on.' },
  { level: 'flatten', name: 'Flatten', does: 'Nothing is bought and everything held is sold.' },
];

const FIRST = 'pauseEntries';

/**
 * Asks for a level and a reason, says what the level does, and sets it. Drawn for as long as it is
 * open; `first` is chosen to begin with.
 */
export const KillDialog = ({ first = FIRST, close }: { first?: KillLevel; close: () => void }) => {
  const client = useQueryClient();
  const kill = useQuery(queries.risk).data?.kill ?? null;
  const [level, setLevel] = useState<KillLevel>(first);
  const [reason, setReason] = useState('set in the dashboard');
  const [tried, setTried] = useState(false);
  const set = useCommand({
    mutationFn: () => call('/risk/kill', { method: 'POST', body: { level, reason } }),
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: queries.risk.queryKey });
    },
  });
  const name = KILL_LEVELS.find((each) => each.level === level)?.name ?? '';
  const isMissing = reason.trim() === '';
  return (
    <ConfirmDialog
      open
      title="Kill switch"
      confirm={`${name} now`}
      keep={kill === null ? 'Keep trading' : 'Leave it as it is'}
      busy={set.isPending}
      problem={set.error === null ? null : problemText(set.error)}
      onConfirm={() => {
        setTried(true);
        if (!isMissing) set.send();
      }}
      onClose={close}
    >
      {kill === null ? null : (
        <p className="mb-3 text-danger">
          {wordsOf(kill.level)} is set: {kill.reason}.
        </p>
      )}
      <Levels level={level} choose={setLevel} />
      <p className="my-3">It stays so until it is released, also over a restart.</p>
      <Field
        label="Reason, shown on every page"
        inputMode="text"
        maxLength={200}
        value={reason}
        problem={tried && isMissing ? 'say why' : undefined}
        onChange={(event) => setReason(event.target.value)}
      />
      {kill === null ? null : (
        <div className="mt-3">
          <ReleaseKill onDone={close} />
        </div>
      )}
    </ConfirmDialog>
  );
};

const Levels = ({ level, choose }: { level: KillLevel; choose: (level: KillLevel) => void }) => {
  const id = useId();
  return (
    <fieldset className="space-y-1">
      <legend className="sr-only">Level</legend>
      {KILL_LEVELS.map((each) => (
        <div
          key={each.level}
          className="relative flex min-h-11 items-start gap-3 rounded-md border border-line p-2 has-checked:border-danger has-checked:bg-danger/15"
        >
          <input
            type="radio"
            id={`${id}-${each.level}`}
            name={id}
            checked={each.level === level}
            aria-describedby={`${id}-${each.level}-does`}
            onChange={() => choose(each.level)}
            className="mt-1 size-4 shrink-0 accent-danger"
          />
          <span>
            <label
              htmlFor={`${id}-${each.level}`}
              className="font-medium text-text after:absolute after:inset-0"
            >
              {each.name}
            </label>
            <span id={`${id}-${each.level}-does`} className="block text-2xs">
              {each.does}
            </span>
          </span>
        </div>
      ))}
    </fieldset>
  );
};

/** Lets entries begin again. */
export const ReleaseKill = ({ onDone }: { onDone?: () => void }) => {
  const client = useQueryClient();
  const kill = useQuery(queries.risk).data?.kill ?? null;
  const release = useCommand({
    mutationFn: () => call('/risk/kill', { method: 'DELETE' }),
    onSuccess: async () => {
      onDone?.();
      await client.invalidateQueries({ queryKey: queries.risk.queryKey });
    },
  });
  return (
    <>
      <Button
        acts
        blocked={kill === null ? 'it is not set' : null}
        onClick={() => release.send()}
        disabled={release.isPending}
      >
        Release
      </Button>
      {release.error === null ? null : (
        <span role="alert" className="text-danger">
          {problemText(release.error)}
        </span>
      )}
    </>
  );
};
