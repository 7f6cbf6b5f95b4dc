import { failed, passed, waiting, type Finding, type Question } from './check.ts';
import type { KnownListing, Subject } from './subject.ts';
import { tradeQuestions } from './trade-questions.ts';

/** Why a pair was bought or not, from the first report to the sale. */
export const listingQuestions = (subject: Subject, nowMs: number): readonly Question[] => [
  { name: 'seen', question: 'Did a source report it?', look: () => seen(subject) },
  { name: 'listing', question: 'Is it a new listing?', look: () => isNew(subject) },
  {
    name: 'told',
    question: 'Was its workflow told?',
    look: () => told(known(subject), nowMs),
  },
  ...tradeQuestions(subject, nowMs),
];

/** Asked only after `seen` and `listing` have passed. */
const known = ({ listing }: Subject): KnownListing => {
  if (listing === null) throw new Error('no listing is known');
  return listing;
};

const seen = ({ symbol, listing, setAside }: Subject): Finding => {
  const first = listing?.signals[0];
  if (first !== undefined)
    return passed(`${first.source} was the first, at ${first.arrivedAt.toISOString()}.`);
  if (listing !== null) return passed('It was there when the bot first looked at the exchange.');
  if (setAside !== null)
    return passed(`${setAside.source} reported it at ${setAside.arrivedAt.toISOString()}.`);
  return failed(
    `No source has ever reported ${symbol}.`,
    'Check its spelling. If the exchange lists it, see whether the sources answer and the bot runs.',
    '/system',
  );
};

/** Why a report is no listing, for people. */
const REASONS: Readonly<Record<string, string>> = {
  baseline: 'it traded before the bot first looked at the exchange',
  oldCoin: 'the coin traded before the bot first looked; only its quote is new',
  tooManyAtOnce: 'more new pairs came at once than maxNewPerPoll, as from a faulty source',
  quoteNotWanted: 'its quote coin is not among `quotes`',
  ended: 'the listing of this coin has ended',
};

const isNew = ({ symbol, listing, setAside }: Subject): Finding => {
  if (listing !== null && listing.state !== 'baseline')
    return passed(`It is listing ${listing.id}, life ${listing.generation} of ${listing.base}.`);
  const reason = listing === null ? (setAside?.reason ?? '') : 'baseline';
  return failed(
    `${symbol} is no new listing: ${REASONS[reason] ?? reason}.`,
    'Nothing: only listings that open while the bot watches are bought.',
    '/listings',
  );
};

/** The outbox is emptied four times a second. */
const TOLD_WITHIN_MS = 5000;

const told = (listing: KnownListing, nowMs: number): Finding => {
  const untold = listing.signals.find((signal) => signal.handledAt === null);
  if (untold === undefined || listing.trade !== null) return passed('Its workflow was told.');
  const ageMs = nowMs - untold.arrivedAt.getTime();
  return ageMs < TOLD_WITHIN_MS
    ? waiting('It has just been reported; its workflow is about to be told.')
    : failed(
        `Reported ${Math.round(ageMs / 1000)} s ago and not handed over: no monitor empties the outbox.`,
        'Start the bot and a monitor; it is then handed over.',
        '/system',
      );
};
