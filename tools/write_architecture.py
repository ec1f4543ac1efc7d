#!/usr/bin/env python3
"""Writes the table of folders in ARCHITECTURE.md from tools/layers.txt; --check only compares."""
import sys

from check_layers import ROOT, Layers, is_folder

BEGIN = "<!-- written by tools/write_architecture.py from tools/layers.txt -->\n"
END = "<!-- end of what is written -->\n"
# What everybody may use says nothing about a folder.
SAYS_NOTHING = {"fmt", "boost"}


def table(layers):
    yield "| folder | what | may include | may use |"
    yield "|---|---|---|---|"
    yield "| `proto/media.proto` | the contract between switchboard and engine | | |"
    for row, (folders, words, about) in layers.rows.items():
        if about and is_folder(row):
            included = "all" if folders == ["*"] else " ".join(folders)
            used = " ".join(each for each in words if each not in SAYS_NOTHING)
            yield f"| `src/{row}` | {about} | {included} | {used} |".replace("|  |", "| |").replace("|  |", "| |")
    yield "| `web/` | the phone, the script for portals and an example of one; its folders are in `web/folders.json` | | |"


def main():
    path = ROOT / "ARCHITECTURE.md"
    text = path.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit("ARCHITECTURE.md: the marks of its table are gone")
    lines = "\n".join(table(Layers((ROOT / "tools/layers.txt").read_text())))
    new = f"{before}{BEGIN}\n{lines}\n\n{END}{after}"
    if "--check" not in sys.argv:
        path.write_text(new)
    elif new != text:
        sys.exit("ARCHITECTURE.md: its table is not what tools/layers.txt says; run tools/write_architecture.py")
    print("architecture: ok")


if __name__ == "__main__":
    main()
