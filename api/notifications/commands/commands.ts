import { Refused, type Ask, type Row } from './ask.ts';

// What may be asked in a chat. Each command calls the API; what changes something asks first.

/** An answer, or a question whose "yes" does it. Plain text. */
export type Answer =
  | { readonly kind: 'said'; readonly text: string }
  | {
      readonly kind: 'confirm';
      readonly text: string;
      readonly run: (ask: Ask) => Promise<string>;
    };

interface Command {
  readonly usage: string;
  readonly help: string;
  answer(ask: Ask, words: readonly string[]): Promise<Answer>;
}

const said = (text: string): Answer => ({ kind: 'said', text });
const show = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
const itemsOf = (page: Row): readonly Row[] => page['items'] as readonly Row[]; // every list has them

const status = async (ask: Ask): Promise<Answer> => {
  const [bot, ready, risk, system] = await Promise.all([
    ask('/bot/status'),
    ask('/health/ready'),
    ask('/risk/metrics').catch(() => ({}) as Row), // the rest is worth telling without it
    ask('/system'),
  ]);
  const metrics = bot['metrics'] as Row; // these by the contract
  const kill = (risk['kill'] ?? null) as Row | null;
  const missing = Object.entries(ready['parts'] as Readonly<Record<string, Row>>)
    .filter(([, part]) => part['ok'] !== true)
    .map(([name, part]) => `Missing: ${name} (${show(part['detail'])})`);
  return said(
    [
      `${bot['running'] === true ? 'Running' : 'Stopped'}, ${show(system['mode'])}`,
      `Positions: ${show(metrics['openPositions'])}, armed: ${show(metrics['armed'])}, closed: ${show(metrics['closedTrades'])}`,
      `Profit today: ${show(risk['profitToday'])} ${show(risk['quote'])}`,
      `Kill switch: ${kill === null ? 'off' : `${show(kill['level'])}: ${show(kill['reason'])}`}`,
      ...missing,
    ].join('\n'),
  );
};

const positions = async (ask: Ask): Promise<Answer> => {
  const items = itemsOf(await ask('/positions'));
  return said(
    items.length === 0
      ? 'Nothing is held.'
      : items
          .map(
            (trade) =>
              `${show(trade['symbol'])}: ${show(trade['phase'])}. ${show(trade['summary'])}`,
          )
          .join('\n'),
  );
};

const armed = async (ask: Ask): Promise<Answer> => {
  const items = itemsOf(await ask('/trades?status=open&limit=100')).filter((trade) =>
    ['waiting', 'admitted', 'armed'].includes(show(trade['phase'])),
  );
  return said(
    items.length === 0
      ? 'Nothing waits for its opening.'
      : items.map((trade) => `${show(trade['symbol'])}: ${show(trade['summary'])}`).join('\n'),
  );
};

const profit = async (ask: Ask): Promise<Answer> => {
  const risk = await ask('/risk/metrics');
  const quote = show(risk['quote']);
  return said(
    [
      `Today: ${show(risk['profitToday'])} ${quote}`,
      `In all: ${show(risk['profitTotal'])} ${quote}`,
      `Won ${show(risk['wins'])}, lost ${show(risk['losses'])}`,
      `Held: ${show(risk['exposure'])} ${quote}`,
    ].join('\n'),
  );
};

/** An open trade, named by its pair or its id. */
const openTrade = async (ask: Ask, wanted: string | undefined): Promise<Row> => {
  if (wanted === undefined) throw new Refused('Which one? Name its pair, as /positions shows it.');
  const name = wanted.toLowerCase();
  const found = itemsOf(await ask('/trades?status=open&limit=200')).find(
    (trade) => show(trade['symbol']).toLowerCase() === name || trade['id'] === wanted,
  );
  if (found === undefined) throw new Refused(`There is no open trade ${wanted}.`);
  return found;
};

const tradeCommand =
  (verb: 'sell' | 'disarm', question: (trade: Row) => string): Command['answer'] =>
  async (ask, [wanted]) => {
    const trade = await openTrade(ask, wanted);
    const path = `/trades/${encodeURIComponent(show(trade['id']))}/${verb}`;
    return {
      kind: 'confirm',
      text: question(trade),
      run: async (asked) => {
        const body = { reason: 'asked in the chat' };
        const answer = await asked(path, { method: 'POST', body });
        const state = answer['state'] === 'done' ? 'done' : 'accepted';
        return `${show(trade['symbol'])}: ${verb} ${state}.`;
      },
    };
  };

const killCommand =
  (level: 'pauseEntries' | 'halt' | 'flatten', question: string): Command['answer'] =>
  async (_ask, words) => ({
    kind: 'confirm',
    text: question,
    run: async (ask) => {
      const reason = words.join(' ').slice(0, 200) || 'asked in the chat';
      await ask('/risk/kill', { method: 'POST', body: { level, reason } });
      return `The kill switch is set: ${level}.`;
    },
  });

const resume = async (): Promise<Answer> => ({
  kind: 'confirm',
  text: 'Release the kill switch? Listings are bought again.',
  run: async (ask) => {
    await ask('/risk/kill', { method: 'DELETE' });
    return 'The kill switch is released.';
  },
});

const COMMANDS: Readonly<Record<string, Command>> = {
  status: {
    usage: '/status',
    help: 'whether it runs, what it holds, what is missing',
    answer: status,
  },
  positions: { usage: '/positions', help: 'what is held', answer: positions },
  armed: { usage: '/armed', help: 'what waits for its opening', answer: armed },
  profit: { usage: '/profit', help: 'of today and in all', answer: profit },
  sell: {
    usage: '/sell PAIR',
    help: 'sells all that is held of it, now',
    answer: tradeCommand(
      'sell',
      (trade) => `Sell all of ${show(trade['symbol'])} now? ${show(trade['summary'])}`,
    ),
  },
  disarm: {
    usage: '/disarm PAIR',
    help: 'gives up an entry that was not sent',
    answer: tradeCommand('disarm', (trade) => `Give up buying ${show(trade['symbol'])}?`),
  },
  pause: {
    usage: '/pause [reason]',
    help: 'buys nothing until /resume',
    answer: killCommand('pauseEntries', 'Buy nothing until /resume?'),
  },
  halt: {
    usage: '/halt [reason]',
    help: 'buys nothing, gives up what is armed',
    answer: killCommand('halt', 'Halt? Nothing is bought, what is armed is given up.'),
  },
  flatten: {
    usage: '/flatten [reason]',
    help: 'halts and sells everything',
    answer: killCommand('flatten', 'Halt, and sell everything that is held, now?'),
  },
  resume: { usage: '/resume', help: 'releases the kill switch', answer: resume },
};

const HELP = Object.values(COMMANDS)
  .map(({ usage, help }) => `${usage}: ${help}`)
  .join('\n');

/** The answer to what somebody wrote. Never throws: what went wrong is the answer. */
export const answerTo = async (text: string, ask: Ask): Promise<Answer> => {
  const [first = '', ...words] = text.trim().split(/\s+/);
  const name = first.replace(/^\//, '').replace(/@.*$/, '').toLowerCase();
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return said(HELP);
  return command.answer(ask, words).catch((error: unknown) => said(sentenceOf(error)));
};

/** What went wrong, for people. */
export const sentenceOf = (error: unknown): string =>
  error instanceof Refused ? error.message : 'That did not work; the log says why.';
