import type { OrphanAnswerView, OrphanView, ReconcileAnswerView } from '#api/orphans/schemas.ts';
import { call, problemText } from '../../api/client.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmedCommand, type Asked } from '../../components/confirmed-command.tsx';
import { formatQuantity } from '../../lib/format.ts';
import { orphanCan } from './orphan-can.ts';

interface Props {
  readonly orphan: OrphanView;
  readonly again: () => Promise<void>;
}

const SAID: Readonly<Record<OrphanAnswerView['result'], string>> = {
  adopted: 'Adopted: its trade has an owner',
  cancelled: 'Cancelled',
  executed: 'It executed before it could be cancelled; it can be adopted',
  dismissed: 'Dismissed',
  pending: 'Accepted; the exchange has not answered yet',
};
const said = ({ result }: OrphanAnswerView): string => SAID[result];

const post = (orphan: OrphanView, action: 'adopt' | 'cancel' | 'dismiss') => (asked: Asked) =>
  call<OrphanAnswerView>(`/orphans/${orphan.id}/${action}`, {
    method: 'POST',
    headers: { 'idempotency-key': asked.key },
    ...(action === 'dismiss' ? { body: { reason: asked.text } } : {}),
  });

/** "sell 12.5 ABC" */
const orderText = ({ side, quantity, asset }: OrphanView): string =>
  `${side ?? 'order'} ${formatQuantity(quantity)} ${asset}`;

export const Adopt = ({ orphan, again }: Props) => (
  <ConfirmedCommand
    verb="Adopt"
    look="primary"
    blocked={orphanCan(orphan).adopt}
    title={`Adopt the order to ${orderText(orphan)}?`}
    confirm={`Adopt ${orphan.asset}`}
    keep="Leave it"
    send={post(orphan, 'adopt')}
    said={said}
    onDone={again}
  >
    What it executed, {formatQuantity(orphan.executed)} {orphan.asset}, is taken into the trade that
    its client id proves it part of. A trade that holds coins again is guarded and sold.
  </ConfirmedCommand>
);

export const Cancel = ({ orphan, again }: Props) => (
  <ConfirmedCommand
    verb="Cancel the order"
    look="danger"
    blocked={orphanCan(orphan).cancel}
    title={`Cancel the order to ${orderText(orphan)}?`}
    confirm={`Cancel ${orphan.symbol}`}
    keep="Keep the order"
    send={post(orphan, 'cancel')}
    said={said}
    onDone={again}
  >
    The exchange is asked to cancel what has not executed. If it executed meanwhile, it stays here
    and can be adopted.
  </ConfirmedCommand>
);

export const Dismiss = ({ orphan, again }: Props) => (
  <ConfirmedCommand
    verb="Dismiss"
    blocked={orphanCan(orphan).dismiss}
    title={`Dismiss ${orphan.symbol}?`}
    confirm={`Dismiss ${orphan.asset}`}
    keep="Leave it"
    field={{ label: 'What was done about it', missing: 'say why; it is kept in the record' }}
    send={post(orphan, 'dismiss')}
    said={said}
    onDone={again}
  >
    Nothing is sent to the exchange: you say that {formatQuantity(orphan.quantity)} {orphan.asset}{' '}
    are dealt with. It is told again only if it grows.
  </ConfirmedCommand>
);

/** What a look found, in a sentence. */
const lookText = ({ result }: ReconcileAnswerView): string => {
  if (result === null) return 'Under way; it shows here when it is done';
  if (result.problem !== null) return `The account was not looked at: ${result.problem}`;
  const recovered =
    result.recovered.length === 0 ? '' : `, ${result.recovered.length} trades recovered`;
  const short = result.short?.length ? `, too little of ${result.short.join(', ')}` : '';
  return `Looked: ${result.orphans ?? 0} to be decided${recovered}${short}`;
};

/** Holds the record against the exchange now instead of within half a minute. */
export const LookNow = ({ again }: { again: () => Promise<void> }) => {
  const look = useCommand({
    mutationFn: () => call<ReconcileAnswerView>('/reconcile', { method: 'POST' }),
    onSuccess: again,
  });
  return (
    <span className="flex flex-wrap items-center justify-end gap-3">
      <span role="status" className="text-2xs text-muted">
        {look.data === undefined ? null : lookText(look.data)}
      </span>
      {look.error === null ? null : (
        <span role="alert" className="text-2xs text-danger">
          {problemText(look.error)}
        </span>
      )}
      <Button acts onClick={() => look.send()} disabled={look.isPending}>
        {look.isPending ? 'Looking' : 'Look now'}
      </Button>
    </span>
  );
};
