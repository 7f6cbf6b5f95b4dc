-- AlterTable
ALTER TABLE "Listing" ADD COLUMN     "terms" JSONB;

-- AlterTable
ALTER TABLE "ListingSignal" ALTER COLUMN "raw" DROP NOT NULL;

-- CreateTable
CREATE TABLE "WorkflowMetric" (
    "installationId" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(3) NOT NULL,
    "seen" INTEGER NOT NULL,
    "armed" INTEGER NOT NULL,
    "fired" INTEGER NOT NULL,
    "filled" INTEGER NOT NULL,
    "refused" JSONB NOT NULL,
    "latency" JSONB NOT NULL,
    "queueDepth" INTEGER NOT NULL,

    CONSTRAINT "WorkflowMetric_pkey" PRIMARY KEY ("installationId","minute")
);

-- CreateIndex
CREATE INDEX "ListingSignal_installationId_base_idx" ON "ListingSignal"("installationId", "base");

-- AddForeignKey
ALTER TABLE "WorkflowMetric" ADD CONSTRAINT "WorkflowMetric_installationId_fkey" FOREIGN KEY ("installationId") REFERENCES "Installation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
