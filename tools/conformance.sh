#!/bin/sh
# Runs the official conformance suite of the OCI distribution-spec against `lockkeeper serve-registry`, with every part of
# it on that the specification leaves to a registry's choice and that ours has.
#
#   npm run conformance SUITE [VERSION]
#
# SUITE is a program that Go builds from https://github.com/opencontainers/distribution-spec (the suite that reads
# OCI_REGISTRY): `go build -o SUITE .` in its folder `conformance`. It is not built here, since that takes Go and a network.
# VERSION is that of the specification: 1.1 by default. The exit status is that of the suite.
set -eu
suite=${1:?usage: npm run conformance SUITE [VERSION]}
case $suite in /*) ;; *) suite=$PWD/$suite ;; esac
project=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || :; }; rm -rf "$scratch"' EXIT INT TERM
node=$project/node_modules/node/bin/node
"$node" "$project/bin/lockkeeper.ts" serve-registry --quiet --dir "$scratch/registry" >"$scratch/address" &
server=$!
while [ ! -s "$scratch/address" ]; do
  kill -0 "$server"
  sleep 0.1
done
status=0
OCI_REGISTRY=$(cut -d ' ' -f 1 "$scratch/address") OCI_TLS=disabled OCI_VERSION=${2:-1.1} \
  OCI_RESULTS_DIR=$scratch/results OCI_API_BLOBS_UPLOAD_CANCEL=true OCI_API_BLOBS_DIGEST_HEADER=true \
  OCI_API_MANIFESTS_DIGEST_HEADER=true OCI_API_MANIFESTS_TAG_PARAM=true \
  "$suite" >"$scratch/report" 2>&1 || status=$?
grep -E '^ +[^ ].*: +(FAIL|Error|Skip)' "$scratch/report" || true
sed -n '/^OCI Conformance Result/,$p' "$scratch/report"
exit "$status"
