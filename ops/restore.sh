#!/bin/sh
# Replaces the database server's data by a backup. Everything must be stopped; what is there now is
# kept beside it. Usage: ops/restore.sh backups/sniper-....tar.gz
set -eu
cd "$(dirname "$0")/.."
backup=${1:?name the backup: ops/restore.sh backups/sniper-....tar.gz}
gzip --test "$backup"
if [ -n "$(docker compose ps --quiet --status running)" ]; then
  echo "Something still runs. Stop it first: docker compose --profile '*' down" >&2
  exit 1
fi
docker compose run --rm -T --no-deps --user root --entrypoint /bin/sh postgres -c '
  set -eu
  cd /var/lib/postgresql/data
  aside=before-restore-$(date -u +%Y%m%dT%H%M%SZ)
  mkdir "$aside"
  for each in $(ls -A); do
    case $each in before-restore-*) ;; *) mv "$each" "$aside/" ;; esac
  done
  tar -xzf -
  chown -R postgres:postgres .
  chmod 700 .
' <"$backup"
echo "Restored. Before you start trading: docs/operations.md, After a restore."
