import { useRef, useState } from 'react';
import type { TradeView } from '#api/schemas/trade.ts';
import { call, problemText } from '../api/client.ts';
import { useCommand } from '../api/use-command.ts';
import { formatProfit, formatQuantity, formatQuote } from '../lib/format.ts';
import { newKey } from '../api/new-key.ts';
import { tradeCan } from '../lib/trade-can.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

type Action = 'sell' | 'disarm';

/** Sends a command of a trade; one opening of the dialog is one command, however often it is pressed. */
const useTradeCommand = (trade: TradeView, action: Action) => {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState('');
  const key = useRef('');
  const command = useCommand({
    mutationFn: () =>
      call<{ state: 'done' | 'pending' }>(`/trades/${trade.id}/${action}`, {
        method: 'POST',
        body: { reason: 'asked in the dashboard' },
        headers: { 'idempotency-key': key.current },
      }),
    onSuccess: () => setOpen(false),
  });
  return {
    open,
    /** What was asked for when the dialog was opened: the trade goes on meanwhile. */
    asked,
    ask: (what: string) => {
      key.current = newKey();
      setAsked(what);
      command.reset();
      setOpen(true);
    },
    close: () => setOpen(false),
    send: () => command.send(),
    busy: command.isPending,
    problem: command.error === null ? null : problemText(command.error),
    /** `pending`: accepted, but the workflow has not confirmed it yet. */
    answer: command.data?.state ?? null,
  };
};

/** What became of a command, for the eye and for a screen reader. */
const Said = ({
  answer,
  done,
  pending,
}: {
  answer: 'done' | 'pending' | null;
  done: string;
  pending: string;
}) => (
  <span role="status" className="self-center text-2xs text-muted">
    {answer === null ? null : answer === 'done' ? done : pending}
  </span>
);

/** Sells all that is held, after a question that says what and how much. */
export const SellNow = ({ trade }: { trade: TradeView }) => {
  const command = useTradeCommand(trade, 'sell');
  const held = `${formatQuantity(trade.held)} ${trade.base}`;
  return (
    <>
      <Button
        acts
        look="danger"
        blocked={tradeCan(trade).sellNow}
        onClick={() => command.ask(held)}
      >
        Sell now
      </Button>
      <Said
        answer={command.answer}
        done={`Selling ${command.asked}`}
        pending={`Sale of ${command.asked} accepted, not confirmed yet`}
      />
      <ConfirmDialog
        open={command.open}
        title={`Sell ${held} now?`}
        confirm={`Sell ${trade.base} now`}
        keep="Keep position"
        busy={command.busy}
        problem={command.problem}
        onConfirm={command.send}
        onClose={command.close}
      >
        All of it is sold at the best price there is, step by step below the bid.
        {trade.guard?.value == null
          ? ''
          : ` It is worth about ${formatQuote(trade.guard.value)} ${trade.quote}; ${formatQuote(trade.spent)} ${trade.quote} were paid.`}
        {trade.profit === null ? '' : ` Result so far: ${formatProfit(trade.profit)}.`}
      </ConfirmDialog>
    </>
  );
};

/** Gives an entry up before it is sent. */
export const Disarm = ({ trade }: { trade: TradeView }) => {
  const command = useTradeCommand(trade, 'disarm');
  return (
    <>
      <Button acts blocked={tradeCan(trade).disarm} onClick={() => command.ask(trade.symbol)}>
        Disarm
      </Button>
      <Said
        answer={command.answer}
        done={`${trade.symbol} is disarmed`}
        pending={`Disarming ${trade.symbol} accepted, not confirmed yet`}
      />
      <ConfirmDialog
        open={command.open}
        title={`Disarm ${trade.symbol}?`}
        confirm={`Disarm ${trade.symbol}`}
        keep="Keep armed"
        busy={command.busy}
        problem={command.problem}
        onConfirm={command.send}
        onClose={command.close}
      >
        Its entry is given up and its reserved money released. This listing is not bought again.
      </ConfirmDialog>
    </>
  );
};
