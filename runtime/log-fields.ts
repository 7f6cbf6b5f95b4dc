import { AsyncLocalStorage } from 'node:async_hooks';

// What a log line is about, wherever below it is written. Every log of ours has it (runtime/log.ts).

export interface LogFields {
  /** The trade, or the task, that is worked on. */
  readonly workflowId?: string;
  /** The pair. */
  readonly symbol?: string;
}

const about = new AsyncLocalStorage<LogFields>();

/** Does work whose log lines are about something; what is not named stays as it was outside. */
export const withLogFields = <T>(fields: LogFields, work: () => T): T =>
  about.run({ ...about.getStore(), ...fields }, work);

/** What the present line is about; empty where nobody said. */
export const logFields = (): LogFields => about.getStore() ?? {};
