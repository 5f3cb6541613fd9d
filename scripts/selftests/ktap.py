# SPDX-License-Identifier: GPL-2.0
"""KTAP for tests in Python: the plan is known before the first case runs."""

import itertools
import os
import sys

_cases = []
_state = {}


class Skip(Exception):
    pass


def case(function):
    _cases.append(function)
    return function


def note(text):
    for line in str(text).splitlines() or [""]:
        print("#", line)


def short(value):
    value = str(value)
    return value if len(value) <= 500 else value[:500] + "[...]"


def check(good, what, expected, got):
    """Records a failure and goes on; the case fails at its end."""
    if good:
        return True
    _state["failed"] = True
    note(what)
    note(f"  expected: {short(expected)}")
    note(f"  got:      {short(got)}")
    return False


class _Absent:
    def __repr__(self):
        return "nothing"


def _difference(expected, got, path=""):
    """The first place in two values where they differ, and what is there."""
    pairs = ()
    if isinstance(expected, dict) and isinstance(got, dict):
        pairs = [(repr(key), expected.get(key, _Absent()),
                  got.get(key, _Absent())) for key in expected | got]
    elif isinstance(expected, (list, tuple)) and type(expected) is type(got):
        pairs = [(at, *pair) for at, pair in enumerate(
            itertools.zip_longest(expected, got, fillvalue=_Absent()))]
    elif isinstance(expected, set) and isinstance(got, set):
        return f"{path}[only there]", expected - got, got - expected
    for at, one, other in pairs:
        if one != other:
            return _difference(one, other, f"{path}[{at}]")
    return path, expected, got


def _around(text, place):
    start, end = max(place - 50, 0), place + 100
    return (f"{'[...]' if start else ''}{text[start:end]}"
            f"{'[...]' if text[end:] else ''}")


def equal(what, expected, got):
    """Of long values only the place is told where they differ."""
    one, other = repr(expected), repr(got)
    if max(len(one), len(other)) > 200:
        path, *values = _difference(expected, got)
        one, other = map(repr, values)
        place = len(os.path.commonprefix((one, other)))
        if path:
            what += f": at {path}"
        if max(len(one), len(other)) > 200:
            what += f": from character {place} on"
            one, other = _around(one, place), _around(other, place)
    return check(expected == got, what, one, other)


def run():
    print("KTAP version 1")
    print(f"1..{len(_cases)}", flush=True)
    bad = 0
    for number, function in enumerate(_cases, 1):
        _state["failed"] = False
        skip = ""
        try:
            function()
        except Skip as why:
            skip = f" # SKIP {why}"
        except Exception:
            # Takes a third of a start, and seldom has to.
            import traceback
            _state["failed"] = True
            note(traceback.format_exc())
        bad += _state["failed"]
        word = "not ok" if _state["failed"] else "ok"
        print(f"{word} {number} {function.__name__}{skip}", flush=True)
    sys.exit(1 if bad else 0)
