-- Changes that processes of the bot act on have a channel of their own: who trades is not woken by
-- every step of a trade, which people watch.
CREATE OR REPLACE FUNCTION tell_change() RETURNS trigger AS $$
DECLARE
  changed jsonb := to_jsonb(COALESCE(NEW, OLD));
  told text := jsonb_build_object(
    'table', TG_TABLE_NAME,
    'id', changed ->> TG_ARGV[0],
    'listingId', CASE WHEN TG_NARGS > 1 THEN changed ->> TG_ARGV[1] END)::text;
BEGIN
  PERFORM pg_notify('sniper_events', told);
  IF TG_TABLE_NAME IN ('KillSwitch', 'BotRun', 'BotConfiguration', 'LiveConfirmation', 'Preflight') THEN
    PERFORM pg_notify('sniper_control', told);
  END IF;
  RETURN NULL;
END;
$$ LANGUAGE plpgsql;
