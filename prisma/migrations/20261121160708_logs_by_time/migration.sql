-- CreateIndex
CREATE INDEX "TradeLog_at_workflowId_sequence_idx" ON "TradeLog"("at", "workflowId", "sequence");
