import { z } from 'zod';
import { formatFixed, multiply } from '../matching/fixed.ts';
import { ApiError } from '../venue/api-error.ts';
import { isOpenOrder, type Fill, type Order } from '../venue/order.ts';
import { missing, readOrder } from '../venue/order-request.ts';
import {
  cancelOrder,
  checkOrder,
  fillByOthers,
  placeOrder,
  type Placement,
} from '../venue/place-order.ts';
import { isVisible } from '../markets/symbol-record.ts';
import type { Venue } from '../venue/venue.ts';
import { json, type Answer } from './answer.ts';
import type { SignedCall } from './call.ts';
import { limitOf } from './market-data.ts';

const dayMs = 86_400_000;

function placementOf(venue: Venue, call: SignedCall): Placement {
  const symbol = call.params.get('symbol');
  if (symbol === undefined || symbol === '') throw missing('symbol');
  const market = venue.freshMarket(symbol);
  if (market === null || !isVisible(market, venue.switches, venue.clock.nowMs())) {
    throw new ApiError(10007, 'bad symbol');
  }
  return { account: call.account, market, request: readOrder(call.params, market) };
}

/** The acknowledgement names no status, no fills and no client id. */
export function placeCall(venue: Venue, call: SignedCall): Answer {
  return json(acknowledgement(venue, placeOrder(venue, placementOf(venue, call))));
}

export function testCall(venue: Venue, call: SignedCall): Answer {
  checkOrder(venue, placementOf(venue, call));
  return json({});
}

function acknowledgement(venue: Venue, order: Order): object {
  const hidden = order.type === 'MARKET' && venue.switches.marketAckPrice === '0';
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: -1,
    price: hidden ? '0' : formatFixed(order.price),
    origQty: formatFixed(order.quantity),
    type: order.type,
    side: order.side,
    ...(order.stpMode === '' ? {} : { stpMode: order.stpMode }),
    transactTime: order.createdMs,
  };
}

const batchSchema = z.array(z.record(z.string(), z.coerce.string())).min(1).max(20);

/** Up to 20 orders of one symbol; successes and refusals are mixed in the answer. */
export function batchCall(venue: Venue, call: SignedCall): Answer {
  const orders = readBatch(call.params.get('batchOrders'));
  const symbols = new Set(orders.map((order) => order['symbol']));
  if (symbols.size !== 1) throw new ApiError(33333, 'param is error');
  return json(
    orders.map((order) => {
      const params = new Map(Object.entries(order));
      const newClientOrderId = order['newClientOrderId'] ?? null;
      try {
        const placed = placeOrder(venue, placementOf(venue, { ...call, params }));
        const { symbol, orderId } = placed;
        return { symbol, orderId, ...(newClientOrderId && { newClientOrderId }), orderListId: -1 };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return { newClientOrderId, msg: error.message, code: error.code };
      }
    }),
  );
}

function readBatch(text: string | undefined): z.infer<typeof batchSchema> {
  if (text === undefined || text === '') throw missing('batchOrders');
  try {
    return batchSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ApiError(33333, `param is error: ${error instanceof Error ? error.name : 'text'}`);
  }
}

/** The order that a query or cancel names; null when this account has none such. */
function namedOrder(venue: Venue, call: SignedCall): Order | null {
  const symbol = call.params.get('symbol');
  if (symbol === undefined || symbol === '') throw missing('symbol');
  const orderId = call.params.get('orderId') ?? '';
  const clientId = call.params.get('origClientOrderId') ?? '';
  if (orderId === '' && clientId === '') {
    const text = "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!";
    throw new ApiError(700004, text);
  }
  venue.freshMarket(symbol);
  const account = call.account.name;
  const order =
    orderId === ''
      ? venue.orders.byClientId(account, clientId).findLast((known) => seenById(venue, known))
      : venue.orders.get(orderId);
  const mine = order != null && order.account === account && order.symbol === symbol;
  return mine ? order : null;
}

const seenById = (venue: Venue, order: Order): boolean =>
  venue.clock.nowMs() >= order.createdMs + venue.switches.clientIdLagMs;

const listed = (venue: Venue, order: Order): boolean =>
  venue.clock.nowMs() >= order.createdMs + venue.switches.openOrdersLagMs;

export function queryCall(venue: Venue, call: SignedCall): Answer {
  const order = namedOrder(venue, call);
  if (order === null) throw new ApiError(-2013, 'Order does not exist.');
  return json(orderAnswer(venue, order));
}

export function cancelCall(venue: Venue, call: SignedCall): Answer {
  const order = namedOrder(venue, call);
  if (order !== null && venue.switches.cancelMeets === 'fill') fillByOthers(venue, order);
  if (order === null || !isOpenOrder(order)) throw new ApiError(-2011, 'Unknown order sent.');
  return json(canceled(venue, order));
}

/** The live answer still says NEW: it proves nothing. */
function canceled(venue: Venue, order: Order): object {
  cancelOrder(venue, order);
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    price: formatFixed(order.price),
    origQty: formatFixed(order.quantity),
    type: order.type,
    side: order.side,
    executedQty: formatFixed(order.executed),
    cummulativeQuoteQty: formatFixed(order.quote),
    status: venue.switches.cancelAnswer,
  };
}

