# SPDX-License-Identifier: GPL-2.0
"""tool.py NETNS [ROW...]: what commands cost, as JSON, best of five rounds.

The guest's clock counts instructions, so the time from start to end of a
process is instructions, those of its children and what it sleeps included. The
output goes to a file in memory."""

import json
import os
import socket
import struct
import subprocess
import sys
import time

import nl

NSINFO, KO = os.environ["NSINFO"], os.environ["KO"]
NETNS = int(sys.argv[1])
ROWS = sys.argv[2:]
ONE = NETNS // 2
PORTS = 500     # of a bridge, which takes 1023
ROUNDS = 5
OUTPUT = "/tmp/output"
QUIET = 0.2     # who does nothing for so long waits for events


def address(number):
    return f"10.{number // 250}.{number % 250}.1"


def add_address(rtnl, ifindex, ip):
    raw = socket.inet_aton(ip)
    answer = rtnl.request(
        nl.RTM_NEWADDR, nl.NLM_F_CREATE | nl.NLM_F_ACK,
        struct.pack("=BBBBI", socket.AF_INET, 24, 0, 0, ifindex) +
        nl.attr(1, raw) + nl.attr(2, raw))
    if answer.errno:
        raise OSError(answer.errno, answer.error())


def populate():
    """Named netns, each with two veth and an address. The other ends are ports
    of bridges here."""
    subprocess.run(["ip", "-batch", "-"], check=True, text=True, input="".join(
        f"netns add n{number}\n" for number in range(NETNS)))
    home = nl.open_netns()
    for number in range(NETNS):
        fd = os.open(f"/run/netns/n{number}", os.O_RDONLY)
        with nl.Inside(fd):
            rtnl = nl.Rtnl()
            for which in range(2):
                rtnl.add_pair("veth", f"eth{which}", f"v{number}.{which}",
                              home)
            add_address(rtnl, socket.if_nametoindex("eth0"), address(number))
            rtnl.close()
        os.close(fd)
    lines = [f"link add br{number} type bridge"
             for number in range(-(-2 * NETNS // PORTS))]
    lines += [f"link set v{port // 2}.{port % 2} master br{port // PORTS}"
              for port in range(2 * NETNS)]
    subprocess.run(["ip", "-batch", "-"], check=True, text=True,
                   input="\n".join(lines) + "\n")


def start(argv):
    fd = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, fd, 1),
        (os.POSIX_SPAWN_OPEN, 2, "/tmp/errors", os.O_WRONLY | os.O_CREAT |
         os.O_TRUNC, 0o600)])
    os.close(fd)
    return pid


def once(argv):
    begin = time.monotonic_ns()
    pid = start(argv)
    _, status, usage = os.wait4(pid, 0)
    total = time.monotonic_ns() - begin
    # doctor has found something where it ends so.
    if status and argv[1:2] != ["doctor"]:
        with open("/tmp/errors", encoding="utf-8") as errors:
            sys.exit(f"{argv}: {os.waitstatus_to_exitcode(status)}: "
                     f"{errors.read()}")
    return {"total": total, "run": round((usage.ru_utime + usage.ru_stime) *
                                         1e9),
            "user": round(usage.ru_utime * 1e9),
            "bytes": os.stat(OUTPUT).st_size}


def run_time(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as line:
        return int(line.read().split()[0])


def until_it_waits(argv):
    pid, last = start(argv), -1
    while (now := run_time(pid)) != last or not os.stat(OUTPUT).st_size:
        last = now
        time.sleep(QUIET)
    os.kill(pid, 15)
    os.waitpid(pid, 0)
    return {"total": now, "run": now, "bytes": os.stat(OUTPUT).st_size}


def null_client():
    """The requests of dump, and the calls that receive the answers alone."""
    client, buffer, total, size = nl.Nsinfo(), bytearray(32768), 0, 0
    client.sock.setblocking(True)
    for cmd in "NETNS_GET", "DEV_GET":
        begin = time.monotonic_ns()
        client.dump_start(cmd)
        total += time.monotonic_ns() - begin
        kind = 0
        while kind != nl.NLMSG_DONE:
            begin = time.monotonic_ns()
            got = client.sock.recv_into(buffer)
            total += time.monotonic_ns() - begin
            kind = struct.unpack_from("=H", buffer, 4)[0]
            size += got
    client.close()
    return {"total": total, "run": total, "bytes": size}


def best(measure, *args):
    """Each figure at its lowest: the others met an interrupt more."""
    rounds = [measure(*args) for _ in range(ROUNDS)]
    return {key: min(figures[key] for figures in rounds) for key in rounds[0]}


def one_process():
    """A process in one netns."""
    fd = os.open(f"/run/netns/n{ONE}", os.O_RDONLY)
    with nl.Inside(fd):
        process = subprocess.Popen(["sleep", "infinity"])
    os.close(fd)
    return process.pid


def with_processes(argv):
    """The first time, after one has been put into each netns."""
    if not with_processes.started:
        subprocess.run(["/test/opponent", "hold"], check=True)
        with_processes.started = True
    return best(once, argv)


with_processes.started = False


def rows():
    """Title, and what measures it. Those with processes come last."""
    one, pid = f"n{ONE}", one_process()

    def nsinfo(*words):
        return lambda: best(once, [NSINFO, *words])

    return {
        "opponent": lambda: best(once, ["/test/opponent"]),
        "null client": lambda: best(null_client),
        "dump -J": nsinfo("dump", "-J"),
        "dump": nsinfo("dump"),
        "list": nsinfo("list"),
        "list -o NS,NAME": nsinfo("list", "-o", "NS,NAME"),
        "ip netns list": lambda: best(once, ["ip", "netns", "list"]),
        "find ip": nsinfo("find", "ip", address(ONE)),
        "identify": nsinfo("identify", str(pid)),
        "dump ONE": nsinfo("dump", one),
        "show ONE": nsinfo("show", one),
        "holders ONE": nsinfo("holders", one),
        "doctor": nsinfo("doctor"),
        "monitor": lambda: best(until_it_waits,
                                [NSINFO, "monitor", "--initial"]),
        "exec -a": lambda: once([NSINFO, "exec", "-a", "true"]),
        "ip -all netns exec": lambda: once(
            ["ip", "-all", "netns", "exec", "true"]),
        "list, processes": lambda: with_processes([NSINFO, "list"]),
        "lsns, processes": lambda: with_processes(["lsns", "-t", "net"]),
    }


def main():
    subprocess.run(["insmod", KO], check=True)
    populate()
    result = {"kernel": os.uname().release, "netns": NETNS, "rows": {}}
    for title, measure in rows().items():
        if not ROWS or title in ROWS:
            result["rows"][title] = measure()
            print(title, file=sys.stderr, flush=True)
    json.dump(result, sys.stdout, indent=1)
    print()


main()
