import type { Call } from '../http/call.ts';

/** One request as `truth` shows it. */
export interface LoggedRequest {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** Parameters without the signature. */
  readonly params: Record<string, string>;
  /** process.hrtime.bigint() at arrival, as text. */
  readonly arrivedNs: string;
  /** Machine time at arrival. */
  readonly arrivedUnixMs: number;
  /** Null: not answered, or never. */
  status: number | null;
  answeredNs: string | null;
  /** Code of a refusal. */
  code: number | null;
  /** Name of the fault that struck it. */
  fault: string | null;
}

const requestsKept = 10_000;

/** The last requests, oldest first. */
export class RequestLog {
  #requests: LoggedRequest[] = [];
  #number = 0;

  add(call: Call): LoggedRequest {
    this.#number += 1;
    const { method, path } = call;
    const params = Object.fromEntries([...call.params].filter(([name]) => name !== 'signature'));
    const logged = {
      number: this.#number,
      method,
      path,
      params,
      arrivedNs: call.arrivedNs.toString(),
      arrivedUnixMs: Date.now(),
      status: null,
      answeredNs: null,
      code: null,
      fault: null,
    };
    this.#requests.push(logged);
    if (this.#requests.length > requestsKept * 1.2) {
      this.#requests = this.#requests.slice(-requestsKept);
    }
    return logged;
  }

  all(): readonly LoggedRequest[] {
    return this.#requests;
  }

  clear(): void {
    this.#requests = [];
  }
}
