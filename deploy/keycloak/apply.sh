#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a Keycloak realm ready for Dering; see apply.sh --help.
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  echo "apply.sh: this needs python3, version 3.9 or newer (apt-get install python3)." >&2
  exit 2
fi
exec python3 "$(dirname "$0")/apply.py" "$@"
