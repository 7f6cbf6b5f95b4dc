import type { z } from 'zod';
import type { ClockOffset } from '../clock-offset.ts';
import { ExchangeError } from '../failure.ts';
import type { Call, Rest } from '../rest.ts';

/** What the endpoints are called through. */
export interface Access {
  readonly rest: Rest;
  /** www.mexc.com: undocumented pages behind a web firewall. */
  readonly web: Rest;
  readonly clock: ClockOffset;
  readonly recvWindowMs: number;
}

/** The body as `schema` reads it; throws ExchangeError `malformed` naming the first odd field. */
export const read = <S extends z.ZodType>(schema: S, path: string, body: unknown): z.infer<S> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  const reason = `${problem?.path.join('.') ?? ''}: ${problem?.message ?? 'unreadable'}`;
  throw new ExchangeError(path, { kind: 'malformed', status: 200, reason });
};

/** Sends a call once, signed with the exchange's time at the instant of sending. */
export const signedOnce = (access: Access, call: Omit<Call, 'signed'>): Promise<unknown> => {
  const { rest, clock, recvWindowMs } = access;
  return rest.call({ ...call, signed: { nowMs: () => clock.exchangeNowMs(), recvWindowMs } });
};

/**
 * Reads something signed. Refused for its time, it measures the exchange's clock and asks once
 * more: a read may repeat.
 */
export const signedRead = async (
  access: Access,
  call: Omit<Call, 'signed' | 'method'>,
): Promise<unknown> => {
  const get = { ...call, method: 'GET' } as const;
  try {
    return await signedOnce(access, get);
  } catch (error) {
    if (!isClockRefusal(error)) throw error;
    await access.clock.refresh();
    return signedOnce(access, get);
  }
};

export const isClockRefusal = (error: unknown): boolean =>
  error instanceof ExchangeError &&
  error.failure.kind === 'refused' &&
  error.failure.refusal === 'clock';
