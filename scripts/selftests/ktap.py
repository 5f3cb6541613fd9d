# SPDX-License-Identifier: GPL-2.0
"""KTAP for tests in Python: the plan is known before the first case runs."""

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


def equal(what, expected, got):
    return check(expected == got, what, repr(expected), repr(got))


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
