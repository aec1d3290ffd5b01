#!/bin/sh
# Stands in for the launcher: what the buildpacks have put into layers is found, then a process or a command runs.
set -eu
for folder in "${CNB_LAYERS_DIR:-/layers}"/*/*/bin; do [ ! -d "$folder" ] || PATH=$folder:$PATH; done
export PATH
case $0 in */process/*) exec sh -c "$(cat "${CNB_LAYERS_DIR:-/layers}/config/${0##*/}")" ;; esac
[ "$1" != -- ] || { shift; exec "$@"; }
exec sh -c "$*"
