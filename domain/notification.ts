// What people may be told of, and how loudly. Muting a message never mutes what it tells of.

/** How a channel tells of an event: loudly, without a sound, or not at all. */
export const notificationLevels = ['on', 'silent', 'off'] as const;
export type NotificationLevel = (typeof notificationLevels)[number];

/** Every event, with how loudly a new channel tells of it. */
export const notificationDefaults = {
  /** An alert of that severity began. */
  critical: 'on',
  warning: 'on',
  info: 'silent',
  /** An alert is over. */
  alertEnded: 'silent',
  /** The risk rules allowed a listing. */
  admitted: 'silent',
  /** An entry waits for its opening. */
  armed: 'silent',
  /** A buy was filled. */
  bought: 'on',
  /** A sale was filled: all of a position, or a part of it; with its result after fees. */
  sale: 'on',
  /** A position is closed: the result of all its sales, each of which was told as it was filled. */
  sold: 'silent',
  /** A listing ended without a position. */
  notBought: 'silent',
  /** The kill switch was set or released. */
  killSwitch: 'on',
  /** The bot was started or has stopped. */
  run: 'on',
} as const satisfies Readonly<Record<string, NotificationLevel>>;

export type NotificationKind = keyof typeof notificationDefaults;

export const notificationKinds = Object.keys(notificationDefaults) as [
  NotificationKind,
  ...NotificationKind[],
]; // the keys of the object above

/** One message, for any channel. All plain text; each sender escapes what its service would read. */
export interface NotificationMessage {
  /** What it is about: the event, or a test that a person asked for. */
  readonly event: NotificationKind | 'test';
  /** simulator | dry-run | test | live: never to be taken for another. */
  readonly mode: string;
  readonly title: string;
  /** One or two sentences: what happened, what to do. */
  readonly text: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  /** Where to look and act; null when no address is known. */
  readonly link: string | null;
  readonly symbol: string | null;
  /** The trade; null when it is about none. */
  readonly tradeId: string | null;
  /** When it happened, ISO 8601. */
  readonly at: string;
}
