import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { parseArgs } from 'node:util';
import { live, preflight, recover, table, text, type Call, type Row } from './setup/ctl-live.ts';
import { operatorTokenFile } from '#runtime/operator-token.ts';
import { readPrivateFile } from '#runtime/private-file.ts';

// npm run ctl -- <command>: the API for people without a browser. Ends with 0 when it was done, 1
// when the API refused or did not answer, 2 when the command was not understood.

const USAGE = `Usage: npm run ctl -- <command> [--api http://127.0.0.1:8080] [--json]

  status                        whether it runs, what it holds, what is missing
  start [configuration id]      starts the bot
  stop [keep|close]             stops it; positions are kept unless "close"
  trades [open|closed]          the last trades
  listings                      the last listings
  diagnose [pair]               why nothing, or why this pair, was bought
  disarm <pair or trade id>     gives up an entry that was not sent
  sell <pair or trade id>       sells all that is held of it, now
  kill <pauseEntries|halt|flatten> <reason>
                                nothing is bought; flatten sells everything
  release                       releases the kill switch
  live                          what is missing before real money is spent
  preflight                     puts the key in use to the test, without an order
  recover                       after a lost key file, with the keys entered again: takes open trades back
  sign-in-link [name] [--reset] a link that signs a user in once; --reset forgets a lost password
  tokens                        tokens for programs
  token <viewer|operator> <name>
                                makes one, and shows it once
  revoke <token id>             it works no more
  forget-sealed                 after the key file was lost: forgets what it sealed

It calls as operator with the token of DATA_DIR/operator-token, or with SNIPER_TOKEN if that is set.`;

class UsageError extends Error {}
class Refused extends Error {}

const { values, positionals } = readArguments();
if (existsSync('.env')) loadEnvFile('.env');
const api = values.api ?? `http://127.0.0.1:${process.env['API_PORT'] ?? '8080'}`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        api: { type: 'string' },
        json: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

