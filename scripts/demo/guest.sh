#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# In the guest: namespaces in the ways people make them, some of which no other
# tool shows, then the module, then the dump.
set -euo pipefail

# ready COMMAND...: waits until it succeeds.
ready()
{
	timeout 60 bash -c 'until "$@" >/dev/null 2>&1; do sleep 0.1; done' \
		_ "$@"
}

# Two containers on a bridge, as container runtimes wire them.
ip link add br0 type bridge
ip addr add 10.88.0.1/16 dev br0
ip link set br0 up
for name in web db; do
	ip netns add "$name"
	ip link add "veth-$name" type veth peer name eth0 netns "$name"
	ip link set "veth-$name" master br0 up
	ip -n "$name" link set lo up
	ip -n "$name" link set eth0 up
done
ip -n web addr add 10.88.0.2/16 dev eth0
ip -n db addr add 10.88.0.3/16 dev eth0
ip -n db addr add 2001:db8::3/64 dev eth0 nodad

insmod "$KO"

# A device that was moved elsewhere, on top of one that stayed.
ip netns add lab
modprobe dummy numdummies=0
ip link add wan0 type dummy
ip link add link wan0 name mv0 type macvlan
ip link set mv0 netns lab

# No name: held by a process.
unshare -n bash -c 'ip link set lo up; exec sleep 1000' &
# No name, no process: held by a socket that a process elsewhere has open.
unshare -n bash -c 'ip link set lo up
	exec 3<>/dev/udp/127.0.0.1/53
	exec nsenter -t 1 -n sleep 1000' &
# No name, and the process is elsewhere: held by one of its threads.
python3 -c '
import ctypes, threading, time
def run():
    ctypes.CDLL(None).unshare(0x40000000)
    time.sleep(1000)
threading.Thread(target=run).start()' &
ready sh -c 'nsinfo dump -J | jq -e ".namespaces | length == 7"'
ready sh -c '! ip -br -6 addr show tentative | grep .'

cat <<END
Linux $REL. What others see:

# ip netns list
$(ip netns list)

# lsns -t net
$(lsns -t net -o NS,NPROCS,PID,COMMAND)

What there is:

# insmod nsinfo.ko
# nsinfo dump
END
nsinfo dump
