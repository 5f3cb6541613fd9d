/* SPDX-License-Identifier: GPL-2.0 */
/* Names of users. */
#ifndef NSINFO_USER_H
#define NSINFO_USER_H

#include <stdint.h>

/*
 * The name of a user, until the next call; NULL where there is none. Where the
 * C library does not tell in time or fails, a note on stderr says so once.
 */
const char *user_name(uint32_t uid);

#endif
