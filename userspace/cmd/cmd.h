/* SPDX-License-Identifier: GPL-2.0 */
/* What several commands do alike. */
#ifndef NSINFO_CMD_H
#define NSINFO_CMD_H

#include "base/table.h"
#include "cmd/options.h"
#include "print/render.h"
#include "wire/fetch.h"

/*
 * The netns that @argv names -> *@n different ids, sorted. The caller frees
 * *@ids, whatever is returned: 0, or a negative errno with @err.
 */
int cmd_read_netns(struct genl *g, char **argv, uint64_t **ids, size_t *n,
		   struct err *err);

/*
 * Say on stderr what the output may lack: @blind and the netns that this user
 * does not see, in one line. Every command that could miss something calls it.
 */
void cmd_tell_blind(uint32_t blind);

/*
 * A look inside the netns @inum ended with @ret: 0 or a negative errno, -ETIME
 * if time was over. Puts the lack of rights into *@what; says on stderr why
 * else not all is known, but not where the netns is just gone.
 */
void cmd_tell_inside(uint32_t inum, int ret, uint32_t *what);

/*
 * The same, and what the module does not know: how many netns, if there are
 * any, and what it never knows with track=0. Returns who looks.
 */
struct viewer cmd_tell_unseen(struct genl *g, struct model *m, uint32_t blind);

/* CLOCK_BOOTTIME of the kernel, whatever our time namespace, in ns; 0: none. */
uint64_t cmd_boottime(void);

/* Whether the terminal shows UTF-8, as the environment tells. */
bool cmd_utf8(void);

/*
 * Write out what is in the buffer of stdout. Returns 0, or a negative errno
 * with @err, which is then told by the caller: main() tells only what it writes
 * out itself.
 */
int cmd_flush(struct err *err);

/* Write foreign text to stdout, escaped for that terminal. */
void cmd_put_text(const char *s);

/* How to print, as options, environment and terminal want it. */
void cmd_render(struct render *how, const struct options *options,
		const struct ipnames *names);

/* The same for a table. */
void cmd_table(struct table_how *how, const struct options *options);

/* For -H: all columns of a table and their meaning. */
void cmd_print_columns(const struct table_column *columns, size_t n,
		       const struct options *options);

#endif
