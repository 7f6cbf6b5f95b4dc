#!/bin/sh
# Makes the secrets of docker-compose.yml that do not exist yet; never changes one that does.
# The folder is closed to other users; its files are readable, because each container has its own.
set -eu
cd "$(dirname "$0")/secrets"
chmod 700 .

keep() { # name value
  if [ -e "$1" ]; then return; fi
  printf '%s' "$2" >"$1"
  chmod 444 "$1"
  echo "made ops/secrets/$1"
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

keep postgres_password "$(random)"
keep sniper_db_password "$(random)"
keep temporal_db_password "$(random)"
keep grafana_password "$(random)"
keep database_url "postgresql://sniper:$(cat sniper_db_password)@127.0.0.1:55432/sniper"
# The simulator's keys. For live replace both: trading allowed, withdrawals never, bound to this address.
keep mexc_api_key sim-key
keep mexc_api_secret sim-secret
