import { tradingOptions } from '#domain/configuration.ts';
import type { BotHealth } from '#prisma/generated/client.ts';
import { readGate } from '#prisma/live.ts';
import type { ApiDeps } from '../deps.ts';
import { askerOf } from '../live/view.ts';
import type { Part } from '../schemas/system.ts';
import { exchangeView, processPart } from '../views/health-view.ts';
import { failed, passed, type Finding, type Question } from './check.ts';

/** What must be true for anything to be traded at all, in the order in which it depends. */
export const systemQuestions = (deps: ApiDeps): readonly Question[] => [
  ...serverQuestions(deps),
  {
    name: 'worker',
    question: 'Does a worker live?',
    look: async () => alive(deps, await beats(deps), 'worker'),
    goOn: true,
  },
  {
    name: 'monitor',
    question: 'Does a monitor live?',
    look: async () => alive(deps, await beats(deps), 'monitor'),
    goOn: true,
  },
  { name: 'run', question: 'Is the bot started?', look: () => runFinding(deps), goOn: true },
  {
    name: 'exchange',
    question: 'Does the exchange answer the monitor?',
    look: () => exchangeFinding(deps),
    goOn: true,
  },
  {
    name: 'sources',
    question: 'Does every source of listings answer?',
    look: () => sourcesFinding(deps),
    goOn: true,
  },
  { name: 'kill', question: 'Is the kill switch off?', look: () => killFinding(deps), goOn: true },
  {
    name: 'autoTrade',
    question: 'May the bot buy by itself?',
    look: () => autoTradeFinding(deps),
    goOn: true,
  },
  {
    name: 'liveGate',
    question: 'May entries be sent in this mode?',
    look: () => gateFinding(deps),
    goOn: true,
  },
];

const gateFinding = async (deps: ApiDeps): Promise<Finding> => {
  const { venue } = deps.installation;
  if (venue.orders === 'play') return passed('It trades the simulator: no real money.');
  if (venue.orders === 'paper') return passed('Dry run: no order is sent.');
  const { parts } = await readGate(deps.db, await askerOf(deps), deps.clock.now());
  const missing = parts.find(({ state }) => state !== 'met');
  return missing === undefined
    ? passed('Every part of the live gate is met: entries spend real money.')
    : failed(missing.text, missing.todo ?? 'See the page of going live.', '/live');
};

const serverQuestions = (deps: ApiDeps): readonly Question[] => [
  {
    name: 'database',
    question: 'Does the database answer?',
    look: async () =>
      (await answers(deps.db.$queryRaw`SELECT 1`))
        ? passed('The database answers.')
        : failed('The database does not answer.', 'Start it, or see its log.', '/system'),
  },
  {
    name: 'temporal',
    question: 'Does Temporal answer?',
    look: async () =>
      (await answers(deps.temporal.ping()))
        ? passed('Temporal answers.')
        : failed('Temporal does not answer.', 'Start it, or see its log.', '/system'),
    goOn: true,
  },
];

const answers = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );

const beats = (deps: ApiDeps): Promise<BotHealth[]> => deps.db.botHealth.findMany();

const alive = (
  deps: ApiDeps,
  rows: readonly BotHealth[],
  process: 'monitor' | 'worker',
): Finding => {
  const part: Part = processPart(rows, process, deps.clock.now());
  return part.ok
    ? passed(`The ${process} lives.`)
    : failed(`No ${process} lives: ${part.detail}.`, `Start the ${process}.`, '/system');
};

/** The run that is watching; null while none is. */
const activeRun = async (deps: ApiDeps) =>
  deps.db.botRun.findFirst({
    where: { installationId: await deps.installation.id(), state: { in: ['starting', 'running'] } },
    orderBy: { startedAt: 'desc' },
    include: { configuration: true },
  });

const runFinding = async (deps: ApiDeps): Promise<Finding> => {
  const run = await activeRun(deps);
  return run === null
    ? failed('The bot is stopped: nobody looks for listings.', 'Start it.', '/system')
    : passed(`The bot runs with ${run.configuration.name} v${run.configuration.version}.`);
};

const seenExchange = async (deps: ApiDeps) =>
  exchangeView(await beats(deps), {
    nowMs: deps.clock.now(),
    watching: (await activeRun(deps)) !== null,
  });

const exchangeFinding = async (deps: ApiDeps): Promise<Finding> => {
  const seen = await seenExchange(deps);
  return seen.ok
    ? passed(`The exchange answers in ${Math.round(seen.restLatencyMs ?? 0)} ms.`)
    : failed(
        `The exchange: ${seen.detail}.`,
        'See its status page and the network of this machine.',
        '/system',
      );
};

const sourcesFinding = async (deps: ApiDeps): Promise<Finding> => {
  if ((await activeRun(deps)) === null)
    return { state: 'waiting', text: 'No source is asked while the bot is stopped.' };
  const { sources } = await seenExchange(deps);
  const silent = sources.filter((source) => !source.ok);
  if (sources.length === 0)
    return failed('No source has answered yet.', 'See the log of the monitor.', '/system');
  return silent.length === 0
    ? passed(`${sources.length} sources answer: ${sources.map(({ name }) => name).join(', ')}.`)
    : failed(
        `Silent: ${silent.map(({ name, lastError }) => `${name} (${lastError ?? 'no answer'})`).join(', ')}.`,
        'Listings that only this source knows are missed; see the log of the monitor.',
        '/system',
      );
};

const killFinding = async (deps: ApiDeps): Promise<Finding> => {
  const installationId = await deps.installation.id();
  const kill = await deps.db.killSwitch.findUnique({ where: { installationId } });
  return kill === null
    ? passed('The kill switch is off.')
    : failed(
        `The kill switch is set (${kill.level}, ${kill.reason}): nothing is bought.`,
        'Release it when its reason is gone.',
        '/risk',
      );
};

const autoTradeFinding = async (deps: ApiDeps): Promise<Finding> => {
  const run = await activeRun(deps);
  const installationId = await deps.installation.id();
  const row =
    run?.configuration ??
    (await deps.db.botConfiguration.findFirst({ where: { installationId, active: true } }));
  if (row === null) return failed('There is no configuration.', 'Write one.', '/configuration');
  const { autoTrade } = tradingOptions.parse(row.options);
  return autoTrade === 'off'
    ? failed('autoTrade is off: nothing is bought.', 'Change it, start again.', '/configuration')
    : passed(`autoTrade is ${autoTrade}.`);
};
