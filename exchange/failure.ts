import type { RefusalClass } from './codes/code-table.ts';

/** Why a call did not give what was asked. Four kinds, by what the caller can do. */
export type Failure =
  /** The exchange said no, clearly. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: number;
      readonly reason: string;
      readonly refusal: RefusalClass;
    }
  /** Told to slow down. For an order this is doubt. */
  | {
      readonly kind: 'throttled';
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly reason: string;
    }
  /** No answer. `sent: 'no'` means that the connection never opened. */
  | { readonly kind: 'unreachable'; readonly sent: 'no' | 'perhaps'; readonly reason: string }
  /** An answer that we cannot read, or a code that nobody has explained. */
  | { readonly kind: 'malformed'; readonly status: number; readonly reason: string };

/** A failed call to the exchange, with its reason as data. Reads throw it; orders return it. */
export class ExchangeError extends Error {
  readonly failure: Failure;

  constructor(call: string, failure: Failure) {
    super(`${call}: ${describe(failure)}`);
    this.name = 'ExchangeError';
    this.failure = failure;
  }
}

/** True when the failure proves that nothing was executed. Everything else is doubt. */
export const provesNotExecuted = (failure: Failure): boolean =>
  failure.kind === 'refused' || (failure.kind === 'unreachable' && failure.sent === 'no');

/** One sentence for people. */
export const describe = (failure: Failure): string => {
  switch (failure.kind) {
    case 'refused':
      return `refused with code ${failure.code}: ${failure.reason}`;
    case 'throttled':
      return `told to slow down (HTTP ${failure.status}): ${failure.reason}`;
    case 'unreachable':
      return `no answer (${failure.sent === 'no' ? 'not sent' : 'perhaps sent'}): ${failure.reason}`;
    case 'malformed':
      return `unreadable answer (HTTP ${failure.status}): ${failure.reason}`;
  }
};
