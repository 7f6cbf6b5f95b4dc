import type { Market } from './market.ts';
import type { Switches } from '../venue/switches.ts';

/** What a pair's record says now. */
interface ShownState {
  readonly status: '1' | '2' | '3';
  readonly isSpotTradingAllowed: boolean;
  readonly tradeSideType: number;
}

/** Whether exchangeInfo names the pair at all. */
export function isVisible(market: Market, switches: Switches, nowMs: number): boolean {
  const { visibleAtMs, opensAtMs } = market.plan;
  if (nowMs < visibleAtMs) return false;
  return switches.preOpening !== 'absent' || (opensAtMs !== null && nowMs >= opensAtMs);
}

/** Whether defaultSymbols names it: open to the API. */
export function isApiSymbol(market: Market, switches: Switches, nowMs: number): boolean {
  const { opensAtMs, apiTrading, status } = market.plan;
  if (opensAtMs === null || !apiTrading || status !== '1' || isRetired(market, nowMs)) return false;
  return nowMs >= opensAtMs + switches.defaultSymbolsDelayMs;
}

export function isRetired(market: Market, nowMs: number): boolean {
  const { retiresAtMs, status } = market.plan;
  return status === '3' || (retiresAtMs !== null && nowMs >= retiresAtMs);
}

function shownState(market: Market, switches: Switches, nowMs: number): ShownState {
  const { opensAtMs, status, apiTrading, tradeSideType } = market.plan;
  if (isRetired(market, nowMs)) {
    return { status: '3', isSpotTradingAllowed: false, tradeSideType: 4 };
  }
  const passed = (delayMs: number): boolean => opensAtMs !== null && nowMs >= opensAtMs + delayMs;
  const sideDelayMs = switches.tradeSideDelayMs;
  return {
    status: passed(switches.statusDelayMs) ? status : '2',
    isSpotTradingAllowed: apiTrading && status === '1' && passed(switches.spotAllowedDelayMs),
    tradeSideType: sideDelayMs === null || passed(sideDelayMs) ? tradeSideType : 4,
  };
}

const cache = new WeakMap<Market, { key: string; plan: Market['plan']; text: string }>();

/** The pair's exchangeInfo record as JSON text, in the order of keys that the exchange uses. */
export function recordText(market: Market, switches: Switches, nowMs: number): string {
  const shown = shownState(market, switches, nowMs);
  const key = `${shown.status}${shown.isSpotTradingAllowed}${shown.tradeSideType}${switches.firstOpenTime}`;
  const known = cache.get(market);
  if (known !== undefined && known.key === key && known.plan === market.plan) return known.text;
  const text = JSON.stringify(symbolRecord(market, switches, shown));
  cache.set(market, { key, plan: market.plan, text });
  return text;
}

function symbolRecord(market: Market, switches: Switches, shown: ShownState): object {
  const plan = market.plan;
  const { band } = plan;
  const filter = {
    filterType: 'PERCENT_PRICE_BY_SIDE',
    bidMultiplierUp: band?.up,
    askMultiplierDown: band?.down,
  };
  return {
    symbol: plan.symbol,
    status: shown.status,
    baseAsset: plan.baseAsset,
    baseAssetPrecision: plan.quantityPlaces,
    quoteAsset: plan.quoteAsset,
    quotePrecision: plan.pricePlaces,
    quoteAssetPrecision: plan.pricePlaces,
    baseCommissionPrecision: plan.quantityPlaces,
    quoteCommissionPrecision: plan.pricePlaces,
    orderTypes: ['LIMIT', 'MARKET', 'LIMIT_MAKER'],
    isSpotTradingAllowed: shown.isSpotTradingAllowed,
    isMarginTradingAllowed: false,
    quoteAmountPrecision: plan.minNotional,
    baseSizePrecision: plan.minQuantity,
    permissions: ['SPOT'],
    filters: band === null ? [] : [filter],
    maxQuoteAmount: plan.maxNotional,
    makerCommission: plan.makerCommission,
    takerCommission: plan.takerCommission,
    quoteAmountPrecisionMarket: plan.minNotional,
    maxQuoteAmountMarket: plan.maxNotionalMarket,
    fullName: plan.fullName,
    tradeSideType: shown.tradeSideType,
    contractAddress: '',
    conceptPlateIds: [],
    st: false,
    ...firstOpenTime(market, switches),
  };
}

/** Only in client models of 2026; type and unit unrecorded, hence a switch. */
function firstOpenTime(market: Market, switches: Switches): { firstOpenTime?: number | string } {
  const at = market.plan.announcedOpensAtMs;
  switch (switches.firstOpenTime) {
    case 'ms':
      return { firstOpenTime: at };
    case 'seconds':
      return { firstOpenTime: Math.floor(at / 1000) };
    case 'text':
      return { firstOpenTime: String(at) };
    case 'absent':
      return {};
  }
}
