/* SPDX-License-Identifier: GPL-2.0 */
/* The commands: one function each, as struct command wants it. */
#ifndef NSINFO_COMMANDS_H
#define NSINFO_COMMANDS_H

#include "options.h"

int cmd_dump(const struct options *options, char **argv, struct err *err);

#endif
