import { fixed, formatFixed, type Fixed } from '../matching/fixed.ts';

export interface Balance {
  free: Fixed;
  locked: Fixed;
}

/** What a key may do; an absent permission is refused with 700007. */
type Permission = 'trade' | 'read';

/** One account with one API key. Every amount of an asset is either free or locked by an order. */
export interface Account {
  readonly name: string;
  readonly apiKey: string;
  readonly secret: string;
  /** Last three digits of its order ids. */
  readonly suffix: string;
  readonly balances: Map<string, Balance>;
  permissions: readonly Permission[];
  /** Null: all symbols. */
  allowedSymbols: readonly string[] | null;
  mxDeduct: boolean;
}

export function balanceOf(account: Account, asset: string): Balance {
  let balance = account.balances.get(asset);
  if (balance === undefined) {
    balance = { free: 0n, locked: 0n };
    account.balances.set(asset, balance);
  }
  return balance;
}

/** Moves free money under lock; the caller has checked that it is there. */
export function lock(account: Account, asset: string, amount: Fixed): void {
  const balance = balanceOf(account, asset);
  if (balance.free < amount) throw new Error(`${account.name} has too little ${asset} to lock`);
  balance.free -= amount;
  balance.locked += amount;
}

/** An account as JSON keeps it. */
export interface AccountRecord {
  readonly name: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly suffix: string;
  readonly balances: readonly (readonly [string, string, string])[];
  readonly permissions: readonly Permission[];
  readonly allowedSymbols: readonly string[] | null;
  readonly mxDeduct: boolean;
}

export function toAccountRecord(account: Account): AccountRecord {
  const balances = [...account.balances].map(
    ([asset, { free, locked }]) => [asset, formatFixed(free), formatFixed(locked)] as const,
  );
  return { ...account, balances };
}

export function fromAccountRecord(record: AccountRecord): Account {
  const balances = new Map(
    record.balances.map(([asset, free, locked]) => [
      asset,
      { free: fixed(free), locked: fixed(locked) },
    ]),
  );
  return { ...record, balances };
}

/** The account that the simulator starts with. */
export function defaultAccount(): Account {
  const balances = new Map([['USDT', { free: fixed('10000'), locked: 0n }]]);
  const key = { name: 'sim', apiKey: 'sim-key', secret: 'sim-secret', suffix: '036' };
  return {
    ...key,
    balances,
    permissions: ['trade', 'read'],
    allowedSymbols: null,
    mxDeduct: false,
  };
}
