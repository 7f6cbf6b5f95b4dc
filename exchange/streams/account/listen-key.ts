import type { ListenKeyCalls } from '../../client.ts';
import { ExchangeError } from '../../failure.ts';

/** A listen key that is kept alive, and replaced when it dies. */
export interface HeldKey {
  /** The key to connect with: the one that works, or a new one. */
  get(): Promise<string>;
  /** The exchange accepted private channels with it. */
  works(): void;
  /** Gives the key back, as far as the exchange answers. */
  close(): Promise<void>;
}

interface HeldKeySettings {
  /** The exchange does not know the key any more; what is connected with it is deaf. */
  onDead(): void;
  readonly checkMs?: number;
  readonly renewAfterMs?: number;
}

// A key lives 60 minutes and is renewed by PUT; an account has 60 of them. Whether a socket is
// closed when its key dies is not documented, so the list is asked. (Documentation, 2026-11-20)
const CHECK_MS = 60_000;
const RENEW_AFTER_MS = 20 * 60_000;

/** Makes no call before the first `get`. */
export const createListenKey = (calls: ListenKeyCalls, settings: HeldKeySettings): HeldKey =>
  new KeptKey(calls, settings);

class KeptKey implements HeldKey {
  private readonly calls: ListenKeyCalls;
  private readonly settings: HeldKeySettings;
  private readonly timer: NodeJS.Timeout;
  private key: string | null = null;
  private renewedMs = 0;
  /** How often `get` has given this key without a sign that it works. */
  private unproven = 0;
  private closed = false;

  constructor(calls: ListenKeyCalls, settings: HeldKeySettings) {
    this.calls = calls;
    this.settings = settings;
    this.timer = setInterval(() => void this.lookAfter(), settings.checkMs ?? CHECK_MS);
  }

  async get(): Promise<string> {
    // One further try with the same key: sockets end often, keys seldom, and there are only 60.
    if (this.key !== null && this.unproven < 2) {
      this.unproven += 1;
      return this.key;
    }
    const key = await this.calls.create();
    if (this.closed) {
      // Asked for before the end, answered after it: an account has only 60.
      await this.giveBack(key);
      throw new Error('the listen key was given back');
    }
    this.key = key;
    this.renewedMs = performance.now();
    this.unproven = 1;
    return key;
  }

  works(): void {
    this.unproven = 0;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    const { key } = this;
    this.key = null;
    if (key !== null) await this.giveBack(key);
  }

  /** As far as the exchange answers: it dies within the hour anyway. */
  private giveBack(key: string): Promise<void> {
    return this.calls.close(key).catch(() => undefined);
  }

  private async lookAfter(): Promise<void> {
    const { key } = this;
    if (key === null) return;
    const dead = await this.isDead(key);
    if (!dead || this.key !== key) return;
    this.key = null;
    this.settings.onDead();
  }

  /** False also when nobody knows: without an answer the key is kept. */
  private async isDead(key: string): Promise<boolean> {
    try {
      const renewAfterMs = this.settings.renewAfterMs ?? RENEW_AFTER_MS;
      if (performance.now() - this.renewedMs > renewAfterMs) {
        await this.calls.renew(key);
        this.renewedMs = performance.now();
      }
      return !(await this.calls.list()).includes(key);
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.failure.kind !== 'refused') return false;
      return error.failure.refusal !== 'clock';
    }
  }
}
