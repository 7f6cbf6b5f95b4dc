import type { Clock } from '#domain/ports.ts';
import type { ExchangeClient } from '#exchange/client.ts';

/** What one answer said of the account. */
export interface ReadBalances {
  readonly balances: Awaited<ReturnType<ExchangeClient['balances']>>;
  /** When it was asked for, epoch ms: what was booked later may be missing. */
  readonly askedAtMs: number;
}

/** The account's balances, shared by entries that are judged at one instant. */
export interface BalanceMemory {
  /** At most a second old. Throws when the exchange does not answer. */
  recent(): Promise<ReadBalances>;
}

/** The ledger knows what was spent since; money that came since is not missed by an entry. */
const RECENT_MS = 1000;

export const createBalanceMemory = (
  exchange: Pick<ExchangeClient, 'balances'>,
  clock: Clock,
): BalanceMemory => {
  let last: { readonly askedAtMs: number; readonly read: Promise<ReadBalances> } | null = null;
  const ask = () => {
    const askedAtMs = clock.now();
    const read = exchange.balances().then((balances) => ({ balances, askedAtMs }));
    const asked = { askedAtMs, read };
    read.catch(() => {
      if (last === asked) last = null; // the next one asks itself
    });
    return asked;
  };
  return {
    recent: () => {
      if (last === null || clock.now() - last.askedAtMs > RECENT_MS) last = ask();
      return last.read;
    },
  };
};
