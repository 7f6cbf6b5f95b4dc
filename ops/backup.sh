#!/bin/sh
# Writes a backup of the whole database server into a folder: ours and Temporal's at one and the same
# instant, while everything runs. Keeps the newest 14. Usage: ops/backup.sh [folder]
set -eu
cd "$(dirname "$0")/.."
folder=${1:-backups}
umask 077
mkdir -p "$folder"
file="$folder/sniper-$(date -u +%Y%m%dT%H%M%SZ).tar.gz"
docker compose exec -T --user postgres postgres \
  pg_basebackup --pgdata=- --format=tar --wal-method=fetch --checkpoint=fast --gzip >"$file.part"
# A backup that was cut off does not get a name that anybody would restore.
gzip --test "$file.part"
mv "$file.part" "$file"
find "$folder" -maxdepth 1 -name 'sniper-*.tar.gz' | sort -r | tail -n +15 | while read -r old; do rm -- "$old"; done
echo "$file"
