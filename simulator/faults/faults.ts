import { setTimeout as wait } from 'node:timers/promises';
import { html, json, type Answer } from '../http/answer.ts';
import type { Call } from '../http/call.ts';
import type { FaultOrder } from './fault-schema.ts';

/** A fault that was ordered, and what became of it. */
export interface Fault {
  readonly id: number;
  readonly order: FaultOrder;
  /** Calls it still strikes. */
  left: number;
  /** Calls it still lets pass first. */
  skip: number;
  /** Calls held until released. */
  held: number;
}

const firewallPage =
  '<html><head><title>Access Denied</title></head><body>Reference #18.2e1a</body></html>';

/** Faults ordered from outside; each strikes the calls it names, as often as it was told. */
export class Faults {
  readonly #faults = new Map<number, Fault>();
  readonly #releases = new Map<number, (() => void)[]>();
  #made = 0;
  #resets = 0;

  add(order: FaultOrder): Fault {
    this.#made += 1;
    const fault = { id: this.#made, order, left: order.count, skip: order.skip, held: 0 };
    this.#faults.set(fault.id, fault);
    return fault;
  }

  list(): Fault[] {
    return [...this.#faults.values()];
  }

  /** Lets all held calls of a fault go on; false if there is no such fault. */
  release(id: number): boolean {
    const fault = this.#faults.get(id);
    if (fault === undefined) return false;
    for (const go of this.#releases.get(id) ?? []) go();
    this.#releases.delete(id);
    fault.held = 0;
    return true;
  }

  /** Takes a fault away, releasing what it holds. */
  remove(id: number): boolean {
    return this.release(id) && this.#faults.delete(id);
  }

  clear(): void {
    for (const id of this.#faults.keys()) this.remove(id);
  }

  /** Ends all faults; what they hold or would book later is never carried out. */
  reset(): void {
    this.#resets += 1;
    this.clear();
  }

  /** The fault that strikes this call now, counted down; null for none. */
  take(call: Call): Fault | null {
    for (const fault of this.#faults.values()) {
      if (fault.left === 0 || !strikes(fault.order, call)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.left -= 1;
      return fault;
    }
    return null;
  }

  /** Answers a call under a fault; `serve` does what the call asks and may be left out. */
  async apply(fault: Fault, served: () => Answer): Promise<Answer> {
    const { order } = fault;
    const resets = this.#resets;
    const serve = (): Answer => (resets === this.#resets ? served() : cut(false));
    switch (order.action) {
      case 'loseReplyBeforeBooking':
        return cut(false);
      case 'loseReplyAfterBooking':
        serve();
        return cut(false);
      case 'hold':
        return await this.#hold(fault, serve);
      case 'delay':
        return await delayed(order, serve);
      case 'status':
        if (order.booked) serve();
        return refusal(order);
      case 'reset':
        if (order.booked) serve();
        return cut(true);
      case 'bookLate':
        void wait(order.afterMs).then(serve);
        return order.reply === 'lost' ? cut(false) : refusal({ status: 504 });
      case 'garbage':
      case 'html':
      case 'wrongType':
      case 'redirect':
        if (order.booked) serve();
        return oddAnswer(order.action);
      case 'truncated':
      case 'huge':
      case 'endless':
      case 'slowDrip':
      case 'gzipBomb':
        if (order.booked) serve();
        return { kind: 'hostile', body: order.action };
    }
  }

  async #hold(fault: Fault, serve: () => Answer): Promise<Answer> {
    const before = fault.order.action === 'hold' && fault.order.when === 'beforeBooking';
    const answer = before ? null : serve();
    fault.held += 1;
    await new Promise<void>((go) => {
      this.#releases.set(fault.id, [...(this.#releases.get(fault.id) ?? []), go]);
    });
    return answer ?? serve();
  }
}

function strikes(order: FaultOrder, call: Call): boolean {
  if (order.endpoint !== `${call.method} ${call.path}` && order.endpoint !== '*') return false;
  return Object.entries(order.params).every(([name, value]) => call.params.get(name) === value);
}

const cut = (reset: boolean): Answer => ({ kind: 'cut', reset });

async function delayed(
  order: { ms: number; when: 'beforeBooking' | 'afterBooking' },
  serve: () => Answer,
): Promise<Answer> {
  const answer = order.when === 'afterBooking' ? serve() : null;
  await wait(order.ms);
  return answer ?? serve();
}

function refusal(order: {
  status: number;
  code?: number | undefined;
  msg?: string | undefined;
  retryAfterSeconds?: number | undefined;
}): Answer {
  const headers =
    order.retryAfterSeconds === undefined ? {} : { 'retry-after': String(order.retryAfterSeconds) };
  const body = { code: order.code ?? order.status, msg: order.msg ?? `status ${order.status}` };
  return json(body, order.status, headers);
}

function oddAnswer(kind: 'garbage' | 'html' | 'wrongType' | 'redirect'): Answer {
  switch (kind) {
    case 'garbage':
      return {
        kind: 'text',
        status: 200,
        headers: { 'content-type': 'application/json' },
        text: '\u0000{]"?',
      };
    case 'html':
      return html(200, firewallPage);
    case 'wrongType':
      return { kind: 'text', status: 200, headers: { 'content-type': 'text/plain' }, text: 'OK' };
    case 'redirect':
      return { kind: 'text', status: 302, headers: { location: 'http://127.0.0.1:1/' }, text: '' };
  }
}
