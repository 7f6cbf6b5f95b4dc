import { useQueryClient } from '@tanstack/react-query';
import type { LiveState } from '#api/live/schemas.ts';
import { call, problemText } from '../../api/client.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { Findings } from '../../components/findings.tsx';
import { Ago } from '../../components/times.tsx';

/** Asks the exchange about the key in use, without an order, and shows what it said last. */
export const Preflight = ({ live }: { live: LiveState }) => {
  const client = useQueryClient();
  const test = useCommand({
    mutationFn: () =>
      call<{ readonly state: 'done' | 'pending' }>('/live/preflight', { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: recordQueries.live.queryKey }),
  });
  const hasKey = live.parts.some(({ name, state }) => name === 'key' && state === 'met');
  const { preflight } = live;
  return (
    <div className="space-y-2">
      {preflight === null ? null : (
        <>
          <p className="text-2xs text-muted">
            Asked <Ago at={preflight.checkedAt} />
            {preflight.ofKeyInUse ? '' : ', about another key than the one in use'}
          </p>
          <Findings findings={preflight.findings} />
        </>
      )}
      <span className="flex flex-wrap items-center gap-3">
        <Button
          acts
          onClick={() => test.send()}
          blocked={hasKey ? null : 'there is no key yet'}
          disabled={test.isPending}
        >
          {test.isPending ? 'Asking the exchange' : 'Put the key to the test'}
        </Button>
        <span role="status" className="text-2xs text-muted">
          {test.data?.state === 'pending' ? 'The exchange has not answered yet' : null}
        </span>
      </span>
      {test.error === null ? null : (
        <p role="alert" className="text-danger">
          {problemText(test.error)}
        </p>
      )}
    </div>
  );
};
