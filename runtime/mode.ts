import type { Venue } from '#domain/mode.ts';

// The one place where the mode comes from (DESIGN §13). A combination that could send a real order
// without the live gate, or that would name real money wrongly, is refused here.

/** The exchange's own addresses. https://www.mexc.com/api-docs/spot-v3/introduction (read 2026-11-20) */
export const OWN_ADDRESSES = {
  MEXC_REST_URL: 'https://api.mexc.com',
  MEXC_WS_URL: 'wss://wbs-api.mexc.com/ws',
  MEXC_WEB_URL: 'https://www.mexc.com',
} as const;
type AddressName = keyof typeof OWN_ADDRESSES;
const ADDRESS_NAMES = Object.keys(OWN_ADDRESSES) as AddressName[]; // its own keys
/** Whatever lies under it reaches the exchange. */
const OWN_DOMAIN = /(?:^|\.)mexc\.com\.?$/i;

export interface VenueSettings extends Readonly<Record<AddressName, string>> {
  readonly EXCHANGE: 'simulator' | 'live';
  readonly LIVE_TRADING?: 'yes-i-mean-it' | undefined;
}

/** What the settings come to; throws an Error that says what to do about those that contradict. */
export const venueOf = (settings: VenueSettings): Venue => {
  const own = ADDRESS_NAMES.filter((name) => OWN_DOMAIN.test(new URL(settings[name]).hostname));
  if (settings.EXCHANGE === 'simulator') {
    if (own.length > 0)
      throw new Error(
        `EXCHANGE=simulator, but ${own.join(', ')} is the exchange's own address. Remove it, or set EXCHANGE=live.`,
      );
    return { mode: 'simulator', orders: 'play' };
  }
  if (own.length > 0) requireOwn(settings);
  const isGated = settings.LIVE_TRADING === 'yes-i-mean-it';
  const orders = isGated ? 'gated' : 'paper';
  if (own.length === 0) return { mode: 'test', orders };
  return { mode: isGated ? 'live' : 'dry-run', orders };
};

/** One address of the exchange asks for all three, exactly: half of them would be called a test. */
const requireOwn = (settings: VenueSettings): void => {
  const other = ADDRESS_NAMES.filter(
    (name) => new URL(settings[name]).origin !== new URL(OWN_ADDRESSES[name]).origin,
  );
  if (other.length === 0) return;
  throw new Error(
    `${other.map((name) => `${name} is not ${OWN_ADDRESSES[name]}`).join(', ')}, while another address is the exchange's own. Set all three to the exchange's, or none.`,
  );
};
