import { randomBytes } from 'node:crypto';
import type { UsableChannel } from '#prisma/notifications.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Telegram } from '../senders/telegram.ts';
import { askAs, type Fetch } from './ask.ts';
import { answerTo, sentenceOf, type Answer } from './commands.ts';
import { callTelegram, nextUpdates, type Said } from './updates.ts';

type ChatDeps = Pick<ApiDeps, 'db' | 'clock' | 'log' | 'hosts'>;

/** A question is answered within this time, or asked again. */
const CONFIRM_WITHIN_MS = 60_000;
/** What was written longer ago, while nobody listened, is not done now. */
const STALE_MS = 120_000;
/** After a failure Telegram is left alone for this long. */
const PAUSE_MS = 5000;
const TEXT_MAX = 3500;

export interface Chat {
  readonly deps: ChatDeps;
  readonly fetchApi: Fetch;
  readonly channel: UsableChannel;
  readonly target: Telegram;
  readonly signal: AbortSignal;
}

interface Asked {
  readonly run: Extract<Answer, { kind: 'confirm' }>['run'];
  readonly untilMs: number;
}

/**
 * Answers what is written in one chat, until `signal`. What was read is noted before it is done: a
 * command is done once or, when this process dies in between, not at all.
 */
export const listenToChat = async (chat: Chat): Promise<void> => {
  const { deps, channel, target, signal } = chat;
  const asked = new Map<string, Asked>();
  let offset = Number(channel.nextUpdate ?? 0);
  let failing = false;
  while (!signal.aborted)
    try {
      const { said, nextOffset } = await nextUpdates(target, { offset, signal });
      if (nextOffset !== offset)
        await deps.db.notificationChannel.update({
          where: { id: channel.id },
          data: { nextUpdate: nextOffset },
        });
      offset = nextOffset;
      failing = false;
      for (const each of said) await hear(chat, asked, each);
    } catch (error) {
      if (signal.aborted) return;
      if (!failing) deps.log.warn({ err: error, channelId: channel.id }, 'The chat is not heard');
      failing = true;
      await pause(PAUSE_MS, signal);
    }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });

/** One chat may command; who writes elsewhere is not even answered. */
const hear = async (chat: Chat, asked: Map<string, Asked>, said: Said): Promise<void> => {
  const { deps, channel, target } = chat;
  if (said.chatId !== target.chatId) {
    const { chatId, who } = said;
    return deps.log.warn({ channelId: channel.id, chatId, who }, 'A stranger wrote to the bot');
  }
  if (said.atMs !== null && deps.clock.now() - said.atMs > STALE_MS)
    return reply(chat, { text: `Too old to be done now: ${said.text.slice(0, 100)}` });
  if (said.kind === 'button') return press(chat, asked, said);
  return tell(chat, asked, await answerTo(said.text, askFor(chat, said)));
};

const askFor = ({ deps, fetchApi, channel }: Chat, { who }: Said) =>
  askAs(fetchApi, deps.hosts[0] ?? '', {
    id: `telegram:${channel.id}`,
    name: `telegram:${who}`,
    role: 'operator',
    via: 'token',
  });

/** "yes <token>", "no <token>", or "sell <trade>" under a message that told of it. */
const press = async (chat: Chat, asked: Map<string, Asked>, said: Said): Promise<void> => {
  const { deps } = chat;
  await call(chat, 'answerCallbackQuery', { callback_query_id: said.pressId });
  const [verb = '', token = ''] = said.text.split(' ');
  if (verb === 'sell') return tell(chat, asked, await answerTo(said.text, askFor(chat, said)));
  const question = asked.get(token);
  asked.delete(token);
  if (question === undefined || question.untilMs < deps.clock.now())
    return reply(chat, { text: 'Too late: ask again.' });
  if (verb !== 'yes') return reply(chat, { text: 'Nothing was done.' });
  const text = await question.run(askFor(chat, said)).catch(sentenceOf);
  return reply(chat, { text });
};

const tell = async (chat: Chat, asked: Map<string, Asked>, answer: Answer): Promise<void> => {
  if (answer.kind === 'said') return reply(chat, { text: answer.text });
  const nowMs = chat.deps.clock.now();
  for (const [token, { untilMs }] of asked) if (untilMs < nowMs) asked.delete(token);
  const token = randomBytes(9).toString('base64url');
  asked.set(token, { run: answer.run, untilMs: nowMs + CONFIRM_WITHIN_MS });
  const buttons = [
    { text: 'Yes, do it', callback_data: `yes ${token}` },
    { text: 'No', callback_data: `no ${token}` },
  ];
  return reply(chat, { text: answer.text, reply_markup: { inline_keyboard: [buttons] } });
};

/** Plain text: nothing in it is read as anything else. */
const reply = (chat: Chat, body: { readonly text: string; readonly reply_markup?: object }) =>
  call(chat, 'sendMessage', {
    ...body,
    text: body.text.slice(0, TEXT_MAX),
    chat_id: chat.target.chatId,
  });

/** What cannot be said is logged: the command was done all the same. */
const call = async ({ deps, target, signal }: Chat, method: string, body: object) => {
  await callTelegram(target, method, { body, signal }).catch((error: unknown) =>
    deps.log.warn({ err: error }, 'An answer could not be sent'),
  );
};
