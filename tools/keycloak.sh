#!/usr/bin/env bash
# Keycloak for trying out and for tests: fetched once, kept in a cache folder, run on this machine only.
# Sourced by run (after tools/setup.sh); as a program of its own it is what the tests use:
#   tools/keycloak.sh prepare             fetches and builds; 3 when Maven, Java or the download is not to be had
#   tools/keycloak.sh serve FOLDER PORT   runs it until it is stopped; FOLDER keeps its database
# A new database takes its administrator from KC_BOOTSTRAP_ADMIN_USERNAME and …_PASSWORD.

keycloak_version=26.7.3
keycloak_sha256=27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f
keycloak_cache=${XDG_CACHE_HOME:-$HOME/.cache}/dering
keycloak_home=$keycloak_cache/keycloak-$keycloak_version

# What this machine lacks is no failure of ours: the tests tell it by this exit code.
lacking() { printf 'dering: %s\n' "$*" >&2; exit 3; }

# java_major JAVA: the number before the first dot of its version; nothing when it does not start.
java_major() { "$1" -version 2>&1 | sed -nE '1s/.*version "([0-9]+).*/\1/p'; }

# find_java: sets java_home to that of JAVA_HOME or else to the newest Java of this machine.
find_java() {
  local candidate major best=0 needed=17
  java_home=
  for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} /usr/lib/jvm/*/bin/java "$(command -v java || true)"; do
    [ -x "$candidate" ] || continue
    major=$(java_major "$candidate")
    [ "${major:-0}" -ge "$needed" ] && [ "$major" -gt "$best" ] || continue
    best=$major
    candidate=$(readlink -f "$candidate")
    java_home=${candidate%/bin/java}
    [ -n "${JAVA_HOME:-}" ] && [ "${candidate#"$(readlink -f "$JAVA_HOME")"}" != "$candidate" ] && break
  done
  java_version=$best
  [ -n "$java_home" ] || lacking "Keycloak needs Java $needed or newer, and there is none here (apt-get install default-jre-headless)."
}

# keycloak_prepare: finds Java, and fetches, checks, unpacks and builds Keycloak unless the cache has it.
keycloak_prepare() {
  find_java
  [ -f "$keycloak_home/.built" ] && return 0
  mkdir -p "$keycloak_cache"
  (
    flock 9
    [ -f "$keycloak_home/.built" ] && exit 0
    keycloak_fetch
    keycloak_build
  ) 9>"$keycloak_cache/keycloak.lock"
}

keycloak_fetch() {
  command -v mvn >/dev/null || lacking "Maven is needed to fetch Keycloak, and it is not installed (apt-get install maven)."
  local fresh=$keycloak_cache/fetch log=$keycloak_cache/fetch.log
  local zip=$fresh/keycloak-quarkus-dist-$keycloak_version.zip
  say "Fetching Keycloak $keycloak_version by Maven (170 MB, once)" >&2
  rm -rf "$fresh"
  JAVA_HOME=$java_home mvn -B -C -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    "-Dartifact=org.keycloak:keycloak-quarkus-dist:$keycloak_version:zip" "-DoutputDirectory=$fresh" </dev/null >"$log" 2>&1 ||
    lacking "Maven could not fetch org.keycloak:keycloak-quarkus-dist:$keycloak_version ($(keycloak_why "$log"); the whole log is $log)."
  printf '%s  %s\n' "$keycloak_sha256" "$zip" | sha256sum --check --status ||
    die "the Keycloak that Maven fetched is not the one this project knows (checksum of $zip)."
  python3 -m zipfile -e "$zip" "$fresh" || die "$zip could not be unpacked."
  rm -rf "$keycloak_home"
  mv "$fresh/keycloak-$keycloak_version" "$keycloak_home"
  rm -rf "$fresh"
}

# keycloak_why LOG: the first error of a Maven log, cut to one line.
keycloak_why() {
  local why
  why=$(sed -nE 's/\x1b\[[0-9;]*m//g; s/^\[ERROR\] //p' "$1" | head -n 1 | cut -c 1-200)
  printf '%s' "${why:-no reason given}"
}

# Built once for its database, it need not look at its configuration at each start.
keycloak_build() {
  say "Preparing Keycloak (half a minute, once)" >&2
  JAVA_HOME=$java_home bash "$keycloak_home/bin/kc.sh" build --db=dev-file --cache=local >"$keycloak_home/build.log" 2>&1 ||
    die "Keycloak could not be built; the whole log is $keycloak_home/build.log"
  touch "$keycloak_home/.built"
}

# keycloak_serve FOLDER PORT: becomes Keycloak. Bounded memory; a quick start matters more than speed
# after an hour, so the light compiler and, from Java 19 on, an archive of loaded classes.
keycloak_serve() {
  local folder=$1 port=$2
  local options="-Xms64m -Xmx${keycloak_heap:-512m} -XX:MaxMetaspaceSize=256m -XX:+ExitOnOutOfMemoryError"
  options="$options -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dfile.encoding=UTF-8 -Djava.net.preferIPv4Stack=true"
  [ "$java_version" -lt 19 ] ||
    options="$options -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=$keycloak_cache/keycloak-$keycloak_version-java-$java_version.jsa"
  mkdir -p -m 700 "$folder"
  exec env JAVA_HOME="$java_home" JAVA_OPTS="$options" bash "$keycloak_home/bin/kc.sh" start --optimized \
    --cache=local --http-enabled=true --http-host=127.0.0.1 "--http-port=$port" "--hostname=http://localhost:$port" \
    "--db-url=jdbc:h2:file:$folder/h2/keycloak;NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE"
}

# --- ./run --keycloak -------------------------------------------------------------------------------

# keycloak_demo ROOT DATA PORT ORIGIN...: starts Keycloak with its data in DATA-keycloak, makes the realm,
# writes DATA-keycloak/dering.toml. Sets keycloak_pid. ORIGINs are the addresses of the phone.
keycloak_demo() {
  local root=$1 folder port=$3 fresh=
  folder=$(mkdir -p -m 700 "$2-keycloak" && cd "$2-keycloak" && pwd) || die "$2-keycloak cannot be made."
  shift 3
  ! keycloak_listens "$port" || die "port $port is in use (see --keycloak-port)."
  if [ ! -f "$folder/admin-password" ]; then
    [ ! -d "$folder/h2" ] || die "$folder has a database but no admin-password; remove the folder to begin anew."
    (umask 077 && python3 -c 'import secrets; print(secrets.token_urlsafe(12))' >"$folder/admin-password")
    fresh=1
  fi
  local -x KC_BOOTSTRAP_ADMIN_USERNAME=admin KC_BOOTSTRAP_ADMIN_PASSWORD KEYCLOAK_ADMIN_PASSWORD
  KEYCLOAK_ADMIN_PASSWORD=$(cat "$folder/admin-password")
  KC_BOOTSTRAP_ADMIN_PASSWORD=$KEYCLOAK_ADMIN_PASSWORD
  keycloak_serve "$folder" "$port" >"$folder/keycloak.log" 2>&1 &
  keycloak_pid=$!
  trap 'kill "$keycloak_pid" 2>/dev/null; exit 130' INT TERM
  keycloak_wait "$port" "$folder/keycloak.log"
  keycloak_realm "$root" "$folder" "$port" "$@"
  keycloak_config "$folder" "$port"
  keycloak_tell "$folder" "$port" "$fresh"
}

keycloak_listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# keycloak_wait PORT LOG: until it answers; tells how long it has been waiting.
keycloak_wait() {
  local port=$1 log=$2 started=$SECONDS
  until python3 -c 'import sys, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(sys.argv[1], timeout=5)' \
    "http://127.0.0.1:$port/realms/master/.well-known/openid-configuration" 2>/dev/null; do
    if ! kill -0 "$keycloak_pid" 2>/dev/null; then
      tail -n 5 "$log" >&2
      die "Keycloak ended while it started; the whole log is $log"
    fi
    if [ $((SECONDS - started)) -ge 300 ]; then
      kill "$keycloak_pid"
      die "Keycloak did not answer within 5 minutes; its log is $log"
    fi
    [ -t 1 ] && printf '\rStarting Keycloak, %d s ' $((SECONDS - started))
    sleep 0.5
  done
  [ -t 1 ] && printf '\r'
  say "Keycloak started in $((SECONDS - started)) s"
}

# keycloak_realm ROOT FOLDER PORT ORIGIN...: realm, groups and people, unless they are there already.
keycloak_realm() {
  local root=$1 folder=$2 port=$3 demo=() origins=() origin
  shift 3
  for origin in "$@"; do origins+=(--dering "$origin"); done
  [ -n "${keycloak_no_demo:-}" ] || demo=(--demo "$folder/new-passwords")
  rm -f "$folder/new-passwords"
  "$root/deploy/keycloak/apply.sh" --keycloak "http://localhost:$port" --create "${origins[@]}" \
    --secret-file "$folder/sync-secret" "${demo[@]}" >"$folder/apply.log" || {
    kill "$keycloak_pid"
    die "the realm could not be made; what was done is in $folder/apply.log"
  }
  [ -f "$folder/new-passwords" ] || return 0
  (umask 077 && cat "$folder/new-passwords" >>"$folder/passwords")
}

keycloak_config() {
  local folder=$1 port=$2
  cat >"$folder/dering.toml.new" <<TOML
# Written by ./run --keycloak at each start.
[identity]
built_in = false

[[issuer]]
url = "http://localhost:$port/realms/dering"
client_id = "dering-web"
portal_clients = ["portal"]
audience = "dering-api"
label = "Keycloak"

[issuer.sync]
client_id = "dering-sync"
secret_file = "$folder/sync-secret"

[[issuer.group]]
path = "/Fakultas Teknik"
unit = "Fakultas Teknik"
extensions = "2100-2199"

[[issuer.group]]
path = "/Fakultas Ekonomi"
unit = "Fakultas Ekonomi"
extensions = "2200-2299"

[[issuer.group]]
path = "/Rektorat"
unit = "Rektorat"
extensions = "1100-1199"

[[issuer.group]]
path = "/Pusat TI"
unit = "Pusat TI"
extensions = "1200-1299"
TOML
  mv "$folder/dering.toml.new" "$folder/dering.toml"
}

# keycloak_tell FOLDER PORT FRESH: what a person needs to know; passwords when they are new.
keycloak_tell() {
  local folder=$1 port=$2 fresh=$3 name password
  say "Keycloak console: http://localhost:$port/admin/   (log: $folder/keycloak.log)"
  [ -z "$fresh" ] || say "  admin     $(cat "$folder/admin-password")"
  if [ -f "$folder/new-passwords" ]; then
    say "People in Keycloak (passwords are shown once and kept in $folder):"
    while read -r name password; do printf '  %-9s %s\n' "$name" "$password"; done <"$folder/new-passwords"
    rm -f "$folder/new-passwords"
  fi
}

# keycloak_supervise COMMAND...: runs it beside Keycloak; the end of one is the end of both.
keycloak_supervise() {
  local status=0 first='' told=
  "$@" &
  local dering_pid=$!
  trap 'told=1; kill -TERM "$dering_pid" "$keycloak_pid" 2>/dev/null || true' INT TERM HUP
  wait -n -p first "$dering_pid" "$keycloak_pid" || status=$?
  if [ -z "$told" ] && [ "$first" = "$keycloak_pid" ]; then
    printf 'dering: Keycloak ended unexpectedly; stopping Dering too.\n' >&2
    status=1
  fi
  [ -z "$told" ] || say "Stopping Dering and Keycloak"
  kill -TERM "$dering_pid" "$keycloak_pid" 2>/dev/null || true
  wait "$dering_pid" 2>/dev/null || true
  wait "$keycloak_pid" 2>/dev/null || true
  [ -z "$told" ] || status=0
  return "$status"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  # shellcheck source=tools/setup.sh
  . "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
  case ${1:-} in
    prepare) keycloak_prepare ;;
    serve) find_java; keycloak_serve "$2" "$3" ;;
    *) die "usage: tools/keycloak.sh prepare | serve FOLDER PORT" ;;
  esac
fi
