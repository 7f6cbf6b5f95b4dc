-- An order that executed is told in the transaction that settles it, whatever part of the system
-- settles it. Once: what is settled again, or asked for again, is no news.
CREATE FUNCTION note_order() RETURNS trigger AS $$
BEGIN
  INSERT INTO "NotificationEvent" ("installationId", "origin", "row")
    SELECT "installationId", 'Order', to_jsonb(NEW) FROM "Trade" WHERE "id" = NEW."listingId";
  RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER note AFTER INSERT ON "TradeOrder" FOR EACH ROW
  WHEN (NEW."settledAt" IS NOT NULL AND NEW."executed" > 0) EXECUTE FUNCTION note_order();
CREATE TRIGGER note_settled AFTER UPDATE OF "settledAt", "executed" ON "TradeOrder" FOR EACH ROW
  WHEN (NEW."settledAt" IS NOT NULL AND NEW."executed" > 0
    AND (OLD."settledAt" IS NULL OR OLD."executed" = 0))
  EXECUTE FUNCTION note_order();
