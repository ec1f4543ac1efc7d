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

# install_packages FILE...: installs the Debian packages named in the files, if any is missing.
install_packages() {
  command -v apt-get >/dev/null || die "this needs Debian 12 (apt-get was not found)."
  local wanted missing=() package
  wanted=$(sed 's/#.*//' "$@")
  command -v npm >/dev/null || wanted="$wanted nodejs npm"
  for package in $wanted; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and only root can install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing Debian packages: ${missing[*]}"
  local log
  log=$(mktemp "${TMPDIR:-/tmp}/dering-packages.XXXXXX")
  # apt tells its progress as "what:package:percent:text"; fetching counts as one half.
  if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends -o APT::Status-Fd=1 "${missing[@]}"; } 2>&1 </dev/null |
    tee "$log" |
    sed -unE 's/^dlstatus:[^:]*:([0-9]+).*/\1 200/p; s/^pmstatus:[^:]*:([0-9]+).*/\1 200 50/p' |
    show_percent 'Installing Debian packages'; then
    die "these packages could not be installed: ${missing[*]} (apt's own words: $log)"
  fi
  rm -f "$log"
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
# as install_packages does.
build_programs() {
  local root=$1 preset=$2
  shift 2
  local log="$root/build/$preset.log"
  mkdir -p "$root/build"
  if ! { cmake -S "$root" --preset "$preset" && cmake --build "$root/build/$preset" -j2 ${1:+--target "$@"}; } \
    2>&1 </dev/null | tee "$log" | sed -unE 's/^\[([0-9]+)\/([0-9]+)\].*/\1 \2/p' |
    show_percent "Building ($preset)"; then
    grep -E 'error|Error|FAILED' "$log" | head -n 12 >&2
    die "the build failed; the whole log is $log"
  fi
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
