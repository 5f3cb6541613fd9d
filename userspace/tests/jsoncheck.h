/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_JSONCHECK_H
#define NSINFO_JSONCHECK_H

#include <stdbool.h>

/*
 * Is this one JSON document (RFC 8259, UTF-8 without unescaped control
 * characters, no lone surrogates, objects without a key twice), and a newline?
 */
bool jsoncheck(const char *text);

#endif
