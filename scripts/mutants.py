#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""mutants.py [-n NUMBER] [-s SEED] [-l LINE] [FILE...]: plants small faults in
files of userspace/, one at a time, and runs the unit tests. Faults that no test
notices are printed, then a table. Without FILE: all files that have faults to
plant. Exit status 1 where a file has less than 90 % noticed.

The tests are built once, in a copy, without the sanitizers and against a shared
library, so that a fault costs one compilation. Those that are called as the
file or its folder run first, then of all others the quick ones. A fault that
the compiler refuses, or makes no other code of, does not count."""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.realpath(f"{os.path.dirname(__file__)}/..")
CC = os.environ.get("CC", "gcc")
LIMIT = 60              # seconds of one test program
ENOUGH = 90             # per cent

SWAPS = {
    "==": ["!="], "!=": ["=="], "<=": ["<"], ">=": [">"], "<": ["<="],
    ">": [">="], "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"],
    "++": ["--"], "--": ["++"], "+=": ["-="], "-=": ["+="], "|=": ["&="],
    "&": ["|"], "|": ["&"], "!": [""], "continue": ["break"],
    "true": ["false"], "false": ["true"], "0": ["1"], "1": ["0"],
}
TOKEN = re.compile(r"->|\+\+|--|<<=?|>>=?|&&|\|\||[-+*/%&|^=!<>]=|"
                   r"[A-Za-z_]\w*|0[xX]\w+|\d[\w.]*|\s+|.", re.S)
OPERAND = re.compile(r"[\w)\]]$")


def blank(text):
    """The same without what is in comments, strings, # lines: blanks there."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|' \
              r'^[ \t]*#(?:\\\n|[^\n])*'
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m[0]), text,
                  flags=re.S | re.M)


def condition_end(code, at):
    """Where the parenthesis ends that begins there."""
    depth = 0
    for i in range(at, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if not depth:
            return i
    return None


def faults(text):
    """(begin, end, what to put there) of each that can be planted. Where things
    are compared for qsort(), one in the order of equals or a sign is none."""
    code = blank(text)
    cmp = [m.span() for m in re.finditer(
        r"^static int \w+\(const void \*a, const void \*b\)\n\{.*?^\}",
        code, re.S | re.M)]
    depth = 0
    before = ""             # the token before, without blanks
    found = []
    for m in TOKEN.finditer(code):
        token = m[0]
        if token.isspace():
            continue
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth:
            binary = OPERAND.search(before)
            if token in ("+", "-", "&") and not binary:
                pass            # a sign, an address
            elif token in "<>01" and any(a < m.start() < b for a, b in cmp):
                pass
            elif token == "-" and re.match(r"[A-Z]", code[m.end():]):
                pass            # of an errno
            else:
                found += [(m.start(), m.end(), other)
                          for other in SWAPS.get(token, ())]
            if token in ("if", "while") and \
                    code[m.end():].lstrip().startswith("("):
                begin = code.index("(", m.end())
                end = condition_end(code, begin)
                if end:
                    found.append((begin, end + 1, f"(!{text[begin:end + 1]})"))
        before = token
    return found


def run(*command, **how):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          errors="replace", **how)


def flags(name):
    return run("pkg-config", name, "libmnl").stdout.split()


