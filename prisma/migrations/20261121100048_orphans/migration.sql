-- AlterTable
ALTER TABLE "Trade" ADD COLUMN     "ownedBefore" DECIMAL(38,18);

-- CreateTable
CREATE TABLE "Orphan" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "listingId" TEXT,
    "clientOrderId" TEXT,
    "exchangeOrderId" TEXT,
    "side" TEXT,
    "quantity" DECIMAL(38,18) NOT NULL,
    "executed" DECIMAL(38,18) NOT NULL DEFAULT 0,
    "price" DECIMAL(38,18),
    "state" TEXT NOT NULL,
    "timesSeen" INTEGER NOT NULL DEFAULT 1,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "resolvedAt" TIMESTAMPTZ(3),
    "resolvedBy" TEXT,
    "note" TEXT,

    CONSTRAINT "Orphan_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Orphan_installationId_state_firstSeenAt_idx" ON "Orphan"("installationId", "state", "firstSeenAt");

-- CreateIndex
CREATE UNIQUE INDEX "Orphan_installationId_subject_key" ON "Orphan"("installationId", "subject");

-- AddForeignKey
ALTER TABLE "Orphan" ADD CONSTRAINT "Orphan_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON "Orphan" FOR EACH ROW EXECUTE FUNCTION tell_change('id', 'listingId');
