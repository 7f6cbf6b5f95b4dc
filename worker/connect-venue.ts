import {
  createGateMemory,
  entryRefusal,
  openGate,
  type GateMemory,
} from '#activities/gate-memory.ts';
import { createRulesMemory } from '#activities/rules-memory.ts';
import { dryRunOptions } from '#domain/configuration.ts';
import type { MarketSymbol } from '#domain/market-symbol.ts';
import type { Clock, Log } from '#domain/ports.ts';
import { createExchangeClient, type ExchangeClient } from '#exchange/client.ts';
import { gateOf } from '#exchange/order-gate.ts';
import { createPaperExchange } from '#exchange/paper/paper-exchange.ts';
import { createBookStream, type BookStream } from '#exchange/streams/book-stream.ts';
import { createMarketStream, type MarketStream } from '#exchange/streams/market-stream.ts';
import type { Database } from '#prisma/client.ts';
import { decidingOptions, type GateAsker } from '#prisma/live.ts';
import type { Notices } from '#prisma/notices.ts';
import { paperLedger } from '#prisma/paper/ledger.ts';
import type { OpenedInstallation } from './open-installation.ts';

/** Receive window of signed reads; orders carry the configured ones. */
const READ_WINDOW_MS = 1000;

/** The venue of one process: what it reads, what it sends through, and what stops entries. */
export interface ConnectedVenue {
  readonly exchange: ExchangeClient;
  readonly stream: MarketStream;
  readonly books: BookStream;
  readonly gate: GateMemory;
  readonly asker: GateAsker;
  close(): Promise<void>;
}

interface Connecting {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly notices: Pick<Notices, 'on'>;
  readonly role: 'monitor' | 'worker';
  readonly env: {
    readonly MEXC_REST_URL: string;
    readonly MEXC_WS_URL: string;
    readonly MEXC_WEB_URL: string;
  };
}

/**
 * The one place where a client that can place orders is made. Each order of it passes a gate that
 * knows the installation; with real money, entries pass the live gate besides.
 */
export const connectVenue = (
  opened: Pick<OpenedInstallation, 'installationId' | 'venue' | 'key'>,
  connecting: Connecting,
): ConnectedVenue => {
  const { installationId, venue, key } = opened;
  const { credentialId, credentials } = key;
  const asker: GateAsker = {
    installationId,
    venue,
    key: credentials === null ? null : { credentialId },
  };
  const gate =
    venue.orders === 'gated'
      ? createGateMemory(connecting, asker, connecting.notices)
      : { ...openGate, stop: () => Promise.resolve() };
  const { env, role } = connecting;
  const client = createExchangeClient({
    restUrl: env.MEXC_REST_URL,
    webUrl: env.MEXC_WEB_URL,
    // A dry run signs nothing: what it could send would be an order.
    credentials: venue.orders === 'paper' ? null : credentials,
    recvWindowMs: READ_WINDOW_MS,
    budget: { role },
    ...(venue.orders === 'paper' ? {} : { gate: gateOf(installationId, () => entryRefusal(gate)) }),
  });
  const exchange = venue.orders === 'paper' ? onPaper(client, installationId, connecting) : client;
  const wsUrl = env.MEXC_WS_URL;
  const snapshot = (symbol: MarketSymbol) => exchange.bookSnapshot(symbol);
  const books = createBookStream({ wsUrl, snapshot });
  const stream = createMarketStream({ wsUrl });
  return {
    exchange,
    stream,
    books,
    gate,
    asker,
    close: async () => {
      await Promise.allSettled([gate.stop(), stream.close(), books.close(), exchange.close()]);
    },
  };
};

/** The same interface without the exchange's account: what is placed is worked out and written down. */
const onPaper = (
  venue: ExchangeClient,
  installationId: string,
  { db, clock }: Pick<Connecting, 'db' | 'clock'>,
): ExchangeClient => {
  const rules = createRulesMemory(venue, clock);
  return createPaperExchange({
    venue,
    ledger: paperLedger(db, installationId),
    rulesOf: (symbol) => rules.of(symbol),
    terms: async () =>
      (await decidingOptions(db, installationId))?.dryRun ?? dryRunOptions.parse(undefined),
    nowMs: () => clock.now(),
  });
};
