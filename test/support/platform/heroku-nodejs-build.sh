#!/bin/sh
# Behaves as heroku/nodejs-engine is documented to: engines.node of package.json against an inventory within its binary.
set -eu
. "$CNB_BUILDPACK_DIR/behaviour"
echo '[Heroku Node.js Engine Buildpack]'
echo '[Checking Node.js version]'
asked=$(tr -d '\n' <package.json | sed -n 's/.*"engines" *: *{[^}]*"node" *: *"\([^"]*\)".*/\1/p')
if [ -z "$asked" ]; then
  echo "Node.js version not specified, using $default"
  asked=$default
else
  echo "Detected Node.js version range: $asked"
fi
pattern=$(echo "$asked" | sed -e 's/\.x//g' -e 's/[~^=]//g' -e 's/\./\\./g')
version=$(echo "$inventory" | tr ' ' '\n' | grep -E "^$pattern(\.|$)" | tail -n 1 || true)
if [ -z "$version" ]; then
  printf '\n[Error: Node.js engine parsing error]\nCould not resolve Node.js version: %s\n' "$asked" >&2
  exit 1
fi
echo "Resolved Node.js version: $version"
echo '[Installing Node.js distribution]'
echo "Downloading Node.js $version (linux-amd64)"
[ -f "/mirror/node-$version" ] || { printf '\n[Error: Node.js engine distribution error]\nerror sending request: dns error\n' >&2; exit 1; }
mkdir -p "$CNB_LAYERS_DIR/dist/bin"
cp "/mirror/node-$version" "$CNB_LAYERS_DIR/dist/bin/node"
chmod 755 "$CNB_LAYERS_DIR/dist/bin/node"
printf '[types]\nlaunch = true\n\n[metadata]\nnodejs_version = "%s"\n' "$version" >"$CNB_LAYERS_DIR/dist.toml"
