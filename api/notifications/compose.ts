import type { NotificationKind, NotificationMessage } from '#domain/notification.ts';

/** What an event comes to; null when there is nothing to tell. */
export interface Composed {
  readonly kind: NotificationKind;
  /** Repeats of it within a quarter of an hour are one message; null: each is told. */
  readonly episode: string | null;
  readonly message: NotificationMessage;
}

export interface Setting {
  readonly mode: string;
  /** Where people reach the dashboard from elsewhere, "https://host"; null when they cannot. */
  readonly origin: string | null;
}

/** The address of a page; null where people cannot reach it. */
export const page = ({ origin }: Setting, path: string): string | null =>
  origin === null ? null : `${origin}${path}`;
