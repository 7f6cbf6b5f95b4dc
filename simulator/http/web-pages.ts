import type { Market } from '../markets/market.ts';
import { hexId } from '../venue/ids.ts';
import { isRetired } from '../markets/symbol-record.ts';
import type { Venue } from '../venue/venue.ts';
import { html, json, type Answer } from './answer.ts';
import type { Call } from './call.ts';
import { limitOf } from './market-data.ts';

/** The calendar keeps a coin for a while after it opened. */
const keptAfterOpeningMs = 86_400_000;

function announced(venue: Venue): Market[] {
  const nowMs = venue.clock.nowMs();
  return [...venue.markets()].filter(({ plan }) => {
    if (plan.announceAtMs === null || plan.announceAtMs > nowMs) return false;
    return plan.announcedOpensAtMs > nowMs - keptAfterOpeningMs;
  });
}

/** The undocumented new-coin calendar; shape reconstructed from its readers, hence the switches. */
export function calendar(venue: Venue): Answer {
  const { calendar: mode, calendarShiftMs } = venue.switches;
  if (mode === 'forbidden') {
    return html(
      403,
      '<html><head><title>403 Forbidden</title></head><body>Access Denied</body></html>',
    );
  }
  if (mode === 'absent') return html(404, '<html><body>Not Found</body></html>');
  const coins = mode === 'empty' ? [] : announced(venue);
  const newCoins = coins.map(({ plan }) => {
    const vcoinId = hexId(plan.baseAsset);
    const vcoinNameFull = plan.fullName;
    const zone = 'Innovation';
    const firstOpenTime = plan.announcedOpensAtMs + (mode === 'wrongTime' ? calendarShiftMs : 0);
    if (mode === 'missing') return { vcoinName: plan.baseAsset };
    if (mode === 'renamed') {
      return { id: vcoinId, symbol: plan.baseAsset, first_open_time: firstOpenTime };
    }
    const vcoinName = mode === 'colliding' ? 'BTC' : plan.baseAsset;
    return { vcoinId, vcoinName, vcoinNameFull, firstOpenTime, zone };
  });
  return json({ code: 0, data: { newCoins }, msg: 'success', timestamp: venue.clock.nowMs() });
}

/** All pairs as the web site lists them: an object keyed by quote, not an array. */
export function webSymbols(venue: Venue): Answer {
  const nowMs = venue.clock.nowMs();
  const symbols: Record<string, object[]> = {};
  for (const market of venue.markets()) {
    const { plan } = market;
    if (plan.visibleAtMs > nowMs || isRetired(market, nowMs)) continue;
    const open = market.isOpen(nowMs);
    const list = (symbols[plan.quoteAsset] ??= []);
    list.push({
      id: hexId(plan.symbol),
      mcd: hexId(plan.quoteAsset),
      cd: hexId(plan.baseAsset),
      vn: plan.baseAsset,
      fn: plan.fullName,
      sts: open ? 1 : 2,
      st: open ? 1 : 2,
      tt: open ? 1 : 4,
      ot: plan.announcedOpensAtMs,
      ps: plan.pricePlaces,
      qs: plan.quantityPlaces,
      ca: '',
    });
  }
  return json({ code: 0, data: { symbols }, msg: 'success', timestamp: nowMs });
}

/** Newest first; titles are worded like real listing announcements. */
export function announcements(venue: Venue, call: Call): Answer {
  const limit = limitOf(call, 20, 100);
  const page = Math.max(1, Number(call.params.get('page') ?? '1') || 1);
  const all = announced(venue)
    .toSorted((a, b) => (b.plan.announceAtMs ?? 0) - (a.plan.announceAtMs ?? 0))
    .map(({ plan }) => ({
      title: `First in Market: MEXC to List ${plan.fullName} (${plan.baseAsset}) in Innovation Zone`,
      url: `https://www.mexc.com/announcements/article/${hexId(plan.symbol).slice(0, 14)}`,
      language: call.params.get('language') ?? 'en-US',
      postTime: plan.announceAtMs,
    }));
  const details = all.slice((page - 1) * limit, page * limit);
  const totalPage = Math.max(1, Math.ceil(all.length / limit));
  return json({ code: 0, data: [{ details, totalPage }], msg: 'success' });
}
