import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTitle } from './title-reader.ts';

const listing = (...bases: string[]) => ({ kind: 'listing', bases });

describe('a title', () => {
  test.each([
    ['First in Market: MEXC to List Sample Coin (SMPL) in Innovation Zone', ['SMPL']],
    [
      'First in Market: MEXC to List Sample (SMPL) in Innovation Zone with 9,000 USDT Airdrop+ Rewards',
      ['SMPL'],
    ],
    ['First in Market: SMPL Now Live on MEXC Meme+', ['SMPL']],
    ['[Initial Listing] Sample (SMPL) Listing in Innovation Zone with 50,000 USDT', ['SMPL']],
    ['Voting Result and Listing Arrangement for Kickstarter - Sample (SMPL)', ['SMPL']],
    ['MEXC Will List sample (SMPL) - Trade to Share 1,000 USDT (Ends Soon)!', ['SMPL']],
    ['MEXC Will List One (ONE1) and Two (TWO2)', ['ONE1', 'TWO2']],
    ['MEXC to List 人生(人生) in Innovation Zone', ['人生']],
    ['MEXC sẽ niêm yết Sample (SMPL) trên Khu vực Đổi mới', ['SMPL']],
    ['Sample (SMPL) - Kickstarter Oylama Sonucu ve Listelenme Planı', ['SMPL']],
  ])('of a spot listing names its coins: %s', (title, bases) => {
    expect(readTitle(title)).toEqual(listing(...bases));
  });

  test.each([
    ['MEXC to List SMPLUSDT Futures on Sep 6, 2026, 06:10 (UTC)', 'futures'],
    ['First in Market: MEXC to List Sample (SMPL) USDT-M Futures on May 15, 2026', 'futures'],
    ['MEXC to Delist Sample (SMPL) Due to Blockchain Issues', 'delisting'],
    ['[Initial Listing] Bitget Will List Sample (SMPL) in the Innovation Zone', 'otherExchange'],
    ['OKX to list SMPL/USDT (Sample) for spot trading', 'otherExchange'],
    ['[Initial Listing] MEXC Kickstarter - Vote for Sample (SMPL) to win', 'notAListing'],
    ['Resumption of Deposits, Withdrawals and Spot Trading for SMPL', 'notAListing'],
    ['Celebrate Sample (SMPL) and win 50,000 USDT', 'notAListing'],
    ['MEXC Completes Sample (SMPL) Token Migration', 'notAListing'],
    ['MEXC to List Sample in Innovation Zone', 'noTicker'],
    ['MEXC to List Sample (on Monday) in Innovation Zone', 'noTicker'],
  ])('of anything else is set aside: %s', (title, reason) => {
    expect(readTitle(title)).toEqual({ kind: 'setAside', reason });
  });

  test.each([
    ['Postponement of the Listing of Sample (SMPL)', 'postponed'],
    ['MEXC to List Sample (SMPL): Listing Delayed', 'postponed'],
    ['MEXC Cancels the Listing of Sample (SMPL)', 'cancelled'],
    ['Notice: Sample (SMPL) Listing Called Off', 'cancelled'],
  ])('takes a listing back: %s', (title, kind) => {
    expect(readTitle(title)).toEqual({ kind, bases: ['SMPL'] });
  });
});

describe('200 made-up titles', () => {
  const ticker = fc.stringMatching(/^[A-Z][A-Z0-9]{2,9}$/);
  // No name that is itself a word of another reading.
  const name = fc.constantFrom('Sample', 'Nova Cat', 'Ölçü', '生活', 'K-Line 2', 'dock.io');
  const coins = fc.uniqueArray(fc.tuple(name, ticker), {
    minLength: 1,
    maxLength: 4,
    selector: ([, symbol]) => symbol,
  });
  const textOf = (of: [string, string][]) => of.map(([n, t]) => `${n} (${t})`).join(', ');
  const spaces = fc.constantFrom(' ', '  ', '\u00a0');

  test('of several coins, postponed and cancelled, are read alike', () => {
    fc.assert(
      fc.property(coins, spaces, (of, space) => {
        const bases = of.map(([, symbol]) => symbol);
        const read = (title: string) => readTitle(title.replaceAll(' ', space));
        const text = textOf(of);
        expect(read(`MEXC to List ${text} in Innovation Zone`)).toEqual(listing(...bases));
        expect(read(`MEXC Postpones the Listing of ${text}`)).toEqual({ kind: 'postponed', bases });
        expect(read(`MEXC Cancels Listing of ${text}`)).toEqual({ kind: 'cancelled', bases });
      }),
      { numRuns: 200 },
    );
  });

  test('of futures and other exchanges are never taken for a listing', () => {
    const exchange = fc.constantFrom('Binance', 'OKX', 'KuCoin', 'Gate.io', 'LBank');
    fc.assert(
      fc.property(coins, exchange, (of, other) => {
        const text = textOf(of);
        const kinds = [
          `${other} Will List ${text} in the Innovation Zone`,
          `MEXC to List ${text} USDT-M Perpetual Futures`,
          `MEXC Will Delist ${text}`,
        ].map((title) => readTitle(title).kind);
        expect(kinds).toEqual(['setAside', 'setAside', 'setAside']);
      }),
      { numRuns: 200 },
    );
  });

  test('of any text never throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['listing', 'postponed', 'cancelled', 'setAside']).toContain(readTitle(text).kind);
      }),
    );
  });
});
