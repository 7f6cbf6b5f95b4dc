/** A planned call; `cancel` is harmless after it ran. */
export interface Planned {
  cancel(): void;
}

/** The exchange's clock, epoch milliseconds. */
export interface Clock {
  nowMs(): number;
  /** Calls `run` once, at that time or soon after. Does not keep the process alive. */
  at(timeMs: number, run: () => void): Planned;
}

/** The machine's clock, set wrong by a fixed skew and a drift, as an exchange's may be. */
export class SystemClock implements Clock {
  #skewMs = 0;
  #driftPpm = 0;
  #sinceMs = Date.now();
  readonly #planned = new Set<{ arm: () => void }>();

  nowMs(): number {
    const real = Date.now();
    return Math.floor(real + this.#skewMs + ((real - this.#sinceMs) * this.#driftPpm) / 1e6);
  }

  at(timeMs: number, run: () => void): Planned {
    let timer: NodeJS.Timeout | null = null;
    const plan = {
      arm: (): void => {
        if (timer !== null) clearTimeout(timer);
        // A day at most: longer delays overflow, and a clock that drifts is looked at again.
        const delayMs = Math.min(Math.max(timeMs - this.nowMs(), 0), 86_400_000);
        timer = setTimeout(fire, delayMs).unref();
      },
    };
    const fire = (): void => {
      if (this.nowMs() < timeMs) return plan.arm();
      this.#planned.delete(plan);
      run();
    };
    this.#planned.add(plan);
    plan.arm();
    return {
      cancel: () => {
        if (timer !== null) clearTimeout(timer);
        this.#planned.delete(plan);
      },
    };
  }

  /** Sets the error of the clock, by default from now on; planned calls move with it. */
  set(skewMs: number, driftPpm: number, sinceMs = Date.now()): void {
    this.#skewMs = skewMs;
    this.#driftPpm = driftPpm;
    this.#sinceMs = sinceMs;
    for (const plan of this.#planned) plan.arm();
  }

  setting(): { skewMs: number; driftPpm: number; sinceMs: number } {
    return { skewMs: this.#skewMs, driftPpm: this.#driftPpm, sinceMs: this.#sinceMs };
  }
}

/** Time that only `advance` moves: the same calls in the same order give the same truth. */
export class ManualClock implements Clock {
  #nowMs: number;
  #planned: { timeMs: number; order: number; run: () => void }[] = [];
  #order = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(timeMs: number, run: () => void): Planned {
    const plan = { timeMs, order: this.#order++, run };
    this.#planned.push(plan);
    return { cancel: () => (this.#planned = this.#planned.filter((other) => other !== plan)) };
  }

  /** Moves the time on, running what falls due in the order of its time. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const due = this.#planned
        .filter((plan) => plan.timeMs <= endMs)
        .toSorted((a, b) => a.timeMs - b.timeMs || a.order - b.order)[0];
      if (due === undefined) break;
      this.#planned = this.#planned.filter((plan) => plan !== due);
      this.#nowMs = Math.max(this.#nowMs, due.timeMs);
      due.run();
    }
    this.#nowMs = endMs;
  }
}
