#!/usr/bin/env python3
"""Checks src/ against tools/layers.txt: includes, threads, locks, clocks and sockets."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SYSTEM = re.compile(r"#include <(sys/(socket|epoll|un|eventfd|stat)|netinet/|arpa/|unistd|fcntl|filesystem|fstream|netdb)")
CLOCK = re.compile(r"(system_clock|steady_clock)::now\(|\btime\((NULL|nullptr|0)\)|\brand\(\)|std::random_device")
THREAD = re.compile(r"std::(jthread|thread)\b(?!::id)")
LOCK = re.compile(r"std::(mutex|shared_mutex|recursive_mutex|lock_guard|unique_lock|scoped_lock)")
BANNED = re.compile(r"std::regex\b|\b(system|popen|strcpy|sprintf|strcat|atoi|strtol)\(")


def rules():
    table = {}
    for line in (ROOT / "tools/layers.txt").read_text().splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        folder, _, rest = line.partition(":")
        allowed, _, marks = rest.partition("|")
        table[folder.strip()] = (set(allowed.split()), set(marks.split()))
    return table


def faults_of(path, folder, allowed, marks):
    is_test = re.search(r"_(test|fuzz|bench)\.(cpp|h)$", path.name) or "testing" in path.parts
    for number, line in enumerate(path.read_text().splitlines(), 1):
        where = f"{path.relative_to(ROOT)}:{number}"
        included = re.match(r'#include "([a-z_]+)/', line)
        if included and included[1] != folder and "*" not in allowed and included[1] not in allowed:
            if not is_test:
                yield f"{where}: {folder} may not include {included[1]}"
        if is_test:
            continue
        if SYSTEM.search(line) and "os" not in marks and folder != "base":
            yield f"{where}: {folder} may not touch the operating system"
        if CLOCK.search(line) and "os" not in marks and folder != "base":
            yield f"{where}: {folder} may not read a clock or a random source"
        if THREAD.search(line) and "threads" not in marks:
            yield f"{where}: only app/ starts threads"
        if LOCK.search(line) and path.name not in ("mailbox.h",):
            yield f"{where}: no lock outside base/mailbox.h"
        if BANNED.search(line):
            yield f"{where}: banned function"


def main():
    table = rules()
    faults = []
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        folder = path.relative_to(ROOT / "src").parts[0]
        if folder not in table:
            faults.append(f"{path.relative_to(ROOT)}: folder {folder} is not in tools/layers.txt")
            continue
        faults.extend(faults_of(path, folder, *table[folder]))
    print("\n".join(faults) or "layers: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