/** What proves that an operator asks; empty where there is neither token nor file. */
const authorization = async (): Promise<Record<string, string>> => {
  const file = operatorTokenFile(process.env['DATA_DIR'] ?? '.data');
  const token = process.env['SNIPER_TOKEN'] ?? (await readPrivateFile(file))?.trim();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

/** One call of the API; throws Refused with its sentence. A command is one command, however often. */
const call = async (path: string, { method, body }: Call = {}): Promise<Row> => {
  let response: Response;
  try {
    response = await fetch(new URL(`/api${path}`, api), {
      method: method ?? 'GET',
      headers: {
        ...(await authorization()),
        ...(method === undefined ? {} : { 'idempotency-key': randomUUID() }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(path === '/recover' ? 90_000 : 15_000),
    });
  } catch {
    throw new Refused(`Nothing answers at ${api}. Is it running (npm start)? Another port: --api.`);
  }
  const answer = (await response.json().catch(() => ({}))) as Row; // an object by the contract
  if (response.ok || (path === '/health/ready' && response.status === 503)) return answer;
  const { message } = (answer['error'] ?? {}) as { message?: string }; // the API's own envelope
  throw new Refused(message ?? `The API answered ${response.status}.`);
};

const items = (page: Row): readonly Row[] => page['items'] as readonly Row[]; // every list has them

const show = (answer: unknown, lines: readonly string[]): void =>
  console.log(values.json ? JSON.stringify(answer, null, 2) : lines.join('\n'));

const status = async (): Promise<void> => {
  const [bot, ready, risk] = await Promise.all([
    call('/bot/status'),
    call('/health/ready'),
    call('/risk/metrics'),
  ]);
  const metrics = bot['metrics'] as Row; // these four by the contract
  const parts = Object.entries(ready['parts'] as Readonly<Record<string, Row>>);
  const kill = risk['kill'] as Row | null;
  const run = bot['run'] as Row | null;
  show({ bot, ready, kill }, [
    bot['running'] === true ? 'Running' : 'Stopped',
    ...(run === null || run['progress'] === null ? [] : [`Progress: ${text(run['progress'])}`]),
    `Open positions: ${text(metrics['openPositions'])}, armed: ${text(metrics['armed'])}, closed: ${text(metrics['closedTrades'])}`,
    `Profit today: ${text(risk['profitToday'])} ${text(risk['quote'])}`,
    `Kill switch: ${kill === null ? 'off' : `${text(kill['level'])}: ${text(kill['reason'])}`}`,
    ...parts
      .filter(([, part]) => part['ok'] !== true)
      .map(([name, part]) => `Missing: ${name} (${text(part['detail'])})`),
  ]);
};

const trades = async (which: string | undefined): Promise<void> => {
  if (which !== undefined && which !== 'open' && which !== 'closed')
    throw new UsageError('trades: "open", "closed" or nothing');
  const answer = await call(`/trades?limit=20${which === undefined ? '' : `&status=${which}`}`);
  const rows = items(answer).map((trade) => [
    text(trade['id']),
    text(trade['symbol']),
    text(trade['outcome'] ?? trade['phase']),
    text(trade['profit']),
    text(trade['summary']),
  ]);
  show(answer, table([['ID', 'PAIR', 'STATE', 'PROFIT', 'SUMMARY'], ...rows]));
};

const listings = async (): Promise<void> => {
  const answer = await call('/listings?limit=20');
  const rows = items(answer).map((listing) => [
    text(listing['id']),
    text(listing['symbol']),
    text(listing['state']),
    text(listing['opensAt']),
    text(listing['source']),
    text(listing['confidence']),
  ]);
  show(answer, table([['ID', 'PAIR', 'STATE', 'OPENS', 'SOURCE', 'CONFIDENCE'], ...rows]));
};

const diagnose = async (pair: string | undefined): Promise<void> => {
  const query = pair === undefined ? '' : `?symbol=${encodeURIComponent(pair)}`;
  const answer = await call(`/diagnosis${query}`);
  const rows = (answer['checks'] as readonly Row[]).map((check) => [
    text(check['state']),
    text(check['name']),
    text(check['text']),
  ]);
  show(answer, [text(answer['headline']), '', ...table(rows)]);
};

/** The id of an open trade, which may be given as its pair. */
const tradeId = async (wanted: string | undefined): Promise<string> => {
  if (wanted === undefined) throw new UsageError('Which trade? Give its pair or its id.');
  const page = await call(`/trades?status=open&symbol=${encodeURIComponent(wanted)}`);
  return text(items(page)[0]?.['id'] ?? wanted);
};

const command = async (name: 'sell' | 'disarm', wanted: string | undefined): Promise<void> => {
  const id = await tradeId(wanted);
  const path = `/trades/${encodeURIComponent(id)}/${name}`;
  const answer = await call(path, {
    method: 'POST',
    body: { reason: 'asked on the command line' },
  });
  show(answer, [`${name} ${id}: ${text(answer['state'])}`]);
};

const kill = async (level: string | undefined, reason: string): Promise<void> => {
  if (level === undefined || reason === '') throw new UsageError('kill: a level and a reason');
  const answer = await call('/risk/kill', { method: 'POST', body: { level, reason } });
  show(answer, [`The kill switch is set: ${level}`]);
};

const signInLink = async (name: string | undefined): Promise<void> => {
  const answer = await call('/auth/links', {
    method: 'POST',
    body: { ...(name === undefined ? {} : { name }), reset: values.reset },
  });
  show(answer, [`${api}/sign-in#${text(answer['secret'])}`, 'It works once, for ten minutes.']);
};

const tokens = async (): Promise<void> => {
  const answer = await call('/auth/tokens');
  const rows = items(answer).map((each) =>
    [
      each['id'],
      each['name'],
      each['role'],
      each['hint'],
      each['lastUsedAt'],
      each['revokedAt'],
    ].map(text),
  );
  show(answer, table([['ID', 'NAME', 'ROLE', 'ENDS IN', 'USED', 'REVOKED'], ...rows]));
};

const newToken = async (role: string | undefined, name: string): Promise<void> => {
  if (role === undefined || name === '') throw new UsageError('token: a role and a name');
  const answer = await call('/auth/tokens', { method: 'POST', body: { role, name } });
  show(answer, [text(answer['token']), 'It is shown this once.']);
};

const run = async ([name = '', first, ...rest]: readonly string[]): Promise<void> => {
  switch (name) {
    case 'status':
      return status();
    case 'start': {
      const body = first === undefined ? {} : { configurationId: first };
      const answer = await call('/bot/start', { method: 'POST', body });
      return show(answer, [`Started run ${text(answer['runId'])}`]);
    }
    case 'stop': {
      const answer = await call('/bot/stop', {
        method: 'POST',
        body: { positions: first ?? 'keep' },
      });
      return show(answer, [`Stopping: ${text(answer['state'])}`]);
    }
    case 'trades':
      return trades(first);
    case 'listings':
      return listings();
    case 'diagnose':
      return diagnose(first);
    case 'sell':
    case 'disarm':
      return command(name, first);
    case 'kill':
      return kill(first, rest.join(' '));
    case 'release': {
      const answer = await call('/risk/kill', { method: 'DELETE' });
      return show(answer, ['The kill switch is released']);
    }
    case 'live':
      return show(...(await live(call)));
    case 'preflight':
      return show(...(await preflight(call)));
    case 'recover':
      return show(...(await recover(call)));
    case 'sign-in-link':
      return signInLink(first);
    case 'tokens':
      return tokens();
    case 'token':
      return newToken(first, rest.join(' '));
    case 'revoke': {
      if (first === undefined) throw new UsageError('revoke: the id of a token');
      const answer = await call(`/auth/tokens/${encodeURIComponent(first)}`, { method: 'DELETE' });
      return show(answer, [`Revoked ${text(answer['name'])}`]);
    }
    case 'forget-sealed': {
      const answer = await call('/credentials', { method: 'DELETE' });
      return show(answer, ['Forgotten. Start everything again, and enter the exchange keys.']);
    }
    default:
      throw new UsageError(name === '' ? 'Say what to do.' : `There is no "${name}".`);
  }
};

try {
  await run(positionals);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof Refused) console.error(error.message);
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
