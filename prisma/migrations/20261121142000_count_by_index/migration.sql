-- What is counted all the time has an index that holds nothing else.
CREATE INDEX "Trade_closed_idx" ON "Trade" ("installationId") WHERE "phase" = 'closed';
CREATE INDEX "Listing_told_idx" ON "Listing" ("installationId") WHERE "state" <> 'baseline';

-- The profits by when they were made: the planner took the index without the time for those of a month, too.
DROP INDEX "Trade_profit_idx";
CREATE INDEX "Trade_profit_idx" ON "Trade" ("installationId", "closedAt") INCLUDE ("profit") WHERE "profit" IS NOT NULL;
