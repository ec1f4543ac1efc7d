#!/usr/bin/env python3
"""check_includes.py BUILD_FOLDER: asks the compiler, as the build folder calls it for a file of each folder,
which folders' headers it finds. They are those that tools/layers.txt lets the folder include, or lets these
include in turn, and no others; so a wrong include does not even compile. To a compiler the folders of one library are
one (those of sip/ but sip/message); check_layers.py tells these apart."""
import json
import pathlib
import re
import subprocess
import sys

import check_layers

ROOT = check_layers.ROOT
# Theirs are the libraries of tests alone.
TESTING = re.compile(r"(^|/)testing$")


def rows_of_folders(layers):
    return [row for row in layers.rows if check_layers.is_folder(row) and not TESTING.search(row)]


def library_of(row):
    """The nearest folder upwards that CMake makes a library of."""
    folder = ROOT / "src" / row
    return str(next(each for each in (folder, *folder.parents) if (each / "CMakeLists.txt").exists()))


def reached(layers, row):
    """The libraries that a file of the folder may come to see: what any of its own library includes, what
    that includes, and so on."""
    seen, todo = set(), [library_of(row)]
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        for own in rows_of_folders(layers):
            if library_of(own) == each:
                allowed = layers.rows[own][0]
                todo += map(library_of, rows_of_folders(layers) if "*" in allowed else allowed)
    return seen


def header_of(row):
    """A header of the folder itself, by its name below src/; None where it has none."""
    return next((str(path.relative_to(ROOT / "src")) for path in sorted((ROOT / "src" / row).glob("*.h"))), None)


def command_of(layers, commands, row):
    """How a file of the folder's library is compiled, without what it compiles; None if it has no file."""
    for entry in commands:
        path = pathlib.Path(entry["directory"], entry["file"])
        if not path.is_relative_to(ROOT / "src") or check_layers.TESTING.search("src/" + str(path.relative_to(ROOT / "src"))):
            continue
        if layers.row_of(str(path.relative_to(ROOT / "src"))) == row:
            words = entry["command"].split()
            at = words.index("-iquote")
            return next(word for word in words if "++" in word), [word for n, word in enumerate(words) if n >= at and "-iquote" in (word, words[n - 1])]
    return None


def found_by(command, headers):
    """Those of {row: header} that this compiler finds."""
    compiler, options = command
    text = "".join(f'#if __has_include("{header}")\nfound {row}\n#endif\n' for row, header in headers.items())
    said = subprocess.run([compiler, *options, "-E", "-P", "-x", "c++", "-"], input=text, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^found (\S+)$", said, re.M))


def faults(folder):
    layers = check_layers.Layers((ROOT / "tools/layers.txt").read_text())
    commands = json.loads(pathlib.Path(folder, "compile_commands.json").read_text())
    headers = {row: header for row in rows_of_folders(layers) if (header := header_of(row))}
    for row in rows_of_folders(layers):
        command = command_of(layers, commands, row)
        if command is None:
            continue
        found, allowed = found_by(command, headers), reached(layers, row)
        if row in headers and row not in found:
            yield f"{row}: the compiler does not find its own headers"
        for other in sorted(other for other in found if library_of(other) not in allowed):
            yield f"{row}: the compiler finds headers of {other}, which tools/layers.txt does not let it reach"


def main():
    found = list(faults(sys.argv[1]))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
