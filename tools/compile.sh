#!/bin/sh
# compile.sh COMPILER ARGUMENT...: how the build starts the compiler, in the build folder: through
# ccache where there is one, and with warnings as errors unless DERING_WARNINGS=shown.
# Of errors or not no build file knows, or ./run and ./test would compile everything anew after each
# other. So an object that came with a warning is put on the list "warned", and ./test makes it again.
export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$(cd "$(dirname "$0")/.." && pwd)}"
export CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
ccache=$(command -v ccache)

[ "${DERING_WARNINGS:-}" = shown ] || exec ${ccache:+"$ccache"} "$@"

said=$(${ccache:+"$ccache"} "$@" -Wno-error 2>&1)
status=$?
[ -z "$said" ] || printf '%s\n' "$said" >&2
if [ -n "$said" ] && [ "$status" -eq 0 ]; then
  while [ $# -gt 1 ] && [ "$1" != -o ]; do shift; done
  printf '%s\n' "${2:-}" >>warned
fi
exit "$status"
