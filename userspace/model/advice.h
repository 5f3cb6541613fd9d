/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How each command begins that holders, doctor and name advise; what it is
 * about follows. The selftest "advice" reads this file: it wants each of these
 * to have been run as it was printed, and no other one to be advised. A command
 * that begins like another one stands before that one.
 */
#ifndef NSINFO_ADVICE_H
#define NSINFO_ADVICE_H

#define ADVICE_KILL		"kill"
#define ADVICE_NETNS_DEL	"ip netns del"
#define ADVICE_UMOUNT_IN	"umount -i -c -N"
#define ADVICE_UMOUNT		"umount -i -c"
#define ADVICE_UNCOVER		"umount -l"
#define ADVICE_UNCOVER_INSIDE	"unshare -m sh -c"
#define ADVICE_CAT		"cat"
#define ADVICE_DMESG		"dmesg | grep -F"
#define ADVICE_SOCKETS		"nsinfo exec"
#define ADVICE_HOLDERS		"nsinfo holders"
#define ADVICE_LIST_DYING	"nsinfo list --state dying,queued"
#define ADVICE_NAME_D		"nsinfo name -d"
#define ADVICE_PROC		"mount -t proc none /proc"

#define ADVICE_DOCKER		"docker stop"
#define ADVICE_PODMAN		"podman stop"
#define ADVICE_CONTAINERD	"nerdctl stop"
#define ADVICE_NSPAWN		"machinectl poweroff"
#define ADVICE_LXC		"lxc-stop -n"
#define ADVICE_SYSTEMD		"systemctl stop"
#define ADVICE_POD		"crictl stopp"

#endif
