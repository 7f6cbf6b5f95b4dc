import {
  directionOf,
  formatPercent,
  formatPrice,
  formatProfit,
  formatQuantity,
  formatQuote,
} from '../lib/format.ts';

/** Amounts as text, cut for reading; the whole value is the title. */
export const Price = ({ value }: { value: string | null }) =>
  value === null ? <Missing /> : <span title={value}>{formatPrice(value)}</span>;

export const Quote = ({ value, coin }: { value: string | null; coin?: string }) =>
  value === null ? (
    <Missing />
  ) : (
    <span title={value}>
      {formatQuote(value)}
      {coin === undefined ? '' : ` ${coin}`}
    </span>
  );

export const Quantity = ({ value }: { value: string }) => (
  <span title={value}>{formatQuantity(value)}</span>
);

const COLOURS = { gain: 'text-gain', loss: 'text-loss', flat: 'text-muted' } as const;

export const Profit = ({ value, testId }: { value: string | null; testId?: string }) =>
  value === null ? (
    <span data-testid={testId}>
      <Missing />
    </span>
  ) : (
    <span
      className={`whitespace-nowrap ${COLOURS[directionOf(value)]}`}
      title={value}
      data-testid={testId}
    >
      {formatProfit(value)}
    </span>
  );

/** Gain of a price over the entry, with sign and arrow. */
export const Gain = ({ percent }: { percent: number | null }) =>
  percent === null ? (
    <span className="text-muted">price unknown</span>
  ) : (
    <span className={`whitespace-nowrap ${percent >= 0 ? 'text-gain' : 'text-loss'}`}>
      {percent >= 0 ? '▲' : '▼'} {formatPercent(percent)}
    </span>
  );

/** "We looked, there is none" is shown as a dash, and read as a word. */
export const Missing = () => (
  <span className="text-muted">
    <span aria-hidden="true">–</span>
    <span className="sr-only">none</span>
  </span>
);

/** The name of a pair; it may break between base and quote. */
export const Pair = ({ base, quote }: { base: string; quote: string }) => (
  <>
    {base}
    <wbr />
    {quote}
  </>
);
