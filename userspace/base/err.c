// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/escape.h"

/* Of what is too long the middle is left out: the reason is at the end. */
#define HEAD	1000

/* The arguments may be parts of the text so far. */
static void put(struct err *err, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
static int set(struct err *err, int status, int errnum, const char *fmt,
	       va_list ap) __attribute__((format(printf, 4, 0)));
static void join(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct err *err, const char *fmt, va_list ap)
{
	const size_t tail = sizeof(err->text) - HEAD - sizeof("...");
	size_t len;
	char *text;

	if (vasprintf(&text, fmt, ap) < 0) {
		snprintf(err->text, sizeof(err->text), "%s", strerror(ENOMEM));
		return;
	}
	len = strlen(text);
	if (len < sizeof(err->text))
		memcpy(err->text, text, len + 1);
	else
		snprintf(err->text, sizeof(err->text), "%.*s...%s", HEAD, text,
			 text + len - tail);
	free(text);
}

static int set(struct err *err, int status, int errnum, const char *fmt,
	       va_list ap)
{
	put(err, fmt, ap);
	err->status = status ? status : STATUS_FAILED;
	err->errnum = errnum > 0 ? errnum : EIO;
	return -err->errnum;
}

int err_set(struct err *err, int errnum, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = set(err, STATUS_FAILED, errnum, fmt, ap);
	va_end(ap);
	return ret;
}

int err_usage(struct err *err, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = set(err, STATUS_USAGE, EINVAL, fmt, ap);
	va_end(ap);
	return ret;
}

int err_exit(struct err *err, int status, int errnum, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = set(err, status, errnum, fmt, ap);
	va_end(ap);
	return ret;
}

static void join(struct err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(err, fmt, ap);
	va_end(ap);
}

int err_no_memory(struct err *err)
{
	return err_set(err, ENOMEM, "%s", strerror(ENOMEM));
}

void err_add(struct err *err, const char *fmt, ...)
{
	char more[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(more, sizeof(more), fmt, ap);
	va_end(ap);
	join(err, "%s%s", err->text, more);
}

/*
 * Words about another errno are those of a failure that was got over, and
 * would mislead.
 */
int err_status(struct err *err, int ret, const char *what)
{
	if (ret >= 0)
		return ret;
	if (err->errnum != -ret || !*err->text)
		err_set(err, -ret, "%s: %s", what, strerror(-ret));
	return err->status;
}

void err_print(const struct err *err, bool utf8)
{
	fputs("nsinfo: ", stderr);
	escape_text(stderr, err->text, strlen(err->text), utf8);
	fputc('\n', stderr);
}
