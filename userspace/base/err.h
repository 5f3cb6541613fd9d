/* SPDX-License-Identifier: GPL-2.0 */
/* Why something failed, in words for the person at the terminal. */
#ifndef NSINFO_ERR_H
#define NSINFO_ERR_H

#include <stdbool.h>

/* Exit status of the command. */
enum {
	STATUS_DONE,
	STATUS_FAILED,			/* or not found, or different */
	STATUS_USAGE,
	STATUS_NO_MODULE,
	STATUS_UNSEEN,			/* check: could not look at everything */
};

/*
 * One failure. @text is "what: why", without the leading "nsinfo: " and
 * without a newline; it may hold bytes from the kernel or the command line
 * and is escaped when it is printed. The functions below write an err, and
 * err_status() reads it; others leave its members alone.
 *
 * A function that takes an err tells a failure in one way: it returns a
 * negative errno, having called one of the functions below. An err says
 * nothing after a call that succeeded: a first try that failed may have left
 * its words there.
 */
struct err {
	int status;			/* exit status it leads to, never 0 */
	int errnum;			/* what the words are about */
	char text[2048];
};

/*
 * Set the text, replacing an earlier one, and the exit status STATUS_FAILED.
 * Returns -@errnum, so that a caller can say `return err_set(err, ENOENT, …)`;
 * -EIO if @errnum is not above 0, so that a failure cannot look like success.
 */
int err_set(struct err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same of -EINVAL and STATUS_USAGE. */
int err_usage(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same with exit status @status; 0 counts as STATUS_FAILED. */
int err_exit(struct err *err, int status, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same of ENOMEM, in the words of the C library. */
int err_no_memory(struct err *err);

/* Add to the end of the text. */
void err_add(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The exit status that @ret leads to, which the command @what returned: a
 * negative errno, or an exit status. After a negative errno @err has words in
 * any case: those of @ret itself where nobody has said more about @ret.
 */
int err_status(struct err *err, int ret, const char *what);

/* Print "nsinfo: TEXT" as one line on stderr, escaped by escape_text(). */
void err_print(const struct err *err, bool utf8);

#endif
