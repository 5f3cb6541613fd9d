# SPDX-License-Identifier: GPL-2.0
"""What a test has a child do, as what it changes of itself is its own."""

import ast
import json
import os
import signal
import traceback

import ktap
import nl


def told_by(function):
    """What FUNCTION returns, run by a child."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with os.fdopen(theirs, "w") as pipe:
                json.dump(function(), pipe)
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status or not text:
        raise RuntimeError(f"the child ended with {status} and said {text!r}")
    return json.loads(text)


class Busy:
    """A child that runs FUNCTION, which does not return, until stop() or the end
    of with Busy(FUNCTION). That it ends by itself is a failure of the case."""

    def __init__(self, function):
        self.pid = os.fork()
        if self.pid == 0:
            try:
                nl.libc.prctl(1, signal.SIGKILL, 0, 0, 0)   # PR_SET_PDEATHSIG
                function()
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)

    def stop(self):
        os.kill(self.pid, signal.SIGKILL)
        ktap.equal("child: end", signal.SIGKILL, os.waitpid(self.pid, 0)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Child(Busy):
    """A child that runs FUNCTION, tells what it returns, which .said is, keeps
    that and sleeps."""

    def __init__(self, function=lambda: None):
        ours, theirs = os.pipe()

        def run():
            os.close(ours)
            kept = function()
            os.write(theirs, f"{kept!r}\n".encode())
            self.rest()
        super().__init__(run)
        os.close(theirs)
        with os.fdopen(ours) as pipe:
            text = pipe.readline()
        if not text:
            raise RuntimeError("the child failed")
        self.said = ast.literal_eval(text)

    def rest(self):
        while True:
            signal.pause()
