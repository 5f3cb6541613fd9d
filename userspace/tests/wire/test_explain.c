// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sys/stat.h>

#include "test.h"
#include "wire/explain.h"

struct fixture {
	char sys[64];
	struct err err;
	struct genl_fault fault;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	snprintf(f->sys, sizeof(f->sys), "/tmp/nsinfo-test-XXXXXX");
	return !mkdtemp(f->sys);
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[96];

	snprintf(command, sizeof(command), "rm -r %s", f->sys);
	expect_int(system(command), 0);
	free(f);
	return 0;
}

static void set_words(struct fixture *f, const char *words)
{
	snprintf(f->fault.msg, sizeof(f->fault.msg), "%s", words);
}

static void load(const struct fixture *f, const char *file, const char *text)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/nsinfo", f->sys);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/nsinfo/%s", f->sys, file);
	out = fopen(path, "w");
	expect_true(out);
	fputs(text, out);
	fclose(out);
}

static void not_loaded(void **state)
{
	struct fixture *f = *state;

	expect_int(explain_family(&f->err, f->sys, ENOENT), -ENOENT);
	expect_int(f->err.status, STATUS_NO_MODULE);
	expect_part(f->err.text, "kernel module nsinfo: not loaded: ");
	expect_part(f->err.text, "modprobe nsinfo");
	expect_part(f->err.text,
		    "nsinfo doctor --before-load && insmod kmod/nsinfo.ko");
}

static void no_sysfs(void **state)
{
	struct fixture *f = *state;

	expect_int(explain_family(&f->err, "/nowhere", ENOENT), -ENOENT);
	expect_int(f->err.status, STATUS_NO_MODULE);
	expect_part(f->err.text, "/sys is not mounted");
}

static void not_visible(void **state)
{
	struct fixture *f = *state;

	load(f, "initstate", "live\n");
	expect_int(explain_family(&f->err, f->sys, ENOENT), -ENOENT);
	expect_int(f->err.status, STATUS_FAILED);
	expect_part(f->err.text, "not visible from this netns");
	expect_part(f->err.text, "nsenter");
}

static void being_loaded(void **state)
{
	struct fixture *f = *state;

	load(f, "initstate", "coming\n");
	explain_family(&f->err, f->sys, ENOENT);
	expect_part(f->err.text, "being loaded");
	load(f, "initstate", "going\n");
	explain_family(&f->err, f->sys, ENOENT);
	expect_part(f->err.text, "being unloaded");
}

static void no_permission(void **state)
{
	struct fixture *f = *state;

	expect_int(explain_family(&f->err, f->sys, EPERM), -EPERM);
	expect_int(f->err.status, STATUS_FAILED);
	expect_part(f->err.text, "no permission");
	expect_part(f->err.text, "as root");
	set_words(f, "not yours");
	expect_int(explain_refusal(&f->err, f->sys, "dev-get", &wire_dev,
				   EACCES, &f->fault), -EACCES);
	expect_part(f->err.text, "dev-get: no permission: not yours: ");
	expect_part(f->err.text, "CAP_SYS_ADMIN");
}

static void versions(void **state)
{
	struct fixture *f = *state;

	load(f, "version", "9.8.7\n");
	expect_int(explain_version(&f->err, f->sys, 99), -EPROTONOSUPPORT);
	expect_part(f->err.text, "the kernel module 9.8.7 is newer than this tool");
	expect_part(f->err.text, "nsinfo " NSINFO_VERSION);
	expect_part(f->err.text, "rmmod nsinfo");
	explain_version(&f->err, f->sys, 0);
	expect_part(f->err.text, "is older than");
}

static void older_module(void **state)
{
	struct fixture *f = *state;

	f->fault.error = -EOPNOTSUPP;
	explain_refusal(&f->err, f->sys, "holder-get", &wire_dev, EOPNOTSUPP,
			&f->fault);
	expect_part(f->err.text, "holder-get: Operation not supported: the kernel module is older");

	memset(&f->fault, 0, sizeof(f->fault));
	f->fault.error = -EINVAL;
	set_words(f, "Unknown attribute type");
	f->fault.has_attr = true;
	f->fault.attr = NSINFO_A_DEV_WANT;
	explain_refusal(&f->err, f->sys, "dev-get", &wire_dev, EINVAL,
			&f->fault);
	expect_part(f->err.text, "dev-get: Unknown attribute type (attribute want): the kernel module is older");
}

static void other_refusals(void **state)
{
	struct fixture *f = *state;

	f->fault.error = -EINVAL;
	set_words(f, "out of range");
	f->fault.has_attr = true;
	f->fault.attr = NSINFO_A_DEV_IFINDEX;
	f->fault.has_missing = true;
	f->fault.missing = 9999;
	expect_int(explain_refusal(&f->err, f->sys, "dev-get", &wire_dev,
				   EINVAL, &f->fault), -EINVAL);
	expect_text(f->err.text, "dev-get: out of range (attribute ifindex) (attribute ? is missing)");
	memset(&f->fault, 0, sizeof(f->fault));
	explain_refusal(&f->err, f->sys, "dev-get", &wire_dev, EMSGSIZE,
			&f->fault);
	expect_text(f->err.text, "dev-get: Message too long");
}

int main(void)
{
	const struct CMUnitTest explain[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(not_loaded),
		TEST(no_sysfs),
		TEST(not_visible),
		TEST(being_loaded),
		TEST(no_permission),
		TEST(versions),
		TEST(older_module),
		TEST(other_refusals),
	};

	return run_group("explain", explain, ARRAY_SIZE(explain));
}
