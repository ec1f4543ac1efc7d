#!/bin/sh
# Runs a command in a network namespace of its own that has an address (10.203.7.1) and a default
# route: without them Firefox gathers no candidates. Nothing in it reaches another machine. The
# namespace goes away with the last process in it, however that one ends.
set -eu
if [ "$1" != --inside ]; then
  if [ "$(id -u)" -eq 0 ]; then exec unshare --net "$0" --inside "$@"; fi
  exec unshare --net --map-root-user "$0" --inside "$@"
fi
shift
# A link's IPv6 address would appear up to two seconds after the link: Chromium takes that for another network, and gives up
# what it loads (ERR_NETWORK_CHANGED). Without the check for duplicates (RFC 4862 §5.4) it is there at once.
for kind in all default; do echo 0 >"/proc/sys/net/ipv6/conf/$kind/accept_dad"; done
ip link set lo up
# Both ends of the pair stay inside: what is sent to the address never leaves the namespace.
ip link add phone0 type veth peer name phone1
ip addr add 10.203.7.1/24 dev phone0
ip link set phone0 up
ip link set phone1 up
ip route add default via 10.203.7.254 dev phone0
exec "$@"
