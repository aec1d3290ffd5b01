#!/bin/sh
# Stands in for the Cloud Native Buildpacks lifecycle, as far as its platform API 0.4 to 0.15 is a contract: inputs by
# flag and variable, detection with groups and build plans, the build, export to an OCI layout, and exit statuses. What
# it writes to the log follows the documented phases; the wording of real lifecycles may differ. It runs on busybox and
# knows only base images whose configs are written as those of test/support/images.ts are.
set -eu
umask 022

phase=${0##*/}
api=${CNB_PLATFORM_API:-}
app=${CNB_APP_DIR:-/workspace}
layers=${CNB_LAYERS_DIR:-/layers}
platform=${CNB_PLATFORM_DIR:-/platform}
buildpacks=${CNB_BUILDPACKS_DIR:-/cnb/buildpacks}
order=${CNB_ORDER_PATH:-}
report=${CNB_REPORT_PATH:-}
layout=${CNB_USE_LAYOUT:-false}
layout_dir=${CNB_LAYOUT_DIR:-}
run_image=${CNB_RUN_IMAGE:-}
log_level=${CNB_LOG_LEVEL:-info}
image=
while [ $# -gt 0 ]; do
  case $1 in
    -app) app=$2; shift 2 ;;
    -layers) layers=$2; shift 2 ;;
    -platform) platform=$2; shift 2 ;;
    -buildpacks) buildpacks=$2; shift 2 ;;
    -order) order=$2; shift 2 ;;
    -report) report=$2; shift 2 ;;
    -layout) layout=true; shift ;;
    -layout-dir) layout_dir=$2; shift 2 ;;
    -run-image) run_image=$2; shift 2 ;;
    -log-level) log_level=$2; shift 2 ;;
    -skip-restore) shift ;;
    -*) echo "flag provided but not defined: $1" >&2; exit 3 ;;
    *) image=$1; shift ;;
  esac
done
[ -n "$order" ] || { order=$layers/order.toml; [ -f "$order" ] || order=/cnb/order.toml; }
[ -n "$report" ] || report=$layers/report.toml
work=/tmp/lifecycle.$$
mkdir -p "$work"

debug() { [ "$log_level" != debug ] || echo "$*"; }
warn() { echo "$*" >&2; }
# The same end was told by other numbers before platform API 0.6.
old_api() { case $api in 0.[0-5]) return 0 ;; *) return 1 ;; esac; }
end_with() { if old_api; then exit "$2"; else exit "$1"; fi; }
folder_of() { echo "$1" | sed 's|/|_|g'; }

check_api() {
  for known in $(cat /cnb/lifecycle/platform-apis); do [ "$known" != "$api" ] || return 0; done
  warn "ERROR: the Lifecycle's Platform API version is $(tr '\n' ',' </cnb/lifecycle/platform-apis) which is incompatible with Platform API version $api"
  exit 11
}

# order.toml, or system.toml's tables, as lines: group id version optional
groups_of() {
  awk -v table="$2" '
    function put() { if (id != "") print group, id, version, optional; id = ""; version = ""; optional = "false" }
    { gsub(/[ \t\r]/, "") }
    /^\[/ { put(); inside = ($0 == "[[" table ".group]]" || $0 == "[[" table ".buildpacks]]")
            if ($0 == "[[" table "]]") group++ }
    inside && /^id=/ { id = $0; sub(/^id=/, "", id); gsub(/"/, "", id) }
    inside && /^version=/ { version = $0; sub(/^version=/, "", version); gsub(/"/, "", version) }
    inside && /^optional=true/ { optional = "true" }
    END { put() }' group=0 "$1"
}

# Runs a program of a buildpack with what the buildpack API gives it, and what the person has set.
in_buildpack() {
  root=$buildpacks/$(folder_of "$1")/$2
  shift 2
  (
    cd "$app"
    for file in "$platform"/env/*; do [ ! -f "$file" ] || export "${file##*/}=$(cat "$file")"; done
    export CNB_BUILDPACK_DIR="$root" CNB_PLATFORM_DIR="$platform"
    exec "$@"
  )
}

analyze() {
  echo '===> ANALYZING'
  [ "$layout" = true ] || {
    warn "ERROR: failed to analyze: ensure registry read/write access to $image: dial tcp: lookup registry: no such host"
    exit 32
  }
  case ${CNB_EXPERIMENTAL_MODE:-error} in
    warn) warn 'Warning: Platform requested experimental feature '"'"'Layout'"'" ;;
    silent) ;;
    *) warn 'ERROR: failed to analyze: Platform requested experimental feature Layout, but experimental features are disabled'; exit 32 ;;
  esac
  run_path=$layout_dir/$(path_of "$run_image")
  [ -f "$run_path/index.json" ] || { warn "ERROR: failed to analyze: run image $run_image not found"; exit 32; }
}

# "Map an image reference to a path in the layout directory"
path_of() {
  case $1 in
    *@*) echo "${1%@*}/$(echo "${1#*@}" | sed 's|:|/|')" ;;
    *) echo "${1%:*}/${1##*:}" ;;
  esac
}

