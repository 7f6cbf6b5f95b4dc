import { defineSearchAttributeKey } from '@temporalio/common';

/** What the Temporal UI can search by. Names of coins and phases, never money. */
export const searchAttributes = {
  symbol: defineSearchAttributeKey('Symbol', 'KEYWORD'),
  phase: defineSearchAttributeKey('SniperPhase', 'KEYWORD'),
  source: defineSearchAttributeKey('Source', 'KEYWORD'),
  opensAt: defineSearchAttributeKey('OpensAt', 'DATETIME'),
} as const;
