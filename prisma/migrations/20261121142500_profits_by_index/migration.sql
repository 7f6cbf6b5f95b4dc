-- What trades have come to is added up from indexes alone, in the order of their closing; the few
-- whose profit nobody knows are beside them.
DROP INDEX "Trade_profit_idx";
CREATE INDEX "Trade_profit_idx" ON "Trade" ("installationId", "closedAt", "id")
  INCLUDE ("profit", "spent", "fees", "exitReason", "source") WHERE "profit" IS NOT NULL;
CREATE INDEX "Trade_unknown_profit_idx" ON "Trade" ("installationId", "closedAt")
  INCLUDE ("fees") WHERE "profit" IS NULL AND "spent" > 0;
CREATE INDEX "Trade_result_idx" ON "Trade" ("installationId") INCLUDE ("profit") WHERE "profit" IS NOT NULL;