detect() {
  echo '===> DETECTING'
  groups_of "$order" order >"$work/order"
  : >"$work/pre"; : >"$work/post"
  if [ -f /cnb/system.toml ]; then
    groups_of /cnb/system.toml system.pre >"$work/pre"
    groups_of /cnb/system.toml system.post >"$work/post"
  fi
  errors=false
  for number in $(cut -d' ' -f1 "$work/order" | sort -nu); do
    { cat "$work/pre"; grep "^$number " "$work/order"; cat "$work/post"; } | cut -d' ' -f2- >"$work/group"
    if detect_group; then
      cp "$work/passed" "$work/selected"
      echo "$(wc -l <"$work/passed") of $(wc -l <"$work/group") buildpacks participating"
      while read -r id version _; do echo "$id $version"; done <"$work/passed"
      return 0
    fi
  done
  if [ "$errors" = true ]; then
    warn 'ERROR: failed to detect: buildpack(s) failed with err'
    end_with 21 6
  fi
  warn 'ERROR: No buildpack groups passed detection.'
  warn 'ERROR: failed to detect: no buildpacks participating'
  end_with 20 6
}

detect_group() {
  : >"$work/passed"
  group_fails=false
  while read -r id version optional; do
    bin=$buildpacks/$(folder_of "$id")/$version/bin/detect
    plan=$work/plan.$(folder_of "$id").$version
    : >"$plan"
    status=0
    CNB_BUILD_PLAN_PATH=$plan in_buildpack "$id" "$version" "$bin" "$platform" "$plan" >"$work/said" 2>&1 </dev/null || status=$?
    if [ -s "$work/said" ] && { [ $status -ne 0 ] && [ $status -ne 100 ] || [ "$log_level" = debug ]; }; then
      echo "======== Output: $id@$version ========"
      cat "$work/said"
    fi
    case $status in
      0) debug "pass: $id@$version"; echo "$id $version $optional" >>"$work/passed" ;;
      100) if [ "$optional" = true ]; then debug "skip: $id@$version"; else debug "fail: $id@$version"; group_fails=true; fi ;;
      *) echo "err:  $id@$version ($status)"; errors=true; [ "$optional" = true ] || group_fails=true ;;
    esac
  done <"$work/group"
  [ "$group_fails" = false ] && plans_fit && [ -s "$work/passed" ]
}

names_in() { awk -v table="[[$2]]" '/^\[/ { inside = ($0 == table) } inside && /^name *=/ { gsub(/^name *= *"|".*$/, ""); print }' "$1"; }

