#!/usr/bin/env bash
# Asterisk 22 as a peer of tests and measurements: Debian 12 has none, so it comes from Debian unstable
# into a folder of its own, made once (about 3 minutes) and kept in a cache folder, also as a tar file.
#   tools/asterisk.sh prepare                makes it; 3 when it cannot be had here
#   tools/asterisk.sh find                   says its version; 3, and why, when it was not made
#   tools/asterisk.sh serve FOLDER           becomes an Asterisk that is configured by the files of FOLDER
#                                            and keeps there what it writes; FOLDER has no asterisk.conf
#   tools/asterisk.sh console FOLDER WORDS   a command on the console of the one that was started so
# Only root can do the first and the last two. DERING_ASTERISK names another cache folder.
set -euo pipefail
# shellcheck source=tools/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

asterisk_cache=${DERING_ASTERISK:-${XDG_CACHE_HOME:-$HOME/.cache}/dering}
asterisk_tar=$asterisk_cache/asterisk.tar
asterisk_home=$asterisk_cache/asterisk
asterisk_limit=900 # seconds for all of debootstrap

# What this machine lacks is no failure of ours: the tests tell it by this exit code.
lacking() { printf 'dering: %s\n' "$*" >&2; exit 3; }

asterisk_version() { chroot "$asterisk_home" dpkg-query -W -f '${Version}' asterisk 2>/dev/null; }

asterisk_find() {
  [ -f "$asterisk_home/.made" ] || lacking "there is no Asterisk here (tools/asterisk.sh prepare makes it)."
  [ "$(id -u)" -eq 0 ] || lacking "Asterisk runs in a folder of its own, which needs root."
  asterisk_version
}

asterisk_prepare() {
  [ "$(id -u)" -eq 0 ] || lacking "to make a folder with Asterisk needs root."
  mkdir -p "$asterisk_cache"
  (
    flock 9
    [ -f "$asterisk_home/.made" ] && exit 0
    [ -f "$asterisk_tar" ] || asterisk_fetch
    rm -rf "$asterisk_home"
    mkdir "$asterisk_home"
    tar -xf "$asterisk_tar" -C "$asterisk_home" || die "$asterisk_tar could not be unpacked."
    touch "$asterisk_home/.made"
  ) 9>"$asterisk_cache/asterisk.lock"
}

asterisk_fetch() {
  local fresh=$asterisk_cache/asterisk.fresh log=$asterisk_cache/asterisk.log mirror
  command -v debootstrap >/dev/null || lacking "debootstrap is not installed (apt-get install debootstrap)."
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  say "Fetching Asterisk from Debian unstable (3 minutes, once)" >&2
  rm -rf "$fresh"
  # What it mounts goes away with it, whatever ends it.
  timeout -k 20 "$asterisk_limit" unshare --mount debootstrap --variant=minbase --include=asterisk,asterisk-modules,ca-certificates \
    sid "$fresh" "$mirror" </dev/null >"$log" 2>&1 ||
    lacking "debootstrap could not make a folder with Asterisk ($(asterisk_why "$log"); the whole log is $log)."
  rm -rf "$fresh"/var/cache/apt "$fresh"/var/lib/apt/lists "$fresh"/usr/share/{doc,man,locale}
  tar -cf "$asterisk_tar.part" -C "$fresh" . || die "$asterisk_tar could not be written."
  mv "$asterisk_tar.part" "$asterisk_tar"
  rm -rf "$fresh"
}

# asterisk_why LOG: the first fault in a log of debootstrap, cut to one line.
asterisk_why() {
  local why
  why=$(sed -nE 's/^[EW]: //p' "$1" | head -n 1 | cut -c 1-200)
  printf '%s' "${why:-not done within $asterisk_limit s}"
}

# asterisk_enter FOLDER COMMAND...: becomes the command, in the folder of Asterisk, which it cannot change,
# with FOLDER as /peer.
asterisk_enter() {
  asterisk_find >/dev/null
  local peer
  peer=$(cd "$1" && pwd) || die "there is no folder $1."
  shift
  mkdir -p "$asterisk_home/peer"
  # It looks itself up as it answers a call, and where no name server answers that takes seconds.
  touch "$asterisk_home/etc/hosts"
  printf '127.0.0.1 localhost %s\n' "$(uname -n)" >"$peer/hosts"
  # What is mounted goes away with the last process that sees it.
  exec unshare --mount sh -c '
    home=$1 peer=$2
    shift 2
    mount --bind "$home" "$home" && mount --bind "$peer" "$home/peer" &&
      mount --bind "$peer/hosts" "$home/etc/hosts" && mount -t proc proc "$home/proc" &&
      mount --rbind /dev "$home/dev" && mount -o remount,bind,ro "$home" && mount -t tmpfs tmpfs "$home/tmp" || exit 1
    exec chroot "$home" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/peer TERM=dumb "$@"
  ' sh "$asterisk_home" "$peer" "$@"
}

asterisk_serve() {
  cat >"$1/asterisk.conf" <<'CONF'
[directories]
astetcdir => /peer
astdbdir => /peer
astrundir => /peer
astlogdir => /peer
astspooldir => /peer/spool
CONF
  mkdir -p "$1/spool"
  # It makes a table as large as its hard limit, and says so if it may not use it.
  ulimit -Sn "$(ulimit -Hn)"
  asterisk_enter "$1" asterisk -f -C /peer/asterisk.conf
}

case ${1:-} in
  prepare) asterisk_prepare ;;
  find) asterisk_find ;;
  serve) asterisk_serve "$2" ;;
  console) asterisk_enter "$2" asterisk -C /peer/asterisk.conf -rx "$3" ;;
  *) die "usage: tools/asterisk.sh prepare | find | serve FOLDER | console FOLDER WORDS" ;;
esac
