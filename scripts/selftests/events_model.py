# SPDX-License-Identifier: GPL-2.0
"""What events make of the first dump, while the world changes at random, is
compared with a fresh one, several times on the way."""

import os
import time

import ktap
import nl
from child import Busy
from course import SEED, Course, delete_ours, operations
from listen import Listener, World, hole

ROUNDS = 6
# monitor.py has the long course.
OPERATIONS = operations(1000)


class Picture(World):
    """One that is kept up by a listener."""

    def __init__(self, listener, client):
        super().__init__(client)
        self.listener = listener
        self.last = None
        self.log = []

    def update(self, quiet=0):
        events = self.listener.drain(quiet)
        ktap.equal("hole", None,
                   hole(([self.last] if self.last else []) + events))
        for event in events:
            self.apply(event)
            self.last = event
        self.log = (self.log + events)[-400:]
        return len(events)

    def settles(self, client, what, seconds=20):
        """Equal to a dump, as soon as what the kernel puts off is done."""
        end = time.monotonic() + seconds
        while True:
            self.update(0.1)
            wrong = self.differences(World(client))
            if not wrong or time.monotonic() > end:
                break
        if not ktap.equal(what, "", wrong):
            ktap.note(wrong)
            for event in self.log:
                ktap.note(event)
        return not wrong


def client_that_sees_its_own():
    """Of this netns alone, as group own does."""
    os.seteuid(1000)
    try:
        return nl.Nsinfo()
    finally:
        os.seteuid(0)


@ktap.case
def picture_stays_equal_to_a_dump():
    course = Course(SEED)
    ktap.note(f"SEED={SEED} OPERATIONS={OPERATIONS}")
    client, seer = nl.Nsinfo(), client_that_sees_its_own()
    picture = Picture(Listener(), client)
    own = Picture(Listener("own"), seer)
    events = 0

    def settles(when):
        return picture.settles(client, when) and \
            own.settles(seer, f"group own, {when}")
    for number in range(1, ROUNDS + 1):
        while course.number < OPERATIONS * number // ROUNDS:
            course.step(picture)
            events += picture.update()
            own.update()
        if not settles(f"after {course.number} operations"):
            break
    ktap.note(f"{events} events; done {course.done}; refused {course.failed}")
    course.end()
    settles("in the end")
    picture.listener.close()
    own.listener.close()
    for name in ("create", "add", "add_pair", "rename", "move", "master",
                 "address"):
        ktap.check(course.done.get(name), name, "done at times", 0)


def storm(seed):
    """Another process that changes the world as quickly as it can."""
    course = Course(seed)
    client = nl.Nsinfo()
    while True:
        picture = World(client)
        for _ in range(40):
            course.step(picture)


@ktap.case
def dump_in_the_middle_and_events_over_it():
    """Subscribed first, dumped later: what came before the dump was made is
    put over it all the same."""
    listener = Listener()
    with Busy(lambda: storm(SEED)):
        listener.until(lambda event: event.seq > 50)
        early = listener.seen[:]
        picture = Picture(listener, nl.Nsinfo())
        for event in early:
            picture.apply(event)
        picture.last = early[-1]
        while listener.seen[-1].seq < early[-1].seq + 200:
            picture.update()
    picture.settles(nl.Nsinfo(), "once it is still")
    delete_ours(rtnl)
    picture.settles(nl.Nsinfo(), "in the end")
    listener.close()


rtnl = nl.Rtnl()
ktap.run()
