import { isZero } from '#domain/amount.ts';
import { NameSet } from '#exchange/streams/frames.ts';
import { tickersIn } from '#exchange/streams/market-stream.ts';
import { decodePush, encodePush } from '#simulator/streams/frames.ts';
import { rowOf, type Bench, type Row, type Section, type Target } from './measure.ts';

/** Several times what the exchange lists. */
const PAIRS = 5000;
const TARGET_MS = 10;
/** A frame that takes longer holds up an order that is due meanwhile: it would need a thread. */
const LOOP_MS = 2;

/** How long the all-pairs ticker holds the event loop that also sends orders. */
export const benchDecode = async ({ quick, say }: Bench): Promise<Section> => {
  const frames = quick ? 30 : 500;
  const bytes = frameOf(PAIRS);
  say(`decode: ${PAIRS} pairs, ${bytes.length} bytes, ${frames} frames each way`);
  const known = new NameSet();
  for (let n = 1; n < PAIRS; n += 1) known.add(symbolOf(n));
  const rows = [
    await timed('as the monitor hears it: one new pair among 5,000', frames, () =>
      heard(bytes, known),
    ),
    await timed('the first frame: all 5,000 are new', frames, () => heard(bytes, new NameSet())),
    await timed('everything decoded, all twelve fields of each', frames, () => decodePush(bytes)),
  ];
  const [usual, first] = rows;
  return {
    name: 'decode',
    title: 'A ticker frame of 5,000 pairs',
    rows,
    targets: usual === undefined || first === undefined ? [] : targetsOf(usual, first),
    notes: [
      `One protobuf frame of ${bytes.length} bytes, decoded again and again with a pause between. The monitor looks at names only, compares them as bytes, and decodes the lines whose names it does not know.`,
    ],
  };
};

const targetsOf = (usual: Row, first: Row): Target[] => [
  {
    what: 'a frame of 5,000 pairs, p50',
    limit: `${TARGET_MS} ms`,
    found: `${usual.p50.toFixed(2)} ms`,
    met: usual.p50 <= TARGET_MS,
  },
  {
    what: 'the first frame of a run, p50',
    limit: `${TARGET_MS} ms`,
    found: `${first.p50.toFixed(2)} ms`,
    met: first.p50 <= TARGET_MS,
  },
  {
    what: 'stays on the event loop, p99',
    limit: `${LOOP_MS} ms`,
    found: `${usual.p99.toFixed(2)} ms`,
    met: usual.p99 <= LOOP_MS,
  },
];

/** What the monitor does with a frame before it asks anybody. */
const heard = (bytes: Uint8Array, known: NameSet) =>
  tickersIn(bytes, known)?.tickers.filter(({ volumeQuote }) => !isZero(volumeQuote));

const timed = async (what: string, times: number, run: () => unknown): Promise<Row> => {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startNs = process.hrtime.bigint();
    run();
    took.push(Number(process.hrtime.bigint() - startNs) / 1e6);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  return rowOf(what, took.slice(Math.floor(times / 10))); // the first ones are still being compiled
};

const symbolOf = (n: number): string =>
  `${((n * 7919) % 99_991).toString(36).toUpperCase()}${n}USDT`;

const frameOf = (pairs: number): Buffer => {
  const items = Array.from({ length: pairs }, (_, index) => {
    const price = ((index + 1) / 7919).toFixed(6);
    const rate = (((index % 40) - 20) / 1000).toFixed(4);
    return {
      symbol: symbolOf(index + 1),
      price,
      rate,
      zonedRate: rate,
      high: price,
      low: price,
      volume: (index * 13.37 + 1).toFixed(2),
      quantity: (index * 991.1 + 1).toFixed(2),
      lastCloseRate: rate,
      lastCloseZonedRate: rate,
      lastCloseHigh: price,
      lastCloseLow: price,
    };
  });
  const channel = 'spot@public.miniTickers.v3.api.pb@UTC+8';
  return Buffer.from(encodePush({ channel, sendTime: Date.now(), publicMiniTickers: { items } }));
};
