import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type RefObject } from 'react';
import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import type { TradeView } from '#api/schemas/trade.ts';
import { ApiError, call, problemText } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { useCommand } from '../../api/use-command.ts';
import { useKey } from '../../api/use-key.ts';
import { Button } from '../../components/button.tsx';
import { sellsAtOnce } from './exit-effect.ts';
import {
  draftOf,
  problemsOfDetails,
  readDraft,
  type ExitDraft,
  type Exits,
  type Problems,
} from './exit-form.ts';
import { tradeCan } from '../../lib/trade-can.ts';
import { useNow } from '../../lib/use-now.ts';
import { ExitFields } from './exit-fields.tsx';

export type Saved = 'done' | 'pending';
type PlanView = NonNullable<TradeDetailView['plan']>;

const NONE: Problems = {};

/** Sends exits, and keeps what is wrong with them by field. */
const useSave = (
  trade: TradeView,
  form: RefObject<HTMLFormElement | null>,
  onSaved: (state: Saved) => void,
) => {
  const client = useQueryClient();
  const keyOf = useKey();
  const [problems, setProblems] = useState(NONE);
  const show = (found: Problems) => {
    setProblems(found);
    // After the fields are drawn with what is wrong with them.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
    );
  };
  const command = useCommand({
    mutationFn: (exits: Exits) =>
      call<{ state: Saved }>(`/trades/${trade.id}/exits`, {
        method: 'PATCH',
        body: { exits },
        headers: { 'idempotency-key': keyOf(exits) },
      }),
    onSuccess: async ({ state }) => {
      await client.invalidateQueries({ queryKey: queries.trade(trade.id).queryKey });
      onSaved(state);
    },
    onError: (error) =>
      show(error instanceof ApiError ? problemsOfDetails(error.envelope?.details) : NONE),
  });
  return { problems, show, command };
};

/** A form over the exits of a plan. What was typed stays until it is saved or given up. */
export const ExitEditor = ({
  trade,
  plan,
  onSaved,
  onGiveUp,
}: {
  trade: TradeView;
  plan: PlanView;
  onSaved: (state: Saved) => void;
  onGiveUp: () => void;
}) => {
  const schema = useQuery(queries.optionSchema).data?.properties?.['exit'] ?? null;
  const form = useRef<HTMLFormElement>(null);
  const [begun] = useState(plan);
  const [draft, setDraft] = useState<ExitDraft>(() => draftOf(plan.exits));
  const { problems, show, command } = useSave(trade, form, onSaved);
  const now = useNow();
  const atOnce = sellsAtOnce(draft, trade, { exits: plan.exits, nowMs: now });
  const send = () => {
    const read = readDraft(draft, begun.exits, schema);
    if (read.kind === 'problems') {
      command.reset();
      show(read.problems);
      return;
    }
    show(NONE);
    command.send(read.exits);
  };
  return (
    <form
      ref={form}
      data-testid="exit-editor"
      aria-label="Exits"
      className="space-y-4 p-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {begun.version === plan.version ? null : (
        <p role="alert" className="text-warn">
          Version {plan.version} was written meanwhile; saving replaces it by yours.
        </p>
      )}
      <ExitFields
        draft={draft}
        schema={schema}
        problems={problems}
        entryPrice={trade.entryPrice}
        change={setDraft}
      />
      <Warnings reasons={atOnce} error={command.error} count={Object.keys(problems).length} />
      <div className="flex flex-wrap gap-2">
        <Save trade={trade} sells={atOnce.length > 0} busy={command.isPending} />
        <Button onClick={onGiveUp}>Give up the changes</Button>
      </div>
    </form>
  );
};

const Save = ({ trade, sells, busy }: { trade: TradeView; sells: boolean; busy: boolean }) => {
  // Without the bounds of the fields nothing could be checked.
  const isReading = useQuery(queries.optionSchema).isPending;
  return (
    <Button
      acts
      type="submit"
      look={sells ? 'danger' : 'primary'}
      blocked={tradeCan(trade).editExits}
      disabled={busy || isReading}
    >
      {busy ? 'Saving…' : sells ? 'Save, and sell at once' : 'Save exits'}
    </Button>
  );
};

const Warnings = ({
  reasons,
  error,
  count,
}: {
  reasons: readonly string[];
  error: Error | null;
  count: number;
}) => (
  <>
    <div role="status" className="text-warn empty:hidden">
      {reasons.length === 0 ? null : `This sells at once: ${reasons.join('; ')}.`}
    </div>
    <div role="alert" className="text-danger empty:hidden">
      {notSaved(error, count)}
    </div>
  </>
);

/** Fields say themselves what is wrong with them; the rest is said here. */
const notSaved = (error: Error | null, count: number): string | null => {
  if (count === 0) return error === null ? null : `Not saved. ${problemText(error)}`;
  const fields = count === 1 ? 'one field needs' : `${count} fields need`;
  const requestId = error instanceof ApiError ? error.envelope?.requestId : undefined;
  return `Not saved: ${fields} a look${requestId === undefined ? '' : ` (request ${requestId})`}.`;
};
