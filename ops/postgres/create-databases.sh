#!/bin/sh
# Run once by the Postgres image, when its data folder is empty: our database and Temporal's two,
# each owned by a user of its own.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
  --set sniper_password="$(cat /run/secrets/sniper_db_password)" \
  --set temporal_password="$(cat /run/secrets/temporal_db_password)" <<'SQL'
CREATE ROLE sniper LOGIN PASSWORD :'sniper_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE sniper OWNER sniper;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE sniper, temporal, temporal_visibility FROM PUBLIC;
SQL
