import { describe, expect, test } from 'vitest';
import { OWN_ADDRESSES, venueOf, type VenueSettings } from './mode.ts';

const LOCAL = {
  MEXC_REST_URL: 'http://127.0.0.1:8090',
  MEXC_WS_URL: 'ws://127.0.0.1:8090/ws',
  MEXC_WEB_URL: 'http://127.0.0.1:8090',
};
const live = (more: Partial<VenueSettings> = {}): VenueSettings => ({
  EXCHANGE: 'live',
  ...OWN_ADDRESSES,
  ...more,
});

describe('the mode', () => {
  test('is the simulator unless another is asked for', () => {
    expect(venueOf({ EXCHANGE: 'simulator', ...LOCAL })).toEqual({
      mode: 'simulator',
      orders: 'play',
    });
  });

  test('is a dry run without the second setting, live with it', () => {
    expect(venueOf(live())).toEqual({ mode: 'dry-run', orders: 'paper' });
    expect(venueOf(live({ LIVE_TRADING: 'yes-i-mean-it' }))).toEqual({
      mode: 'live',
      orders: 'gated',
    });
  });

  test('is a test at any host but the exchange’s own, with the same gate', () => {
    expect(venueOf(live(LOCAL))).toEqual({ mode: 'test', orders: 'paper' });
    expect(venueOf(live({ ...LOCAL, LIVE_TRADING: 'yes-i-mean-it' }))).toEqual({
      mode: 'test',
      orders: 'gated',
    });
    expect(
      venueOf(
        live({
          MEXC_REST_URL: 'https://api.mexc.com.example.org',
          MEXC_WS_URL: 'wss://notmexc.com',
          MEXC_WEB_URL: 'https://example.org/www.mexc.com',
        }),
      ).mode,
    ).toBe('test');
  });

  test.each([
    { MEXC_REST_URL: 'https://api.mexc.com' },
    { MEXC_REST_URL: 'https://API.MEXC.COM.' },
    { MEXC_WS_URL: 'wss://wbs-api.mexc.com/ws' },
    { MEXC_WEB_URL: 'https://www.mexc.com' },
  ])('refuses to play with the exchange’s own address: %o', (more) => {
    expect(() => venueOf({ EXCHANGE: 'simulator', ...LOCAL, ...more })).toThrow(/EXCHANGE=live/);
  });

  test.each([
    { MEXC_REST_URL: LOCAL.MEXC_REST_URL },
    { MEXC_WS_URL: LOCAL.MEXC_WS_URL },
    { MEXC_WEB_URL: LOCAL.MEXC_WEB_URL },
    { MEXC_REST_URL: 'http://api.mexc.com' },
    { MEXC_REST_URL: 'https://contract.mexc.com' },
    { MEXC_REST_URL: 'https://api.mexc.com:8443' },
  ])('refuses addresses of which only some are the exchange’s own: %o', (more) => {
    expect(() => venueOf(live(more))).toThrow(/all three/);
  });
});
