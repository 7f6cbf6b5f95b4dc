import { createHash } from 'node:crypto';
import type { Account } from '../venue/account.ts';
import { ApiError } from '../venue/api-error.ts';
import type { Venue } from '../venue/venue.ts';

const keysPerAccount = 60;

export interface ListenKey {
  readonly key: string;
  readonly account: Account;
  expiresMs: number;
}

/** Keys of private streams: 64 characters, valid an hour, renewed by PUT. */
export class ListenKeys {
  /** Called when a key dies, by time or by DELETE. */
  onDeath: ((key: ListenKey) => void) | null = null;
  readonly #venue: Venue;
  readonly #keys = new Map<string, ListenKey>();
  #made = 0;

  constructor(venue: Venue) {
    this.#venue = venue;
  }

  create(account: Account): string {
    if (this.list(account).length >= keysPerAccount) {
      throw new ApiError(730003, 'Unsupported operation, please contact the customer service');
    }
    this.#made += 1;
    const text = `${account.secret} ${this.#made} ${this.#venue.clock.nowMs()}`;
    const key = createHash('sha256').update(text).digest('hex');
    this.#keys.set(key, { key, account, expiresMs: this.#expiry() });
    return key;
  }

  renew(account: Account, key: string): void {
    this.#owned(account, key).expiresMs = this.#expiry();
  }

  close(account: Account, key: string): void {
    this.#kill(this.#owned(account, key));
  }

  list(account: Account): string[] {
    this.sweep();
    return [...this.#keys.values()].filter((k) => k.account === account).map((k) => k.key);
  }

  find(key: string): ListenKey | null {
    this.sweep();
    return this.#keys.get(key) ?? null;
  }

  /** Lets keys die whose time is over. */
  sweep(): void {
    const nowMs = this.#venue.clock.nowMs();
    for (const key of this.#keys.values()) if (nowMs >= key.expiresMs) this.#kill(key);
  }

  /** All keys die at once, as at a restart of the exchange. */
  clear(): void {
    for (const key of this.#keys.values()) this.#kill(key);
  }

  #expiry(): number {
    return this.#venue.clock.nowMs() + this.#venue.switches.listenKeyMinutes * 60_000;
  }

  #owned(account: Account, key: string): ListenKey {
    const known = this.find(key);
    if (known === null || known.account !== account) {
      throw new ApiError(730002, 'Parameter error');
    }
    return known;
  }

  #kill(key: ListenKey): void {
    this.#keys.delete(key.key);
    this.onDeath?.(key);
  }
}
