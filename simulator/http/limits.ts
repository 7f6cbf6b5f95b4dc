import { ApiError } from '../venue/api-error.ts';
import type { Switches } from '../venue/switches.ts';

const windowMs = 10_000;

/** Weight of a call by IP and by UID, in the two published tables. */
export interface Weight {
  readonly old: number;
  readonly new: number;
  /** Counts against the orders per second as well. */
  readonly isOrder?: boolean;
}

interface Use {
  readonly atMs: number;
  readonly weight: number;
}

/** Meters calls over 10 s; what is refused costs nothing here but counts towards a ban. */
export class Limits {
  readonly #uses = new Map<string, Use[]>();
  #refusedMs: number[] = [];
  #bannedUntilMs = 0;

  /** Throws 429 or 418 when a call is one too many; `scope` is the endpoint. */
  charge(switches: Switches, call: { scope: string; weight: Weight; nowMs: number }): void {
    if (call.nowMs < this.#bannedUntilMs) throw this.#ban(call.nowMs);
    if (call.weight.isOrder === true && switches.ordersPerSecond !== null) {
      const most = switches.ordersPerSecond;
      this.#add(switches, { scope: 'orders', weight: 1, most, spanMs: 1_000, nowMs: call.nowMs });
    }
    if (switches.callsPerSecond !== null) {
      const most = switches.callsPerSecond;
      this.#add(switches, { scope: 'calls', weight: 1, most, spanMs: 1_000, nowMs: call.nowMs });
    }
    if (switches.rateModel === 'off') return;
    const shared = switches.rateModel === 'shared300';
    const weight = switches.weights === 'old' ? call.weight.old : call.weight.new;
    const scope = shared ? 'all' : call.scope;
    const most = shared ? 300 : 500;
    this.#add(switches, { scope, weight, most, spanMs: windowMs, nowMs: call.nowMs });
  }

  clear(): void {
    this.#uses.clear();
    this.#refusedMs = [];
    this.#bannedUntilMs = 0;
  }

  #add(
    switches: Switches,
    use: { scope: string; weight: number; most: number; spanMs: number; nowMs: number },
  ): void {
    const uses = this.#uses.get(use.scope) ?? [];
    const live = uses.filter((past) => past.atMs > use.nowMs - use.spanMs);
    this.#uses.set(use.scope, live);
    const sum = live.reduce((total, past) => total + past.weight, 0);
    if (sum + use.weight > use.most) throw this.#refuse(switches, use.nowMs);
    const last = live.at(-1);
    if (last !== undefined && last.atMs === use.nowMs) live.pop();
    const merged = last?.atMs === use.nowMs ? last.weight : 0;
    live.push({ atMs: use.nowMs, weight: merged + use.weight });
  }

  #refuse(switches: Switches, nowMs: number): ApiError {
    this.#refusedMs = [...this.#refusedMs.filter((at) => at > nowMs - windowMs), nowMs];
    const { banAfterRefusals, banSeconds } = switches;
    if (banAfterRefusals !== null && this.#refusedMs.length >= banAfterRefusals) {
      this.#bannedUntilMs = nowMs + banSeconds * 1000;
      return this.#ban(nowMs);
    }
    const headers = retryAfter(switches.retryAfterSeconds);
    return new ApiError(429, 'Too Many Requests', { status: 429, headers });
  }

  #ban(nowMs: number): ApiError {
    const headers = retryAfter(Math.ceil((this.#bannedUntilMs - nowMs) / 1000));
    return new ApiError(418, 'Way too many requests; IP banned.', { status: 418, headers });
  }
}

const retryAfter = (seconds: number | null): Record<string, string> =>
  seconds === null ? {} : { 'retry-after': String(seconds) };
