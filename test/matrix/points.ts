import { until } from '../until.ts';
import { truthOf } from '../truth.ts';
import type { Stage } from './stage.ts';

/** Where a trade can be when something dies. */
export interface Point {
  readonly name: string;
  /** Prepares the exchange before the pair opens; answers what to let go after the kill. */
  prepare(stage: Stage, symbol: string): Promise<Release>;
  /** Resolves when the trade is there. */
  reached(stage: Stage, symbol: string): Promise<void>;
  /** Done at the point, before the kill. */
  at?(stage: Stage): void;
  /** Before anything can have been sent. */
  readonly early?: boolean;
  /** Needs workflows that continue as new after about this many events. */
  readonly historyMax?: number;
  /** How the pair is planned, where that matters. */
  readonly listing?: Readonly<Record<string, unknown>>;
}

type Release = () => Promise<void>;

/** A point is struck before the trade is past it. */
const WITHIN = { withinMs: 60_000, isBrief: true };
const nothing = () => Promise.resolve(() => Promise.resolve());

interface Fault {
  readonly id: number;
  readonly held: number;
  readonly left: number;
}

/** Orders a fault of one call; its release also takes it away. */
const fault =
  (endpoint: string, action: string, more: Readonly<Record<string, unknown>> = {}) =>
  async (stage: Stage, symbol: string): Promise<Release> => {
    const { params = {}, ...rest } = more;
    const made = (await stage.world.control('POST', 'faults', {
      endpoint,
      action,
      ...rest,
      ...(endpoint.includes('order') ? { params: { symbol, ...(params as object) } } : {}),
    })) as { id: number };
    let released = false;
    return async () => {
      if (released) return;
      released = true;
      await stage.world.control('DELETE', `faults/${made.id}`);
    };
  };

const struck = async (stage: Stage): Promise<void> => {
  await until(
    'the fault has struck',
    async () => {
      const { calls } = (await stage.world.control('GET', 'faults')) as { calls: Fault[] };
      return calls.some((each) => each.held > 0 || each.left === 0);
    },
    WITHIN,
  );
};

const phase =
  (...phases: string[]) =>
  async (stage: Stage, symbol: string): Promise<void> => {
    await until(
      `${symbol} is ${phases.join(' or ')}`,
      async () => phases.includes((await stage.world.trade(symbol))?.phase ?? ''),
      WITHIN,
    );
  };

const filled =
  (side: 'BUY' | 'SELL') =>
  async (stage: Stage, symbol: string): Promise<void> => {
    await until(
      `${symbol} has a ${side} at the exchange`,
      async () =>
        (await truthOf(stage.world)).fills.some(
          (fill) => fill.symbol === symbol && fill.side === side,
        ),
      WITHIN,
    );
  };

const permitTaken = async (stage: Stage, symbol: string): Promise<void> => {
  await until(
    `the entry's permit of ${symbol} is taken`,
    async () =>
      stage.world.db.sendPermit.findFirst({
        where: { listing: { symbol }, leg: 'entry', state: 'taken' },
      }),
    WITHIN,
  );
};

const POST = 'POST /api/v3/order';
const buy = { params: { side: 'BUY' } };
const sell = { params: { side: 'SELL' } };

/** The reply waits until nothing more reaches the record; then it arrives. */
const unrecorded = (name: string, side: 'BUY' | 'SELL'): Point => ({
  name,
  prepare: async (stage, symbol) => {
    const hold = fault(POST, 'hold', { params: { side }, when: 'afterBooking' });
    const answer = await hold(stage, symbol);
    void struck(stage).then(
      async () => {
        stage.lines.database.hold();
        await answer();
      },
      () => undefined, // the point is not reached, and says so
    );
    return async () => {
      await answer();
      stage.lines.database.release();
    };
  },
  reached: async (stage) => {
    await until(
      `the answer of a ${side} arrives and nothing is recorded`,
      () => Promise.resolve(stage.lines.database.isHeld()),
      WITHIN,
    );
  },
});

/** Every named point, in the order of a trade's life. */
export const points: readonly Point[] = [
  {
    name: 'before the reservation',
    early: true,
    prepare: fault('GET /api/v3/account', 'hold', { when: 'beforeBooking' }),
    reached: struck,
  },
  {
    name: 'after the reservation',
    early: true,
    prepare: nothing,
    reached: async (stage, symbol) => {
      await until(
        `${symbol} is reserved`,
        async () => stage.world.db.riskReservation.findFirst({ where: { listing: { symbol } } }),
        WITHIN,
      );
    },
  },
  { name: 'armed', early: true, prepare: nothing, reached: phase('armed') },
  { name: 'permit taken, not sent', prepare: nothing, reached: permitTaken },
  {
    name: 'sent, not booked, reply held',
    prepare: fault(POST, 'hold', { ...buy, when: 'beforeBooking' }),
    reached: struck,
  },
  {
    name: 'booked, reply held',
    prepare: fault(POST, 'hold', { ...buy, when: 'afterBooking' }),
    reached: struck,
  },
  {
    name: 'booked, reply lost',
    prepare: fault(POST, 'loseReplyAfterBooking', buy),
    reached: filled('BUY'),
  },
  {
    name: 'booked late, after the reply was lost',
    prepare: fault(POST, 'bookLate', { ...buy, afterMs: 700 }),
    reached: struck,
  },
  unrecorded('reply received, not recorded', 'BUY'),
  {
    name: 'filled in part',
    prepare: fault(POST, 'hold', { ...buy, when: 'afterBooking' }),
    reached: struck,
    listing: { levelQuote: 4 },
  },
  {
    name: 'in doubt',
    prepare: fault(POST, 'loseReplyBeforeBooking', buy),
    reached: phase('unresolved'),
  },
  {
    name: 'holding',
    prepare: nothing,
    reached: async (stage, symbol) => {
      await until(
        `${symbol} is guarded`,
        async () => (await stage.world.trade(symbol))?.guardedAt ?? null,
        WITHIN,
      );
    },
  },
  {
    name: 'during continue-as-new',
    prepare: nothing,
    reached: async (stage, symbol) => {
      await until(
        `a new run goes on with ${symbol}`,
        async () => {
          const trade = await stage.world.trade(symbol);
          if (trade?.phase !== 'holding') return false;
          const handle = stage.world.temporal.workflow.getHandle(trade.workflowId);
          const { raw } = await handle.describe();
          const info = raw.workflowExecutionInfo;
          return info?.execution?.runId !== info?.firstRunId;
        },
        WITHIN,
      );
    },
    // An entry alone has about 50 events: the position is handed to a new run.
    historyMax: 50,
  },
  {
    name: 'stop crossed',
    prepare: nothing,
    reached: async (stage, symbol) => {
      await until(
        `the bid of ${symbol} is below its stop`,
        async () => {
          const trade = await stage.world.trade(symbol);
          return trade?.phase === 'selling' || (trade?.markPrice?.lt(0.8) ?? false);
        },
        WITHIN,
      );
    },
  },
  {
    name: 'exit sent, not booked, reply held',
    prepare: fault(POST, 'hold', { ...sell, when: 'beforeBooking' }),
    reached: struck,
  },
  {
    name: 'exit booked, reply lost',
    prepare: fault(POST, 'loseReplyAfterBooking', sell),
    reached: filled('SELL'),
  },
  unrecorded('exit sold, not recorded', 'SELL'),
];
