// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "host/unseen.h"
#include "test.h"

/* What it says on stderr. */
static const char *told_of(uint32_t inum, int ret, uint32_t what)
{
	static char text[512];
	int old = dup(STDERR_FILENO), n;
	FILE *f = tmpfile();

	dup2(fileno(f), STDERR_FILENO);
	cmd_tell_inside(inum, ret, &what);
	blind_tell(what);
	dup2(old, STDERR_FILENO);
	close(old);
	rewind(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static const char *told(uint32_t what)
{
	return told_of(0, 0, what);
}

static void nothing(void **state)
{
	(void)state;
	expect_text(told(0), "");
}

static void one_line(void **state)
{
	(void)state;
	expect_text(told(BLIND_MOUNTS),
		    "nsinfo: note: not seen: names in other mount namespaces: run it as root\n");
	expect_text(told(BLIND_PROCS | BLIND_MOUNTS | BLIND_INSIDE),
		    "nsinfo: note: not seen: processes of other users, names in other mount namespaces, routes and sockets: run it as root\n");
}

static void containers(void **state)
{
	(void)state;
	expect_text(told(BLIND_PID_NS),
		    "nsinfo: note: not seen: what is outside this pid namespace: run it outside the container\n");
	expect_part(told(BLIND_PID_NS | BLIND_PROCS),
		    ": run it as root, outside the container\n");
}

static void no_proc(void **state)
{
	(void)state;
	expect_text(told(BLIND_NO_PROC),
		    "nsinfo: note: not seen: processes and most names: mount /proc\n");
}

static void inside(void **state)
{
	(void)state;
	expect_text(told_of(7, -ENOENT, 0), "");
	expect_text(told_of(7, -EPERM, 0),
		    "nsinfo: note: not seen: routes and sockets: run it as root\n");
	expect_text(told_of(7, -EAGAIN, 0),
		    "nsinfo: note: netns 7: look inside: Resource temporarily unavailable: not all is shown\n");
	expect_text(told_of(7, -ETIME, 0),
		    "nsinfo: note: netns 7: no answer from the kernel for 5 s, something may hold a lock (RTNL): not all is shown\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(one_line),
		cmocka_unit_test(containers),
		cmocka_unit_test(no_proc),
		cmocka_unit_test(inside),
	};

	return run_group("unseen", tests, ARRAY_SIZE(tests));
}
