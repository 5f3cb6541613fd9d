/* SPDX-License-Identifier: GPL-2.0 */
/* What a failure of the transport means, and what to do about it. */
#ifndef NSINFO_EXPLAIN_H
#define NSINFO_EXPLAIN_H

#include <stdint.h>

#include "base/err.h"
#include "wire/decode.h"
#include "wire/genl.h"

/* Folder of sysfs that tells of loaded modules. */
#define EXPLAIN_SYS	"/sys/module"

/*
 * The family could not be found, for reason @errnum. @sys is EXPLAIN_SYS
 * (another one in tests). Returns -@errnum.
 */
int explain_family(struct err *err, const char *sys, int errnum);

/*
 * Tool and module speak different versions of the family. Returns
 * -EPROTONOSUPPORT.
 */
int explain_version(struct err *err, const char *sys, uint32_t version);

/*
 * Request @what, made of attributes of @set, was refused with @fault, or
 * failed with -@errnum before it got that far. Returns -@errnum.
 */
int explain_refusal(struct err *err, const char *sys, const char *what,
		    const struct wire_set *set, int errnum,
		    const struct genl_fault *fault);

#endif
