/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel runs modprobe(8) when it is asked for what a module may bring: a
 * family of generic netlink, sockets of some sort. One that walks into a file
 * system that does not answer never ends, as nobody can kill it in time, and
 * whoever looks up a name in that file system then waits behind it, where no
 * signal helps. Such a question must not come from us.
 */
#ifndef NSINFO_MODPROBE_H
#define NSINFO_MODPROBE_H

#include <stdbool.h>

/*
 * Whether the folders that modprobe(8) reads can be walked to; takes up to a
 * second where one cannot.
 */
bool modprobe_can_walk(void);

#endif
