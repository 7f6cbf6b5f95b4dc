import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ListingBudgetView, ListingDetailView } from '#api/schemas/listing.ts';
import { call } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { useDraft } from '../../api/use-draft.ts';
import { Quote } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { DraftForm } from '../../components/draft-form.tsx';
import { Field } from '../../components/field.tsx';
import { formatQuote } from '../../lib/format.ts';
import { Modal } from '../../shell/modal.tsx';
import { typedProblem } from './arm-form.ts';

/** What is spent on a listing at most, and the way to change it while that is possible. */
export const Budget = ({ id }: { id: string }) => {
  const detail = useQuery(queries.listing(id));
  if (detail.data === undefined || detail.data.budget === null) return null; // its page says why
  return <Shown listing={detail.data.listing} budget={detail.data.budget} />;
};

type Listing = ListingDetailView['listing'];

const Shown = ({ listing, budget }: { listing: Listing; budget: ListingBudgetView }) => {
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState<string | null>(null);
  const client = useQueryClient();
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      <span data-testid="budget">
        Budget <Quote value={budget.amount} coin={listing.quote} />
        <span className="text-2xs text-muted">
          {budget.reserved
            ? ' reserved'
            : budget.isOwn
              ? ' for this listing'
              : ' as the options say'}
        </span>
      </span>
      <Button acts blocked={budget.tooLate} onClick={() => setOpen(true)}>
        Edit budget
      </Button>
      <span role="status" className="text-2xs text-muted">
        {saved}
      </span>
      {open ? (
        <BudgetDialog
          listing={listing}
          budget={budget}
          close={() => setOpen(false)}
          onSaved={async (now) => {
            setSaved(`Saved: ${formatQuote(now.amount)} ${listing.quote} at most`);
            setOpen(false);
            await client.invalidateQueries({ queryKey: ['listing'] });
          }}
        />
      ) : null}
    </span>
  );
};

/** Empty means the amount of the options. */
const asked = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());

const BudgetDialog = ({
  listing,
  budget,
  close,
  onSaved,
}: {
  listing: Listing;
  budget: ListingBudgetView;
  close: () => void;
  onSaved: (now: ListingBudgetView) => Promise<void>;
}) => {
  const { base, quote } = listing;
  const draft = useDraft({
    initial: { quoteAmount: budget.isOwn ? budget.amount : '' },
    check: typedProblem,
    send: ({ quoteAmount }, key) =>
      call<ListingBudgetView>(`/listings/${listing.id}/budget`, {
        method: 'PATCH',
        body: { quoteAmount: asked(quoteAmount) },
        headers: { 'idempotency-key': key },
      }),
    onDone: onSaved,
  });
  const { typed, problems, change, isPending } = draft;
  const amount = asked(typed.quoteAmount) ?? budget.usual;
  return (
    <Modal label={`Budget of ${base}`} close={close}>
      <DraftForm
        draft={draft}
        label="Budget"
        failed="Not changed."
        className="p-5"
        buttons={
          <>
            <Button onClick={close}>Keep {formatQuote(budget.amount)}</Button>
            <Button type="submit" look="primary" disabled={isPending}>
              {isPending ? 'Saving…' : `Spend at most ${amount} ${quote} on ${base}`}
            </Button>
          </>
        }
      >
        <h2 className="text-base font-semibold">Budget of {base}</h2>
        <p className="text-muted">
          The risk rules reserve this amount before anything is sent, and no order is larger. It can
          be changed until they do, 90 s before the opening.
        </p>
        <Field
          name="quoteAmount"
          label="Budget, fee included"
          unit={quote}
          value={typed.quoteAmount}
          problem={problems.quoteAmount}
          hint={`above 0, at most ${budget.most}; empty: ${budget.usual}, as the options say`}
          onChange={(event) => change({ quoteAmount: event.target.value })}
        />
      </DraftForm>
    </Modal>
  );
};
