// SPDX-License-Identifier: GPL-2.0
/*
 * For LD_PRELOAD: lets allocation number FAIL_MALLOC of a process fail, and of
 * each of its children, and makes the file FAIL_MALLOC_TOLD of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool fails(void)
{
	static unsigned long left;
	static bool begun;
	const char *number, *told;
	int fd;

	if (!begun) {
		begun = true;
		number = getenv("FAIL_MALLOC");
		left = number ? strtoul(number, NULL, 10) : 0;
	}
	if (!left || --left)
		return false;
	told = getenv("FAIL_MALLOC_TOLD");
	fd = told ? open(told, O_WRONLY | O_CREAT, 0600) : -1;
	if (fd >= 0)
		close(fd);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
