import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readTitle } from './title-reader.ts';

// Every title that is known from the world, and as many made up of what was not found in it.

const corpus = z
  .object({
    items: z.array(
      z.object({
        title: z.string(),
        exactness: z.enum(['verbatim', 'slug', 'bodyOnly']),
        kind: z.string(),
        symbols: z.array(z.string()),
      }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(new URL('title-corpus.quoted-2026-11.json', import.meta.url), 'utf8')),
  ).items;

/** What a title comes to: its coins when it may lead to a purchase, else nothing. */
const boughtBy = (title: string): readonly string[] => {
  const reading = readTitle(title);
  return reading.kind === 'listing' ? reading.bases : [];
};

describe('the 115 real titles', () => {
  test('are all there', () => {
    expect(corpus).toHaveLength(115);
  });

  const clear = corpus.filter(({ kind }) => kind !== 'unclear');
  test.each(clear.filter(({ exactness }) => exactness === 'verbatim'))(
    'are read right: $kind, $title',
    ({ title, kind, symbols }) => {
      expect(boughtBy(title)).toEqual(kind === 'spotListing' ? symbols : []);
    },
  );

  test('that are no titles or unclear lead to nothing', () => {
    const others = corpus.filter(
      ({ exactness, kind }) => exactness !== 'verbatim' || kind === 'unclear',
    );
    expect(others.flatMap(({ title }) => boughtBy(title))).toEqual([]);
  });

  test('give a reason whenever they are set aside', () => {
    const reasons = new Map<string, Set<string>>();
    for (const { title, kind } of corpus) {
      const reading = readTitle(title);
      const reason = reading.kind === 'setAside' ? reading.reason : reading.kind;
      reasons.set(kind, (reasons.get(kind) ?? new Set()).add(reason));
    }
    expect(reasons.get('otherExchange')).toContain('otherExchange');
    expect(reasons.get('futures')).toContain('futures');
    expect(reasons.get('delisting')).toContain('delisting');
  });
});

const SEED = 20_261_121;
const MADE_UP = 280;

const ticker = fc.stringMatching(/^[A-Z][A-Z0-9]{1,11}$/);
const name = fc.constantFrom('Sample', 'nova cat', 'Ölçü Coin', '生活', 'K-Line 2', 'dock.io');
const coins = fc.uniqueArray(fc.tuple(name, ticker, fc.boolean()), {
  minLength: 1,
  maxLength: 5,
  selector: ([, symbol]) => symbol,
});
type Coins = readonly (readonly [name: string, ticker: string, isTight: boolean])[];

/** "Sample (SMPL), nova cat(NOVA) and Ölçü Coin (OLC)". */
const textOf = (of: Coins): string => {
  const parts = of.map(([called, symbol, isTight]) => `${called}${isTight ? '' : ' '}(${symbol})`);
  const last = parts.pop() ?? '';
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
};

const OTHERS = ['Binance', 'OKX', 'KuCoin', 'Gate.io', 'LBank', 'Bybit', 'HTX', 'Ourbit'] as const;

/** Wordings by what they mean; the made-up titles are these with made-up coins. */
const WORDINGS: Readonly<Record<string, readonly ((text: string) => string)[]>> = {
  listing: [
    (text) => `First in Market: MEXC to List ${text} in Innovation Zone`,
    (text) => `MEXC Will List ${text} - Trade to Share 10,000 USDT (Ends Soon)!`,
    (text) => `[Initial Listing] ${text} Listing in Innovation Zone with 50,000 USDT Airdrop+`,
    (text) => `[Initial Listing] ${text} Will Be Listed in Assessment Zone`,
  ],
  postponed: [
    (text) => `MEXC Postpones the Listing of ${text}`,
    (text) => `Postponement of the Listing of ${text}`,
    (text) => `MEXC to List ${text}: Listing Delayed Until Further Notice`,
    (text) => `Notice on the Rescheduled Listing of ${text}`,
    (text) => `New Listing Time for ${text}`,
  ],
  cancelled: [
    (text) => `MEXC Cancels the Listing of ${text}`,
    (text) => `Cancellation of the Listing of ${text}`,
    (text) => `Notice: ${text} Listing Called Off`,
    (text) => `MEXC Will Not List ${text}`,
  ],
  setAside: [
    (text) => `MEXC to List ${text} USDT-M Futures on Sep 6, 2026, 06:10 (UTC)`,
    (text) => `First in Market: MEXC to List ${text} Perpetual Futures`,
    (text) => `MEXC Will Delist ${text}`,
    (text) => `Delisting of ${text} Trading Pairs`,
    (text) => `MEXC Cancels the Delisting of ${text}`,
    (text) => `Trade ${text} and Share 100,000 USDT in Airdrop+ Rewards!`,
    (text) => `[Initial Listing] MEXC Kickstarter - Vote for ${text} to Win 50,000 USDT`,
    (text) => `Deposits of ${text} Delayed by a Network Upgrade`,
    ...OTHERS.map((other) => (text: string) => `${other} Will List ${text} in Innovation Zone`),
    ...OTHERS.map((other) => (text: string) => `${other} Postpones the Listing of ${text}`),
  ],
};

const madeUp = fc.sample(
  fc
    .tuple(
      fc.constantFrom(...Object.keys(WORDINGS)),
      fc.nat(),
      coins,
      fc.constantFrom(' ', '  ', '\u00a0'),
    )
    .map(([kind, n, of, space]) => {
      const wordings = WORDINGS[kind] ?? [];
      const title = wordings[n % wordings.length]?.(textOf(of)) ?? '';
      return { kind, title: title.replaceAll(' ', space), bases: of.map(([, symbol]) => symbol) };
    }),
  { seed: SEED, numRuns: MADE_UP },
);

describe(`${MADE_UP} made-up titles`, () => {
  test.each(madeUp)('are read as $kind: $title', ({ kind, title, bases }) => {
    const reading = readTitle(title);
    const named = reading.kind === 'setAside' ? bases : reading.bases;
    expect({ kind: reading.kind, named }).toEqual({ kind, named: bases });
  });

  test('hold at least 50 of each kind, and 100 of several coins', () => {
    for (const kind of Object.keys(WORDINGS))
      expect(madeUp.filter((each) => each.kind === kind).length).toBeGreaterThanOrEqual(50);
    expect(madeUp.filter((each) => each.bases.length > 1).length).toBeGreaterThanOrEqual(100);
  });
});
