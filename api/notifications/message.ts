import { z } from 'zod';
import type { NotificationKind, NotificationMessage } from '#domain/notification.ts';
import type { Db } from '#prisma/client.ts';
import type { NotificationEvent, Trade } from '#prisma/generated/client.ts';
import { iso, text } from '../views/text.ts';
import { page, type Composed, type Setting } from './compose.ts';
import { ofFill } from './fill-message.ts';

/** A message that says only that messages arrive. */
export const testMessage = (of: {
  readonly mode: string;
  readonly nowMs: number;
  readonly link: string | null;
}): NotificationMessage => ({
  event: 'test',
  mode: of.mode,
  title: 'Test',
  text: 'Messages of your bot arrive here.',
  fields: [],
  link: of.link,
  symbol: null,
  tradeId: null,
  at: new Date(of.nowMs).toISOString(),
});

/** What people read of an event, from the row that the trigger kept and what became of it since. */
export const composeMessage = async (
  db: Db,
  event: NotificationEvent,
  setting: Setting,
): Promise<Composed | null> => {
  switch (event.origin) {
    case 'Alert':
    case 'AlertEnd':
      return ofAlert(db, event, setting);
    case 'Order':
      return ofFill(db, event, setting);
    case 'Trade':
      return ofTrade(db, event, setting);
    case 'KillSwitch':
    case 'KillSwitchEnd':
      return ofKillSwitch(event, setting);
    case 'BotRun':
    case 'BotRunEnd':
      return ofRun(event, setting);
    default:
      return null; // of a newer version's triggers
  }
};

const alertRow = z.object({
  severity: z.enum(['info', 'warning', 'critical']),
  episodeKey: z.string(),
  title: z.string(),
  text: z.string(),
  listingId: z.string().nullable(),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
});

const ofAlert = async (db: Db, event: NotificationEvent, setting: Setting): Promise<Composed> => {
  const row = alertRow.parse(event.row);
  const ended = event.origin === 'AlertEnd';
  const trade =
    row.listingId === null ? null : await db.trade.findUnique({ where: { id: row.listingId } });
  const kind = ended ? 'alertEnded' : row.severity;
  return {
    kind,
    episode: ended ? `${row.episodeKey} ended` : row.episodeKey,
    message: {
      event: kind,
      mode: setting.mode,
      title: ended ? `Over: ${row.title}` : row.title,
      text: ended ? `It began at ${row.openedAt.slice(0, 19)}Z.` : row.text,
      fields: trade === null ? [] : [{ label: 'Pair', value: trade.symbol }],
      link: page(setting, trade === null ? '/alerts' : `/trades/${trade.id}`),
      symbol: trade?.symbol ?? null,
      tradeId: trade?.id ?? null,
      at: iso(event.at),
    },
  };
};

const tradeRow = z.object({ id: z.string(), phase: z.string() });

const ofTrade = async (
  db: Db,
  event: NotificationEvent,
  setting: Setting,
): Promise<Composed | null> => {
  const then = tradeRow.parse(event.row);
  const trade = await db.trade.findUnique({ where: { id: then.id } });
  const kind = trade === null ? null : kindOfTrade(then, trade);
  if (trade === null || kind === null) return null;
  return {
    kind,
    episode: `trade:${trade.id}:${kind}`,
    message: {
      event: kind,
      mode: setting.mode,
      title: `${trade.symbol} ${TITLES[kind]}`,
      text: trade.summary,
      fields: fieldsOf(kind, trade),
      link: page(setting, `/trades/${trade.id}`),
      symbol: trade.symbol,
      tradeId: trade.id,
      at: iso(event.at),
    },
  };
};

type TradeKind = Extract<NotificationKind, 'admitted' | 'armed' | 'sold' | 'notBought'>;
const TITLES: Readonly<Record<TradeKind, string>> = {
  admitted: 'is allowed by the risk rules',
  armed: 'is armed',
  sold: 'is sold',
  notBought: 'was not bought',
};

const kindOfTrade = (then: z.infer<typeof tradeRow>, now: Trade): TradeKind | null => {
  switch (then.phase) {
    case 'admitted':
    case 'armed':
      return then.phase;
    case 'closed':
      return now.outcome === 'traded' || now.outcome === 'dust' ? 'sold' : 'notBought';
    default: // what is held was told by its order
      return null;
  }
};

const fieldsOf = (kind: TradeKind, trade: Trade): NotificationMessage['fields'] => {
  const { quote } = trade;
  const spent = { label: 'Paid', value: `${text(trade.spent)} ${quote}` };
  switch (kind) {
    case 'admitted':
    case 'armed':
      return trade.opensAt === null ? [] : [{ label: 'Opens', value: iso(trade.opensAt) }];
    case 'sold':
      return [
        {
          label: 'Profit',
          value: trade.profit === null ? 'not known' : `${text(trade.profit)} ${quote}`,
        },
        ...(trade.exitReason === null ? [] : [{ label: 'Why', value: trade.exitReason }]),
        spent,
      ];
    case 'notBought':
      return [{ label: 'Outcome', value: trade.outcome ?? 'not known' }];
  }
};

const killRow = z.object({ level: z.string(), reason: z.string(), actor: z.string() });

const ofKillSwitch = (event: NotificationEvent, setting: Setting): Composed => {
  const { level, reason, actor } = killRow.parse(event.row);
  const released = event.origin === 'KillSwitchEnd';
  return {
    kind: 'killSwitch',
    episode: null,
    message: {
      event: 'killSwitch',
      mode: setting.mode,
      title: released ? 'Kill switch released' : `Kill switch: ${level}`,
      text: released ? 'Listings are bought again.' : `${reason} (set by ${actor})`,
      fields: [],
      link: page(setting, '/risk'),
      symbol: null,
      tradeId: null,
      at: iso(event.at),
    },
  };
};

const runRow = z.object({ positions: z.string().nullable() });

const ofRun = (event: NotificationEvent, setting: Setting): Composed => {
  const { positions } = runRow.parse(event.row);
  const ended = event.origin === 'BotRunEnd';
  return {
    kind: 'run',
    episode: null,
    message: {
      event: 'run',
      mode: setting.mode,
      title: ended ? 'The bot has stopped' : 'The bot was started',
      text: ended
        ? `New listings are not looked for.${positions === 'keep' ? ' What is held stays guarded.' : ''}`
        : 'It looks for new listings.',
      fields: [],
      link: page(setting, '/'),
      symbol: null,
      tradeId: null,
      at: iso(event.at),
    },
  };
};
