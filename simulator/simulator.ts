import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SystemClock, type Clock } from './clock.ts';
import { Faults } from './faults/faults.ts';
import { controlServer } from './control/control-server.ts';
import { Limits } from './http/limits.ts';
import { RequestLog } from './control/request-log.ts';
import { restServer } from './http/rest-server.ts';
import { routesOf } from './http/routes.ts';
import { baseline, manyPairs } from './scenarios/baseline.ts';
import { Demo } from './scenarios/demo.ts';
import { Driver } from './scenarios/driver.ts';
import { hashText } from './scenarios/random.ts';
import { ListenKeys } from './streams/listen-keys.ts';
import { PrivateFeed } from './streams/private-feed.ts';
import { PublicFeed } from './streams/public-feed.ts';
import { Sockets, type SocketTimes } from './streams/sockets.ts';
import { FileJournal } from './venue/journal.ts';
import type { Market } from './markets/market.ts';
import { Venue } from './venue/venue.ts';

type Scenario = 'demo' | 'empty' | 'large';

export interface SimulatorOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly controlPort: number;
  /** Folder for the state; null keeps nothing. */
  readonly dataDir: string | null;
  readonly scenario: Scenario;
  /** Null: drawn, or the one kept from the last run. */
  readonly seed: string | null;
  readonly clock?: Clock;
  /** When connections end; as documented unless a test is in a hurry. */
  readonly socketTimes?: SocketTimes;
}

export interface Simulator extends AsyncDisposable {
  readonly venue: Venue;
  readonly seed: string;
  /** Base addresses without a trailing slash. */
  readonly url: string;
  readonly controlUrl: string;
  readonly wsUrl: string;
  /** Saves the state and closes everything. */
  stop(): Promise<void>;
}

const largeCount = 2_500;

/** Starts an exchange on loopback and restores what it knew when it was stopped or killed. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const systemClock = new SystemClock();
  const clock = options.clock ?? systemClock;
  const seed = options.seed ?? randomBytes(4).toString('hex');
  const nameOffset = hashText(seed) % 1600;
  const venue = new Venue(clock, { seed, namesUsed: 0, nameOffset, nextAnnounceMs: null });
  const journal = openJournal(venue, options);
  const wires = connect(venue, options.socketTimes);
  const demo = options.scenario === 'demo' ? new Demo(venue, wires.marketAdded) : null;
  const limits = new Limits();
  const faults = new Faults();
  const log = new RequestLog();
  const reset = (): void => {
    faults.reset();
    wires.sockets.faults.clear();
    wires.privateFeed.clear();
    limits.clear();
    log.clear();
    demo?.stop();
    systemClock.set(0, 0);
    venue.reset();
    openMarkets(venue, options.scenario);
    for (const market of venue.markets()) wires.marketAdded(market);
    wires.driver.poke();
    journal?.compact();
    demo?.start();
  };
  const routes = routesOf(wires.keys);
  const rest = restServer({ venue, routes, limits, faults, log });
  const setClock = options.clock === undefined ? clockSetter(venue, systemClock) : null;
  const parts = { venue, log, faults, limits, routes, ...wires, reset, setClock };
  const control = controlServer(parts);
  wires.sockets.attach(rest);
  await listen(rest, options.port);
  await listen(control, options.controlPort);
  wires.driver.start();
  demo?.start();

  const stop = async (): Promise<void> => {
    demo?.stop();
    faults.clear();
    wires.stop();
    journal?.compact();
    journal?.close();
    await Promise.all([close(rest), close(control)]);
  };
  const port = portOf(rest);
  return {
    venue,
    seed: venue.scenario.seed,
    url: `http://127.0.0.1:${port}`,
    controlUrl: `http://127.0.0.1:${portOf(control)}`,
    wsUrl: `ws://127.0.0.1:${port}/ws`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Sets the clock back to its kept error, and keeps the errors that follow. */
function clockSetter(venue: Venue, clock: SystemClock): (skewMs: number, driftPpm: number) => void {
  const kept = venue.clockSetting;
  if (kept !== null) clock.set(kept.skewMs, kept.driftPpm, kept.sinceMs);
  return (skewMs, driftPpm) => {
    clock.set(skewMs, driftPpm);
    venue.keepClock(clock.setting());
  };
}

interface Wires {
  readonly keys: ListenKeys;
  readonly sockets: Sockets;
  readonly privateFeed: PrivateFeed;
  readonly driver: Driver;
  readonly marketAdded: (market: Market) => void;
  readonly stop: () => void;
}

/** Connects what happens in the venue with those who listen. */
function connect(venue: Venue, times?: SocketTimes): Wires {
  const keys = new ListenKeys(venue);
  const sockets = new Sockets(venue, keys, times);
  const publicFeed = new PublicFeed(venue, sockets);
  const privateFeed = new PrivateFeed(venue, sockets);
  const driver = new Driver(venue, (symbol) => publicFeed.isWatched(symbol));
  sockets.feed = {
    subscribed: (name, channel) => {
      publicFeed.subscribed(name, channel);
      driver.poke();
    },
    unsubscribed: (name, channel) => publicFeed.unsubscribed(name, channel),
  };
  venue.listener = {
    printed: (market, print) => publicFeed.printed(market, print),
    orderChanged: (order, last) => privateFeed.orderChanged(order, last),
    filled: (fill) => privateFeed.filled(fill),
    balanceChanged: (change) => privateFeed.balanceChanged(change),
  };
  const marketAdded = (market: Market): void => {
    publicFeed.marketAdded(market.plan.symbol);
    if ((market.plan.opensAtMs ?? 0) > venue.clock.nowMs()) driver.expect(market);
  };
  const stop = (): void => {
    driver.stop();
    publicFeed.close();
    sockets.close();
  };
  return { keys, sockets, privateFeed, driver, marketAdded, stop };
}

/** Reads the kept state into the venue, then keeps what follows. */
function openJournal(venue: Venue, options: SimulatorOptions): FileJournal | null {
  const journal =
    options.dataDir === null
      ? null
      : new FileJournal(join(options.dataDir, 'simulator'), () => venue.snapshot());
  venue.restore(journal?.load() ?? []);
  if (options.seed !== null) venue.scenario = { ...venue.scenario, seed: options.seed };
  openMarkets(venue, options.scenario);
  venue.rest();
  if (journal !== null) {
    // A line that a kill cut short must not meet the next one.
    journal.compact();
    venue.journal = journal;
  }
  return journal;
}

function openMarkets(venue: Venue, scenario: Scenario): void {
  const plans = scenario === 'large' ? manyPairs(largeCount) : baseline();
  for (const plan of plans) if (venue.market(plan.symbol) === null) venue.addMarket(plan, false);
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function portOf(server: Server): number {
  // A server that listens on TCP has an address object.
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
