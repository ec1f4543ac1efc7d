#!/usr/bin/env python3
"""Comments and names of tests may only cite what stands in the repository: a code (AT7, FR8, S22, G5) has
a row in docs/hostile-input.md or docs/jssip.md, a document that is named exists, and so does the test that
a row names."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = (".cpp", ".h", ".ts", ".tsx", ".mjs", ".py", ".sh")
WORDY, LETTER = r"(?:AT|FR|IP|UX)\d{1,2}", r"[A-JS]\d{1,2}"
CODE = re.compile(rf"(?<![A-Za-z0-9])(?:{WORDY}|{LETTER})(?![0-9a-z])")
LIST = rf"(?:{LETTER})(?:(?:,? and |, | |–)(?:{LETTER}))*"
# A letter with a number is a code where a comment begins with it, or says of what it is one; elsewhere it
# may be a timer of RFC 3261 or a codec.
CITED = re.compile(rf"(?:[Hh]ostile[- ]input|[Jj]ssip|JsSIP, lines) ({LIST})|^\W*({LIST})(?=[:.,;]|$)")
# c=IN IP4 of a description; Unicode's controls C0 and C1.
NO_CODE = re.compile(r"IN IP[46]|\bIP[46]\b(?= [\d:{$%]|\\)|C0, DEL and C1|C1 controls")
COMMENT = re.compile(r"(?:^|\s)(?://+|\*|#) ?(.*)")
CPP_TEST = re.compile(r"^\s*TEST(?:_F|_P)?\(\s*\w+,\s*(\w*)|^\s+(\w+)\) \{")
JS_TEST = re.compile(r"\b(?:test|it|describe)(?:\.\w+)*\(\s*[`'\"](.*)")
DOCUMENT = re.compile(r"(?<![\w.}/-])((?:[\w.-]+/)*[\w-]+\.md)\b|docs/decisions/(\d{4})\b")
# Lists that are not in the repository have no codes here.
ELSEWHERE = re.compile(r"[Rr]eliability [A-Z]\d|\bcomplaint \d+")


def known_codes():
    codes = set()
    for name in ("hostile-input", "jssip"):
        for line in (ROOT / f"docs/{name}.md").read_text().splitlines():
            column = re.match(r"\| ([^|]+) \|", line)
            entry = column or re.match(r"- \*\*([^*]+)\*\*", line)
            if entry:
                codes.update(CODE.findall(entry[1]))
    return codes


def codes_in(text, is_name):
    text = NO_CODE.sub("", text)
    if is_name:
        begin = re.match(rf"(?:(?:{WORDY}|{LETTER})(?=_|[A-Z]| |:|$)[_ :]*)+", text)
        yield from re.findall(rf"{WORDY}|{LETTER}", begin[0]) if begin else []
        return
    yield from re.findall(rf"(?<![A-Za-z0-9]){WORDY}(?![0-9])", text)
    for found in CITED.finditer(text):
        yield from spelled_out(found[1] or found[2])


def spelled_out(codes):
    """ "S18–S21, S30": each of them."""
    for first, last in re.findall(rf"({LETTER})(?:–({LETTER}))?", codes):
        yield from [first] if not last else [f"{first[0]}{n}" for n in range(int(first[1:]), int(last[1:]) + 1)]


def faults_of(name, text, known, documents):
    is_cpp = name.endswith((".cpp", ".h"))
    for number, line in enumerate(text.splitlines(), 1):
        comment = COMMENT.search(line)
        test = (CPP_TEST if is_cpp else JS_TEST).search(line)
        said = [(comment[1], False)] if comment else []
        said += [(next(filter(None, test.groups()), ""), True)] if test else []
        for part, is_name in said:
            for code in codes_in(part, is_name):
                if code not in known:
                    yield f"{name}:{number}: {code} has no row in docs/hostile-input.md or docs/jssip.md"
            if ELSEWHERE.search(part):
                yield f"{name}:{number}: cites a list that is not in the repository"
            for path, decision in DOCUMENT.findall(part):
                found = any(each.startswith(f"docs/decisions/{decision}") for each in documents) if decision else \
                    any(each == path or each.endswith("/" + path) for each in documents)
                if not found:
                    yield f"{name}:{number}: there is no {path or 'docs/decisions/' + decision}"


def missing_tests(files):
    """Programs of tests that the tables name and that are not there."""
    for name in ("hostile-input", "jssip"):
        for number, line in enumerate((ROOT / f"docs/{name}.md").read_text().splitlines(), 1):
            for test in re.findall(r"[\w/]+_test\b|(?:tests|web)/[\w/]+[\w.]*", line if line.startswith("|") else ""):
                if not any(re.fullmatch(rf"(src/)?{re.escape(test)}(\.test)?(\.cpp|\.mjs|\.tsx?)?", each) for each in files):
                    yield f"docs/{name}.md:{number}: there is no {test}"


def main():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                            check=True).stdout.splitlines()
    files = [each for each in listed if (ROOT / each).is_file()]
    documents = [each for each in files if each.endswith(".md")]
    known = known_codes()
    faults = list(missing_tests(files))
    for name in files:
        if name.startswith(("src/", "tests/", "web/", "bench/", "fuzz/", "tools/", "deploy/")) and name.endswith(KINDS) \
                and name != "tools/check_codes.py":
            faults.extend(faults_of(name, (ROOT / name).read_text(errors="replace"), known, documents))
    print("\n".join(faults) or "codes: ok")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
