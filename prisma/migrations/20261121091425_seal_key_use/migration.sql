-- CreateTable
CREATE TABLE "SealKeyUse" (
    "keyId" TEXT NOT NULL,
    "firstUsedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SealKeyUse_pkey" PRIMARY KEY ("keyId")
);