export function cancelOpenCall(venue: Venue, call: SignedCall): Answer {
  const symbols = (call.params.get('symbol') ?? '').split(',');
  if (symbols[0] === '') throw missing('symbol');
  if (symbols.length > 5) throw new ApiError(33333, 'param is error');
  for (const symbol of symbols) venue.freshMarket(symbol);
  const open = [...venue.orders.open(call.account.name)];
  const chosen = open.filter((order) => symbols.includes(order.symbol));
  return json(chosen.map((order) => canceled(venue, order)));
}

export function cancelAllCall(venue: Venue, call: SignedCall): Answer {
  return json([...venue.orders.open(call.account.name)].map((order) => canceled(venue, order)));
}

export function openOrdersCall(venue: Venue, call: SignedCall): Answer {
  const symbol = call.params.get('symbol') ?? '';
  for (const order of venue.orders.open(call.account.name)) venue.freshMarket(order.symbol);
  const open = [...venue.orders.open(call.account.name)].filter(
    (order) => (symbol === '' || order.symbol === symbol) && listed(venue, order),
  );
  return json(open.map((order) => orderAnswer(venue, order)));
}

/** The last 24 hours unless asked otherwise, seven days back at most, newest first. */
export function allOrdersCall(venue: Venue, call: SignedCall): Answer {
  const symbol = call.params.get('symbol');
  if (symbol === undefined || symbol === '') throw missing('symbol');
  venue.freshMarket(symbol);
  const [fromMs, toMs] = range(venue, call, { normalMs: dayMs, mostMs: 7 * dayMs });
  const limit = limitOf(call, 500, 1000);
  const mine = [...venue.orders.all()].filter(
    (order) =>
      order.account === call.account.name &&
      order.symbol === symbol &&
      order.createdMs >= fromMs &&
      order.createdMs <= toMs &&
      listed(venue, order),
  );
  return json(
    mine
      .slice(-limit)
      .toReversed()
      .map((order) => orderAnswer(venue, order)),
  );
}

export function myTradesCall(venue: Venue, call: SignedCall): Answer {
  const symbol = call.params.get('symbol');
  if (symbol === undefined || symbol === '') throw missing('symbol');
  venue.freshMarket(symbol);
  const [fromMs, toMs] = range(venue, call, { normalMs: 30 * dayMs, mostMs: 30 * dayMs });
  const orderId = call.params.get('orderId') ?? '';
  const mine = venue.orders
    .fills()
    .filter(
      (fill) =>
        fill.account === call.account.name &&
        fill.symbol === symbol &&
        (orderId === '' || fill.orderId === orderId) &&
        fill.timeMs >= fromMs &&
        fill.timeMs <= toMs,
    );
  const limit = limitOf(call, 100, 100);
  return json(
    mine
      .slice(-limit)
      .toReversed()
      .map((fill) => tradeAnswer(venue, fill)),
  );
}

function range(
  venue: Venue,
  call: SignedCall,
  reach: { normalMs: number; mostMs: number },
): readonly [number, number] {
  const nowMs = venue.clock.nowMs();
  const toMs = Number(call.params.get('endTime') ?? nowMs);
  const fromMs = Number(call.params.get('startTime') ?? toMs - reach.normalMs);
  if (!Number.isFinite(toMs) || !Number.isFinite(fromMs)) throw missing('startTime');
  return [Math.max(fromMs, nowMs - reach.mostMs), toMs];
}

/** REST times are cut to whole seconds, unless the switch says otherwise. */
function restTime(venue: Venue, timeMs: number): number {
  return venue.switches.restTimes === 'ms' ? timeMs : timeMs - (timeMs % 1000);
}

function orderAnswer(venue: Venue, order: Order): object {
  const byPrice = formatFixed(order.budget ?? multiply(order.price, order.quantity));
  return {
    symbol: order.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: formatFixed(order.price),
    origQty: formatFixed(order.quantity),
    executedQty: formatFixed(order.executed),
    cummulativeQuoteQty: formatFixed(order.quote),
    status: order.status,
    stpMode: order.stpMode,
    ...(order.cancelReason === null ? {} : { cancelReason: order.cancelReason }),
    timeInForce: null,
    type: order.type,
    side: order.side,
    stopPrice: null,
    icebergQty: null,
    time: restTime(venue, order.createdMs),
    updateTime: restTime(venue, order.updatedMs),
    isWorking: true,
    origQuoteOrderQty: byPrice,
  };
}

function tradeAnswer(venue: Venue, fill: Fill): object {
  const { switches } = venue;
  return {
    symbol: fill.symbol,
    id: fill.id,
    orderId: fill.orderId,
    orderListId: -1,
    price: formatFixed(fill.price),
    qty: formatFixed(fill.quantity),
    quoteQty: formatFixed(fill.quote),
    commission: formatFixed(fill.fee),
    commissionAsset: fill.feeAsset,
    time: restTime(venue, fill.timeMs),
    isBuyer: fill.side === 'BUY',
    isMaker: fill.isMaker,
    isBestMatch: true,
    isSelfTrade: fill.isSelfTrade,
    clientOrderId: switches.myTradesClientOrderId === 'set' ? fill.clientOrderId : null,
  };
}
