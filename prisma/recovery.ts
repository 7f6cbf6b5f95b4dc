import type { ExitOptions, TradingOptions } from '#domain/configuration.ts';
import { tradingOptions } from '#domain/configuration.ts';
import type { SniperInput } from '#domain/trade.ts';
import type { Source } from '#domain/listing.ts';
import type { Database, Db } from './client.ts';
import type { Trade } from './generated/client.ts';

/** What a new owner of a trade needs to know; everything else it finds by asking. */
export interface Recovery {
  readonly input: SniperInput;
  readonly options: TradingOptions;
  readonly startedAtMs: number;
  readonly openedAtMs: number;
  readonly exits: ExitOptions;
  /** Highest bid that a guard has shown; null when none has. */
  readonly highWater: string | null;
  readonly targetsDone: number;
}

/** Makes `workflowId` the owner of a trade in the record, and reads what it needs. May repeat. */
export const takeOverTrade = async (
  db: Database,
  takeOver: { listingId: string; workflowId: string },
): Promise<Recovery> => {
  const { listingId, workflowId } = takeOver;
  const trade = await db.trade.update({
    where: { id: listingId },
    data: { workflowId },
    include: { configuration: true, listing: { include: { plan: true } } },
  });
  if (trade.configuration === null) throw new Error(`${trade.symbol} has no configuration`);
  const options = tradingOptions.parse(trade.configuration.options);
  const targets = await db.tradeLog.count({
    where: { tradeId: listingId, kind: 'exit', text: { startsWith: 'Selling (target)' } },
  });
  return {
    input: inputOf(trade, trade.configuration.id),
    options,
    startedAtMs: (trade.startedAt ?? trade.createdAt).getTime(),
    openedAtMs: (trade.filledAt ?? trade.startedAt ?? trade.createdAt).getTime(),
    exits: (trade.listing.plan?.exits as ExitOptions | undefined) ?? options.exit, // validated
    highWater: trade.highWater?.toFixed() ?? null,
    targetsDone: targets,
  };
};

const inputOf = (trade: Trade, configurationId: string): SniperInput => ({
  installationId: trade.installationId,
  listingId: trade.id,
  symbol: trade.symbol,
  base: trade.base,
  quote: trade.quote,
  source: trade.source as Source, // written from a SniperInput
  opensAtMs: trade.opensAt?.getTime() ?? null,
  configurationId,
});

/** Whether a trade's record still names this workflow as its owner. */
export const isOwnedBy = async (
  db: Db,
  of: { listingId: string; workflowId: string },
): Promise<boolean> =>
  (await db.trade.count({ where: { id: of.listingId, workflowId: of.workflowId } })) === 1;

/** Trades that are not closed, with the time after which nothing of theirs can be sent any more. */
export const unfinishedTrades = async (
  db: Db,
  installationId: string,
): Promise<
  readonly {
    readonly listingId: string;
    readonly workflowId: string;
    readonly symbol: string;
    readonly base: string;
    readonly held: string;
    readonly sendsUntilMs: number;
    /** It waits for its opening; nothing was asked of the risk rules yet. */
    readonly isWaiting: boolean;
    /** What a new owner is started with; null when the record lacks its configuration. */
    readonly input: SniperInput | null;
  }[]
> => {
  const rows = await db.trade.findMany({
    where: { installationId, phase: { not: 'closed' } },
    include: { listing: { include: { permits: { where: { state: 'taken' } } } } },
  });
  return rows.map((row) => ({
    listingId: row.id,
    workflowId: row.workflowId,
    symbol: row.symbol,
    base: row.base,
    held: row.bought.minus(row.sold).toFixed(),
    sendsUntilMs: Math.max(0, ...row.listing.permits.map((each) => each.notAfter?.getTime() ?? 0)),
    isWaiting: row.phase === 'waiting',
    input: row.configurationId === null ? null : inputOf(row, row.configurationId),
  }));
};

/** Gives back what is reserved for trades that are closed. Answers how many there were. May repeat. */
export const releaseLeaks = async (
  db: Db,
  installationId: string,
  nowMs: number,
): Promise<number> => {
  const { count } = await db.riskReservation.updateMany({
    where: { installationId, state: 'reserved', listing: { trade: { phase: 'closed' } } },
    data: { state: 'released', spent: 0, settledAt: new Date(nowMs) },
  });
  return count;
};
