/* SPDX-License-Identifier: GPL-2.0 */
/* What all unit tests share: cmocka, plain words on failure, messages. */
#ifndef NSINFO_TEST_H
#define NSINFO_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <linux/nsinfo.h>

#include "base/util.h"

#define expect_int(got, want) do {					\
	long long got_ = (got), want_ = (want);			\
									\
	if (got_ != want_) {						\
		print_error("%s: expected %lld, got %lld\n", #got,	\
			    want_, got_);				\
		fail();							\
	}								\
} while (0)

#define expect_text(got, want) do {					\
	const char *got_ = (got), *want_ = (want);			\
									\
	if (strcmp(got_, want_)) {					\
		print_error("%s: expected \"%s\", got \"%s\"\n", #got,	\
			    want_, got_);				\
		fail();							\
	}								\
} while (0)

/* @got holds @want somewhere. */
#define expect_part(got, want) do {					\
	const char *got_ = (got), *want_ = (want);			\
									\
	if (!strstr(got_, want_)) {					\
		print_error("%s: expected to hold \"%s\", got \"%s\"\n", \
			    #got, want_, got_);			\
		fail();							\
	}								\
} while (0)

#define expect_true(what) do {						\
	if (!(what)) {							\
		print_error("expected %s\n", #what);			\
		fail();							\
	}								\
} while (0)

#define expect_less(got, most) do {					\
	long long got_ = (got), most_ = (most);				\
									\
	if (got_ >= most_) {						\
		print_error("%s: expected less than %lld, got %lld\n",	\
			    #got, most_, got_);				\
		fail();							\
	}								\
} while (0)

/* The most memory that this process ever had at once, in KiB. */
static inline long peak_memory(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

/* Run all tests of a table, or the one named by CASE in the environment. */
static inline int run_group(const char *name, const struct CMUnitTest *tests,
			    size_t n)
{
	const char *only = getenv("CASE");

	/* In order with what goes to stderr. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (only && *only)
		cmocka_set_test_filter(only);
	return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}

/*
 * Attributes under construction, as they follow the genetlink header. The
 * functions of libmnl want a whole message, so there is one around them.
 */
struct msg {
	_Alignas(8) char buf[64 * 1024];
	struct nlmsghdr *nlh;
};

static inline void msg_init(struct msg *m)
{
	memset(m->buf, 0, sizeof(m->buf));
	m->nlh = mnl_nlmsg_put_header(m->buf);
}

static inline const void *msg_data(const struct msg *m)
{
	return mnl_nlmsg_get_payload(m->nlh);
}

static inline size_t msg_len(const struct msg *m)
{
	return mnl_nlmsg_get_payload_len(m->nlh);
}

#endif
