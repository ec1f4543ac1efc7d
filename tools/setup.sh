# shellcheck shell=bash
# Sourced by run and test, which set pipefail: installs what is missing, and finds a Node.js that is
# new enough.

say() { printf '%s\n' "$*"; }
die() { printf 'dering: %s\n' "$*" >&2; exit 1; }

# show_percent WHAT: reads lines "DONE OF [MORE]" and shows DONE/OF + MORE % behind WHAT: in one line
# that changes on a terminal, in a new line every tenth elsewhere.
show_percent() {
  local what=$1 done of more at last=-10
  while read -r done of more; do
    at=$((100 * done / of + ${more:-0}))
    [ "$at" -gt "$last" ] || continue
    if [ -t 1 ]; then
      printf '\r%s: %d %%' "$what" "$at"
    elif [ "$at" -ge $((last + 10)) ] || [ "$at" -eq 100 ]; then
      say "$what: $at %"
    else
      continue
    fi
    last=$at
  done
  if [ -t 1 ] && [ "$last" -ge 0 ]; then printf '\n'; fi
}

# is_installed DEPENDENCY: true if one of its alternatives, "name" or "name (>= version)", is there.
is_installed() {
  local alternative name least status version
  while read -r alternative; do
    read -r name _ least <<<"$alternative"
    read -r status version < <(dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$name" 2>/dev/null) || continue
    [ "$status" = installed ] || continue
    [ -n "$least" ] && dpkg --compare-versions "$version" lt "${least%)}" && continue
    return 0
  done <<<"${1//|/$'\n'}"
  return 1
}

# install_packages FILE...: installs the Debian packages that the files name, if any is missing.
install_packages() {
  command -v apt-get >/dev/null || die "this needs Debian 12 or 13 (apt-get was not found)."
  local wanted missing=() each names
  mapfile -t wanted < <(sed 's/ *#.*//; /^$/d' "$@")
  command -v npm >/dev/null || wanted+=(nodejs npm)
  for each in "${wanted[@]}"; do is_installed "$each" || missing+=("$each"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  names=$(printf ', %s' "${missing[@]}")
  names=${names:2}
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and only root can install them: $names"
    as_root=(sudo)
  fi
  say "Installing Debian packages: $names"
  local log
  log=$(mktemp "${TMPDIR:-/tmp}/dering-packages.XXXXXX")
  apt_satisfy "$log" "${missing[@]}" ||
    die "these packages could not be installed: $names (apt's own words: $log)"
  rm -f "$log"
}

# apt_satisfy LOG DEPENDENCY...: as its caller's as_root. What apt removes, because two exclude each
# other, it does not remove in silence.
apt_satisfy() {
  local log=$1 removed
  shift
  "${as_root[@]}" apt-get update >"$log" 2>&1 </dev/null || return
  removed=$(apt-get satisfy -s --no-install-recommends "$@" 2>>"$log" | sed -n 's/^Remv \([^ ]*\).*/\1/p' | paste -sd' ') || return
  [ -z "$removed" ] || say "This removes what cannot be beside them: $removed"
  # apt tells its progress as "what:package:percent:text"; fetching counts as one half.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get satisfy -y --no-install-recommends -o APT::Status-Fd=1 "$@" 2>&1 </dev/null |
    tee -a "$log" |
    sed -unE 's/^dlstatus:[^:]*:([0-9]+).*/\1 200/p; s/^pmstatus:[^:]*:([0-9]+).*/\1 200 50/p' |
    show_percent 'Installing Debian packages'
}

# use_node ROOT: puts a Node.js of at least 20.19 first in PATH; Debian 12's own is older, so npm
# brings one as a package.
use_node() {
  local root=$1 version
  if ! node_is_new_enough && [ -d "$root/build/node/node_modules/node/bin" ]; then
    PATH="$root/build/node/node_modules/node/bin:$PATH"
  fi
  if ! node_is_new_enough; then
    say "Fetching a newer Node.js (npm package node@22)"
    mkdir -p "$root/build/node"
    npm install --prefix "$root/build/node" --no-audit --no-fund --no-save node@22 >/dev/null 2>&1 ||
      die "a Node.js of at least 20.19 is needed, and npm could not fetch the package node@22."
    PATH="$root/build/node/node_modules/node/bin:$PATH"
  fi
  export PATH
  version=$(node --version 2>/dev/null) || die "Node.js does not start."
  node_is_new_enough || die "a Node.js of at least 20.19 is needed; this is $version."
}

node_is_new_enough() {
  local version major minor
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  [ "$major" -gt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; }
}

# expect_writable FOLDER...: what somebody else built, often root with sudo, cannot be built upon.
expect_writable() {
  local folder
  for folder in "$@"; do
    [ ! -e "$folder" ] || [ -w "$folder" ] ||
      die "$folder belongs to $(stat -c %U "$folder"): go on as that user, or remove it first."
  done
}

# npm_install DIR: npm ci, unless the lock file is the one installed last time.
npm_install() {
  local dir=$1 stamp="$1/node_modules/.installed-lock"
  cmp -s "$dir/package-lock.json" "$stamp" 2>/dev/null && return 0
  say "Installing npm packages in ${dir##*/}"
  local log
  log=$(mktemp)
  if ! (cd "$dir" && npm ci --no-audit --no-fund) >"$log" 2>&1; then
    tail -n 8 "$log" >&2
    rm -f "$log"
    die "npm could not install the packages of $dir."
  fi
  rm -f "$log"
  cp "$dir/package-lock.json" "$stamp"
}

# build_programs ROOT PRESET [TARGET...]: configures once, then builds with two jobs. Needs pipefail,
# as install_packages does. Tests and benchmarks are part of the build folder from the first ./test on.
build_programs() {
  local root=$1 preset=$2
  shift 2
  local log="$root/build/$preset.log"
  mkdir -p "$root/build"
  if ! { configure "$root" "$preset" && cmake --build "$root/build/$preset" -j2 ${1:+--target "$@"}; } \
    2>&1 </dev/null | tee "$log" | sed -unE 's/^\[([0-9]+)\/([0-9]+)\].*/\1 \2/p' |
    show_percent "Building ($preset)"; then
    grep -E 'error|Error|FAILED' "$log" | head -n 12 >&2
    die "the build failed; the whole log is $log"
  fi
}

# configure ROOT PRESET: for ./run, which sets DERING_WARNINGS=shown, without a look at what only tests
# need, unless ./test was here; taking the tests out of the build folder would delete them.
configure() {
  local root=$1 preset=$2 folder="$1/build/$2" with=ON
  if [ "${DERING_WARNINGS:-}" = shown ]; then
    grep -qs '^DERING_TESTS:BOOL=ON' "$folder/CMakeCache.txt" || with=OFF
  elif [ -f "$folder/warned" ]; then
    # What was compiled with a warning under ./run is an error here.
    (cd "$folder" && xargs -r -d '\n' rm -f) <"$folder/warned"
    rm -f "$folder/warned"
  fi
  cmake -S "$root" --preset "$preset" -DDERING_TESTS=$with && return
  # A folder that an older or moved Dering configured may be of no use to this one, and tests whose
  # libraries are half removed are of no use to ./run.
  [ -f "$folder/CMakeCache.txt" ] || return
  [ "${DERING_WARNINGS:-}" != shown ] || with=OFF
  cmake --fresh -S "$root" --preset "$preset" -DDERING_TESTS=$with
}

# build_web ROOT: builds the web app if a source is newer than the last build.
build_web() {
  local root=$1 out="$1/web/phone/dist/index.html"
  npm_install "$root/web"
  if [ -f "$out" ] && [ -z "$(find "$root/web" -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -newer "$out" -print -quit)" ]; then
    return 0
  fi
  say "Building the web app"
  local log="$root/build/web.log"
  mkdir -p "$root/build"
  (cd "$root/web" && npm run build) >"$log" 2>&1 || {
    tail -n 12 "$log" >&2
    die "the web app could not be built; the whole log is $log"
  }
}
