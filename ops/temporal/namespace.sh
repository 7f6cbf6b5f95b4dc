#!/bin/sh
# Makes our namespace and what workflows are found by. May repeat. TEMPORAL_ADDRESS and
# TEMPORAL_NAMESPACE come from the environment; the values are those of
# scripts/setup/temporal-server.ts.
set -eu
RETENTION=30d

tries=0
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS is not healthy after two minutes" >&2
    exit 1
  fi
  sleep 2
done

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
# Every part of the server knows a new namespace only after some seconds.
until temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" >/dev/null 2>&1 &&
  temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 90 ]; then
    echo "The namespace $TEMPORAL_NAMESPACE does not answer" >&2
    exit 1
  fi
  sleep 2
done

attribute() { # name type
  known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")
  if echo "$known" | grep -qw "$1"; then return; fi
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"
}
attribute Symbol Keyword
attribute SniperPhase Keyword
attribute Source Keyword
attribute OpensAt Datetime
echo "The namespace $TEMPORAL_NAMESPACE is ready"
