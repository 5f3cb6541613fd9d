// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "base/err.h"
#include "test.h"

static void success(void **state)
{
	struct err err = { 0 };

	(void)state;
	expect_int(err_status(&err, 0, "dump"), STATUS_DONE);
	expect_int(err_status(&err, STATUS_FAILED, "exec"), STATUS_FAILED);
	/* What was got over says nothing. */
	err_exit(&err, STATUS_NO_MODULE, ENOENT, "first try");
	expect_int(err_status(&err, 0, "dump"), STATUS_DONE);
}

static void words_and_status_of_a_failure(void **state)
{
	struct err err = { 0 };

	(void)state;
	expect_int(err_set(&err, ENOENT, "netns %s: not found", "a"), -ENOENT);
	expect_int(err_status(&err, -ENOENT, "dump"), STATUS_FAILED);
	expect_text(err.text, "netns a: not found");
	expect_int(err_usage(&err, "dump: %s", "what?"), -EINVAL);
	expect_int(err_status(&err, -EINVAL, "dump"), STATUS_USAGE);
	expect_text(err.text, "dump: what?");
	expect_int(err_exit(&err, 127, ENOENT, "ls: %s", "none"), -ENOENT);
	expect_int(err_status(&err, -ENOENT, "exec"), 127);
}

/* An errno that nobody set, and a status of success. */
static void no_failure_can_look_like_success(void **state)
{
	struct err err = { 0 };

	(void)state;
	expect_int(err_set(&err, 0, "words"), -EIO);
	expect_int(err_status(&err, -EIO, "dump"), STATUS_FAILED);
	expect_int(err_set(&err, -ENOENT, "words"), -EIO);
	expect_int(err_exit(&err, STATUS_DONE, 0, "words"), -EIO);
	expect_int(err_status(&err, -EIO, "dump"), STATUS_FAILED);
}

static void failure_without_words(void **state)
{
	struct err err = { 0 };

	(void)state;
	expect_int(err_status(&err, -EINTR, "holders"), STATUS_FAILED);
	expect_text(err.text, "holders: Interrupted system call");
	expect_int(err_set(&err, ENOENT, "%s", ""), -ENOENT);
	expect_int(err_status(&err, -ENOENT, "show"), STATUS_FAILED);
	expect_text(err.text, "show: No such file or directory");
}

/* A first try that failed in another way, and with another exit status. */
static void words_about_something_else(void **state)
{
	struct err err = { 0 };

	(void)state;
	err_exit(&err, STATUS_NO_MODULE, EPERM, "task-get: no permission");
	expect_int(err_status(&err, -ENOMEM, "list"), STATUS_FAILED);
	expect_text(err.text, "list: Cannot allocate memory");
}

static void text_out_of_the_text_so_far(void **state)
{
	struct err err = { 0 };

	(void)state;
	err_set(&err, ENOENT, "inner");
	err_set(&err, ENOENT, "outer: %s", err.text);
	expect_text(err.text, "outer: inner");
	err_add(&err, ": %s", "more");
	expect_text(err.text, "outer: inner: more");
}

static void long_text(void **state)
{
	struct err err = { 0 };
	char word[5000];

	(void)state;
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	expect_int(err_set(&err, ENAMETOOLONG, "begin %s: the reason", word),
		   -ENAMETOOLONG);
	expect_int(strlen(err.text), sizeof(err.text) - 1);
	expect_part(err.text, "begin aaa");
	expect_part(err.text, "aaa...aaa");
	expect_part(err.text, "aaa: the reason");
	err_add(&err, " and %s", "more");
	expect_int(strlen(err.text), sizeof(err.text) - 1);
	expect_part(err.text, "begin aaa");
	expect_part(err.text, "aaa: the reason and more");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(success),
		cmocka_unit_test(words_and_status_of_a_failure),
		cmocka_unit_test(no_failure_can_look_like_success),
		cmocka_unit_test(failure_without_words),
		cmocka_unit_test(words_about_something_else),
		cmocka_unit_test(text_out_of_the_text_so_far),
		cmocka_unit_test(long_text),
	};

	return run_group("err", tests, ARRAY_SIZE(tests));
}
