#!/bin/sh
# Behaves as heroku/python is documented to, by what `behaviour` beside its buildpack.toml says: which files it reads,
# which minor versions its binary holds, and what it takes where no file says anything.
set -eu
. "$CNB_BUILDPACK_DIR/behaviour"

refuse() {
  printf '\n[Error: %s]\n%s\n' "$1" "$2" >&2
  exit 1
}

echo
echo '[Determining Python version]'
asked= origin=
for file in $reads; do
  [ -z "$asked" ] && [ -f "$file" ] || continue
  asked=$(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$file" | head -n 1)
  asked=${asked#python-}
  origin=$file
done
for file in $rejects; do
  [ ! -f "$file" ] || refuse "The $file file isn't supported" "The $file file is no longer supported. Use .python-version."
done
if [ -z "$asked" ]; then
  version=$default
  echo "No Python version specified, using the current default of Python $version."
else
  case $asked in
    [0-9]*.[0-9]*) ;;
    *) refuse "Invalid Python version in $origin" "The Python version specified in '$origin' is not in the correct format: $asked" ;;
  esac
  minor=$(echo "$asked" | cut -d. -f1,2)
  case " $minors " in
    *" $minor "*) ;;
    *) refuse 'Requested Python version is not recognised' "The requested Python version $minor is not recognised.
Check that it is a released version, and that this buildpack is recent enough for it." ;;
  esac
  case $asked in
    *.*.*) version=$asked ;;
    *) eval "version=\$newest_$(echo "$minor" | tr . _)" ;;
  esac
  echo "Using Python version $asked specified in $origin"
fi
echo
echo '[Installing Python]'
echo "Installing Python $version"
# What the network has, at https://heroku-buildpack-python.s3.us-east-1.amazonaws.com: any patch of a known minor is tried.
[ -f "/mirror/python-$version" ] || refuse 'Unable to download Python' "An error occurred while downloading Python $version: dns error: failed to lookup address information"
mkdir -p "$CNB_LAYERS_DIR/python/bin"
cp "/mirror/python-$version" "$CNB_LAYERS_DIR/python/bin/python"
chmod 755 "$CNB_LAYERS_DIR/python/bin/python"
printf '[types]\nlaunch = true\nbuild = true\ncache = true\n\n[metadata]\npython_version = "%s"\n' "$version" >"$CNB_LAYERS_DIR/python.toml"
[ ! -f Procfile ] || printf '[[processes]]\ntype = "web"\ncommand = ["%s"]\ndefault = true\n' "$(sed -n 's/^web: *//p' Procfile)" >"$CNB_LAYERS_DIR/launch.toml"
