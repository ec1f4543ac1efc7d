"""What libclang sees in a C++ file of src/: how long functions are, how big classes, what is used from
outside. Facts are kept under the hash of the file's text, so that only what changed is parsed again;
a fresh checkout parses everything."""
import functools
import hashlib
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "dering-style"
KEPT = 20000  # facts at most, a few kilobytes each
TEST = re.compile(r"^src/.+/testing/|_(test|fuzz|bench)\.(cpp|h)$")
COMMON = ("algorithm array chrono cstdint deque expected fmt/format.h functional map memory optional set span "
          "string string_view unordered_map utility variant vector media.pb.h").split()
# Boost's network library takes longer to parse than all else: these folders have it parsed beforehand.
BOOST = ("boost/asio/io_context.hpp boost/asio/ip/tcp.hpp boost/asio/ssl/stream.hpp boost/asio/steady_timer.hpp "
         "boost/beast/http/parser.hpp boost/beast/websocket/stream.hpp").split()
COSTLY = {"net": BOOST, "api": BOOST, "app": BOOST}


@functools.cache
def clang():
    """Debian's binding, also where another Python stands first in PATH."""
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import clang.cindex as binding
    except ImportError:
        sys.exit("python3-clang-19 is missing (tools/packages-test.txt)")
    return binding


def sources():
    """Every C++ file of src/ but tests and what only they use."""
    return [path for path in sorted((ROOT / "src").rglob("*"))
            if path.suffix in (".h", ".cpp") and not TEST.search(str(path.relative_to(ROOT)))]


def facts_of_all():
    """{"src/...": facts} of sources()."""
    CACHE.mkdir(parents=True, exist_ok=True)
    known, missing = {}, []
    for path in sources():
        name = str(path.relative_to(ROOT))
        kept = CACHE / key_of(name, path.read_bytes())
        if kept.exists():
            os.utime(kept)
            known[name] = json.loads(kept.read_text())
        else:
            missing.append(name)
    if missing:
        known.update(parse_all(missing))
        forget_old()
    return known


def key_of(name, text):
    return hashlib.sha256(b"\0".join((own_hash().encode(), name.encode(), text))).hexdigest()


@functools.cache
def own_hash():
    return hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()


def forget_old():
    for pattern, most in (("?" * 64, KEPT), ("prelude-*.pch", 8)):
        kept = sorted(CACHE.glob(pattern), key=lambda each: each.stat().st_mtime)
        for path in kept[:max(0, len(kept) - most)]:
            path.unlink(missing_ok=True)


