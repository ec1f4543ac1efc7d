#!/usr/bin/env python3
"""Checks src/ against the allow-lists of tools/layers.txt: every include however it is written, and
every name that a file uses, by the header that declares it."""
import fnmatch
import functools
import os
import re
import sys

import cpp_facts

ROOT = cpp_facts.ROOT
# Of a test folder or a test, only how includes are written is checked: it may use what it tests with.
TESTING = cpp_facts.TEST
DIRECTIVE = re.compile(r"^[ \t]*(?:#|%:|\?\?=)[ \t]*(include_next|include|import|embed)\b[ \t]*(.*?)[ \t]*$|^[ \t]*(?:export[ \t]+)?(import)\b[ \t]*([<\"\w].*);", re.M)
# Strings stay, comments and raw strings go; line breaks stay where they were.
TOKEN = re.compile(r'R"([^\s()\\]{0,16})\((?s:.*?)\)\1"|"(?:[^"\\\n]|\\.)*"|(?<![0-9A-Fa-f])\'(?:[^\'\\\n]|\\.)*\'|//[^\n]*|/\*(?s:.*?)\*/')


def is_folder(row):
    return (ROOT / "src" / row).is_dir()


class Layers:
    def __init__(self, text):
        self.words, self.rows = {}, {}
        for line in text.splitlines():
            head, colon, rest = line.partition(":")
            if line.startswith("@"):
                self.words[head[1:]] = rest.split()
            elif colon and not line.startswith("#"):
                folders, words, about = ([*rest.split("|"), "", ""])[:3]
                self.rows[head.strip()] = (folders.split(), words.split(), about.strip())

    @functools.cache
    def rows_of(self, path):
        """All rows that a path below src/ lies in, the longest first."""
        file = (path, re.sub(r"\.\w+$", "", path))
        return sorted((row for row in self.rows if path.startswith(row + "/") or (row in file and not is_folder(row))),
                      key=len, reverse=True)

    def row_of(self, path):
        """The row of the folder that a path lies in; None if there is none."""
        return next((row for row in self.rows_of(path) if is_folder(row)), None)

    def folders_of(self, path):
        return self.rows[self.row_of(path)][0]

    def words_of(self, path):
        own = [row for row in self.rows_of(path) if not is_folder(row)]
        return {word for row in [*own, self.row_of(path)] for word in self.rows[row][1]}

    def may_include(self, path, target):
        allowed = self.folders_of(path)
        return self.row_of(target) == self.row_of(path) or "*" in allowed or self.row_of(target) in allowed

    @functools.cache
    def word_of(self, header, name=""):
        """The word that a header or a name in it belongs to; a name speaks before its header."""
        for word, patterns in self.words.items():
            if name and any(("::" in each or name == each) and fnmatch.fnmatchcase(name, each) for each in patterns):
                return word
        if name.startswith("std::") and not header.startswith("c++/"):
            return "plain"  # a library has declared it beforehand
        bare = header.removeprefix("c++/")
        for word, patterns in self.words.items():
            if any(bare == each or (each.endswith("/") and header.startswith(each)) for each in patterns):
                return word
        # What the standard library keeps in headers of its own that no word names.
        return "plain" if name and header.startswith("c++/") else None


def directives(text):
    """(line, directive, what stands behind it), with continued lines joined and comments gone."""
    joined = re.sub(r"\\\r?\n", lambda found: "\x00", text)
    bare = TOKEN.sub(lambda found: found[0] if found[0][0] in "\"'" else " " + "\n" * found[0].count("\n"), joined)
    for found in DIRECTIVE.finditer(bare):
        line = bare.count("\n", 0, found.start()) + bare.count("\x00", 0, found.start()) + 1
        yield line, found[1] or found[3], (found[2] or found[4] or "").replace("\x00", "").strip()


