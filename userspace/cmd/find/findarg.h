/* SPDX-License-Identifier: GPL-2.0 */
/* The words behind `nsinfo find`. Asks nobody. */
#ifndef NSINFO_FINDARG_H
#define NSINFO_FINDARG_H

#include "base/err.h"
#include "cmd/find/match.h"

/*
 * Understand @argv, which ends with NULL, or the @what of --duplicates if that
 * is not NULL. The query points to words of both. Returns 0, or -EINVAL with
 * @err that says what is expected.
 */
int findarg_read(struct find_query *q, const char *duplicates, char **argv,
		 struct err *err);

#endif
