import type { TradeView } from '#api/schemas/trade.ts';

/** Why an action is not possible now; null when it is. The server enforces the same in domain/trade. */
export interface Possible {
  readonly disarm: string | null;
  readonly sellNow: string | null;
  readonly editExits: string | null;
}

export const tradeCan = (trade: Pick<TradeView, 'phase' | 'allows'>): Possible => ({
  disarm: trade.allows.disarm ? null : disarmReason(trade.phase),
  sellNow: trade.allows.sellNow ? null : sellReason(trade.phase),
  editExits: trade.allows.editExits ? null : editReason(trade.phase),
});

const editReason = (phase: TradeView['phase']): string =>
  phase === 'closed' ? 'the trade is over' : 'not possible at this moment';

const disarmReason = (phase: TradeView['phase']): string => {
  switch (phase) {
    case 'waiting':
    case 'admitted':
    case 'armed':
      return 'not possible at this moment';
    case 'buying':
    case 'unresolved':
      return 'an order may be on its way already';
    case 'holding':
    case 'selling':
    case 'cannotSell':
      return 'it is bought already: sell it instead';
    case 'closed':
      return 'the trade is over';
  }
};

const sellReason = (phase: TradeView['phase']): string => {
  switch (phase) {
    case 'waiting':
    case 'admitted':
    case 'armed':
    case 'buying':
      return 'nothing is held yet';
    case 'unresolved':
      return 'the exchange is being asked what is held';
    case 'holding':
    case 'selling':
    case 'cannotSell':
      return 'not possible at this moment';
    case 'closed':
      return 'the trade is over';
  }
};