def include_faults(layers, path, text):
    for line, directive, what in directives(text):
        where = f"{path}:{line}"
        # What protoc makes of the contract.
        quoted = re.fullmatch(r'"([^"]+)"', '"contract/media.pb.h"' if what == "<media.pb.h>" else what)
        bracketed = re.fullmatch(r"<([^>]+)>", what)
        if directive != "include":
            yield f"{where}: #{directive} is not how this house includes"
        elif quoted:
            yield from own_include_faults(layers, path, where, quoted[1])
        elif not bracketed:
            yield f"{where}: an include names its file"
        elif (ROOT / "src" / bracketed[1]).exists() or os.path.normpath(bracketed[1]) != bracketed[1] or bracketed[1][0] == "/":
            yield f"{where}: <{bracketed[1]}> is not how this house includes"
        elif not TESTING.search(path):
            word = layers.word_of(bracketed[1])
            if word not in layers.words_of(path[4:]) | {"plain"}:
                yield f"{where}: {layers.row_of(path[4:])} may not include <{bracketed[1]}> ({word or 'no word knows it'})"


def own_include_faults(layers, path, where, what):
    exists = what == "contract/media.pb.h" or (ROOT / "src" / what).is_file()
    if not exists or os.path.normpath(what) != what:
        yield f'{where}: "{what}" is written from src/, without detours'
    elif TESTING.search(path):
        return
    elif TESTING.search("src/" + what):
        yield f"{where}: only tests include {what}"
    elif not layers.may_include(path[4:], what):
        yield f"{where}: {layers.row_of(path[4:])} may not include {layers.row_of(what)}"


def use_faults(layers, path, facts):
    allowed = layers.words_of(path[4:]) | {"plain"}
    for header, names in facts["uses"].items():
        for name, line in names.items():
            where = f"{path}:{line}"
            word = layers.word_of(header, name)
            if header.startswith("src/"):
                if not TESTING.search(header) and not layers.may_include(path[4:], header[4:]):
                    yield f"{where}: {layers.row_of(path[4:])} may not use {name} of {layers.row_of(header[4:])}"
                elif word and word not in allowed:
                    yield f"{where}: {layers.row_of(path[4:])} may not use {name} ({word})"
            elif word not in allowed and name:
                yield f"{where}: {layers.row_of(path[4:])} may not use {name} of <{header}> ({word or 'no word knows it'})"
    for line, what in facts["foreign"]:
        yield f"{path}:{line}: {what} goes past what is declared"
    if "broken" in facts:
        yield f"{path}:{facts['broken'][0]}: cannot be read: {facts['broken'][1]}"


def table_faults(layers):
    """Each folder has a row, each row a folder or a file, each word a meaning, and nothing is circular."""
    for row, (folders, words, _) in layers.rows.items():
        if not is_folder(row) and not list((ROOT / "src").glob(row + "*")):
            yield f"tools/layers.txt: there is no src/{row}"
        for each in folders:
            if each != "*" and each not in layers.rows:
                yield f"tools/layers.txt: {row} may include {each}, which has no row"
        for each in words:
            if each not in layers.words:
                yield f"tools/layers.txt: {row} may use @{each}, which is not told"
    depth = {}

    def visit(row, above):
        if row in above:
            raise SystemExit(f"tools/layers.txt: a circle: {' > '.join([*above, row])}")
        if row not in depth:
            for each in layers.rows.get(row, ([],))[0]:
                if each != "*":
                    visit(each, [*above, row])
            depth[row] = True

    for row in layers.rows:
        visit(row, [])


def main():
    layers = Layers((ROOT / "tools/layers.txt").read_text())
    faults = list(table_faults(layers))
    for path in sorted((ROOT / "src").rglob("*")):
        name = str(path.relative_to(ROOT))
        if path.suffix not in (".h", ".cpp"):
            continue
        if layers.row_of(name[4:]) is None:
            faults.append(f"{name}: its folder is not in tools/layers.txt")
            continue
        faults.extend(include_faults(layers, name, path.read_text()))
    for name, facts in sorted(cpp_facts.facts_of_all().items()):
        if not TESTING.search(name) and layers.row_of(name[4:]):
            faults.extend(use_faults(layers, name, facts))
    print("\n".join(faults) or "layers: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
