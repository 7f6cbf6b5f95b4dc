#!/bin/sh
# Gives a process its secrets: for every NAME_FILE, NAME is what that file holds. So they are in no
# compose file, no image, and not in what `docker inspect` shows.
set -eu
# SECRETS_KEY_FILE is read, and made, by the processes themselves.
for name in $(env | grep -v '^SECRETS_KEY_FILE=' | sed -n 's/^\([A-Z][A-Z0-9_]*\)_FILE=.*/\1/p'); do
  eval "file=\$${name}_FILE"
  if [ ! -r "$file" ]; then
    echo "${name}_FILE names $file, which cannot be read. Run ops/make-secrets.sh first." >&2
    exit 1
  fi
  value=$(cat "$file")
  # An empty file is a secret that is not set: the exchange's keys, before there are any.
  if [ -n "$value" ]; then export "$name=$value"; fi
  unset "${name}_FILE" value
done
# As npm start runs it (scripts/setup/node-flags.ts).
case "$*" in
  'node api/main.ts') NODE_OPTIONS="${NODE_OPTIONS:-} --max-semi-space-size=16 --max-old-space-size=1024" ;;
  'node '*/main.ts) NODE_OPTIONS="${NODE_OPTIONS:-} --max-semi-space-size=4" ;;
esac
export NODE_OPTIONS="${NODE_OPTIONS:-}"
exec "$@"
