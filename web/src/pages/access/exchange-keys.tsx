import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CredentialView } from '#api/credentials/schemas.ts';
import { accessQueries } from '../../api/access.ts';
import { call } from '../../api/client.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Findings } from '../../components/findings.tsx';
import { Form } from '../../components/form.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';

/** Keys of the exchange: what is known of the one in use, and a form for another. */
export const ExchangeKeys = () => {
  const credentials = useQuery(accessQueries.credentials);
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: accessQueries.credentials.queryKey });
  const add = useCommand({
    mutationFn: (body: Readonly<Record<string, string>>) =>
      call('/credentials', { method: 'POST', body }),
    onSuccess: again,
  });
  return (
    <Card title="Exchange keys">
      <QueryState
        query={credentials}
        rows={1}
        isEmpty={({ items }) => items.every(({ state }) => state === 'removed')}
        empty="No key is entered. The simulator and real market data need none; keys in the environment are not shown here."
      >
        {({ items }) =>
          items
            .filter(({ state }) => state === 'inUse')
            .map((key) => <ExchangeKey key={key.id} credential={key} again={again} />)
        }
      </QueryState>
      <div className="max-w-md space-y-2 border-t border-line p-4">
        <h3 className="font-semibold">Enter a key</h3>
        <p className="text-muted">
          Allow it spot trading, never withdrawals, and bind it to this machine’s address. It is
          sealed at once and shown to nobody again.
        </p>
        <Form
          key={credentials.data?.items[0]?.id ?? 'none'}
          send={add.send}
          error={add.error}
          isPending={add.isPending}
          verb="Seal and use it"
        >
          <Field label="Name" name="label" inputMode="text" />
          <Field label="Access key" name="apiKey" inputMode="text" />
          <Field label="Secret key" name="apiSecret" type="password" inputMode="text" />
        </Form>
      </div>
    </Card>
  );
};

const ExchangeKey = ({
  credential,
  again,
}: {
  credential: CredentialView;
  again: () => Promise<void>;
}) => {
  const [asking, ask] = useState(false);
  const { id, label, hint, createdAt, createdBy, check } = credential;
  const checking = useCommand({
    mutationFn: () => call(`/credentials/${id}/check`, { method: 'POST' }),
    onSuccess: again,
  });
  const remove = useCommand({
    mutationFn: () => call(`/credentials/${id}`, { method: 'DELETE' }),
    onSuccess: again,
  });
  return (
    <article className="space-y-3 p-4">
      <p className="flex flex-wrap items-center justify-between gap-3">
        <span>
          <b>{label}</b> <code>{hint}</code>{' '}
          <span className="text-muted">
            entered by {createdBy} <Ago at={createdAt} />
          </span>
        </span>
        <span className="flex gap-2">
          <Button onClick={() => checking.send()} disabled={checking.isPending}>
            {checking.isPending ? 'Asking the exchange' : 'Check it'}
          </Button>
          <Button look="danger" onClick={() => ask(true)}>
            Remove
          </Button>
        </span>
      </p>
      {checking.error === null ? null : (
        <p role="alert" className="text-danger">
          {checking.error.message}
        </p>
      )}
      {check === null ? null : <Findings findings={check.findings} />}
      <ConfirmDialog
        open={asking}
        title={`Remove ${label}?`}
        confirm="Remove the key"
        keep="Keep it"
        busy={remove.isPending}
        problem={remove.error?.message ?? null}
        onConfirm={() => remove.send()}
        onClose={() => ask(false)}
      >
        It is forgotten, and nothing can be traded on the exchange until another one is entered.
      </ConfirmDialog>
    </article>
  );
};
