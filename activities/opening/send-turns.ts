import type { ExchangeClient } from '#exchange/client.ts';

/** Who wants to send. First attempts come before repeats, larger confidence before smaller. */
export interface Claim {
  readonly confidence: number;
  /** Attempts that this entry has made already. */
  readonly n: number;
}

/** A place in the order budget. */
export interface Turn {
  /** False: it was given at once, and what was judged is still true. */
  readonly waited: boolean;
  /** The order has left, or will not: the next one may look. May repeat. */
  readonly pass: () => void;
}

/** Shares the order budget of a process between the entries that race at one instant. */
export interface SendTurns {
  /** An entry begins to race; answers how to say that it has ended. */
  enter(): () => void;
  /** A turn within `withinMs`; null when there was none: judge again, then ask again. */
  take(claim: Claim, withinMs: number): Promise<Turn | null>;
}

interface Waiter {
  readonly claim: Claim;
  readonly give: (turn: Turn | null) => void;
}

type Room = () => number;

/** When nothing else happens the budget is looked at this often. */
const LOOK_MS = 10;
/** Who is due at one instant has asked within this: their timers differ by what the clock is read at. */
const TOGETHER_MS = 2;

/** `room`: how many entries the budget has room for now. */
export const createSendTurns = (room: Room): SendTurns => {
  let racing = 0;
  let given = 0;
  let waiting: Waiter[] = [];
  let planned = false;
  const free = () => room() - given;
  const turn = (waited: boolean): Turn => {
    given += 1;
    let open = true;
    return {
      waited,
      pass: () => {
        if (!open) return;
        open = false;
        given -= 1;
        plan();
      },
    };
  };
  const dispatch = () => {
    planned = false;
    waiting = waiting.toSorted(byClaim);
    while (waiting.length > 0 && free() > 0) waiting.shift()?.give(turn(true));
    if (waiting.length > 0) setTimeout(plan, LOOK_MS);
  };
  // At the end of a turn of the event loop: after a long one all whose timers are over have asked, too.
  const plan = () => {
    if (planned || waiting.length === 0) return;
    planned = true;
    setTimeout(() => setImmediate(dispatch), TOGETHER_MS);
  };
  return {
    enter: () => {
      racing += 1;
      return () => {
        racing -= 1;
      };
    },
    take: (claim, withinMs) => {
      // There is room for everyone who may ask: nobody has to wait for anybody.
      if (waiting.length === 0 && free() >= racing && free() > 0)
        return Promise.resolve(turn(false));
      return new Promise((resolve) => {
        const mine: Waiter = { claim, give: done };
        const timer = setTimeout(() => {
          waiting = waiting.filter((each) => each !== mine);
          done(null);
        }, withinMs);
        function done(answer: Turn | null) {
          clearTimeout(timer);
          resolve(answer);
        }
        waiting.push(mine);
        plan();
      });
    },
  };
};

const byClaim = (a: Waiter, b: Waiter): number =>
  a.claim.n - b.claim.n || b.claim.confidence - a.claim.confidence;

const turnsOf = new WeakMap<object, SendTurns>();

/** The turns of a process: as many as its exchange client, whose budget they share. */
export const sendTurnsOf = (exchange: Pick<ExchangeClient, 'budget'>): SendTurns => {
  const known = turnsOf.get(exchange);
  if (known !== undefined) return known;
  const turns = createSendTurns(() => {
    const { used, entriesMost } = exchange.budget().orders;
    return entriesMost - used;
  });
  turnsOf.set(exchange, turns);
  return turns;
};
