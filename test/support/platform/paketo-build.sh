#!/bin/sh
# Behaves as Paketo's cpython and node-engine are documented to: what they have stands in the table of their
# buildpack.toml, and a version is asked for by a variable, or by the files that `behaviour` names.
set -eu
. "$CNB_BUILDPACK_DIR/behaviour"

echo "$title $(basename "$CNB_BUILDPACK_DIR")"
echo "  Resolving $runtime version"
echo '    Candidate version sources (in priority order):'
eval "asked=\${$variable:-}"
origin=$variable
for file in $reads; do
  [ -z "$asked" ] && [ -f "$file" ] || continue
  asked=$(sed -e 's/[[:space:]]//g' -e 's/^v//' "$file" | head -n 1)
  origin=$file
done
[ -n "$asked" ] || { asked=$default; origin='<unknown>'; }
echo "      $origin -> \"$asked\""
echo
have=$(sed -n 's/^ *version = "\([0-9.]*\)"/\1/p' "$CNB_BUILDPACK_DIR/buildpack.toml" | sort -t. -k1,1n -k2,2n -k3,3n)
pattern=$(echo "$asked" | sed -e 's/\.\*//g' -e 's/[~^]//' -e 's/\./\\./g')
version=$(echo "$have" | grep -E "^$pattern(\.|$)" | tail -n 1 || true)
if [ -z "$version" ]; then
  echo "failed to satisfy \"$dependency\" dependency version constraint \"$asked\": no compatible versions on \"io.buildpacks.stacks.jammy\" stack. Supported versions are: [$(echo "$have" | tr '\n' ' ' | sed 's/ $//; s/ /, /g')]" >&2
  exit 1
fi
echo "    Selected $runtime version (using $origin): $version"
echo
echo '  Executing build process'
echo "    Installing $runtime $version"
[ -f "/mirror/$command-$version" ] || { echo "failed to fetch dependency: dial tcp: lookup artifacts.paketo.io: no such host" >&2; exit 1; }
mkdir -p "$CNB_LAYERS_DIR/$dependency/bin"
cp "/mirror/$command-$version" "$CNB_LAYERS_DIR/$dependency/bin/$command"
chmod 755 "$CNB_LAYERS_DIR/$dependency/bin/$command"
printf '[types]\nlaunch = true\n\n[metadata]\nversion = "%s"\n' "$version" >"$CNB_LAYERS_DIR/$dependency.toml"
