#!/bin/sh
# Brings Temporal's two databases to the schema of this image. May repeat: what is there already is
# left as it is.
set -eu
SQL_PASSWORD=$(cat /run/secrets/temporal_db_password)
export SQL_PASSWORD

bring() { # database, folder of its schema
  tool="temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user temporal --db $1"
  $tool setup-schema --version 0.0
  $tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$2/versioned"
}
bring temporal temporal
bring temporal_visibility visibility
