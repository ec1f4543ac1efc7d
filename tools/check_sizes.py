#!/usr/bin/env python3
"""Refuses C++ that grew too big: files, functions, parameters, classes with methods. What may be bigger
stands in tools/big.txt with its reason. The page has lint rules for the same (web/.oxlintrc.json)."""
import re
import sys

import cpp_facts

ROOT = cpp_facts.ROOT
LINES_OF_FILE, LINES_OF_FUNCTION, PARAMETERS, METHODS, MEMBERS = 500, 60, 4, 25, 15


def reasons():
    """{(file, name): reason}, of "file name: reason"."""
    told = {}
    for line in (ROOT / "tools/big.txt").read_text().splitlines():
        found = re.match(r"(src/\S+)(?: ([^:]+))?: (.{20,})$", line)
        if found:
            told[found[1], found[2] or ""] = found[3]
        elif line and not line.startswith("#"):
            sys.exit(f"tools/big.txt: no file, name and reason: {line}")
    return told


def too_big(name, facts):
    """(line, name, what is too big) of one file."""
    lines = len((ROOT / name).read_text().splitlines())
    if lines > LINES_OF_FILE:
        yield 1, "", f"{lines} lines, {LINES_OF_FILE} at most"
    for line, function, length, parameters in facts["functions"]:
        if length > LINES_OF_FUNCTION:
            yield line, function, f"{length} lines, {LINES_OF_FUNCTION} at most"
        if parameters > PARAMETERS:
            yield line, function, f"{parameters} parameters, {PARAMETERS} at most"
    for line, kind, methods, members in facts["classes"]:
        if methods > METHODS:
            yield line, kind, f"{methods} methods, {METHODS} at most"
        # A struct without methods is a list of what belongs together.
        if methods > 0 and members > MEMBERS:
            yield line, kind, f"{members} members, {MEMBERS} at most"


def main():
    told, needed, faults = reasons(), set(), []
    for name, facts in sorted(cpp_facts.facts_of_all().items()):
        for line, what, how in too_big(name, facts):
            needed.add((name, what))
            if (name, what) not in told:
                faults.append(f"{name}:{line}: {what or 'the file'} has {how}")
    for name, what in told:
        if (name, what) not in needed:
            faults.append(f"tools/big.txt: {name} {what} is not too big (any more)")
    print("\n".join(faults) or "sizes: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
