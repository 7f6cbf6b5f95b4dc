import { gateProblem, judgeGate, type GateFacts } from '#domain/live-gate.ts';
import type { Clock, Log } from '#domain/ports.ts';
import type { Database } from '#prisma/client.ts';
import { readGateFacts, type GateAsker } from '#prisma/live.ts';
import { follow, type Notices } from '#prisma/notices.ts';
import type { KillMemory } from './kill-memory.ts';

/** The live gate as this process knows it. `unknown`: the database was not heard of lately. */
export type GateState =
  | { readonly kind: 'open' }
  | { readonly kind: 'shut' | 'unknown'; readonly because: string };

/** Read before every entry without a question on the way. */
export interface GateMemory {
  state(): GateState;
}

/** Where no real money is. */
export const openGate: GateMemory = { state: () => ({ kind: 'open' }) };

/** Why no entry may be sent now; null when it may: only an open gate is one. */
export const entryRefusal = (gate: GateMemory): string | null => {
  const state = gate.state();
  return state.kind === 'open' ? null : state.because;
};

/** What stops entries now. `perhaps`: neither is known, and an entry waits until it is. */
export type Stop =
  | { readonly kind: 'none' | 'perhaps' }
  | { readonly kind: 'stopped'; readonly because: string };

/** The kill switch and the live gate together, without a question. */
export const stopOf = (deps: { readonly kill: KillMemory; readonly gate: GateMemory }): Stop => {
  const [kill, gate] = [deps.kill.state(), deps.gate.state()];
  if (kill.kind === 'on') return { kind: 'stopped', because: `${kill.level}: ${kill.reason}` };
  if (gate.kind === 'shut') return { kind: 'stopped', because: gate.because };
  return { kind: kill.kind === 'off' && gate.kind === 'open' ? 'none' : 'perhaps' };
};

/** Older knowledge is none: the confirmation may have been withdrawn since. */
const KNOWN_FOR_MS = 3000;
const TABLES = ['LiveConfirmation', 'Preflight', 'BotConfiguration', 'BotRun'] as const;

/** Keeps the gate's facts fresh, by notices and a look each second; judges them at every question. */
export const createGateMemory = (
  { db, clock, log }: { db: Database; clock: Clock; log: Log },
  asker: GateAsker,
  notices: Pick<Notices, 'on'>,
): GateMemory & { stop(): Promise<void> } => {
  let known: { readonly facts: GateFacts; readonly atMs: number } | null = null;
  const look = async () => {
    const atMs = clock.now();
    known = { facts: await readGateFacts(db, asker, atMs), atMs };
  };
  const onProblem = (error: unknown) => log.debug({ error }, 'The live gate could not be read');
  const following = follow(notices, { tables: TABLES, look, onProblem });
  return {
    state: () => {
      const nowMs = clock.now();
      if (known === null || nowMs - known.atMs > KNOWN_FOR_MS)
        return { kind: 'unknown', because: 'The live gate was not read lately.' };
      const because = gateProblem(judgeGate({ ...known.facts, nowMs }));
      return because === null ? { kind: 'open' } : { kind: 'shut', because };
    },
    stop: () => following.stop(),
  };
};
