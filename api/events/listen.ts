import type { Clock, Log } from '#domain/ports.ts';
import { hearChanges } from '#prisma/notices.ts';
import type { ChangeKind } from '../schemas/event.ts';
import type { EventHub } from './hub.ts';

/** How Postgres lists the connection. */
export const LISTENER_NAME = 'mexc-sniper events';

const KINDS: Readonly<Record<string, ChangeKind>> = {
  Listing: 'listing',
  Trade: 'trade',
  TradeOrder: 'order',
  TradeLog: 'log',
  TradePlan: 'plan',
  Alert: 'alert',
  Orphan: 'orphan',
  BotRun: 'run',
  BotHealth: 'health',
  KillSwitch: 'kill',
  BotConfiguration: 'configuration',
  LiveConfirmation: 'live',
  Preflight: 'live',
};

/** Publishes every change of the record that people see, whoever wrote it. */
export const listenForChanges = (
  url: string,
  hub: EventHub,
  { clock, log }: { clock: Clock; log: Log },
): { stop(): Promise<void> } => {
  const odd = (payload: string) => log.warn({ payload }, 'An unknown change');
  return hearChanges(url, LISTENER_NAME, {
    connected: () => hub.resync('the connection to the database is new'),
    changed: ({ table, id, listingId }) => {
      const kind = KINDS[table];
      if (kind === undefined) return odd(table);
      hub.publish({ kind, id: id ?? '', listingId, at: new Date(clock.now()).toISOString() });
    },
    odd,
  });
};
