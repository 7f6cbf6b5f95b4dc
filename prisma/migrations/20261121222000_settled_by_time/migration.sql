-- CreateIndex
-- The rules ask at each entry for what was settled since the balances were read.
CREATE INDEX "RiskReservation_installationId_state_settledAt_idx" ON "RiskReservation"("installationId", "state", "settledAt");
