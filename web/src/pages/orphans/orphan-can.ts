import type { OrphanView } from '#api/orphans/schemas.ts';

/** Why an action is not possible now; null when it is. The server enforces the same. */
export interface Possible {
  readonly adopt: string | null;
  readonly cancel: string | null;
  readonly dismiss: string | null;
}

const COINS = 'these are coins, not an order: nothing proves that they are ours';

export const orphanCan = ({ kind, state }: Pick<OrphanView, 'kind' | 'state'>): Possible => {
  const over = state === 'open' ? null : OVER[state];
  const ofOrder = over ?? (kind === 'balance' ? COINS : null);
  return { adopt: ofOrder, cancel: ofOrder, dismiss: over };
};

const OVER: Readonly<Record<Exclude<OrphanView['state'], 'open'>, string>> = {
  adopted: 'it is adopted',
  cancelled: 'it is cancelled',
  gone: 'it is gone',
  dismissed: 'it is dismissed',
};
