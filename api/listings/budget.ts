import { compare, quoteAmount } from '#domain/amount.ts';
import { tradingOptions, type TradingOptions } from '#domain/configuration.ts';
import { withTerms, type HandTerms } from '#domain/listing-by-hand.ts';
import type { Phase } from '#domain/trade.ts';
import type { Db } from '#prisma/client.ts';
import type { Listing, RiskReservation, RiskVerdict, Trade } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import type { ListingBudgetView } from '../schemas/listing.ts';
import { text } from '../views/text.ts';

/** A listing with what says how much is spent on it. */
export type BudgetRow = Listing & {
  readonly trade: Trade | null;
  readonly reservation: RiskReservation | null;
  readonly verdicts: readonly RiskVerdict[];
};
export const withBudget = { trade: true, reservation: true, verdicts: true } as const;

/** The listing; throws 404. `db` may be a transaction. */
export const listingFound = async (
  { installation }: Pick<ApiDeps, 'installation'>,
  db: Db,
  id: string,
): Promise<BudgetRow> => {
  const installationId = await installation.id();
  const row = await db.listing.findFirst({ where: { id, installationId }, include: withBudget });
  if (row === null) throw new ApiProblem('NOT_FOUND', 'There is no such listing.');
  return row;
};

/** Why a budget cannot be changed any more. */
export interface TooLate {
  readonly phase: Phase;
  readonly text: string;
}

const termsOf = ({ terms }: Pick<Listing, 'terms'>) => terms as HandTerms | null; // written by arming and here

/** What an operator set for this listing alone, quote; null: that of the configuration. */
export const ownBudget = (row: Pick<Listing, 'terms'>): string | null =>
  termsOf(row)?.quoteAmount ?? null;

/** The options that its trade has or would begin with; null while no configuration is active. */
const optionsOf = async (db: Db, row: BudgetRow): Promise<TradingOptions | null> => {
  const { installationId } = row;
  const pinned = row.trade?.configurationId ?? null;
  const found = await db.botConfiguration.findFirst({
    where: pinned === null ? { installationId, active: true } : { installationId, id: pinned },
  });
  return found === null ? null : tradingOptions.parse(found.options);
};

/**
 * How much is spent on a listing at most, and whether that can still be changed; null while nothing
 * says how much. Once money is reserved, the reservation is the amount.
 */
export const budgetOf = async (db: Db, row: BudgetRow): Promise<ListingBudgetView | null> => {
  const options = await optionsOf(db, row);
  if (options === null) return null;
  const { reservation } = row;
  const asked = withTerms(options, termsOf(row)).quoteAmount;
  const amount = reservation === null ? asked : text(reservation.amount);
  return {
    amount,
    usual: options.quoteAmount,
    isOwn: ownBudget(row) !== null,
    most: options.maxQuotePerTrade,
    reserved: reservation?.state === 'reserved',
    tooLate: tooLate(row, amount)?.text ?? null,
  };
};

/**
 * The risk rules read the budget under the ledger's lock, 90 s before the opening: what they then
 * reserved is what the order was made for, and another number would be of no effect.
 */
export const tooLate = (row: BudgetRow, amount: string): TooLate | null => {
  const { trade, quote, base, verdicts } = row;
  if (row.endedAt !== null) return { phase: 'closed', text: 'Too late: this listing is over.' };
  if (trade === null) return null;
  const phase = trade.phase as Phase; // written by SniperWorkflow
  const spends = `${amount} ${quote}`;
  switch (phase) {
    case 'waiting':
      return verdicts.length === 0
        ? null
        : {
            phase,
            text: `Too late: the risk rules have judged it with ${spends}. ${giveUp(base)}`,
          };
    case 'admitted':
    case 'armed':
      return {
        phase,
        text: `Too late: ${spends} are reserved, and the order is made for them. ${giveUp(base)}`,
      };
    case 'buying':
    case 'unresolved':
      return { phase, text: `Too late: an order of ${spends} may be on its way.` };
    case 'holding':
    case 'selling':
    case 'cannotSell':
      return { phase, text: 'Too late: it is bought already. Sell it instead.' };
    case 'closed':
      return { phase, text: 'Too late: the trade is over.' };
  }
};

/** A listing that was disarmed has ended: it is not armed a second time. */
const giveUp = (base: string): string =>
  `If that is not what you want, disarm it: ${base} is then not bought at all.`;

/** What is wrong with a budget, with what is allowed; null when nothing is. */
export const budgetProblem = (
  asked: string | null,
  { most, quote }: { readonly most: string; readonly quote: string },
): string | null => {
  if (asked === null) return null;
  const allowed = `must be plain decimal text above 0 and at most ${most} ${quote} (maxQuotePerTrade)`;
  try {
    const amount = quoteAmount(asked);
    return /[1-9]/.test(amount) && compare(amount, quoteAmount(most)) <= 0 ? null : allowed;
  } catch (error) {
    if (error instanceof RangeError) return allowed; // not plain decimal text
    throw error;
  }
};
