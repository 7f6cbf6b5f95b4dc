-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Installation" (
    "id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BotConfiguration" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "options" JSONB NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "BotConfiguration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BotRun" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "configurationId" UUID NOT NULL,
    "workflowId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stopRequestedAt" TIMESTAMPTZ(3),
    "positions" TEXT,
    "stoppedAt" TIMESTAMPTZ(3),
    "progress" TEXT,
    "baselineAt" TIMESTAMPTZ(3),

    CONSTRAINT "BotRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BotHealth" (
    "process" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "heartbeatAt" TIMESTAMPTZ(3) NOT NULL,
    "details" JSONB NOT NULL,

    CONSTRAINT "BotHealth_pkey" PRIMARY KEY ("process","instance")
);

-- CreateTable
CREATE TABLE "Listing" (
    "id" TEXT NOT NULL,
    "installationId" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "name" TEXT,
    "generation" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "opensAt" TIMESTAMPTZ(3),
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "tradingSeenAt" TIMESTAMPTZ(3),
    "confidence" INTEGER NOT NULL DEFAULT 0,
    "reasons" JSONB NOT NULL DEFAULT '[]',
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,

    CONSTRAINT "Listing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ListingSignal" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "quote" TEXT,
    "symbol" TEXT,
    "opensAt" TIMESTAMPTZ(3),
    "trading" BOOLEAN NOT NULL,
    "arrivedAt" TIMESTAMPTZ(3) NOT NULL,
    "raw" JSONB NOT NULL,
    "dedupKey" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "reason" TEXT,
    "listingId" TEXT,
    "handledAt" TIMESTAMPTZ(3),

    CONSTRAINT "ListingSignal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RiskVerdict" (
    "id" UUID NOT NULL,
    "listingId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "allowed" BOOLEAN NOT NULL,
    "rules" JSONB NOT NULL,
    "decidedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RiskVerdict_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RiskReservation" (
    "listingId" TEXT NOT NULL,
    "installationId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "amount" DECIMAL(38,18) NOT NULL,
    "state" TEXT NOT NULL,
    "spent" DECIMAL(38,18),
    "countsAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "RiskReservation_pkey" PRIMARY KEY ("listingId")
);

-- CreateTable
CREATE TABLE "KillSwitch" (
    "installationId" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KillSwitch_pkey" PRIMARY KEY ("installationId")
);

-- CreateTable
CREATE TABLE "SendPermit" (
    "listingId" TEXT NOT NULL,
    "leg" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "quantity" DECIMAL(38,18),
    "holder" TEXT,
    "takenAt" TIMESTAMPTZ(3),
    "notAfter" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SendPermit_pkey" PRIMARY KEY ("listingId","leg")
);

-- CreateTable
CREATE TABLE "TradePlan" (
    "listingId" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "exits" JSONB NOT NULL,
    "budget" DECIMAL(38,18) NOT NULL,
    "sellNow" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TradePlan_pkey" PRIMARY KEY ("listingId")
);

-- CreateTable
CREATE TABLE "Trade" (
    "id" TEXT NOT NULL,
    "installationId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "configurationId" UUID,
    "phase" TEXT NOT NULL,
    "outcome" TEXT,
    "summary" TEXT NOT NULL,
    "bought" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "sold" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "spent" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "received" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "fees" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "profit" DECIMAL(38,18),
    "entryPrice" DECIMAL(38,18),
    "exitReason" TEXT,
    "markPrice" DECIMAL(38,18),
    "highWater" DECIMAL(38,18),
    "stopPrice" DECIMAL(38,18),
    "targetPrice" DECIMAL(38,18),
    "guardedAt" TIMESTAMPTZ(3),
    "guardState" TEXT,
    "opensAt" TIMESTAMPTZ(3),
    "publishedAt" TIMESTAMPTZ(3),
    "seenAt" TIMESTAMPTZ(3),
    "signalledAt" TIMESTAMPTZ(3),
    "startedAt" TIMESTAMPTZ(3),
    "verdictAt" TIMESTAMPTZ(3),
    "armedAt" TIMESTAMPTZ(3),
    "triggeredAt" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "acknowledgedAt" TIMESTAMPTZ(3),
    "filledAt" TIMESTAMPTZ(3),
    "exitDecidedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Trade_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TradeOrder" (
    "clientOrderId" TEXT NOT NULL,
    "listingId" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "leg" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "symbol" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "price" DECIMAL(38,18),
    "quantity" DECIMAL(38,18),
    "state" TEXT NOT NULL,
    "exchangeOrderId" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "executed" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "executedQuote" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "refusalCode" INTEGER,
    "refusalText" TEXT,
    "doubt" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "sentAt" TIMESTAMPTZ(3),
    "answeredAt" TIMESTAMPTZ(3),
    "latencyMs" DOUBLE PRECISION,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "TradeOrder_pkey" PRIMARY KEY ("clientOrderId")
);

-- CreateTable
CREATE TABLE "Fill" (
    "tradeId" TEXT NOT NULL,
    "clientOrderId" TEXT NOT NULL,
    "price" DECIMAL(38,18) NOT NULL,
    "quantity" DECIMAL(38,18) NOT NULL,
    "quote" DECIMAL(38,18) NOT NULL,
    "fee" DECIMAL(38,18) NOT NULL,
    "feeAsset" TEXT NOT NULL,
    "feeQuote" DECIMAL(38,18),
    "isMaker" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Fill_pkey" PRIMARY KEY ("clientOrderId","tradeId")
);

-- CreateTable
CREATE TABLE "TradeLog" (
    "workflowId" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "tradeId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "TradeLog_pkey" PRIMARY KEY ("workflowId","sequence")
);

-- CreateTable
CREATE TABLE "PriceCandle" (
    "listingId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "open" DECIMAL(38,18) NOT NULL,
    "high" DECIMAL(38,18) NOT NULL,
    "low" DECIMAL(38,18) NOT NULL,
    "close" DECIMAL(38,18) NOT NULL,
    "volume" DECIMAL(38,18) NOT NULL,

    CONSTRAINT "PriceCandle_pkey" PRIMARY KEY ("listingId","at")
);

-- CreateTable
CREATE TABLE "Alert" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "episodeKey" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "listingId" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Installation_mode_account_key" ON "Installation"("mode", "account");

-- CreateIndex
CREATE INDEX "BotConfiguration_installationId_createdAt_idx" ON "BotConfiguration"("installationId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "BotConfiguration_installationId_name_version_key" ON "BotConfiguration"("installationId", "name", "version");

-- CreateIndex
CREATE INDEX "BotRun_installationId_startedAt_idx" ON "BotRun"("installationId", "startedAt");

-- CreateIndex
CREATE INDEX "Listing_installationId_state_opensAt_idx" ON "Listing"("installationId", "state", "opensAt");

-- CreateIndex
CREATE INDEX "Listing_installationId_firstSeenAt_idx" ON "Listing"("installationId", "firstSeenAt");

-- CreateIndex
CREATE UNIQUE INDEX "Listing_installationId_base_generation_key" ON "Listing"("installationId", "base", "generation");

-- CreateIndex
CREATE INDEX "ListingSignal_installationId_arrivedAt_idx" ON "ListingSignal"("installationId", "arrivedAt");

-- CreateIndex
CREATE INDEX "ListingSignal_listingId_idx" ON "ListingSignal"("listingId");

-- CreateIndex
CREATE UNIQUE INDEX "ListingSignal_installationId_dedupKey_key" ON "ListingSignal"("installationId", "dedupKey");

-- CreateIndex
CREATE INDEX "RiskVerdict_listingId_idx" ON "RiskVerdict"("listingId");

-- CreateIndex
CREATE UNIQUE INDEX "RiskVerdict_workflowId_key" ON "RiskVerdict"("workflowId");

-- CreateIndex
CREATE INDEX "RiskReservation_installationId_state_countsAt_idx" ON "RiskReservation"("installationId", "state", "countsAt");

-- CreateIndex
CREATE INDEX "SendPermit_state_notAfter_idx" ON "SendPermit"("state", "notAfter");

-- CreateIndex
CREATE INDEX "Trade_installationId_phase_idx" ON "Trade"("installationId", "phase");

-- CreateIndex
CREATE INDEX "Trade_installationId_createdAt_idx" ON "Trade"("installationId", "createdAt");

-- CreateIndex
CREATE INDEX "Trade_installationId_closedAt_idx" ON "Trade"("installationId", "closedAt");

-- CreateIndex
CREATE INDEX "Trade_symbol_idx" ON "Trade"("symbol");

-- CreateIndex
CREATE UNIQUE INDEX "Trade_workflowId_key" ON "Trade"("workflowId");

-- CreateIndex
CREATE INDEX "TradeOrder_state_idx" ON "TradeOrder"("state");

-- CreateIndex
CREATE INDEX "TradeOrder_exchangeOrderId_idx" ON "TradeOrder"("exchangeOrderId");

-- CreateIndex
CREATE UNIQUE INDEX "TradeOrder_listingId_leg_n_key" ON "TradeOrder"("listingId", "leg", "n");

-- CreateIndex
CREATE INDEX "TradeLog_tradeId_at_idx" ON "TradeLog"("tradeId", "at");

-- CreateIndex
CREATE INDEX "Alert_installationId_openedAt_idx" ON "Alert"("installationId", "openedAt");

-- AddForeignKey
ALTER TABLE "BotConfiguration" ADD CONSTRAINT "BotConfiguration_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BotRun" ADD CONSTRAINT "BotRun_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BotRun" ADD CONSTRAINT "BotRun_configurationId_fkey" FOREIGN KEY ("configurationId") REFERENCES "BotConfiguration"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Listing" ADD CONSTRAINT "Listing_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ListingSignal" ADD CONSTRAINT "ListingSignal_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ListingSignal" ADD CONSTRAINT "ListingSignal_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RiskVerdict" ADD CONSTRAINT "RiskVerdict_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RiskReservation" ADD CONSTRAINT "RiskReservation_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SendPermit" ADD CONSTRAINT "SendPermit_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TradePlan" ADD CONSTRAINT "TradePlan_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trade" ADD CONSTRAINT "Trade_id_fkey" FOREIGN KEY ("id") REFERENCES "Listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trade" ADD CONSTRAINT "Trade_configurationId_fkey" FOREIGN KEY ("configurationId") REFERENCES "BotConfiguration"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TradeOrder" ADD CONSTRAINT "TradeOrder_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Trade"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Fill" ADD CONSTRAINT "Fill_clientOrderId_fkey" FOREIGN KEY ("clientOrderId") REFERENCES "TradeOrder"("clientOrderId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TradeLog" ADD CONSTRAINT "TradeLog_tradeId_fkey" FOREIGN KEY ("tradeId") REFERENCES "Trade"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PriceCandle" ADD CONSTRAINT "PriceCandle_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Alert" ADD CONSTRAINT "Alert_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the data model cannot say: rules that hold whatever a process does.

CREATE UNIQUE INDEX "BotConfiguration_one_active" ON "BotConfiguration" ("installationId") WHERE active;
CREATE UNIQUE INDEX "BotRun_one_running" ON "BotRun" ("installationId") WHERE state <> 'stopped';
CREATE UNIQUE INDEX "Listing_one_unfinished" ON "Listing" ("installationId", base) WHERE "endedAt" IS NULL;
CREATE UNIQUE INDEX "Alert_one_open_episode" ON "Alert" ("installationId", "episodeKey") WHERE "resolvedAt" IS NULL;

-- The log of a trade is append-only.
CREATE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER trade_log_append_only BEFORE UPDATE OR DELETE ON "TradeLog"
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trade_log_no_truncate BEFORE TRUNCATE ON "TradeLog"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every change that people watch is told on one channel; the argument names the key column, and a
-- second one the column with the listing.
CREATE FUNCTION tell_change() RETURNS trigger AS $$
DECLARE
  changed jsonb := to_jsonb(COALESCE(NEW, OLD));
BEGIN
  PERFORM pg_notify('sniper_events', jsonb_build_object(
    'table', TG_TABLE_NAME,
    'id', changed ->> TG_ARGV[0],
    'listingId', CASE WHEN TG_NARGS > 1 THEN changed ->> TG_ARGV[1] END)::text);
  RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "Listing" FOR EACH ROW WHEN (NEW.state <> 'baseline') EXECUTE FUNCTION tell_change('id', 'id');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "Trade" FOR EACH ROW EXECUTE FUNCTION tell_change('id', 'id');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "TradeOrder" FOR EACH ROW EXECUTE FUNCTION tell_change('clientOrderId', 'listingId');
CREATE TRIGGER tell AFTER INSERT ON "TradeLog" FOR EACH ROW EXECUTE FUNCTION tell_change('tradeId', 'tradeId');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "TradePlan" FOR EACH ROW EXECUTE FUNCTION tell_change('listingId', 'listingId');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "Alert" FOR EACH ROW EXECUTE FUNCTION tell_change('id', 'listingId');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "BotRun" FOR EACH ROW EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "BotHealth" FOR EACH ROW EXECUTE FUNCTION tell_change('process');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON "KillSwitch" FOR EACH ROW EXECUTE FUNCTION tell_change('installationId');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "BotConfiguration" FOR EACH ROW EXECUTE FUNCTION tell_change('id');
