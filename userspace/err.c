// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "escape.h"

int err_set(struct err *err, int errnum, const char *fmt, ...)
{
	va_list ap;

	err->status = STATUS_FAILED;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -errnum;
}

int err_no_memory(struct err *err)
{
	return err_set(err, ENOMEM, "%s", strerror(ENOMEM));
}

void err_add(struct err *err, const char *fmt, ...)
{
	size_t used = strlen(err->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text + used, sizeof(err->text) - used, fmt, ap);
	va_end(ap);
}

void err_print(const struct err *err, bool utf8)
{
	fputs("nsinfo: ", stderr);
	escape_text(stderr, err->text, strlen(err->text), utf8);
	fputc('\n', stderr);
}
