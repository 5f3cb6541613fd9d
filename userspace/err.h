/* SPDX-License-Identifier: GPL-2.0 */
/* Why something failed, in words for the person at the terminal. */
#ifndef NSINFO_ERR_H
#define NSINFO_ERR_H

#include <stdbool.h>

/* Exit status of the command. */
enum {
	STATUS_DONE,
	STATUS_FAILED,
	STATUS_USAGE,
	STATUS_NO_MODULE,
};

/*
 * One failure. @text is "what: why", without the leading "nsinfo: " and
 * without a newline; it may hold bytes from the kernel or the command line
 * and is escaped when it is printed. @status is the exit status it leads to.
 * Both mean something only after a call that failed: what was got over, such
 * as a first try, may have left its words there.
 */
struct err {
	int status;
	char text[2048];
};

/*
 * Set status STATUS_FAILED and the text, replacing an earlier one. Returns
 * -@errnum, so that a caller can say `return err_set(err, ENOENT, …)`.
 */
int err_set(struct err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same of ENOMEM, in the words of the C library. */
int err_no_memory(struct err *err);

/* Add to the end of the text. */
void err_add(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Print "nsinfo: TEXT" as one line on stderr, escaped by escape_text(). */
void err_print(const struct err *err, bool utf8);

#endif