class Workshop:
    """A copy of the tree with the tests built in it."""

    def __init__(self, folder):
        self.top = f"{folder}/userspace"
        files = subprocess.run(
            ["git", "-C", TOP, "-c", "safe.directory=*", "ls-files", "-co",
             "--exclude-standard", "VERSION", "kmod/include", "userspace"],
            stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["rsync", "-a", "--files-from=-", f"{TOP}/", folder],
                       input=files, check=True)
        names = files.decode().split()
        sources = [name[len("userspace/"):] for name in names
                   if re.match(r"userspace/.*\.c$", name) and
                   os.path.exists(f"{TOP}/{name}")]
        self.tests = [name for name in sources
                      if os.path.basename(name).startswith("test_")]
        self.sources = [name for name in sources if name != "main.c" and
                        name not in self.tests and
                        not name.startswith("tests/fuzz/")]
        self.cflags = ["-std=gnu11", "-O1", "-fPIC", "-w", "-D_GNU_SOURCE",
                       '-DNSINFO_VERSION="0"', "-I.", "-Itests",
                       "-I../kmod/include/uapi", *flags("--cflags")]
        self.libs = [*flags("--libs"), "-ljansson", "-lcmocka"]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for got in pool.map(self.compile, self.sources + self.tests):
                if got.returncode:
                    raise RuntimeError(got.stdout)
        self.link()
        for test in self.tests:
            self.must(CC, "-o", self.program(test), f"{test}.o", "-L.",
                      "-Wl,-rpath,.", "-lnsinfo-mutant", *self.libs)
        self.seconds = {}
        for test in self.tests:
            began = time.monotonic()
            if not self.passes(test):
                raise RuntimeError(f"{test} fails without a fault")
            self.seconds[test] = time.monotonic() - began

    @staticmethod
    def program(test):
        return test[:-len(".c")]

    def must(self, *command):
        got = run(*command, cwd=self.top)
        if got.returncode:
            raise RuntimeError(f"{command}: {got.stdout}")

    def compile(self, source):
        return run(CC, *self.cflags, "-c", "-o", f"{source}.o", source,
                   cwd=self.top)

    def link(self):
        self.must(CC, "-shared", "-o", "libnsinfo-mutant.so",
                  *(f"{source}.o" for source in self.sources), *self.libs)

    def passes(self, test):
        try:
            return not run(f"./{self.program(test)}", cwd=self.top,
                           timeout=LIMIT).returncode
        except subprocess.TimeoutExpired:
            return False

    def read(self, name, mode="r"):
        with open(f"{self.top}/{name}", mode,
                  encoding=None if "b" in mode else "utf-8") as file:
            return file.read()

    def write(self, name, text):
        with open(f"{self.top}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def wanted(self, source):
        """Those first that are called as it, or as its folder; then of all
        others the quick ones, which take less than a tenth of the time."""
        words = set(re.split(r"[/_.]", source))
        slow = sum(self.seconds.values()) / 10

        def distance(test):
            stem = os.path.basename(test)[len("test_"):-len(".c")]
            return (not set(stem.split("_")) <= words,
                    os.path.dirname(source) not in test, self.seconds[test])
        return [test for test in sorted(self.tests, key=distance)
                if not distance(test)[0] or self.seconds[test] < slow]

    def notices(self, source):
        """None where the fault is none."""
        before = self.read(f"{source}.o", "rb")
        if self.compile(source).returncode or \
                self.read(f"{source}.o", "rb") == before:
            return None
        self.link()
        return any(not self.passes(test) for test in self.wanted(source))


def examine(shop, source, number, rnd, line):
    """(noticed, those that were not): some faults of one file."""
    text = shop.read(source)
    all_faults = [one for one in faults(text) if not line or
                  text.count("\n", 0, one[0]) + 1 == line]
    rnd.shuffle(all_faults)
    noticed, survivors = 0, []
    for begin, end, other in all_faults:
        if noticed + len(survivors) == number:
            break
        shop.write(source, text[:begin] + other + text[end:])
        good = shop.notices(source)
        shop.write(source, text)
        shop.compile(source)
        noticed += bool(good)
        if good is False:
            at = text.count("\n", 0, begin) + 1
            survivors.append(f"{source}:{at}: {text[begin:end]} -> "
                             f"{other or 'nothing'}: "
                             f"{text.splitlines()[at - 1].strip()}")
            print(survivors[-1], flush=True)
    shop.link()
    return noticed, survivors


def main():
    parser = argparse.ArgumentParser(
        description="Plant small faults, and see which the tests notice.")
    parser.add_argument("-n", "--number", type=int, default=40,
                        help="faults a file (default 40)")
    parser.add_argument("-s", "--seed", type=int,
                        default=random.randrange(1 << 31))
    parser.add_argument("-l", "--line", type=int,
                        help="in this line only, where one FILE is given")
    parser.add_argument("file", nargs="*", help="below userspace/")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        shop = Workshop(folder)
        for source in args.file or [name for name in shop.sources
                                    if not name.startswith("tests/")]:
            source = source.removeprefix("userspace/")
            rnd = random.Random(f"{args.seed} {source}")
            noticed, survivors = examine(shop, source, args.number, rnd,
                                         args.line)
            if noticed + len(survivors):
                results.append((source, noticed, len(survivors)))
    print(f"\n{'FILE':32} {'NOTICED':>8} {'OF':>4}")
    poor = 0
    for source, noticed, left in results:
        share = 100 * noticed // (noticed + left)
        poor += share < ENOUGH
        print(f"{source:32} {share:7}% {noticed + left:4}")
    sys.exit(1 if poor else 0)


if __name__ == "__main__":
    main()
