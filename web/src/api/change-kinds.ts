import type { Change, ChangeKind } from '#api/schemas/event.ts';

/** Names of the server-sent events: a new kind on the server does not compile until it is here. */
const kinds: Readonly<Record<ChangeKind, true>> = {
  listing: true,
  trade: true,
  order: true,
  log: true,
  plan: true,
  alert: true,
  orphan: true,
  run: true,
  health: true,
  kill: true,
  configuration: true,
  live: true,
};

export const changeKinds = Object.keys(kinds) as readonly ChangeKind[]; // the keys above

export type { Change, ChangeKind };