def parse_all(missing):
    """Files first, each with the headers it includes; then headers that no file included."""
    flags = flags_of()
    found = {}
    for suffix in (".cpp", ".h"):
        wanted = set(missing) - set(found)
        work = [(name, flags, wanted) for name in missing if name in wanted and name.endswith(suffix)]
        with multiprocessing.Pool(min(os.cpu_count() or 1, max(1, len(work) // 4))) as pool:
            for facts in pool.imap_unordered(parse, work, 2):
                found.update(facts)
                for name in facts:
                    # What is broken may be mended in another file: it is read again.
                    if "broken" not in facts[name]:
                        keep(name, facts[name])
    return found


def keep(name, facts):
    kept = CACHE / key_of(name, (ROOT / name).read_bytes())
    new = kept.with_name(f"{kept.name}.{os.getpid()}")
    new.write_text(json.dumps(facts))
    new.rename(kept)


def flags_of():
    """As the build has them, with the messages of the contract made for this alone."""
    contract = CACHE / ("contract-" + hashlib.sha256((ROOT / "proto/media.proto").read_bytes()).hexdigest()[:16])
    if not (contract / "media.pb.h").exists():
        contract.mkdir(exist_ok=True)
        subprocess.run(["protoc", f"--cpp_out={contract}", f"-I{ROOT}/proto", "media.proto"], check=True)
    builtin = subprocess.run(["clang-19", "-print-resource-dir"], capture_output=True, text=True, check=True).stdout.strip()
    return ["-std=c++23", f"-I{ROOT}/src", f"-I{contract}", "-isystem", builtin + "/include",
            '-DDERING_VERSION="0"', "-Wno-pragma-once-outside-header"]


def prelude(folder, flags):
    """Costly headers, parsed once, and again when a package has come or gone."""
    headers = COMMON + COSTLY.get(folder, [])
    outside = [flag for flag in flags if str(ROOT) not in flag]
    packages = pathlib.Path("/var/lib/dpkg/status")
    since = packages.stat().st_mtime if packages.exists() else 0
    name = hashlib.sha256(json.dumps([headers, outside, since]).encode()).hexdigest()[:16]
    source, parsed = CACHE / f"prelude-{name}.h", CACHE / f"prelude-{name}.pch"
    if parsed.exists():
        os.utime(parsed)
    else:
        source.write_text("".join(f"#include <{header}>\n" for header in headers))
        new = f"{parsed}.{os.getpid()}"
        clang().Index.create().parse(str(source), [*outside, "-x", "c++-header"]).save(new)
        os.rename(new, parsed)
    return ["-include-pch", str(parsed)]


def parse(work, seen=set()):
    """`seen` are the headers that this process has walked through already."""
    name, flags, wanted = work
    unit = open_unit(name, flags)
    serious = [each for each in unit.diagnostics if each.severity >= 3]
    own = {str(ROOT / each): each for each in wanted
           if each == name or (each.endswith(".h") and each not in seen)}
    found = {name: Facts(name)}
    for cursor in unit.cursor.get_children():
        where = cursor.location.file
        mine = own.get(where.name) if where else None
        if mine:
            if mine not in found:
                found[mine] = Facts(mine)
            found[mine].walk(cursor)
    seen.update(found)
    if serious:
        found[name].data["broken"] = [serious[0].location.line, str(serious[0].spelling)]
    return {each: facts.data for each, facts in found.items()}


def open_unit(name, flags):
    binding = clang()
    folder = name.split("/")[1]
    index = binding.Index.create()
    try:
        return index.parse(str(ROOT / name), [*flags, *prelude(folder, flags), "-x", "c++"])
    except binding.TranslationUnitLoadError:
        return index.parse(str(ROOT / name), [*flags, "-x", "c++"])


class Facts:
    """Of one file. Every number beside a name is a line."""

    def __init__(self, name):
        self.name = name
        self.data = {"functions": [], "classes": [], "uses": {}, "foreign": []}
        kinds = clang().CursorKind
        self.functions = {kinds.FUNCTION_DECL, kinds.CXX_METHOD, kinds.CONSTRUCTOR, kinds.DESTRUCTOR,
                          kinds.CONVERSION_FUNCTION, kinds.FUNCTION_TEMPLATE, kinds.LAMBDA_EXPR}
        self.classes = {kinds.CLASS_DECL, kinds.STRUCT_DECL, kinds.UNION_DECL, kinds.CLASS_TEMPLATE,
                        kinds.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION}
        self.names = {kinds.DECL_REF_EXPR, kinds.TYPE_REF, kinds.TEMPLATE_REF, kinds.OVERLOADED_DECL_REF}

    def walk(self, top):
        stack = [top]
        while stack:
            cursor = stack.pop()
            kind = cursor.kind
            if kind in self.functions:
                self.function(cursor)
            elif kind in self.classes and cursor.is_definition():
                self.class_of(cursor)
            elif kind in self.names:
                self.use(cursor)
            elif kind == clang().CursorKind.LINKAGE_SPEC:
                self.data["foreign"].append([cursor.location.line, 'extern "C"'])
            elif kind in (clang().CursorKind.ASM_STMT, clang().CursorKind.MS_ASM_STMT):
                self.data["foreign"].append([cursor.location.line, "asm"])
            stack.extend(cursor.get_children())

    def function(self, cursor):
        kinds = clang().CursorKind
        is_lambda = cursor.kind == kinds.LAMBDA_EXPR
        length = cursor.extent.end.line - cursor.extent.start.line + 1
        if not is_lambda and not cursor.is_definition():
            length = 0
        parameters = sum(each.kind == kinds.PARM_DECL for each in cursor.get_children())
        if length > 20 or parameters > 3:
            self.data["functions"].append([cursor.extent.start.line, "a lambda" if is_lambda else cursor.spelling,
                                           length, parameters])

    def class_of(self, cursor):
        kinds = clang().CursorKind
        methods = members = 0
        for each in cursor.get_children():
            if each.kind in (kinds.CXX_METHOD, kinds.CONVERSION_FUNCTION, kinds.FUNCTION_TEMPLATE):
                methods += not (each.is_default_method() or each.is_deleted_method())
            elif each.kind == kinds.FIELD_DECL or (each.kind == kinds.VAR_DECL and not each.type.is_const_qualified()):
                members += 1
        if methods > 15 or members > 10:
            self.data["classes"].append([cursor.extent.start.line, cursor.spelling or "a class", methods, members])

    def use(self, cursor):
        to = cursor.referenced
        where = to.location.file if to is not None else None
        header = spelled(where.name) if where else None
        if header and header != self.name:
            self.data["uses"].setdefault(header, {}).setdefault(full_name(to), cursor.location.line)


@functools.cache
def spelled(path):
    """A header as one includes it: "sys/socket.h", "c++/mutex", "src/base/text.h"."""
    path = os.path.normpath(path)
    if path.endswith("/media.pb.h"):
        return "src/contract/media.pb.h"
    own = path.rpartition("/src/")[2]
    if own != path and (ROOT / "src" / own).exists() and "/include/" not in path:
        return "src/" + own
    header = path.partition("/include/")[2]
    return re.sub(r"^(?:\w+-linux-gnu/)?(?:c\+\+/\d+/)?(?:\w+-linux-gnu/)?", lambda found: "c++/" if "c++" in found[0] else "", header)


def full_name(cursor):
    parts = []
    while cursor is not None and cursor.kind != clang().CursorKind.TRANSLATION_UNIT:
        # Inline namespaces of the library (_V2, __cxx11) say nothing.
        if cursor.spelling and not re.match(r"_[A-Z_]|v\d+$", cursor.spelling):
            parts.append(cursor.spelling)
        cursor = cursor.semantic_parent
    return "::".join(reversed(parts))
