#!/usr/bin/env python3
"""Refuses source files over 500 lines and C++ functions over 60 lines (tables and tests aside)."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE_LIMIT = 500
FUNCTION_LIMIT = 60
EXEMPT = re.compile(r"_(test|fuzz|bench)\.(cpp|h)$|\.test\.tsx?$|\.d\.ts$|table|/gen/")


def sources():
    for pattern in ("src/**/*.h", "src/**/*.cpp", "web/*/src/**/*.ts", "web/*/src/**/*.tsx"):
        for path in sorted(ROOT.glob(pattern)):
            if not EXEMPT.search(str(path.relative_to(ROOT))):
                yield path


def long_functions(lines):
    """A function body, as the formatter lays it out, ends with a brace as deep as its first line."""
    start = None
    for number, line in enumerate(lines, 1):
        opens = re.match(r"^(  )?[A-Za-z_~].*\)( const)?( noexcept)?( override)?( -> .*)? \{$", line)
        if opens and start is None and not re.match(r"^\s*(if|for|while|switch|namespace|class|struct|enum)\b", line):
            start, indent = number, len(line) - len(line.lstrip())
        elif start is not None and line.startswith(" " * indent + "}"):
            if number - start + 1 > FUNCTION_LIMIT:
                yield start, number - start + 1
            start = None


def main():
    faults = []
    for path in sources():
        lines = path.read_text().splitlines()
        name = path.relative_to(ROOT)
        if len(lines) > FILE_LIMIT:
            faults.append(f"{name}: {len(lines)} lines, {FILE_LIMIT} at most")
        if path.suffix in (".cpp", ".h"):
            faults += [f"{name}:{at}: function of {size} lines, {FUNCTION_LIMIT} at most" for at, size in long_functions(lines)]
    print("\n".join(faults) or "sizes: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
