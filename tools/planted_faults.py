#!/usr/bin/env python3
"""Plants faults into a copy of the sources, each of a kind that once passed, and asks the checkers. Every one
must be found, in its own file; a copy without them must pass, which ./test style shows before."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPIED = ("src", "tools", "proto", "docs", "web", "ARCHITECTURE.md", ".gitignore")
HEAD = "// SPDX-License-Identifier: Apache-2.0\n"


def lines(count, line="  value += 1;\n"):
    return line * count


def cpp(body):
    return HEAD + "namespace dering {\n" + body + "\n}  // namespace dering\n"


def methods(count):
    return "".join(f"  int m{n}() const {{ return {n}; }}\n" for n in range(count))


def members(count):
    return "".join(f"  int v{n}_ = {n};\n" for n in range(count))


# What, where, the text of the new file, and what the checker must say of it.
LAYERS = [
    ("an include by a relative path", "src/sdp/planted_relative.cpp", '#include "../call/call.h"\n', "without detours"),
    ("an include by a longer way round", "src/sdp/planted_detour.cpp", '#include "base/../call/call.h"\n', "without detours"),
    ("an include in angle brackets", "src/sdp/planted_brackets.cpp", "#include <call/call.h>\n", "not how this house"),
    ("an include by a macro", "src/sdp/planted_macro.cpp", '#define HEADER "call/call.h"\n#include HEADER\n', "names its file"),
    ("an include over two lines", "src/sdp/planted_lines.cpp", '#  include \\\n  "call/call.h"\n', "may not include call"),
    ("an include behind a comment", "src/sdp/planted_comment.cpp", '/* */ #include /* */ "call/call.h"\n', "may not include call"),
    ("an include of a sub-folder", "src/sip/message/planted_up.h", '#include "sip/endpoint/endpoint.h"\n', "may not include sip/endpoint"),
    ("an include of what tests use", "src/sdp/planted_testing.cpp", '#include "sip/testing/sip_text.h"\n', "only tests include"),
    ("a folder without a row", "src/planted/planted.h", "#pragma once\n", "not in tools/layers.txt"),
    ("a third-party header", "src/sdp/planted_boost.cpp", "#include <boost/asio.hpp>\n", "may not include <boost/asio.hpp>"),
    ("a header that no word knows", "src/sdp/planted_unknown.cpp", "#include <aio.h>\n", "no word knows it"),
    ("a header of the system", "src/call/planted_socket.cpp", "#include <sys/socket.h>\n", r"\(os\)"),
    ("a library that another folder's header brings along", "src/api/planted_asio.cpp",
     '#include "net/deadline.h"\nnamespace dering { boost::asio::io_context* planted; }\n', "boost-asio"),
    ("a thread", "src/directory/planted_thread.cpp",
     "#include <thread>\nnamespace dering { void planted() { std::jthread([] {}); } }\n", r"\(threads\)"),
    ("a mutex that a header of ours brings along", "src/call/planted_mutex.cpp",
     '#include "base/mailbox.h"\nnamespace dering { std::mutex planted; }\n', r"std::mutex.*\(locks\)"),
    ("a clock behind an alias", "src/sdp/planted_clock.cpp",
     "#include <chrono>\nnamespace dering { using Tick = std::chrono::steady_clock; auto planted() { return Tick::now(); } }\n", r"now.*\(clock\)"),
    ("a clock whose address is taken", "src/sdp/planted_pointer.cpp",
     "#include <chrono>\nnamespace dering { auto* const planted = &std::chrono::system_clock::now; }\n", r"now.*\(clock\)"),
    ("a system call that a header of the language brings along", "src/sdp/planted_call.cpp",
     "#include <chrono>\nnamespace dering { auto planted() { return ::time(nullptr); } }\n", r"time.*\(clock\)"),
    ("a line on the terminal", "src/sdp/planted_print.cpp",
     '#include <fmt/format.h>\nnamespace dering { void planted() { fmt::print("{}", 1); } }\n', r"print.*\(terminal\)"),
    ("a shell", "src/app/dering/planted_shell.cpp",
     "#include <cstdlib>\nnamespace dering { int planted() { return std::system(\"id\"); } }\n", r"system.*\(banned\)"),
    ("the environment", "src/app/dering/planted_environment.cpp",
     "#include <cstdlib>\nnamespace dering { const char* planted() { return std::getenv(\"HOME\"); } }\n", "getenv.*no word knows it"),
    ("randomness of the machine", "src/call/planted_random.cpp",
     '#include "base/random.h"\nnamespace dering { SystemRandom planted; }\n', r"SystemRandom \(random\)"),
    ("a function that is declared by hand", "src/sdp/planted_extern.cpp", 'extern "C" int fork(void);\n', "goes past"),
    ("an instruction of the machine", "src/sdp/planted_asm.cpp", 'namespace dering { void planted() { asm("nop"); } }\n', "goes past"),
    ("a name of a folder that another one includes", "src/feature/planted_name.cpp",
     '#include "call/media.h"\nnamespace dering { sdp::Origin planted; }\n', "may not use .*Origin of sdp"),
]
SIZES = [
    ("a long lambda outside of any function", "src/sdp/planted_lambda.cpp",
     cpp("const auto planted = [](int value) {\n" + lines(60) + "  return value;\n};"), "a lambda has 63 lines"),
    ("a long constructor with an initialiser list", "src/sdp/planted_constructor.cpp",
     cpp("struct Planted {\n  Planted();\n  int value;\n};\nPlanted::Planted()\n    : value(0)\n{\n" + lines(60) + "}"), "lines"),
    ("a long operator", "src/sdp/planted_operator.cpp",
     cpp("struct Planted {\n  int value;\n};\nint\noperator+(Planted left, Planted)\n{\n  int value = left.value;\n" + lines(60) + "  return value;\n}"), "lines"),
    ("a long template", "src/sdp/planted_template.cpp",
     cpp("template <class T>\n  requires(sizeof(T) > 1)\nauto planted(T value)\n    -> T {\n" + lines(60) + "  return value;\n}"), "lines"),
    ("a long function that is a try block", "src/sdp/planted_try.cpp",
     cpp("void planted(int value) try {\n" + lines(60) + "} catch (...) {\n}"), "lines"),
    ("a long method of a local class", "src/sdp/planted_local.cpp",
     cpp("auto planted() {\n  struct Local {\n    int run(int value) { // NOLINT\n" + lines(60) + "      return value;\n    }\n  };\n  return Local{};\n}"), "run has"),
    ("five parameters", "src/sdp/planted_five.h",
     HEAD + "#pragma once\nnamespace dering {\nvoid planted(int,\n    int, int, int = (1, 2),\n    int = 3);\n}\n", "5 parameters"),
    ("five parameters of a lambda", "src/sdp/planted_five.cpp",
     cpp("const auto planted = [](int a, int b, int c, int d, int e) { return a + b + c + d + e; };"), "5 parameters"),
    ("twenty-six methods", "src/sdp/planted_methods.h", HEAD + "#pragma once\nnamespace dering {\nclass Planted {\n public:\n" + methods(26) + "};\n}\n", "26 methods"),
    ("sixteen members", "src/sdp/planted_members.h",
     HEAD + "#pragma once\nnamespace dering {\ntemplate <class T>\nclass Planted {\n public:\n" + methods(1) + members(16) + "};\n}\n", "16 members"),
    ("a long file", "src/sdp/planted_file.cpp", HEAD + lines(500, "// why\n"), "501 lines"),
]
PAGE = [
    ("an import from above", "web/phone/src/sign_in/planted_import.ts", "import { Shell } from '../app/shell';\nexport const planted = Shell;\n", "may not import phone/src/app"),
    ("an import of a type", "web/phone/src/shared/planted_type.ts", "import type { Boot } from '../boot/boot';\nexport type Planted = Boot;\n", "may not import phone/src/boot"),
    ("an import that is exported again", "web/phone/src/shared/planted_export.ts", "export * from '../call/timer';\n", "may not import phone/src/call"),
    ("an import when it is wanted", "web/phone/src/shared/planted_lazy.ts", "export const planted = () => import('../app/app');\n", "may not import phone/src/app"),
    ("an import of another package", "web/phone/src/sign_in/planted_package.ts", "import { Telephone } from '@dering/sip/telephone';\nexport const planted = Telephone;\n", "may not import sip"),
    ("a circle of two folders", "web/phone/src/boot/planted_circle.ts", "export { labelOf } from '../sign_in/issuer_text';\n", "may not import phone/src/sign_in"),
    ("a circle of two files", "web/phone/src/shared/planted_one.ts", "import { two } from './planted_two';\nexport const one = () => two;\n", "no-cycle"),
    ("a component that is too long", "web/phone/src/shared/planted_component.tsx",
     "export function Planted() {\n  return (\n    <ul>\n" + lines(80, "      <li>1</li>\n") + "    </ul>\n  );\n}\n", "max-lines-per-function"),
    ("a function that is too long", "web/sip/src/planted_function.ts",
     "export const planted = (value: number) => {\n  let sum = value;\n" + lines(60, "  sum += 1;\n") + "  return sum;\n};\n", "max-lines-per-function"),
    ("five parameters of the page", "web/sip/src/planted_five.ts", "export const planted = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e;\n", "max-params"),
    ("a long file of the page", "web/sip/src/planted_file.ts", lines(301, "export {};\n"), "max-lines"),
]
CODES = [
    ("a code without a row", "src/sdp/planted_code.h", "// Hostile input A99.\n", "A99 has no row"),
    ("a code without a row in the name of a test", "src/sdp/planted_code_test.cpp", "TEST(Planted, AT99NobodyKnowsIt) {\n", "AT99 has no row"),
    ("a document that is not there", "src/sdp/planted_document.h", "// See docs/planted.md.\n", "there is no docs/planted.md"),
]
PLACES = [
    ("a fourth place of an output", "src/app/dering/planted_list.h",
     cpp("using Planted = std::variant<sip::CloseFlow, sip::KeepFlow>;"), "sip::KeepFlow is added in \\d places"),
    ("a fourth place in the middle of an output's other names", "src/app/dering/planted_joined.h",
     cpp("using sip::KeepFlow;\nusing sip::CloseFlow;\nusing Planted = Joined<Other, std::variant<int,\n  /* why */ KeepFlow, CloseFlow>>;"),
     "sip::CloseFlow is added in \\d places"),
    ("a visit of inputs", "src/app/dering/planted_visit.cpp",
     cpp("const auto planted = overloaded{[](const directory::BindingsKept&) {},\n[](directory::DirectoryChanged& it) { use(it); },\n[](auto&) {}};"),
     "directory::BindingsKept is added in \\d places"),
    ("overloads for inputs", "src/identity/planted_overloads.h",
     cpp("struct Planted {\n  void take(const TokenJudged& verdict, int when);\n  void take(SignedOut it);\n};"), "identity::SignedOut is added in \\d places"),
    ("most outputs picked out one by one", "src/app/dering/planted_chain.cpp",
     cpp("bool planted(const Output& it) { return " + " || ".join(f"std::get_if<{kind}>(&it)" for kind in (
         "sip::Send", "sip::CloseFlow", "sip::KeepFlow", "media::v2::Command", "identity::VerifyToken", "refusal::Refusal",
         "directory::SaveBinding", "directory::SaveMessage",
         "directory::RingingChanged", "directory::ParkingChanged")) + "; }"),
     "identity::VerifyToken is added in \\d places"),
]
# The other half of the circle of two files.
BESIDE = {"web/phone/src/shared/planted_two.ts": "import { one } from './planted_one';\nexport const two = () => one;\n"}


def make_copy(folder):
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules", "dist", "__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "web/node_modules").symlink_to(ROOT / "web/node_modules")
    subprocess.run(["git", "init", "-q", folder], check=True)


def said(folder, *command, where="."):
    done = subprocess.run(command, cwd=folder / where, capture_output=True, text=True)
    return done.stdout + done.stderr


def check(folder, planted, output, prefix=""):
    """The faults that nobody told of, in the file they are in."""
    for what, name, _, expected in planted:
        own = [line for line in output.splitlines() if line.startswith(name.removeprefix(prefix) + ":")]
        if not any(re.search(expected, line) for line in own):
            yield f"{what} was not found in {name}" + "".join(f"\n    {line}" for line in own)


def check_tables(folder):
    """Tables that are no longer true."""
    with (folder / "tools/layers.txt").open("a") as table:
        table.write("nowhere:          base sdq | magic | what is not there\n")
    output = said(folder, "python3", "tools/check_layers.py")
    for expected in ("there is no src/nowhere", "may include sdq", "may use @magic"):
        if expected not in output:
            yield f"tools/layers.txt: nobody said: {expected}"
    (folder / "ARCHITECTURE.md").write_text((ROOT / "ARCHITECTURE.md").read_text().replace("| `src/sdp` |", "| `src/sdp` | more"))
    if "is not what tools/layers.txt says" not in said(folder, "python3", "tools/write_architecture.py", "--check"):
        yield "ARCHITECTURE.md: a table that was changed by hand was not found"
    with (folder / "tools/big.txt").open("a") as table:
        table.write("src/sdp/rewrite.h set_origin: it was bigger than it is now\n")
    if "is not too big" not in said(folder, "python3", "tools/check_sizes.py"):
        yield "tools/big.txt: an entry that nothing needs was not found"


def main():
    missed = []
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        make_copy(folder)
        for _, name, text, _ in [*LAYERS, *SIZES, *PAGE, *CODES, *PLACES]:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        for name, text in BESIDE.items():
            (folder / name).write_text(text)
        missed += check(folder, LAYERS, said(folder, "python3", "tools/check_layers.py"))
        missed += check(folder, SIZES, said(folder, "python3", "tools/check_sizes.py"))
        missed += check(folder, PAGE, said(folder, "node_modules/.bin/oxlint", "-f", "unix", where="web"), "web/")
        missed += check(folder, CODES, said(folder, "python3", "tools/check_codes.py"))
        missed += check(folder, PLACES, said(folder, "python3", "tools/check_places.py"))
        missed += check_tables(folder)
    count = len(LAYERS) + len(SIZES) + len(PAGE) + len(CODES) + len(PLACES) + 5
    print("\n".join(missed) or f"all {count} planted faults were found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
