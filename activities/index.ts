import { raiseAlert, resolveAlert, type AlertEpisode } from '#prisma/alerts.ts';
import { armLeg, type ArmAnswer } from '#prisma/permits.ts';
import { releaseEntry, type Release } from '#prisma/risk-ledger.ts';
import { takeOverTrade, type Recovery } from '#prisma/recovery.ts';
import { openTrades, recordRun, type RunRecord } from '#prisma/runs.ts';
import {
  closeTrade,
  editExits,
  recordEvent,
  requestSale,
  type TradeEvent,
} from '#prisma/trades.ts';
import type { Quantity } from '#domain/amount.ts';
import type { ExitOptions } from '#domain/configuration.ts';
import type { Arming } from '#domain/permit.ts';
import type { Outcome } from '#domain/trade.ts';
import { admitTrade } from './admit-trade.ts';
import { alive } from './alive.ts';
import type { ActivityDeps } from './deps.ts';
import { holdUntilExit } from './holding/hold-until-exit.ts';
import { submitExit } from './holding/submit-exit.ts';
import { openTrade } from './open-trade.ts';
import { buyAtOpen } from './opening/buy-at-open.ts';
import { ofThisInstallation } from './own-trades.ts';
import { adoptOrphan } from './reconcile/adopt-orphan.ts';
import { cancelOrphan } from './reconcile/cancel-orphan.ts';
import { lookAtAccount } from './reconcile/look-at-account.ts';
import { hasOwner, reconcile } from './reconcile/reconcile.ts';
import { resolveOrder } from './resolve-order.ts';
import { settleLeg } from './settle-leg.ts';

/** Every activity of the trades, with its dependencies. `workflows/proxies.ts` groups them. */
export const createActivities = (deps: ActivityDeps) => ({
  openTrade: ofThisInstallation(deps, openTrade(deps)),
  admitTrade: ofThisInstallation(deps, admitTrade(deps)),
  buyAtOpen: ofThisInstallation(deps, alive(buyAtOpen(deps))),
  submitExit: ofThisInstallation(deps, alive(submitExit(deps))),
  holdUntilExit: ofThisInstallation(deps, holdUntilExit(deps)),
  resolveOrder: ofThisInstallation(deps, resolveOrder(deps)),
  settleLeg: ofThisInstallation(deps, alive(settleLeg(deps))),
  reconcile: reconcile(deps),
  hasOwner: hasOwner(deps),
  lookAtAccount: lookAtAccount(deps),
  adoptOrphan: adoptOrphan(deps),
  cancelOrphan: cancelOrphan(deps),
  ...records(deps),
});

/** Writes to the record that need nothing but the database. All may repeat. */
const records = ({ db, clock, installationId }: ActivityDeps) => ({
  /** Makes a token the only one that can take the leg's permit. */
  armLeg: (
    arming: Arming & { workflowId: string; quantity: Quantity | null },
  ): Promise<ArmAnswer> => armLeg(db, arming),
  /** Gives the reservation back and closes the entry's permit, unless it is taken. */
  releaseEntry: (release: { listingId: string; workflowId: string }): Promise<Release> =>
    releaseEntry(db, { ...release, nowMs: clock.now() }),
  recordEvent: (event: TradeEvent): Promise<void> => recordEvent(db, event),
  closeTrade: (close: { tradeId: string; outcome: Outcome }): Promise<{ profit: string | null }> =>
    closeTrade(db, { ...close, nowMs: clock.now() }),
  raiseAlert: (alert: Omit<AlertEpisode, 'nowMs' | 'installationId'>): Promise<void> =>
    raiseAlert(db, { ...alert, installationId, nowMs: clock.now() }),
  resolveAlert: (episodeKey: string): Promise<void> =>
    resolveAlert(db, { installationId, episodeKey, nowMs: clock.now() }),
  requestSale: (request: { listingId: string; reason: string }): Promise<void> =>
    requestSale(db, request.listingId, { reason: request.reason, nowMs: clock.now() }),
  editExits: (edit: { listingId: string; exits: ExitOptions }): Promise<void> =>
    editExits(db, edit.listingId, { exits: edit.exits, nowMs: clock.now() }),
  /** Makes a workflow the owner of a trade, and reads what it needs. */
  takeOverTrade: (takeOver: { listingId: string; workflowId: string }): Promise<Recovery> =>
    takeOverTrade(db, takeOver),
  recordRun: (run: Omit<RunRecord, 'nowMs'>): Promise<void> =>
    recordRun(db, { ...run, nowMs: clock.now() }),
  listOpenTrades: (): Promise<
    { id: string; workflowId: string; phase: string; symbol: string }[]
  > => openTrades(db, installationId),
});

export type Activities = ReturnType<typeof createActivities>;
