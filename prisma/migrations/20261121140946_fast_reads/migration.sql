-- DropIndex
DROP INDEX "Listing_installationId_firstSeenAt_idx";

-- DropIndex
DROP INDEX "Trade_installationId_phase_idx";

-- DropIndex
DROP INDEX "Trade_installationId_createdAt_idx";

-- DropIndex
DROP INDEX "TradeOrder_state_idx";

-- CreateIndex
CREATE INDEX "Listing_installationId_firstSeenAt_id_idx" ON "Listing"("installationId", "firstSeenAt", "id");

-- CreateIndex
CREATE INDEX "Listing_symbol_idx" ON "Listing"("symbol");

-- CreateIndex
CREATE INDEX "RiskVerdict_decidedAt_id_idx" ON "RiskVerdict"("decidedAt", "id");

-- CreateIndex
CREATE INDEX "Trade_installationId_phase_createdAt_id_idx" ON "Trade"("installationId", "phase", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Trade_installationId_outcome_createdAt_id_idx" ON "Trade"("installationId", "outcome", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Trade_installationId_createdAt_id_idx" ON "Trade"("installationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "TradeOrder_state_createdAt_clientOrderId_idx" ON "TradeOrder"("state", "createdAt", "clientOrderId");

-- CreateIndex
CREATE INDEX "TradeOrder_createdAt_clientOrderId_idx" ON "TradeOrder"("createdAt", "clientOrderId");

-- CreateIndex
CREATE INDEX "TradeOrder_symbol_idx" ON "TradeOrder"("symbol");

-- What all trades have come to is added up from the index alone.
CREATE INDEX "Trade_profit_idx" ON "Trade" ("installationId") INCLUDE ("profit") WHERE "profit" IS NOT NULL;
