-- CreateTable
CREATE TABLE "NotificationChannel" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "levels" JSONB NOT NULL,
    "commands" BOOLEAN NOT NULL DEFAULT false,
    "place" TEXT NOT NULL,
    "sealed" TEXT,
    "keyId" TEXT NOT NULL,
    "nextUpdate" BIGINT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "NotificationChannel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationEvent" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "installationId" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "row" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "handledAt" TIMESTAMPTZ(3),

    CONSTRAINT "NotificationEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationDelivery" (
    "id" UUID NOT NULL,
    "installationId" TEXT NOT NULL,
    "channelId" UUID NOT NULL,
    "eventId" UUID,
    "event" TEXT NOT NULL,
    "episode" TEXT,
    "level" TEXT NOT NULL,
    "message" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "problem" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "NotificationDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "NotificationEvent_at_idx" ON "NotificationEvent"("at");

-- CreateIndex
CREATE INDEX "NotificationDelivery_state_nextAt_idx" ON "NotificationDelivery"("state", "nextAt");

-- CreateIndex
CREATE INDEX "NotificationDelivery_installationId_createdAt_id_idx" ON "NotificationDelivery"("installationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "NotificationDelivery_channelId_eventId_key" ON "NotificationDelivery"("channelId", "eventId");

-- AddForeignKey
ALTER TABLE "NotificationDelivery" ADD CONSTRAINT "NotificationDelivery_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "NotificationChannel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What nobody was told of yet.
CREATE INDEX "NotificationEvent_waiting_idx" ON "NotificationEvent"("at") WHERE "handledAt" IS NULL;

-- What people may want to be told is written down in the transaction in which it happens: none is
-- lost when nobody runs who could tell it. The argument names the origin.
CREATE FUNCTION note_event() RETURNS trigger AS $$
DECLARE
  happened jsonb := to_jsonb(COALESCE(NEW, OLD));
BEGIN
  INSERT INTO "NotificationEvent" ("installationId", "origin", "row")
    VALUES (happened ->> 'installationId', TG_ARGV[0], happened);
  RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER note AFTER INSERT ON "Alert" FOR EACH ROW EXECUTE FUNCTION note_event('Alert');
CREATE TRIGGER note_end AFTER UPDATE OF "resolvedAt" ON "Alert" FOR EACH ROW
  WHEN (OLD."resolvedAt" IS NULL AND NEW."resolvedAt" IS NOT NULL) EXECUTE FUNCTION note_event('AlertEnd');
CREATE TRIGGER note AFTER UPDATE OF "phase" ON "Trade" FOR EACH ROW
  WHEN (NEW."phase" <> OLD."phase" AND NEW."phase" IN ('admitted', 'armed', 'holding', 'closed'))
  EXECUTE FUNCTION note_event('Trade');
CREATE TRIGGER note AFTER INSERT OR UPDATE ON "KillSwitch" FOR EACH ROW EXECUTE FUNCTION note_event('KillSwitch');
CREATE TRIGGER note_end AFTER DELETE ON "KillSwitch" FOR EACH ROW EXECUTE FUNCTION note_event('KillSwitchEnd');
CREATE TRIGGER note AFTER INSERT ON "BotRun" FOR EACH ROW EXECUTE FUNCTION note_event('BotRun');
CREATE TRIGGER note_end AFTER UPDATE OF "state" ON "BotRun" FOR EACH ROW
  WHEN (NEW."state" <> OLD."state" AND NEW."state" = 'stopped') EXECUTE FUNCTION note_event('BotRunEnd');
