import { z } from 'zod';
import { averagePrice, isZero } from '#domain/amount.ts';
import type { Asset } from '#domain/market-symbol.ts';
import type { NotificationMessage } from '#domain/notification.ts';
import { heldQuantity, profitOfSale, tally, type Tally } from '#domain/position.ts';
import type { Db } from '#prisma/client.ts';
import type { NotificationEvent } from '#prisma/generated/client.ts';
import { toExecution } from '#prisma/to-domain.ts';
import { iso } from '../views/text.ts';
import { page, type Composed, type Setting } from './compose.ts';

const orderRow = z.object({
  clientOrderId: z.string(),
  listingId: z.string(),
  side: z.enum(['buy', 'sell']),
});

/** What people read of an order that executed: its fills as recorded, whatever came after it. */
export const ofFill = async (
  db: Db,
  event: NotificationEvent,
  setting: Setting,
): Promise<Composed | null> => {
  const { clientOrderId, listingId, side } = orderRow.parse(event.row);
  const trade = await db.trade.findUnique({ where: { id: listingId } });
  if (trade === null) return null;
  const pair = { base: trade.base as Asset, quote: trade.quote as Asset }; // of the trade's pair
  const fills = await db.fill.findMany({
    where: { order: { listingId } },
    include: { order: { select: { side: true } } },
  });
  const tallyOf = (which: (fill: (typeof fills)[number]) => boolean): Tally =>
    tally(
      fills.filter(which).map((fill) => toExecution(fill, null)),
      pair,
    );
  const filled = tallyOf((fill) => fill.clientOrderId === clientOrderId);
  const bought = tallyOf((fill) => fill.order.side === 'buy');
  const held = heldQuantity(
    bought,
    tallyOf((fill) => fill.order.side === 'sell'),
  );
  const kind = side === 'buy' ? 'bought' : 'sale';
  const message: NotificationMessage = {
    event: kind,
    mode: setting.mode,
    title: `${trade.symbol}: ${kind === 'bought' ? 'bought' : 'sold'} ${filled.size} ${pair.base}`,
    text: isZero(held) ? 'Nothing is held.' : `${held} ${pair.base} are held.`,
    fields: [
      ...fieldsOf(filled, pair),
      ...(kind === 'bought' ? [] : [resultOf(bought, filled, pair)]),
    ],
    link: page(setting, `/trades/${trade.id}`),
    symbol: trade.symbol,
    tradeId: trade.id,
    at: iso(event.at),
  };
  return { kind, episode: null, message };
};

type Fields = NotificationMessage['fields'];
interface Pair {
  readonly base: Asset;
  readonly quote: Asset;
}

const fieldsOf = (filled: Tally, { base, quote }: Pair): Fields => {
  const price = averagePrice(filled.quote, filled.size);
  const fee = isZero(filled.feeBase) ? [] : [`${filled.feeBase} ${base}`];
  if (!isZero(filled.feeQuote)) fee.push(`${filled.feeQuote} ${quote}`);
  if (filled.feeUnknown) fee.push('more in another coin');
  return [
    { label: 'Amount', value: `${filled.size} ${base} for ${filled.quote} ${quote}` },
    ...(price === null ? [] : [{ label: 'Price', value: `${price} ${quote}` }]),
    { label: 'Fee', value: fee.length === 0 ? 'none' : fee.join(' and ') },
  ];
};

const resultOf = (bought: Tally, sale: Tally, { quote }: Pair): Fields[number] => {
  const result = profitOfSale(bought, sale);
  const value =
    result === null ? 'not known: a fee was charged in another coin' : `${result} ${quote}`;
  return { label: 'Result after fees', value };
};
