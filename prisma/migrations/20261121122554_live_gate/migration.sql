-- CreateTable
CREATE TABLE "Preflight" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "credentialId" UUID,
    "passed" BOOLEAN NOT NULL,
    "findings" JSONB NOT NULL,
    "checkedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Preflight_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiveConfirmation" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "confirmedBy" TEXT NOT NULL,
    "confirmedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "withdrawnAt" TIMESTAMPTZ(3),
    "withdrawnBy" TEXT,

    CONSTRAINT "LiveConfirmation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PaperBalance" (
    "installationId" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "free" DECIMAL(38,18) NOT NULL,
    "locked" DECIMAL(38,18) NOT NULL DEFAULT 0,

    CONSTRAINT "PaperBalance_pkey" PRIMARY KEY ("installationId","asset")
);

-- CreateTable
CREATE TABLE "PaperOrder" (
    "exchangeOrderId" TEXT NOT NULL,
    "installationId" TEXT NOT NULL,
    "clientOrderId" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "price" DECIMAL(38,18),
    "quantity" DECIMAL(38,18) NOT NULL,
    "status" TEXT NOT NULL,
    "executed" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "executedQuote" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PaperOrder_pkey" PRIMARY KEY ("exchangeOrderId")
);

-- CreateTable
CREATE TABLE "PaperFill" (
    "tradeId" TEXT NOT NULL,
    "exchangeOrderId" TEXT NOT NULL,
    "price" DECIMAL(38,18) NOT NULL,
    "quantity" DECIMAL(38,18) NOT NULL,
    "quote" DECIMAL(38,18) NOT NULL,
    "fee" DECIMAL(38,18) NOT NULL,
    "feeAsset" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PaperFill_pkey" PRIMARY KEY ("tradeId")
);

-- CreateIndex
CREATE INDEX "Preflight_installationId_checkedAt_idx" ON "Preflight"("installationId", "checkedAt");

-- CreateIndex
CREATE INDEX "LiveConfirmation_installationId_confirmedAt_idx" ON "LiveConfirmation"("installationId", "confirmedAt");

-- CreateIndex
CREATE INDEX "PaperOrder_installationId_symbol_createdAt_idx" ON "PaperOrder"("installationId", "symbol", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "PaperOrder_installationId_clientOrderId_key" ON "PaperOrder"("installationId", "clientOrderId");

-- CreateIndex
CREATE INDEX "PaperFill_exchangeOrderId_idx" ON "PaperFill"("exchangeOrderId");

-- AddForeignKey
ALTER TABLE "Preflight" ADD CONSTRAINT "Preflight_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LiveConfirmation" ADD CONSTRAINT "LiveConfirmation_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaperBalance" ADD CONSTRAINT "PaperBalance_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaperOrder" ADD CONSTRAINT "PaperOrder_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaperFill" ADD CONSTRAINT "PaperFill_exchangeOrderId_fkey" FOREIGN KEY ("exchangeOrderId") REFERENCES "PaperOrder"("exchangeOrderId") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "LiveConfirmation" FOR EACH ROW EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER tell AFTER INSERT ON "Preflight" FOR EACH ROW EXECUTE FUNCTION tell_change('id');
