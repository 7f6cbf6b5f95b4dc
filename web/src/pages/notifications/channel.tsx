import { useQueryClient } from '@tanstack/react-query';
import type { ChannelView } from '#api/notifications/schemas.ts';
import { call, problemText } from '../../api/client.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { useCommand } from '../../api/use-command.ts';
import { DeliveryBadge, StateBadge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Fact } from '../../components/card.tsx';
import { ConfirmedCommand } from '../../components/confirmed-command.tsx';
import { Choice, Tick } from '../../components/field.tsx';
import { Ago } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';

type Change = Partial<Pick<ChannelView, 'enabled' | 'commands' | 'levels'>>;

const LEVELS = [
  { value: 'on', text: 'told' },
  { value: 'silent', text: 'told without a sound' },
  { value: 'off', text: 'not told' },
] as const;

/** A channel: where it goes, whether it arrives, and what it tells of. */
export const Channel = ({ channel }: { channel: ChannelView }) => {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: recordQueries.channels.queryKey });
  const change = useCommand({
    mutationFn: (body: Change) => call(`/notifications/${channel.id}`, { method: 'PUT', body }),
    onSuccess: again,
  });
  return (
    <article
      data-channel={channel.name}
      className="space-y-3 border-line px-4 py-3 not-first:border-t"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h3 className="text-base font-semibold">{channel.name}</h3>
        <StateBadge ok={channel.enabled} text={channel.enabled ? 'On' : 'Off'} />
        <span className="text-muted">
          {wordsOf(channel.kind)}, {channel.place}
        </span>
      </div>
      <Facts channel={channel} />
      {change.error === null ? null : (
        <p role="alert" className="text-danger">
          {problemText(change.error)}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SendTest channel={channel} again={again} />
        <Button
          acts
          disabled={change.isPending}
          onClick={() => change.send({ enabled: !channel.enabled })}
        >
          {channel.enabled ? 'Switch it off' : 'Switch it on'}
        </Button>
        <Remove channel={channel} again={again} />
      </div>
      <Levels channel={channel} send={change.send} />
    </article>
  );
};

const Levels = ({ channel, send }: { channel: ChannelView; send: (change: Change) => void }) => (
  <details>
    <summary className="min-h-9 cursor-pointer py-2 text-2xs text-muted">
      What it tells of, and how loudly
    </summary>
    <div className="grid gap-3 sm:grid-cols-3 xl:grid-cols-4">
      {(Object.keys(channel.levels) as (keyof ChannelView['levels'])[]).map((kind) => (
        <Choice
          key={kind}
          label={wordsOf(kind)}
          value={channel.levels[kind]}
          options={LEVELS}
          onChoose={(chosen) => {
            const level = LEVELS.find(({ value }) => value === chosen)?.value;
            if (level !== undefined) send({ levels: { ...channel.levels, [kind]: level } });
          }}
        />
      ))}
    </div>
    {channel.kind === 'telegram' ? (
      <Tick
        label="Who writes in that chat may command: everyone in it is then an operator"
        checked={channel.commands}
        onTick={(commands) => send({ commands })}
      />
    ) : null}
  </details>
);

const Facts = ({
  channel: { lastDelivery, failedToday, createdBy, createdAt },
}: {
  channel: ChannelView;
}) => (
  <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
    <Fact name="Last message">
      {lastDelivery === null ? (
        'none yet'
      ) : (
        <span className="flex flex-wrap items-center gap-2">
          <DeliveryBadge state={lastDelivery.state} /> <Ago at={lastDelivery.at} />
          {lastDelivery.problem === null ? null : (
            <span className="text-danger">{lastDelivery.problem}</span>
          )}
        </span>
      )}
    </Fact>
    <Fact name="Given up within 24 hours">{failedToday}</Fact>
    <Fact name="Entered">
      by {createdBy}, <Ago at={createdAt} />
    </Fact>
  </dl>
);

interface Props {
  readonly channel: ChannelView;
  readonly again: () => Promise<void>;
}

const SendTest = ({ channel, again }: Props) => {
  const test = useCommand({
    mutationFn: () =>
      call<{ readonly delivered: boolean; readonly problem: string | null }>(
        `/notifications/${channel.id}/test`,
        { method: 'POST' },
      ),
    onSuccess: again,
  });
  const problem = test.error === null ? (test.data?.problem ?? null) : problemText(test.error);
  return (
    <>
      <Button acts look="primary" onClick={() => test.send()} disabled={test.isPending}>
        {test.isPending ? 'Sending' : 'Send a test'}
      </Button>
      <span role="status" className={problem === null ? 'text-gain' : 'text-danger'}>
        {problem ?? (test.data === undefined ? null : 'It arrived there')}
      </span>
    </>
  );
};

const Remove = ({ channel, again }: Props) => (
  <ConfirmedCommand
    verb="Remove"
    look="danger"
    title={`Remove ${channel.name}?`}
    confirm="Remove the channel"
    keep="Keep it"
    send={({ key }) =>
      call(`/notifications/${channel.id}`, {
        method: 'DELETE',
        headers: { 'idempotency-key': key },
      })
    }
    said={() => 'Removed'}
    onDone={again}
  >
    Nobody is told through it any more, and its secret is forgotten.
  </ConfirmedCommand>
);
