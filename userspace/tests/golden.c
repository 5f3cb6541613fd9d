// SPDX-License-Identifier: GPL-2.0
#include <unistd.h>

#include "golden.h"
#include "jsoncheck.h"
#include "test.h"

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	expect_true(f);
	fputs(text, f);
	fclose(f);
}

/* Shows the difference and leaves the new text behind. */
static void compare(const char *path, const char *text)
{
	char new[] = "/tmp/nsinfo-golden-XXXXXX", command[256];
	int fd = mkstemp(new);

	expect_true(fd >= 0);
	close(fd);
	write_file(new, text);
	snprintf(command, sizeof(command),
		 "diff -u --label expected --label got %s %s | cat -v | sed 's/^/# /'",
		 path, new);
	if (system(command))
		print_error("cannot run diff\n");
	snprintf(command, sizeof(command), "cmp -s %s %s", path, new);
	if (system(command)) {
		print_error("expected %s, got what the difference above shows and %s holds\n",
			    path, new);
		fail();
	}
	unlink(new);
}

void golden_check(const char *file, const char *text)
{
	const char *mode = getenv("GOLDEN"), *dot = strrchr(file, '.');
	char path[128];

	snprintf(path, sizeof(path), "tests/golden/%s", file);
	if (dot && !strcmp(dot, ".json"))
		expect_true(jsoncheck(text));
	if (mode && !strcmp(mode, "write"))
		write_file(path, text);
	else
		compare(path, text);
}
