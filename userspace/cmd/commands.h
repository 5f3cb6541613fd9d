/* SPDX-License-Identifier: GPL-2.0 */
/* The commands: one function each, as struct command wants it. */
#ifndef NSINFO_COMMANDS_H
#define NSINFO_COMMANDS_H

#include "cmd/options.h"

int cmd_dump(const struct options *options, char **argv, struct err *err);
int cmd_monitor(const struct options *options, char **argv, struct err *err);
int cmd_show(const struct options *options, char **argv, struct err *err);
int cmd_check(const struct options *options, char **argv, struct err *err);
int cmd_doctor(const struct options *options, char **argv, struct err *err);
int cmd_exec(const struct options *options, char **argv, struct err *err);
int cmd_name(const struct options *options, char **argv, struct err *err);
int cmd_holders(const struct options *options, char **argv, struct err *err);
int cmd_list(const struct options *options, char **argv, struct err *err);
int cmd_find(const struct options *options, char **argv, struct err *err);
int cmd_identify(const struct options *options, char **argv, struct err *err);

#endif
