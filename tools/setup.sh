#!/bin/sh
# Makes a bare clone ready to run: Node packages and Node 24 (`node`), and what the demo (`demo`) or all tests
# (`test`) run against. Needs git, Node 20 or newer, and npm. Installs programs on Debian and Ubuntu only, as root
# or by sudo without a password, and starts no service. Says what it does on standard error; does nothing twice.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
PATH=$root/node_modules/.bin:$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

# As everywhere in the project: the outside is unavailable.
unavailable=5

say() { printf '%s\n' "setup: $*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
give_up() {
  say "$@"
  exit "$unavailable"
}

scratch=
no_services=
# shellcheck disable=SC2329 # called by trap
clean_up() {
  [ -z "$scratch" ] || rm -rf -- "$scratch"
  [ -z "$no_services" ] || as_root rm -f -- "$no_services"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
scratch=$(mktemp -d)

# Runs a command quietly; shows what it said only when it fails.
quietly() {
  "$@" >"$scratch/log" 2>&1 && return 0
  cat "$scratch/log" >&2
  return 1
}

# --- Node -------------------------------------------------------------------------------------------------------

# True when node_modules holds what the lock names. Compares contents: times change with every checkout.
packages_match() {
  [ -f node_modules/.package-lock.json ] && node -e '
    const { existsSync, readFileSync } = require("node:fs");
    const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
    const there = packages("node_modules/.package-lock.json");
    const fits = ([path, { version, optional, dev }]) =>
      path === "" || (there[path] === undefined ? optional === true : there[path].version === version && existsSync(path));
    process.exit(Object.entries(packages("package-lock.json")).every(fits) ? 0 : 1);
  '
}

node_is_current() {
  # The shell remembers where it found node before there was one in node_modules.
  hash -r
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null) && [ "$major" -ge 24 ]
}

set_up_node() {
  has node || give_up 'Node is not installed. Install Node 20 or newer with npm (https://nodejs.org) and run this again.'
  has npm || give_up 'npm is not installed. It comes with Node (https://nodejs.org).'
  if ! packages_match; then
    say 'installing Node packages (npm ci)'
    quietly npm ci --loglevel=error --no-audit --no-fund || give_up 'npm ci failed, see above.'
  fi
  node_is_current && return 0
  # The package named node fetches its binary in an install script; where scripts are blocked it is run here, alone.
  say 'fetching Node 24 as a package'
  (cd node_modules/node && quietly node installArchSpecificPackage) || true
  [ -x node_modules/.bin/node ] || ln -sf ../node/bin/node node_modules/.bin/node
  node_is_current && return 0
  rm -f node_modules/.bin/node
  node_is_current || give_up 'Node 24 cannot be fetched for this machine. Install Node 24 or newer (https://nodejs.org) and run this again.'
}

# --- What the demo and the tests run against ------------------------------------------------------------------------

engine_answers() { has docker && docker version >/dev/null 2>&1; }

# Prints the Debian packages that are missing, by the programs that they bring.
missing_packages() {
  has dockerd || engine_answers || echo docker.io runc iptables ca-certificates
  has docker || ! apt_knows docker-cli || echo docker-cli
  has docker-registry || echo docker-registry
  has mmdebstrap || echo mmdebstrap uidmap
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
  [ "$1" = test ] || return 0
  has podman || echo podman runc fuse-overlayfs uidmap slirp4netns
  has skopeo || echo skopeo
  has containerd || echo containerd
  has chromium || echo chromium fonts-dejavu-core
  has htpasswd || echo apache2-utils
  # Runners whose reports are read: tests compare what is read with what the runner itself sums up.
  has pytest || echo python3-pytest
  has go || echo golang-go
  has ctest || echo cmake
  has prove || echo perl
  [ -x /bin/busybox ] || echo busybox-static
}

apt_knows() { has apt-cache && apt-cache show "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  has apt-get && [ -r /etc/os-release ] || return 1
  # shellcheck source=/dev/null
  case $(. /etc/os-release && echo " ${ID:-} ${ID_LIKE:-} ") in
    *' debian '* | *' ubuntu '*) ;;
    *) return 1 ;;
  esac
  [ "$(id -u)" -eq 0 ] || has sudo && as_root true 2>/dev/null
}

# Debian starts a service when it installs one; a policy that forbids it lies there for as long as we install.
forbid_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  printf '#!/bin/sh\nexit 101\n' >"$scratch/policy-rc.d"
  as_root install -m 755 "$scratch/policy-rc.d" /usr/sbin/policy-rc.d
  no_services=/usr/sbin/policy-rc.d
}

install_peers() {
  wanted=$(missing_packages "$1" | tr ' ' '\n' | sort -u | tr '\n' ' ')
  [ -n "$wanted" ] || return 0
  if ! may_install; then
    say "missing on this machine, by the names of their Debian packages: $wanted"
    # Without them the demo has nothing to show; tests count what they skip, but not in CI.
    [ "$1" = test ] && [ "${CI:-}" != true ] && say 'the tests that need them will be skipped' && return 0
    give_up 'install them (any way you like: the programs must be on the PATH) and run this again.'
  fi
  say "installing $wanted"
  forbid_services
  quietly as_root apt-get update -q || say 'the package lists could not be renewed; trying with those that are there'
  # Some names are not known everywhere (chromium on Ubuntu): one of them must not keep the others out.
  known=
  for name in $(missing_packages "$1" | tr ' ' '\n' | sort -u); do
    if apt_knows "$name"; then known="$known $name"; else say "this machine's sources hold no package $name"; fi
  done
  # shellcheck disable=SC2086 # a list of names
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $known ||
    give_up 'apt-get install failed, see above.'
}

# --- ----------------------------------------------------------------------------------------------------------------

cd "$root"
case ${1:-} in
  node) set_up_node ;;
  demo | test)
    set_up_node
    install_peers "$1"
    ;;
  *)
    printf 'usage: sh tools/setup.sh node | demo | test\n' >&2
    exit 2
    ;;
esac
