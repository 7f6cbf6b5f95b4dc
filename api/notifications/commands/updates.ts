import { z } from 'zod';
import { methodUrl, type Telegram } from '../senders/telegram.ts';

const person = z.object({ id: z.number(), username: z.string().optional() });
const chat = z.object({ id: z.number() });
const update = z.object({
  update_id: z.number().int(),
  message: z
    .object({ date: z.number(), chat, from: person.optional(), text: z.string().optional() })
    .optional(),
  callback_query: z
    .object({
      id: z.string(),
      from: person,
      data: z.string().optional(),
      message: z.object({ chat, message_id: z.number() }).optional(),
    })
    .optional(),
});
const answered = z.object({ result: z.array(z.object({ update_id: z.number().int() }).loose()) });

/** What somebody wrote or pressed. */
export interface Said {
  readonly updateId: number;
  readonly chatId: string;
  /** As Telegram knows them: a name that they chose, or a number. */
  readonly who: string;
  /** When it was written, epoch ms; null for a button. */
  readonly atMs: number | null;
  readonly kind: 'text' | 'button';
  readonly text: string;
  /** Of the button that was pressed; null for a text. */
  readonly pressId: string | null;
}

/** Telegram holds the question open for so long when there is nothing new. */
const WAIT_SECONDS = 25;

/** A call of the Bot API; throws without the address, which has the token in it. */
export const callTelegram = async (
  target: Telegram,
  method: string,
  { body, signal }: { readonly body: object; readonly signal: AbortSignal },
): Promise<unknown> => {
  let response: Response;
  try {
    response = await fetch(methodUrl(target, method), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout((WAIT_SECONDS + 10) * 1000)]),
    });
  } catch {
    throw new Error(`Telegram does not answer ${method}`);
  }
  const text = await response.text();
  if (!response.ok) throw new Error(`Telegram answered ${method} with ${response.status}`);
  return JSON.parse(text);
};

/** Waits for what was said from `offset` on. Updates that nobody can read are passed over. */
export const nextUpdates = async (
  target: Telegram,
  { offset, signal }: { readonly offset: number; readonly signal: AbortSignal },
): Promise<{ readonly said: readonly Said[]; readonly nextOffset: number }> => {
  const body = { offset, timeout: WAIT_SECONDS, allowed_updates: ['message', 'callback_query'] };
  const { result } = answered.parse(await callTelegram(target, 'getUpdates', { body, signal }));
  const nextOffset = Math.max(offset, ...result.map((each) => each.update_id + 1));
  return { said: result.flatMap(saidIn), nextOffset };
};

const saidIn = (raw: unknown): Said[] => {
  const parsed = update.safeParse(raw);
  if (!parsed.success) return [];
  const { update_id: updateId, message, callback_query: press } = parsed.data;
  if (message?.text !== undefined)
    return [
      {
        updateId,
        kind: 'text',
        text: message.text,
        pressId: null,
        chatId: String(message.chat.id),
        who: message.from?.username ?? String(message.from?.id ?? 'unknown'),
        atMs: message.date * 1000,
      },
    ];
  if (press?.data !== undefined && press.message !== undefined)
    return [
      {
        updateId,
        kind: 'button',
        text: press.data,
        pressId: press.id,
        atMs: null,
        chatId: String(press.message.chat.id),
        who: press.from.username ?? String(press.from.id),
      },
    ];
  return [];
};
