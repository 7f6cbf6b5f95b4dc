import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { TradeView } from '#api/schemas/trade.ts';
import { call } from '../api/client.ts';
import { formatProfit, formatQuantity, formatQuote } from '../lib/format.ts';
import { tradeCan } from '../lib/trade-can.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

type Action = 'sell' | 'disarm';

/** Sends a command of a trade; one opening of the dialog is one command, however often it is pressed. */
const useCommand = (trade: TradeView, action: Action) => {
  const [open, setOpen] = useState(false);
  const key = useRef('');
  const command = useMutation({
    mutationFn: () =>
      call(`/trades/${trade.id}/${action}`, {
        method: 'POST',
        body: { reason: 'asked in the dashboard' },
        headers: { 'idempotency-key': key.current },
        also: 202,
      }),
    onSuccess: () => setOpen(false),
  });
  return {
    open,
    ask: () => {
      key.current = crypto.randomUUID();
      command.reset();
      setOpen(true);
    },
    close: () => setOpen(false),
    send: () => command.mutate(),
    busy: command.isPending,
    problem: command.error?.message ?? null,
    said: command.isSuccess,
  };
};

/** Sells all that is held, after a question that says what and how much. */
export const SellNow = ({ trade }: { trade: TradeView }) => {
  const command = useCommand(trade, 'sell');
  const held = `${formatQuantity(trade.held)} ${trade.base}`;
  return (
    <>
      <Button look="danger" blocked={tradeCan(trade).sellNow} onClick={command.ask}>
        Sell now
      </Button>
      <span role="status" className="sr-only">
        {command.said ? `Selling ${held} was asked for` : ''}
      </span>
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
  const command = useCommand(trade, 'disarm');
  return (
    <>
      <Button blocked={tradeCan(trade).disarm} onClick={command.ask}>
        Disarm
      </Button>
      <span role="status" className="sr-only">
        {command.said ? `${trade.symbol} is disarmed` : ''}
      </span>
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
