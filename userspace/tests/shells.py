#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Types at real interactive shells, with Tab, and looks for what their screens
show then. Prints TAP."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

LIMIT = 60      # s; what is right shows long before
PROMPT = "ready> "

# What is typed, and what the line or the list below it has then.
CASES = [
    ("command", "nsinfo li\t", r"list "),
    ("descriptions", "nsinfo d\t\t\t", r"Check this host for network"),
    ("option", "nsinfo list --stat\t", r"--state"),
    ("column", "nsinfo list -o NS,INA\t", r"NS,INACTIVE"),
    ("column-of-long-option", "nsinfo list --output=NS,INA\t",
     r"--output=NS,INACTIVE"),
    ("state", "nsinfo list -S live,dy\t", r"live,dying"),
    ("event", "nsinfo monitor -e netns-dy\t", r"netns-dying"),
    ("find", "nsinfo find kin\t", r"kind "),
    ("netns", "nsinfo show sel\t", r"self "),
    ("prefix", "nsinfo show pid:1\t\t\t", r"pid:1"),
    ("file", "nsinfo check -b tests/shells.p\t", r"tests/shells\.py"),
    ("user", "nsinfo exec -u nobod\t", r"nobody"),
    ("command-inside", "nsinfo exec self ls --autho\t", r"--author"),
    ("help", "nsinfo help moni\t", r"monitor "),
]

HERE = os.getcwd()

# How it starts, and the file that it reads then.
SHELLS = {
    "bash": (["bash", "--rcfile", "{home}/rc", "-i"], "rc", f"""
. /usr/share/bash-completion/bash_completion
. {HERE}/completions/nsinfo.bash
bind 'set enable-bracketed-paste off'
PS1='{PROMPT}'
"""),
    "zsh": (["zsh", "-d", "-i"], ".zshrc", f"""
fpath=({HERE}/completions $fpath)
autoload -Uz compinit; compinit -u -D
unset zle_bracketed_paste
PS1='{PROMPT}'
"""),
    "fish": (["fish", "-i"], "fish/config.fish", f"""
source {HERE}/completions/nsinfo.fish
set -g fish_autosuggestion_enabled 0
set -g fish_greeting
function fish_prompt; echo -n '{PROMPT}'; end
"""),
}


class Shell:
    """with Shell(NAME) as shell: a new one that waits for a line."""

    def __init__(self, name):
        self.home = tempfile.TemporaryDirectory(prefix="nsinfo-shell-")
        words, rc, text = SHELLS[name]
        path = os.path.join(self.home.name, rc)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        words = [word.format(home=self.home.name) for word in words]
        env = dict(os.environ, HOME=self.home.name, ZDOTDIR=self.home.name,
                   XDG_CONFIG_HOME=self.home.name, TERM="xterm",
                   XDG_DATA_HOME=self.home.name,
                   PATH=HERE + ":" + os.environ["PATH"])
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(words[0], words, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 50, 120, 0, 0))
        self.text = ""

    def __enter__(self):
        if not self.until(PROMPT):
            raise TimeoutError(self.plain())
        self.text = ""
        return self

    def type(self, text):
        os.write(self.fd, text.encode())

    def until(self, pattern):
        end = time.monotonic() + LIMIT
        while not re.search(pattern, self.plain()):
            if not select.select([self.fd], [], [],
                                 end - time.monotonic())[0]:
                return False
            self.text += os.read(self.fd, 65536).decode(errors="replace")
        return True

    def plain(self):
        """Without what moves the cursor and sets colours."""
        return re.sub(r"\x1b(\[[0-9;?<>=]*[a-zA-Z]|[()].|[=>]|\].*?(\x07|\x1b\\))"
                      r"|[\r\x07]|.\x08", "", self.text)

    def __exit__(self, *_):
        os.close(self.fd)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.home.cleanup()


def main():
    names = [(name, *case) for name in SHELLS for case in CASES
             if os.environ.get("CASE", "") in ("", f"{name}-{case[0]}")]
    failed = 0
    for i, (name, case, typed, wanted) in enumerate(names, 1):
        if not shutil.which(name):
            print("ok", i, "-", f"{name}-{case} # SKIP no {name}")
            continue
        with Shell(name) as shell:
            shell.type(typed)
            fits = shell.until(wanted)
            if not fits:
                print("# wanted:", wanted, "seen:", repr(shell.plain()))
        failed += not fits
        print("ok" if fits else "not ok", i, "-", f"{name}-{case}", flush=True)
    print(f"1..{len(names)}")
    return min(failed, 1)


sys.exit(main())
