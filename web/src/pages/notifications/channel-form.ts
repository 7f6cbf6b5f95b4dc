import type { ChannelView } from '#api/notifications/schemas.ts';

export type Kind = ChannelView['kind'];

/** What stands in the form; each kind uses some of it. */
export interface Typed {
  readonly kind: Kind;
  readonly name: string;
  readonly botToken: string;
  readonly chatId: string;
  readonly webhookUrl: string;
  readonly signingSecret: string;
}

export const NOTHING: Typed = {
  kind: 'telegram',
  name: '',
  botToken: '',
  chatId: '',
  webhookUrl: '',
  signingSecret: '',
};

type TextField = Exclude<keyof Typed, 'kind'>;

interface FieldText {
  readonly name: TextField;
  readonly label: string;
  readonly hint: string;
  readonly isSecret?: true;
}

const NAME: FieldText = { name: 'name', label: 'Name', hint: 'as you know it: my phone' };
const URL_OF = (where: string): FieldText => ({
  name: 'webhookUrl',
  label: 'Webhook address',
  hint: where,
  isSecret: true,
});

/** The fields of each kind, in their order. */
export const FIELDS: Readonly<Record<Kind, readonly FieldText[]>> = {
  telegram: [
    NAME,
    { name: 'botToken', label: 'Token of your bot', hint: 'from @BotFather', isSecret: true },
    { name: 'chatId', label: 'Number of the chat', hint: 'write to the bot, then see getUpdates' },
  ],
  discord: [NAME, URL_OF('from the settings of the Discord channel, Integrations')],
  slack: [NAME, URL_OF('from a Slack app with incoming webhooks')],
  webhook: [
    NAME,
    URL_OF('takes POSTs of JSON'),
    {
      name: 'signingSecret',
      label: 'Signing secret',
      hint: '24 characters or more; signs each message as standardwebhooks.com says',
      isSecret: true,
    },
  ],
};

/** Empty fields; what is in the others is judged by the API. */
export const problemsOf = (typed: Typed): Partial<Record<TextField, string>> =>
  Object.fromEntries(
    FIELDS[typed.kind]
      .filter(({ name }) => typed[name].trim() === '')
      .map(({ name }) => [name, 'is needed']),
  );

/** What the API wants: the fields of the kind, and no others. */
export const inputOf = (typed: Typed): Readonly<Record<string, string>> => ({
  kind: typed.kind,
  ...Object.fromEntries(FIELDS[typed.kind].map(({ name }) => [name, typed[name].trim()])),
});
