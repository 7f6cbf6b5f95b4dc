import type { Phase } from '#domain/trade.ts';
import { failed, passed, waiting, type Finding, type Question } from './check.ts';
import type { KnownListing, KnownTrade, Subject } from './subject.ts';

/** From the start of the workflow to the sale. */
export const tradeQuestions = (subject: Subject, nowMs: number): readonly Question[] => {
  const ask = (look: (trade: KnownTrade, listing: KnownListing) => Finding) => (): Finding => {
    const { listing } = subject;
    if (listing === null || listing.trade === null) throw new Error('no trade is known');
    return look(listing.trade, listing);
  };
  return [
    { name: 'trade', question: 'Did its workflow begin?', look: () => begun(subject) },
    {
      name: 'verdict',
      question: 'Do the risk rules allow it?',
      look: ask((trade, listing) => verdict(trade, listing, nowMs)),
    },
    { name: 'sent', question: 'Was a buy order sent?', look: ask((trade) => sent(trade, nowMs)) },
    { name: 'filled', question: 'Was anything bought?', look: ask(filled) },
    { name: 'sold', question: 'Was it sold?', look: ask(sold) },
  ];
};

const begun = ({ listing }: Subject): Finding => {
  if (listing?.trade != null) return passed(`Its workflow is ${listing.trade.workflowId}.`);
  return listing?.endedAt == null
    ? failed(
        'Its workflow was told and has not begun: no worker or monitor takes it.',
        'Start a worker and a monitor.',
        '/system',
      )
    : failed(`It ended without a trade: ${listing.endReason ?? 'no reason is recorded'}.`, NOTHING);
};

const NOTHING = 'Nothing: it is over.';
const pageOf = (trade: KnownTrade): string => `/trades/${trade.id}`;

/** "in 90 s", "5 min ago": near times in seconds. */
const distance = (at: Date, nowMs: number): string => {
  const seconds = Math.round(Math.abs(at.getTime() - nowMs) / 1000);
  const text = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return at.getTime() >= nowMs ? `in ${text}` : `${text} ago`;
};

const opening = (trade: KnownTrade, nowMs: number): string =>
  trade.opensAt === null
    ? 'no source knows its opening'
    : `it opens ${distance(trade.opensAt, nowMs)}, at ${trade.opensAt.toISOString()}`;

/** How a closed trade ended, when it ended before the step that is asked for. */
const ended = (trade: KnownTrade): Finding | null =>
  trade.phase === 'closed'
    ? failed(
        `It ended (${trade.outcome ?? 'no outcome'}): ${trade.summary}`,
        NOTHING,
        pageOf(trade),
      )
    : null;

interface Rule {
  readonly rule: string;
  readonly limit: string;
  readonly actual: string;
  readonly passed: boolean;
}

const verdict = (trade: KnownTrade, listing: KnownListing, nowMs: number): Finding => {
  const given = listing.verdicts[0];
  if (given === undefined)
    return (
      ended(trade) ??
      waiting(`The rules are asked 90 s before the opening; ${opening(trade, nowMs)}.`)
    );
  if (given.allowed) return passed(`Allowed at ${given.decidedAt.toISOString()}.`);
  const broken = (given.rules as unknown as readonly Rule[]).filter((rule) => !rule.passed); // written from judgeRisk
  return failed(
    `The risk rules said no: ${broken.map(({ rule, actual, limit }) => `${rule} is ${actual}, allowed ${limit}`).join('; ')}.`,
    'If the rule is wrong, change it in the configuration and start again; it holds for the next listing.',
    '/configuration',
  );
};

const sent = (trade: KnownTrade, nowMs: number): Finding => {
  const orders = trade.orders.filter((order) => order.leg === 'entry' && order.sentAt !== null);
  const first = orders[0];
  if (first !== undefined)
    return passed(
      `${orders.length} sent, the first at ${first.sentAt?.toISOString()}, answered in ${
        first.latencyMs === null ? 'no time known' : `${Math.round(first.latencyMs)} ms`
      }.`,
    );
  return ended(trade) ?? waiting(`${trade.summary} (${trade.phase}; ${opening(trade, nowMs)}).`);
};

const filled = (trade: KnownTrade): Finding => {
  if (!trade.bought.isZero())
    return passed(
      `Bought ${trade.bought.toFixed()} ${trade.base} for ${trade.spent.toFixed()} ${trade.quote}.`,
    );
  const doubtful = trade.orders.find((order) => order.state === 'unknown');
  if (doubtful !== undefined)
    return failed(
      `It is not known whether the exchange has order ${doubtful.clientOrderId}: ${doubtful.doubt ?? 'no answer'}.`,
      'Nothing: it is asked until it is certain. If it lasts, look at the account on the exchange.',
      pageOf(trade),
    );
  const refused = trade.orders.findLast((order) => order.refusalCode !== null);
  const because =
    refused === undefined
      ? ''
      : ` The exchange refused: ${refused.refusalCode} ${refused.refusalText ?? ''}.`;
  const over = ended(trade);
  return over === null
    ? waiting(`The order is under way.${because}`)
    : { ...over, text: `${over.text}${because}` };
};

const STUCK: readonly Phase[] = ['cannotSell', 'unresolved'];

const sold = (trade: KnownTrade): Finding => {
  if (trade.phase === 'closed')
    return passed(
      `Closed (${trade.outcome ?? 'no outcome'}), profit ${trade.profit?.toFixed() ?? 'not known'} ${trade.quote}.`,
    );
  return STUCK.includes(trade.phase as Phase) // written by SniperWorkflow from a Phase
    ? failed(`${trade.summary} (${trade.phase}).`, 'Look at its orders and alerts.', pageOf(trade))
    : waiting(`${trade.summary} (${trade.phase}).`);
};
