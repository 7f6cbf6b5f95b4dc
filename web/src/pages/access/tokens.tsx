import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TokenView } from '#api/auth/routes/schemas.ts';
import { accessQueries } from '../../api/access.ts';
import { call } from '../../api/client.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Choice, Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';

const ROLES = [
  { value: 'viewer', text: 'viewer: reads' },
  { value: 'operator', text: 'operator: also commands' },
] as const;

/** Tokens for programs: made, shown once, revoked. */
export const Tokens = () => {
  const tokens = useQuery(accessQueries.tokens);
  const client = useQueryClient();
  const [role, choose] = useState('viewer');
  const again = () => client.invalidateQueries({ queryKey: accessQueries.tokens.queryKey });
  const make = useCommand({
    mutationFn: (typed: Readonly<Record<string, string>>) =>
      call<{ token: string }>('/auth/tokens', { method: 'POST', body: { ...typed, role } }),
    onSuccess: again,
  });
  return (
    <Card title="Tokens for programs">
      <QueryState
        query={tokens}
        rows={1}
        isEmpty={({ items }) => items.every(({ revokedAt }) => revokedAt !== null)}
        empty="No program has a token. Scripts of the user who runs this need none."
      >
        {({ items }) =>
          items
            .filter(({ revokedAt }) => revokedAt === null)
            .map((token) => <Token key={token.id} token={token} again={again} />)
        }
      </QueryState>
      <div className="max-w-md space-y-2 border-t border-line p-4">
        <h3 className="font-semibold">Make a token</h3>
        {make.data === undefined ? null : (
          <p role="status">
            Copy it now, it is shown this once: <code className="break-all">{make.data.token}</code>
          </p>
        )}
        <Form send={make.send} error={make.error} isPending={make.isPending} verb="Make it">
          <Field label="Name of the program" name="name" inputMode="text" />
          <Choice label="Role" value={role} options={ROLES} onChoose={choose} />
        </Form>
      </div>
    </Card>
  );
};

const Token = ({ token, again }: { token: TokenView; again: () => Promise<void> }) => {
  const revoke = useCommand({
    mutationFn: () => call(`/auth/tokens/${token.id}`, { method: 'DELETE' }),
    onSuccess: again,
  });
  return (
    <p className="flex flex-wrap items-center justify-between gap-3 border-line px-4 py-2 not-first:border-t">
      <span>
        <b>{token.name}</b> <code>…{token.hint}</code>, {token.role}{' '}
        <span className="text-muted">
          {token.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <Ago at={token.lastUsedAt} />
            </>
          )}
        </span>
      </span>
      <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.send()}>
        Revoke
      </Button>
    </p>
  );
};
