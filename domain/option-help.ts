// What a trader reads beside each option. Where a reason names no measurement it is judgement, and
// worth doubting.

/** What the field of an option says beside its bounds. */
export interface OptionHelp {
  readonly description: string;
  /** Of a number or an amount; absent for what has none. */
  readonly unit?: string;
  /** Why this default, or why there is none; a sentence. */
  readonly reason: string;
}

const limits = {
  quoteAmount: {
    description: 'budget of one entry, fee included',
    unit: 'quote',
    reason:
      'What you can lose on one coin; five times the smallest order, or parts cannot be sold.',
  },
  maxQuotePerTrade: {
    description: 'largest budget of any entry',
    unit: 'quote',
    reason: 'Stops a slip of the keyboard, also in the budget of one listing.',
  },
  dailySpend: {
    description: 'spent on entries per UTC day at most',
    unit: 'quote',
    reason: 'Bounds a day on which many pairs open; what is reserved counts too.',
  },
  dailyLoss: {
    description: 'loss per UTC day that stops entries',
    unit: 'quote',
    reason: 'No entry follows such a loss until the next day; open positions count at their bid.',
  },
  maxDrawdown: {
    description: 'loss from the best balance that stops entries',
    unit: 'quote',
    reason: 'A slow loss over many days never meets the daily limit; it meets this one.',
  },
  maxOpenPositions: {
    description: 'positions at once',
    unit: 'coins',
    reason: 'Three coins that fall together should hurt, and not ruin.',
  },
  maxTradesPerHour: {
    description: 'entries per hour',
    unit: 'entries',
    reason: 'More pairs hardly ever open in an hour: more entries mean that something is wrong.',
  },
  stopOuts: {
    description: 'stop-outs in a row',
    unit: 'times',
    reason: 'Two in a row are bad luck; three say that the day is against new coins.',
  },
  cooldownMinutes: {
    description: 'pause of entries after them',
    unit: 'min',
    reason: 'Long enough for a bad hour to pass, and to look why.',
  },
  safetyEnabled: {
    description: 'the risk rules; off only without money',
    reason: 'Nothing else bounds what can be lost. With real money they are always on.',
  },
} satisfies Record<string, OptionHelp>;

const detection = {
  autoTrade: {
    description: 'who may be bought',
    reason: 'Buys nothing that a person has not chosen; widen it once you trust what is found.',
  },
  quotes: {
    description: 'quote coins that are traded',
    reason: 'Limits are kept in one coin, so that they add up.',
  },
  denyBases: {
    description: 'coins never bought; * stands for any text',
    reason: 'Leveraged tokens are products, not new coins; their names end like this.',
  },
  allowBases: {
    description: 'only these coins; empty means any',
    reason: 'Nobody knows the names of new coins beforehand; fill it to try a few.',
  },
  surprises: {
    description: 'buy listings that nobody announced',
    reason: 'One source alone vouches for what nobody announced: allow it once you trust it.',
  },
  minConfidence: {
    description: 'points a listing needs',
    unit: 'points',
    reason: 'The exchange’s record with an opening reaches it, or two pages; one does not.',
  },
  maxNewPerPoll: {
    description: 'more new pairs at once mean a faulty source',
    unit: 'pairs',
    reason: 'More at once look like a source that has changed its format; none of them is traded.',
  },
} satisfies Record<string, OptionHelp>;

const entry = {
  mode: {
    description: 'wait for the first trade, or fire at the opening (needs maxPrice)',
    reason: 'Before the first trade there is no price to judge, and nothing to compare with.',
  },
  maxPrice: {
    description: 'hard ceiling of the entry, quote per base',
    unit: 'per coin',
    reason: 'No ceiling fits all coins: set it per listing. It holds in every mode.',
  },
  slippage: {
    description: 'limit above the best ask',
    unit: '%',
    reason: 'Room for the ask to move while the order travels; more would be chasing it.',
  },
  maxOverFirst: {
    description: 'limit above the first trade',
    unit: '%',
    reason:
      'Of 98 coins on their first day, 93 % rose another 30 % from 1.5 times the open, 63 % from twice. Coins that vanished are not among them.',
  },
  minPrint: {
    description: 'smaller first trades do not count',
    unit: 'quote',
    reason: 'A trade of a few cents sets no price: anybody can print one to mislead.',
  },
  freshness: {
    description: 'longest time since the first evidence of trading',
    unit: 'ms',
    reason: 'A second later the first move may be over: late is skipped, with the number.',
  },
  window: {
    description: 'attempts are made this long after the opening',
    unit: 's',
    reason: 'Room for a pair that opens a little late; after a minute it is no opening any more.',
  },
  retryEvery: {
    description: 'pause between attempts',
    unit: 'ms',
    reason: 'Ten tries a second are the whole order budget; after 5 s it is one a second at most.',
  },
  maxUnfilled: {
    description: 'attempts that fill nothing',
    unit: 'times',
    reason: 'Five empty answers mean that others are faster.',
  },
  maxReprices: {
    description: 'new prices after a refused price',
    unit: 'times',
    reason: 'Enough for a price that has moved; more would be guessing.',
  },
  maxSpread: {
    description: 'widest spread that is entered',
    unit: '%',
    reason: 'Wider, and the way back alone costs what may be gained.',
  },
  minAskDepth: {
    description: 'asks in the book, times budget',
    unit: '× budget',
    reason: 'With less for sale than is to be bought, the order itself would drive the price.',
  },
} satisfies Record<string, OptionHelp>;

