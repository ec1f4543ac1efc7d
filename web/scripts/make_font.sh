#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the page's font anew, which is kept in the repository: Inter from its npm package, its letters those that
# the unicode-range of font.css names, its weights those that the page uses, its digits all of one width where asked.
# Needs npm and python3-venv, and the network.
set -euo pipefail
inter=@fontsource-variable/inter@5.3.0
tools='fonttools[woff]==4.68.0'
range='wght=400:700'
features=kern,mark,ccmp,locl,calt,tnum

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../phone/src/font" && pwd)
letters=$(sed -nE '/unicode-range/,/;/p' "$folder/font.css" | tr -d ' \n;' | sed 's/unicode-range://')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "$inter" >/dev/null
tar -xzf ./*.tgz
python3 -m venv tools
tools/bin/pip install --quiet "$tools"
tools/bin/fonttools varLib.instancer --quiet --no-recalc-timestamp -o weights.ttf package/files/inter-latin-wght-normal.woff2 "$range"
tools/bin/pyftsubset weights.ttf --unicodes="$letters" --layout-features="$features" --name-IDs=0,1,2,3,4,5,6,13,14 \
  --no-hinting --desubroutinize --no-recalc-timestamp --flavor=woff2 --output-file="$folder/inter.woff2"
# Inter draws a hyphen as wide as a digit, too: "End - to - end" is no word.
tools/bin/python - "$folder/inter.woff2" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1], recalcTimestamp=False)
digits = {font.getBestCmap()[ord(digit)] for digit in '0123456789'}
table = font['GSUB'].table
same_width = [each.Feature for each in table.FeatureList.FeatureRecord if each.FeatureTag == 'tnum']
for lookup in {index for each in same_width for index in each.LookupListIndex}:
    for part in table.LookupList.Lookup[lookup].SubTable:
        part = getattr(part, 'ExtSubTable', part)
        part.mapping = {name: wide for name, wide in part.mapping.items() if name in digits}
font.save(sys.argv[1])
PYTHON
cp package/LICENSE "$folder/inter.OFL.txt"
ls -l "$folder"
