import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ConfigurationView, FindingView } from '#api/schemas/configuration.ts';
import { call, problemText } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmedCommand } from '../../components/confirmed-command.tsx';

interface Props {
  readonly version: ConfigurationView;
  readonly again: () => Promise<void>;
}

const nameOf = ({ name, version }: ConfigurationView): string => `${name}, version ${version}`;

const write = (
  { options }: ConfigurationView,
  { name, activate, key }: { name: string; activate: boolean; key: string },
) =>
  call<ConfigurationView>('/configurations', {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: { name, options, activate },
  });

/** A version never changes: using an old one again writes its options as the newest. */
export const MakeActive = ({ version, again }: Props) => (
  <ConfirmedCommand
    verb="Make it active"
    look="primary"
    blocked={version.active ? 'it is active' : null}
    title={`Use the options of ${nameOf(version)}?`}
    confirm="Write and activate"
    keep="Keep the active one"
    send={({ key }) => write(version, { name: version.name, activate: true, key })}
    said={(written) => `${nameOf(written)} is active`}
    onDone={again}
  >
    They are written as the next version of {version.name} and made the active one. A running bot
    keeps the version that it was started with.
  </ConfirmedCommand>
);

/** Starts a run with this version, when none is under way. */
export const RunIt = ({ version }: Pick<Props, 'version'>) => {
  const client = useQueryClient();
  const bot = useQuery(queries.bot);
  return (
    <ConfirmedCommand
      verb="Start a run with it"
      blocked={bot.data?.running === false ? null : 'stop the run that is under way first'}
      title={`Start with ${nameOf(version)}?`}
      confirm="Start the bot"
      keep="Do not start"
      send={() => call('/bot/start', { method: 'POST', body: { configurationId: version.id } })}
      said={() => 'Started'}
      onDone={() => client.invalidateQueries({ queryKey: queries.bot.queryKey })}
    >
      Listings are looked for, and bought as these options say.
    </ConfirmedCommand>
  );
};

export const Delete = ({ version, again }: Props) => (
  <ConfirmedCommand
    verb="Delete"
    look="danger"
    blocked={version.active ? 'it is active' : null}
    title={`Delete ${nameOf(version)}?`}
    confirm="Delete the version"
    keep="Keep it"
    send={() => call(`/configurations/${version.id}`, { method: 'DELETE' })}
    said={() => 'Deleted'}
    onDone={again}
  >
    Only a version that no run and no trade has used can be deleted.
  </ConfirmedCommand>
);

interface Checked {
  readonly ok: boolean;
  readonly findings: readonly FindingView[];
}

/** What a run with this version would meet now: the limits as they are used, what would stop it. */
export const CheckNow = ({ version }: Pick<Props, 'version'>) => {
  const check = useCommand({
    mutationFn: () => call<Checked>(`/configurations/${version.id}/check`, { method: 'POST' }),
  });
  return (
    <div className="space-y-2">
      <Button acts onClick={() => check.send()} disabled={check.isPending}>
        Check it against the present
      </Button>
      <div role="status">{check.data === undefined ? null : <Findings checked={check.data} />}</div>
      {check.error === null ? null : (
        <p role="alert" className="text-danger">
          {problemText(check.error)}
        </p>
      )}
    </div>
  );
};

const Findings = ({ checked }: { checked: Checked }) =>
  checked.findings.length === 0 ? (
    <p className="text-gain">Nothing stands in its way, and nothing is worth a warning.</p>
  ) : (
    <ul className="space-y-1" data-testid="check-findings">
      {checked.findings.map(({ level, path, text }) => (
        <li key={`${path}${text}`} data-level={level}>
          <span className={level === 'error' ? 'text-danger' : 'text-warn'}>{level}</span>:{' '}
          {path === '' ? null : <code className="text-xs">{path} </code>}
          {text}
        </li>
      ))}
    </ul>
  );