const exit = {
  ladder: {
    description: 'targets: sell this fraction at this gain',
    reason: 'Half out early pays for most of the risk, a quarter shares a run, the rest follows.',
  },
  gain: {
    description: 'gain over the entry',
    unit: '%',
    reason: 'Over the average price that was paid.',
  },
  fraction: {
    description: 'part of the whole position',
    unit: 'of 1',
    reason: 'Of all that was bought, not of what is left.',
  },
  stop: {
    description: 'stop below the entry, judged on the best bid',
    unit: '%',
    reason: 'New coins swing widely: a closer stop sells in ordinary noise.',
  },
  stopConfirm: {
    description: 'a stop must stay crossed for this long',
    unit: 'ms',
    reason: 'One stray bid is no fall; a fifth of a second tells.',
  },
  trailing: {
    description: 'stop that follows the highest bid',
    reason: 'Of 98 first days the high was 2.9 times the open, the close 2.2 times (medians).',
  },
  trailingArm: {
    description: 'gain that arms it',
    unit: '%',
    reason: 'Below the first target: a rise that just misses it is kept.',
  },
  trailingDistance: {
    description: 'distance below the highest bid',
    unit: '%',
    reason: 'From +25 % on it keeps +10 %, and leaves room to swing.',
  },
  breakEven: {
    description: 'after this target the stop is the entry plus fees',
    unit: 'target',
    reason: 'Once the first target has paid, the rest should not become a loss.',
  },
  timeStop: {
    description: 'after this a gain below 5 % is sold',
    unit: 'min',
    reason: 'What has not moved by then has missed its moment: the money is freed.',
  },
  maxHold: {
    description: 'after this everything is sold',
    unit: 'min',
    reason: 'All figures behind these defaults are of first days.',
  },
  slackSteps: {
    description: 'how far below the bid each attempt goes; the price band comes last',
    unit: '%',
    reason: 'Begins where it costs little, ends where nearly everything sells.',
  },
  stepEvery: {
    description: 'pause between attempts to sell',
    unit: 'ms',
    reason: 'Time for an answer and a fresh book, within the order budget.',
  },
  profitFloor: {
    description: 'a target sale does not go lower than this below target',
    unit: '%',
    reason: 'A target is no emergency: if its bid has gone, the coins are kept, and stops go on.',
  },
  market: {
    description: 'market order as last resort',
    reason: 'Often refused in the first minutes of a pair, and it bounds no price.',
  },
  restingTarget: {
    description: 'first target rests on the book',
    reason: 'A stop would have to cancel it first, when time matters most.',
  },
} satisfies Record<string, OptionHelp>;

const running = {
  recvWindowEntry: {
    description: 'an order to buy arrives within this, or is refused',
    unit: 'ms',
    reason: 'What travels longer than a second is refused by the exchange, and not bought late.',
  },
  recvWindowExit: {
    description: 'an order to sell arrives within this, or is refused',
    unit: 'ms',
    reason: 'Priced by the newest bid: better refused and sent again than sold at an old price.',
  },
  orderRate: {
    description: 'order calls per second',
    unit: 'per s',
    reason: 'The exchange allows about 12 to place and cancel together; two stay in hand.',
  },
  exitReserve: {
    description: 'of them kept for exits',
    unit: 'per s',
    reason: 'Sales never wait behind purchases.',
  },
  stalePrice: {
    description: 'silence after which a price is called stale',
    unit: 's',
    reason: 'New pairs pause; a longer silence may be a broken stream.',
  },
  blindAlert: {
    description: 'time without a guard after which people are told',
    unit: 's',
    reason: 'A guard that died is replaced within seconds; what lasts longer needs a person.',
  },
  reconcileEvery: {
    description: 'record and account are compared this often',
    unit: 's',
    reason: 'Half a minute of not knowing, for a small part of the request budget.',
  },
  wallet: {
    description: 'what a dry run begins with',
    unit: 'quote',
    reason: 'Small enough that limits are met, as with a small account.',
  },
  latency: {
    description: 'added to the measured round trip',
    unit: 'ms',
    reason: 'An order takes longer than the question that was measured.',
  },
  haircut: {
    description: 'of the book that others are quicker to take',
    unit: '%',
    reason: 'Others are quicker to half of the book; without it results flatter.',
  },
  liveConfirmation: {
    description: 'a typed confirmation of real money holds this long',
    unit: 'days',
    reason: 'Short enough that nobody forgets that real money runs.',
  },
} satisfies Record<string, OptionHelp>;

/** By what the options are about. */
export const help = { limits, detection, entry, exit, running };