# What is required is provided before or by the same, what is provided is required later or by the same.
plans_fit() {
  debug 'Resolving plan... (try #1)'
  while :; do
    dropped=
    # An empty list of patterns would match everything.
    echo - >"$work/seen"
    while read -r id version optional; do
      plan=$work/plan.$(folder_of "$id").$version
      names_in "$plan" provides >>"$work/seen"
      missing=$(names_in "$plan" requires | grep -vxF -f "$work/seen" || true)
      awk -v id="$id" 'found || $1 == id { found = 1; print }' "$work/passed" >"$work/later"
      echo - >"$work/wanted"
      while read -r other number _; do names_in "$work/plan.$(folder_of "$other").$number" requires >>"$work/wanted"; done <"$work/later"
      unused=$(names_in "$plan" provides | grep -vxF -f "$work/wanted" || true)
      [ -n "$missing$unused" ] || continue
      if [ "$optional" = false ]; then
        [ -z "$missing" ] || debug "fail: $id@$version requires $missing"
        [ -z "$unused" ] || debug "fail: $id@$version provides unused $unused"
        return 1
      fi
      dropped=$id
      break
    done <"$work/passed"
    [ -n "$dropped" ] || return 0
    debug "skip: $dropped"
    awk -v id="$dropped" '$1 != id' "$work/passed" >"$work/rest"
    mv "$work/rest" "$work/passed"
  done
}

build() {
  echo '===> BUILDING'
  while read -r id version _; do
    debug "Running build for buildpack $id@$version"
    own=$layers/$(folder_of "$id")
    mkdir -p "$own"
    status=0
    CNB_LAYERS_DIR=$own CNB_BP_PLAN_PATH=$work/plan.$(folder_of "$id").$version \
      in_buildpack "$id" "$version" "$buildpacks/$(folder_of "$id")/$version/bin/build" "$own" "$platform" "$work/plan.$(folder_of "$id").$version" </dev/null || status=$?
    if [ $status -ne 0 ]; then
      warn "ERROR: failed to build: exit status $status"
      end_with 51 7
    fi
  done <"$work/selected"
}

quoted() { sed 's/\\/\\\\/g; s/"/\\"/g' | tr -d '\n'; }
toml_flag() { grep -q "^ *$2 *= *true" "$1"; }
sha_of() { sha256sum "$1" | cut -d' ' -f1; }

# Adds the named files and folders as one layer, the same bytes each time.
add_layer() {
  find "$@" -exec touch -h -d '1980-01-01 00:00:01' {} + 2>/dev/null || true
  find "$@" | sort >"$work/list"
  (
    cd /
    IFS='
'
    set -f
    tar -cf "$work/layer" --no-recursion $(sed 's|^/||' "$work/list")
  )
  diff_id=$(sha_of "$work/layer")
  gzip -n -c "$work/layer" >"$work/packed" 2>/dev/null || gzip -c <"$work/layer" >"$work/packed"
  hex=$(sha_of "$work/packed")
  diff_ids=$diff_ids,'"sha256:'$diff_id'"'
  blobs=$blobs,'{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:'$hex'","size":'$(stat -c %s "$work/packed")'}'
  mv "$work/packed" "$out/blobs/sha256/$hex"
}

layer_data() {
  awk '/^\[/ { inside = ($0 == "[metadata]") } inside && /=/ { key = $1; value = $0; sub(/^[^=]*= */, "", value); printf "%s\"%s\":%s", comma, key, value; comma = "," }' "$1"
}

