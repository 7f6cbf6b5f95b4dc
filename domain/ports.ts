import type { SymbolRules } from './symbol-rules.ts';

/** The host's clock. Injected, so that tests decide what time it is. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
}

/** A structured log line: fields first, then one sentence. */
export interface Log {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** Takes rules of pairs that somebody has read anyway, so that nobody asks for them again. */
export interface RulesSink {
  remember(rules: readonly SymbolRules[]): void;
}
