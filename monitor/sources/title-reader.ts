import { asset, type Asset } from '#domain/market-symbol.ts';

/** What a title of the exchange's news says. Only `listing` may lead to a purchase. */
export type TitleReading =
  | { readonly kind: 'listing' | 'postponed' | 'cancelled'; readonly bases: readonly Asset[] }
  | { readonly kind: 'setAside'; readonly reason: SetAside };

export type SetAside =
  | 'otherExchange'
  | 'futures'
  | 'delisting'
  | 'notAListing'
  | 'noTicker'
  | 'tooManyTickers';

// Other exchanges copy the wording, and feeds quote them.
const OTHER_EXCHANGE =
  /\b(?:binance|okx|okex|bitget|kucoin|gate(?:\.io)?|htx|huobi|lbank|bybit|crypto\.com|ourbit|coinbase|kraken|upbit|bithumb|bingx|bitmart|poloniex|coinex|xt\.com|whitebit|hyperliquid|phemex)\b/iu;
const FUTURES =
  /futures|perpetual|usdt-m\b|usdc-m\b|coin-m\b|margin|leverag|vadeli|vĩnh cửu|pre-market/iu;
const DELISTING = /delist|\bremov(?:e|al)/iu;
const POSTPONED = /postpon|\bdelay|reschedul|new listing time|hoãn|ertele/iu;
const CANCELLED = /cancel|call(?:s|ed)? off|will not (?:be )?list|hủy|huỷ|iptal/iu;

/** Wordings of spot listings; group 1 holds the coins. Everything else is set aside. */
const LISTINGS: readonly RegExp[] = [
  /\bMEXC (?:to|will) list (.+)$/iu,
  /^\[Initial Listing\] (?!MEXC\b)(.+?\)) (?:will be )?list(?:ing|ed) in /iu,
  /^Voting Results? and Listing Arrangement for Kickstarter\s*[-–—:]\s*(.+)$/iu,
  /\bMEXC (?:sẽ )?niêm yết (.+?) (?:trong|trên) Khu vực/iu,
  /^\[Niêm yết đầu tiên\] Niêm yết (.+?) (?:trong|trên) Khu vực/iu,
  /^Kết quả bỏ phiếu Kickstarter và lịch trình niêm yết (.+)$/iu,
  /^\[İlk Listeleme\] MEXC, (.+?) Projesini .*Listeleyecek/iu,
  /^(.+?) - Kickstarter Oylama Sonucu ve Listelenme Planı$/iu,
];
/** Without brackets, already open. */
const MEME = /^(?:First in Market: )?(\S+) Now Live on MEXC Meme\+$/iu;

/** A title that names more coins than this is a list of something else. */
const TICKERS_MAX = 10;
/** No title is longer; what is would only cost time. */
const LENGTH_MAX = 500;

/** Reads one title. Pure; a title that fits no known wording of a spot listing is set aside. */
export const readTitle = (title: string): TitleReading => {
  const text = title.slice(0, LENGTH_MAX).normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  if (OTHER_EXCHANGE.test(text)) return setAside('otherExchange');
  if (FUTURES.test(text)) return setAside('futures');
  if (DELISTING.test(text)) return setAside('delisting');
  const change = changeIn(text);
  const meme = MEME.exec(text)?.[1];
  if (meme !== undefined && change === null) return listing([meme]);
  const part = LISTINGS.map((wording) => wording.exec(text)?.[1]).find((each) => each != null);
  if (
    change !== null &&
    (part !== undefined || /listing|not (?:be )?list|niêm yết|listele/iu.test(text))
  )
    return coinsIn(text, change);
  return part === undefined ? setAside('notAListing') : coinsIn(beforeAdvert(part), 'listing');
};

const setAside = (reason: SetAside): TitleReading => ({ kind: 'setAside', reason });

const changeIn = (text: string): 'postponed' | 'cancelled' | null => {
  if (CANCELLED.test(text)) return 'cancelled';
  return POSTPONED.test(text) ? 'postponed' : null;
};

/** "… (OKA) - Trade to Share …": what follows is no coin. */
const beforeAdvert = (part: string): string => part.split(/ [-–—] /u)[0] ?? part;

const listing = (bases: readonly string[]): TitleReading => {
  const read = bases.filter(isTicker).map((each) => asset(each));
  return read.length === 0 ? setAside('noTicker') : { kind: 'listing', bases: read };
};

const coinsIn = (part: string, kind: 'listing' | 'postponed' | 'cancelled'): TitleReading => {
  const tickers = new Set([...part.matchAll(/[(（]([^()（）]+)[)）]/gu)].map((m) => m[1] ?? ''));
  const bases = [...tickers].filter(isTicker).map((each) => asset(each));
  if (bases.length === 0) return setAside('noTicker');
  if (bases.length > TICKERS_MAX) return setAside('tooManyTickers');
  return { kind, bases };
};

/** Tickers have no small letters: those in brackets are names, dates and zones. */
const isTicker = (text: string): boolean => {
  try {
    return asset(text) === text.toUpperCase() && !/^\d{4}$/.test(text) && text !== 'UTC';
  } catch {
    return false;
  }
};