export_image() {
  echo '===> EXPORTING'
  [ ! -e "$app/.fail-export" ] || { warn 'ERROR: failed to export: saving image: no space left on device'; end_with 62 10; }
  out=$layout_dir/$(path_of "$image")
  mkdir -p "$out/blobs/sha256"
  base_manifest=$(sed 's/.*"digest":"sha256:\([0-9a-f]*\)".*/\1/' "$run_path/index.json")
  base=$run_path/blobs/sha256/$base_manifest
  base_config=$run_path/blobs/sha256/$(sed 's/.*"config":{[^}]*"digest":"sha256:\([0-9a-f]*\)".*/\1/' "$base")
  blobs=$(sed 's/.*"layers":\[\(.*\)\].*/\1/' "$base")
  diff_ids=$(sed 's/.*"diff_ids":\[\([^]]*\)\].*/\1/' "$base_config")
  top_layer=$(echo "$diff_ids" | sed 's/.*"\(sha256:[0-9a-f]*\)"$/\1/')
  said_buildpacks= said_layers=
  while read -r id version _; do
    folder=$layers/$(folder_of "$id")
    own=
    for toml in "$folder"/*.toml; do
      name=$(basename "$toml" .toml)
      case $name in launch | build | store | '*') continue ;; esac
      toml_flag "$toml" launch && [ -d "$folder/$name" ] || continue
      echo "Adding layer '$id:$name'"
      add_layer "$folder/$name"
      own=$own,'"'$name'":{"sha":"sha256:'$diff_id'","data":{'$(layer_data "$toml")'},"build":false,"launch":true,"cache":false}'
    done
    said_layers=$said_layers,'{"key":"'$id'","version":"'$version'","layers":{'${own#,}'}}'
    said_buildpacks=$said_buildpacks,'{"id":"'$id'","version":"'$version'","api":"0.10"}'
  done <"$work/selected"
  # The last process that is the default, with what its buildpack wants to be run.
  mkdir -p "$layers/config"
  : >"$layers/config/metadata.toml"
  processes=
  for launch in "$layers"/*/launch.toml; do
    [ -f "$launch" ] || continue
    type=$(sed -n 's/^type *= *"\(.*\)"/\1/p' "$launch")
    sed -n 's/^command *= *\["\(.*\)"\]/\1/p' "$launch" >"$layers/config/$type"
    processes=$processes,'{"type":"'$type'"}'
  done
  add_layer "$layers/config"; config_sha=$diff_id
  echo "Adding layer 'buildpacksio/lifecycle:launcher'"
  add_layer /cnb/lifecycle/launcher /cnb/process; launcher_sha=$diff_id
  add_layer "$app"; app_sha=$diff_id
  build_metadata='{"processes":['${processes#,}'],"buildpacks":['${said_buildpacks#,}'],"launcher":{"version":"'$(cat /cnb/lifecycle/version)'"}}'
  lifecycle_metadata='{"app":[{"sha":"sha256:'$app_sha'"}],"config":{"sha":"sha256:'$config_sha'"},"launcher":{"sha":"sha256:'$launcher_sha'"},"buildpacks":['${said_layers#,}'],"runImage":{"topLayer":"'$top_layer'","reference":"'$run_path'","image":"'$run_image'"}}'
  user=$(sed -n 's/.*"User":"\([^"]*\)".*/\1/p' "$base_config")
  search=$(sed -n 's/.*"\(PATH=[^"]*\)".*/\1/p' "$base_config")
  cat >"$work/config" <<END
{"architecture":"$(sed 's/.*"architecture":"\([^"]*\)".*/\1/' "$base_config")","os":"linux","created":"1980-01-01T00:00:01Z","config":{"User":"$user","Env":["PATH=/cnb/process:${search#PATH=}","CNB_LAYERS_DIR=$layers","CNB_APP_DIR=$app"],"Entrypoint":["/cnb/process/web"],"WorkingDir":"$app","Labels":{"io.buildpacks.build.metadata":"$(echo "$build_metadata" | quoted)","io.buildpacks.lifecycle.metadata":"$(echo "$lifecycle_metadata" | quoted)","io.buildpacks.project.metadata":"{}"}},"rootfs":{"type":"layers","diff_ids":[$diff_ids]}}
END
  config=$(sha_of "$work/config"); config_size=$(stat -c %s "$work/config")
  mv "$work/config" "$out/blobs/sha256/$config"
  echo '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:'$config'","size":'$config_size'},"layers":['$blobs']}' >"$work/manifest"
  manifest=$(sha_of "$work/manifest"); size=$(stat -c %s "$work/manifest")
  mv "$work/manifest" "$out/blobs/sha256/$manifest"
  echo '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
  echo '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:'$manifest'","size":'$size'}]}' >"$out/index.json"
  printf '[image]\ntags = ["%s"]\ndigest = "sha256:%s"\nmanifest-size = %s\n' "$image" "$manifest" "$size" >"$report"
  echo "Saving $image..."
  echo "*** Images (sha256:$manifest):"
  echo "      $image"
}

check_api
case $phase in
  creator) analyze; detect; echo '===> RESTORING'; build; export_image ;;
  detector)
    detect
    cp "$work/selected" "$layers/selected"
    ;;
  builder)
    cp "$layers/selected" "$work/selected"
    while read -r id version _; do : >"$work/plan.$(folder_of "$id").$version"; done <"$work/selected"
    build
    ;;
  *) exit 3 ;;
esac
