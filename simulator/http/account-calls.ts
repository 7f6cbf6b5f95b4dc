import { formatFixed } from '../matching/fixed.ts';
import type { ListenKeys } from '../streams/listen-keys.ts';
import { missing } from '../venue/order-request.ts';
import { isApiSymbol } from '../markets/symbol-record.ts';
import type { Venue } from '../venue/venue.ts';
import { json, type Answer } from './answer.ts';
import type { SignedCall } from './call.ts';
import { marketOf } from './market-data.ts';

export function accountCall(venue: Venue, call: SignedCall): Answer {
  for (const order of venue.orders.open(call.account.name)) venue.freshMarket(order.symbol);
  const balances = [...call.account.balances]
    .filter(([, { free, locked }]) => free !== 0n || locked !== 0n)
    .map(([asset, { free, locked }]) => ({
      asset,
      free: formatFixed(free),
      locked: formatFixed(locked),
      available: formatFixed(free),
    }));
  return json({
    makerCommission: null,
    takerCommission: null,
    buyerCommission: null,
    sellerCommission: null,
    canTrade: call.account.permissions.includes('trade'),
    canWithdraw: false,
    canDeposit: true,
    updateTime: null,
    accountType: 'SPOT',
    balances,
    permissions: ['SPOT'],
  });
}

export function tradeFeeCall(venue: Venue, call: SignedCall): Answer {
  const { makerCommission, takerCommission } = marketOf(venue, call).plan;
  const data = {
    makerCommission: Number(makerCommission),
    takerCommission: Number(takerCommission),
  };
  return json({ data, code: 0, msg: 'success', timestamp: venue.clock.nowMs() });
}

export function selfSymbolsCall(venue: Venue, call: SignedCall): Answer {
  const nowMs = venue.clock.nowMs();
  const { allowedSymbols } = call.account;
  const data = [...venue.markets()]
    .filter((market) => isApiSymbol(market, venue.switches, nowMs))
    .map((market) => market.plan.symbol)
    .filter((symbol) => allowedSymbols === null || allowedSymbols.includes(symbol));
  return json({ code: 0, data, msg: 'success', timestamp: nowMs });
}

export function mxDeductCall(venue: Venue, call: SignedCall): Answer {
  const data = { mxDeductEnable: call.account.mxDeduct || venue.switches.feeAsset === 'MX' };
  return json({ data, code: 0, msg: 'success', timestamp: venue.clock.nowMs() });
}

export function setMxDeductCall(venue: Venue, call: SignedCall): Answer {
  call.account.mxDeduct = call.params.get('mxDeductEnable') === 'true';
  venue.putAccount(call.account);
  return mxDeductCall(venue, call);
}

/** Coins as the wallet calls list them, without networks: there is nothing to deposit here. */
export function coinsCall(venue: Venue): Answer {
  const coins = new Set<string>();
  for (const { plan } of venue.markets()) coins.add(plan.baseAsset).add(plan.quoteAsset);
  return json([...coins].map((coin) => ({ coin, name: coin, networkList: [] })));
}

export const uidCall = (call: SignedCall): Answer => json({ uid: `1000${call.account.suffix}` });

export function createKeyCall(keys: ListenKeys, call: SignedCall): Answer {
  return json({ listenKey: keys.create(call.account) });
}

export function renewKeyCall(keys: ListenKeys, call: SignedCall): Answer {
  const listenKey = keyOf(call);
  keys.renew(call.account, listenKey);
  return json({ listenKey });
}

export function closeKeyCall(keys: ListenKeys, call: SignedCall): Answer {
  const listenKey = keyOf(call);
  keys.close(call.account, listenKey);
  return json({ listenKey });
}

export function listKeysCall(keys: ListenKeys, call: SignedCall): Answer {
  const listenKey = keys.list(call.account);
  return json({ listenKey, total: 60, available: 60 - listenKey.length });
}

function keyOf(call: SignedCall): string {
  const key = call.params.get('listenKey');
  if (key === undefined || key === '') throw missing('listenKey');
  return key;
}
