#!/usr/bin/env python3
"""An input or output of the switchboard is added in at most three places. A place is a header with its .cpp
that declares it, or that has it in a list with another of its kind: a variant, a visit, overloads of one name.
Who picks out some (std::get_if) need not know of a new one, unless these are most of them. --table prints the
places of each."""
import pathlib
import re
import sys

from check_layers import TOKEN

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST = 3
TEST = re.compile(r"/testing/|_(test|fuzz|bench)\.(cpp|h)$|^src/testing/")
HEADER = "src/switchboard/switchboard.h"
LISTS = ("switchboard::Input", "switchboard::Output")
TYPE = r"(?:\w+::)*\w+"
ALIAS = re.compile(r"\busing (\w+) =\s*(?:\w+::)*(?:variant|Joined)\s*<")
# The first parameter of a function, and of a lambda.
FIRST = re.compile(rf"(?:\b(\w+)|\])\s*\(\s*(?:const\s+)?({TYPE})\s*(?:&&?|\*)?\s*(?:\w+\s*)?[,)]")
COMBINES = re.compile(r"\b(?:variant|Joined)\s*<")
PICKS = re.compile(rf"\b(?:get_if|get|holds_alternative)<({TYPE})>")
VISITS = re.compile(r"\b(?:overloaded|visit)\s*[{(]")
PAIRS = {"<": ">", "{": "}", "(": ")"}


def bare(text):
    """Without comments and strings, in as many lines."""
    return TOKEN.sub(lambda found: "\n" * found[0].count("\n") or " ", text)


def inside(text, at):
    """What stands between the bracket at that place and its end."""
    opened, closed, depth = text[at], PAIRS[text[at]], 0
    for end in range(at, len(text)):
        depth += (text[end] == opened) - (text[end] == closed)
        if depth == 0:
            return text[at + 1:end]
    return text[at + 1:]


def unit_of(path):
    return re.sub(r"\.\w+$", "", path)


class Source:
    """One file, as far as its text tells."""

    def __init__(self, path):
        self.path, self.text = path, bare((ROOT / path).read_text())
        self.folder = path.split("/")[1]
        self.used = set(re.findall(rf"\busing ({TYPE});", self.text))

    def lists(self):
        """(line, names of types, more of which make it a list) of variants, visits and overloads."""
        for found in COMBINES.finditer(self.text):
            yield self.line(found), re.findall(TYPE, inside(self.text, found.end() - 1)), 1
        for found in VISITS.finditer(self.text):
            body = inside(self.text, found.end() - 1)
            yield self.line(found), [each[2] for each in FIRST.finditer(body) if not each[1]], 1
        overloads = {}
        for found in FIRST.finditer(self.text):
            if found[1]:
                overloads.setdefault(found[1], []).append(found)
        for found in overloads.values():
            yield self.line(found[0]), [each[2] for each in found], 1

    def picked(self):
        found = list(PICKS.finditer(self.text))
        return self.line(found[0]) if found else 1, [each[1] for each in found]

    def line(self, found):
        return self.text.count("\n", 0, found.start()) + 1


class House:
    def __init__(self, sources):
        self.sources = sources
        self.used = {}  # names of other folders that a folder calls its own, by folder
        for source in sources:
            self.used.setdefault(source.folder, set()).update(source.used)
        self.lists = {f"{source.folder}::{found[1]}": (source.folder, inside(source.text, found.end() - 1))
                      for source in sources for found in ALIAS.finditer(source.text)}

    def full_name(self, written, folder):
        """`sip::Send`, of what is written in a file of that folder."""
        if "::" in written:
            return written.removeprefix("dering::")
        return next((each for each in self.used[folder] if each.endswith("::" + written)), f"{folder}::{written}")

    def opened(self, name):
        """The types in a list, also of the lists that it is made of."""
        if name not in self.lists:
            return {name}
        folder, names = self.lists[name]
        return set().union(*(self.opened(self.full_name(each, folder)) for each in re.findall(TYPE, names)
                             if not COMBINES.match(each.split("::")[-1] + "<")))

    def places(self, kinds):
        """{type: {place: where}} of the inputs, or of the outputs."""
        found = {kind: {} for kind in kinds}
        for source in self.sources:
            for name in re.findall(r"\bstruct (\w+)\b[^;{]*\{", source.text):
                if (kind := f"{source.folder}::{name}") in kinds:
                    found[kind].setdefault(unit_of(source.path), f"{source.path}:1")
            for line, names, fewest in [*source.lists(), (*source.picked(), len(kinds) // 2)]:
                own = {self.full_name(each, source.folder) for each in names} & kinds
                for kind in own if len(own) > fewest else ():
                    found[kind].setdefault(unit_of(source.path), f"{source.path}:{line}")
        for kind in kinds:
            if kind.startswith("media::"):
                found[kind]["proto/media"] = "proto/media.proto:1"
        return found


def main():
    files = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "src").rglob("*")) if path.suffix in (".h", ".cpp")]
    house = House([Source(path) for path in files if not TEST.search(path)])
    faults, count = [], 0
    for name in LISTS:
        for kind, found in sorted(house.places(house.opened(name)).items()):
            count += 1
            if "--table" in sys.argv:
                print(f"{kind}: {len(found)}", *sorted(found.values()), sep="\n    ")
            if len(found) > MOST:
                faults += [f"{where}: {kind} is added in {len(found)} places, {MOST} at most" for where in sorted(found.values())]
            elif not found:
                faults.append(f"{HEADER}:1: nobody declares {kind}")
    print("\n".join(faults) or f"places: ok, {count} inputs and outputs in at most {MOST} each")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
