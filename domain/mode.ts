/** What a person is told about whose money moves. Shown in every answer, record and log line. */
export const modes = ['simulator', 'test', 'dry-run', 'live'] as const;
export type Mode = (typeof modes)[number];

/**
 * Where orders go. `play`: to the simulator, signed with its own key, which no exchange takes.
 * `paper`: nowhere; fills are worked out from the live book. `gated`: to the exchange, each through
 * the live gate.
 */
export type OrderPath = 'play' | 'paper' | 'gated';

/** The venue that this installation trades at; computed once per process (runtime/mode.ts). */
export interface Venue {
  /** `test`: EXCHANGE=live at any host but the exchange's own. */
  readonly mode: Mode;
  readonly orders: OrderPath;
}
