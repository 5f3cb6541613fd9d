/* SPDX-License-Identifier: GPL-2.0 */
/* Names of users. */
#ifndef NSINFO_USER_H
#define NSINFO_USER_H

#include <stdint.h>

/*
 * The name of a user, until the next call; NULL where there is none, or where
 * the C library would wait for a daemon behind a file system that does not
 * answer. errno is ENOMEM then only if memory was missing.
 */
const char *user_name(uint32_t uid);

#endif
