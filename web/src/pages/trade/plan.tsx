import { useState } from 'react';
import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import { Quote } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Card, Fact } from '../../components/card.tsx';
import { Ago } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';
import { tradeCan } from '../../lib/trade-can.ts';
import { ExitEditor, type Saved } from './exit-editor.tsx';

type PlanView = NonNullable<TradeDetailView['plan']>;

const SAVED: Readonly<Record<Saved, string>> = {
  done: 'Saved: the guard follows the new exits',
  pending: 'Accepted, not confirmed by the workflow yet',
};

/** What the guard follows and the money set aside; the exits may be edited while it is not over. */
export const Plan = ({ detail }: { detail: TradeDetailView }) => {
  const { plan, trade } = detail;
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState<Saved | null>(null);
  if (plan === null) return null;
  return (
    <Card
      title="Plan"
      aside={
        <span className="flex flex-wrap items-center justify-end gap-x-3 text-2xs text-muted">
          <span data-testid="plan-version">version {plan.version}</span>
          {editing ? null : (
            <Button
              acts
              blocked={tradeCan(trade).editExits}
              onClick={() => {
                setSaved(null);
                setEditing(true);
              }}
            >
              Edit exits
            </Button>
          )}
        </span>
      }
    >
      <p role="status" className={saved === null ? 'sr-only' : 'px-4 pt-3 text-gain'}>
        {saved === null ? '' : SAVED[saved]}
      </p>
      {editing ? (
        <ExitEditor
          trade={trade}
          plan={plan}
          onSaved={(state) => {
            setSaved(state);
            setEditing(false);
          }}
          onGiveUp={() => setEditing(false)}
        />
      ) : (
        <PlanFacts detail={detail} plan={plan} />
      )}
    </Card>
  );
};

const PlanFacts = ({ detail, plan }: { detail: TradeDetailView; plan: PlanView }) => {
  const { reservation, trade } = detail;
  const { exits } = plan;
  return (
    <dl className="grid grid-cols-2 gap-3 p-4">
      <Fact name="Budget, fee included">
        <Quote value={plan.budget} coin={trade.quote} />
      </Fact>
      <Fact name="Reserved">
        {reservation === null ? 'nothing' : `${wordsOf(reservation.state)}: `}
        {reservation === null ? null : (
          <Quote value={reservation.spent ?? reservation.amount} coin={trade.quote} />
        )}
      </Fact>
      <Fact name="Targets">
        {exits.ladder.length === 0
          ? 'none'
          : exits.ladder
              .map((leg) => `${(leg.fraction * 100).toFixed(0)} % at +${leg.gain} %`)
              .join(', ')}
      </Fact>
      <Fact name="Stop">−{exits.stop} %</Fact>
      <Fact name="Trailing stop">
        {exits.trailing === null
          ? 'none'
          : `${exits.trailing.distance} % behind, from +${exits.trailing.arm} %`}
      </Fact>
      <Fact name="Time stop, longest hold">
        {exits.timeStop} min, {exits.maxHold} min
      </Fact>
      <Fact name="Last edit">
        <Ago at={plan.updatedAt} />
      </Fact>
      {plan.sellNow === null ? null : <Fact name="Asked to sell">{plan.sellNow}</Fact>}
    </dl>
  );
};
