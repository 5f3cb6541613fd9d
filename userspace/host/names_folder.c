// SPDX-License-Identifier: GPL-2.0
/* What is in a names folder besides mounts. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "base/child.h"
#include "host/names.h"
#include "host/procfs.h"
#include "host/unseen.h"

#define LISTING_MAX	(16u << 20)
/* Not an inode: this user may not know which one. */
#define DENIED		UINT32_MAX

struct listing {
	const char *folder;
	bool look;			/* into each entry */
};

/* One entry. Of a symbolic link, @target is what it says. */
struct entry {
	/* 'l' link, 'd' folder, or what may not be looked at, 'f' else. */
	char type;
	uint32_t inum;			/* of the netns there, if looked into */
	const char *name;
	const char *target;
};

static char type_of(int fd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type == DT_LNK)
		return 'l';
	if (d->d_type != DT_UNKNOWN)
		return d->d_type == DT_DIR ? 'd' : 'f';
	if (fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW))
		return 'f';
	return S_ISLNK(st.st_mode) ? 'l' : S_ISDIR(st.st_mode) ? 'd' : 'f';
}

static void put_entry(FILE *out, const struct listing *l, int fd,
		      const struct dirent *d)
{
	char target[PATH_MAX], path[PATH_MAX];
	char type = type_of(fd, d);
	uint32_t inum = 0;
	struct stat st;
	ssize_t len;

	target[0] = '\0';
	if (type == 'l') {
		len = readlinkat(fd, d->d_name, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
	}
	if (l->look) {
		snprintf(path, sizeof(path), "%s/%s", l->folder, d->d_name);
		inum = names_inum(path);
		/* What cannot be looked at may be a name all the same. */
		if (!inum && (stat(path, &st) ? errno != ENOENT :
			      S_ISDIR(st.st_mode)))
			type = 'd';
	}
	putc_unlocked(type, out);
	if (inum)
		fprintf(out, "%" PRIu32, inum);
	putc_unlocked(' ', out);
	fwrite_unlocked(d->d_name, 1, strlen(d->d_name) + 1, out);
	fwrite_unlocked(target, 1, strlen(target) + 1, out);
}

/*
 * @fd is the folder, or -errno of why it could not be opened. Returns 0 also
 * where there is no such folder.
 */
static int list(FILE *out, int fd, const struct listing *l)
{
	struct dirent *d;
	DIR *dir;

	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while ((d = readdir(dir)))
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			put_entry(out, l, dirfd(dir), d);
	closedir(dir);
	return 0;
}

static int list_in_child(FILE *out, void *data)
{
	const struct listing *l = data;
	int fd = open(l->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return list(out, fd < 0 ? -errno : fd, l);
}

/* Where no file system on the way can keep us waiting. */
static int list_here(const struct listing *l, char **text, size_t *len)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};
	int fd = syscall(SYS_openat2, AT_FDCWD, l->folder, &how, sizeof(how));
	FILE *out;
	int ret;

	if (fd < 0)
		fd = -errno;
	if (fd == -ELOOP)
		return fd;
	out = open_memstream(text, len);
	if (!out) {
		if (fd >= 0)
			close(fd);
		return -ENOMEM;
	}
	ret = list(out, fd, l);
	if (ferror(out) | fclose(out) || !*text)
		ret = -ENOMEM;
	if (ret)
		free(*text);
	return ret;
}

static int read_listing(const struct mount_table *own, struct listing *l,
			char **text, size_t *len)
{
	int ret = -ELOOP;

	if (!l->look && mount_table_is_local(own, l->folder))
		ret = list_here(l, text, len);
	if (ret == -ELOOP)
		ret = child_read(list_in_child, l, NAMES_TIMEOUT_MS,
				 LISTING_MAX, text, len);
	return ret;
}

/* The next entry of a listing that ends at @end; moves *@at. */
static bool next_entry(char **at, const char *end, struct entry *e)
{
	char *rest;

	if (*at >= end)
		return false;
	e->type = **at;
	e->inum = strtoul(*at + 1, &rest, 10);
	e->name = *rest ? rest + 1 : rest;
	e->target = e->name + strlen(e->name) + 1;
	*at = (char *)e->target + strlen(e->target) + 1;
	return true;
}

/*
 * "/proc/1234/ns/net" or with a task, as people make it for containers. Returns
 * whether it is of that form, and without a path walked the netns, 0 or DENIED.
 */
static bool is_proc_link(const char *proc, const char *target, uint32_t *inum)
{
	unsigned int pid, tid;
	int used = 0, err;
	char who[32];

	if (sscanf(target, "/proc/%u/task/%u/ns/net%n", &pid, &tid,
		   &used) == 2 && used && !target[used])
		snprintf(who, sizeof(who), "%u/task/%u", pid, tid);
	else if (sscanf(target, "/proc/%u/ns/net%n", &pid, &used) == 1 &&
		 used && !target[used])
		snprintf(who, sizeof(who), "%u", pid);
	else
		return false;
	err = procfs_ns(proc, who, "net", inum);
	if (err)
		*inum = err == -EACCES ? DENIED : 0;
	return true;
}

/* The netns at the path that a link says; 0 if the table has none there. */
static uint32_t mounted_at(const struct mount_table *own, const char *folder,
			   const char *target)
{
	const struct mount *m;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s%s%s", *target == '/' ? "" : folder,
		     *target == '/' ? "" : "/", target) >= (int)sizeof(path))
		return 0;
	m = mount_table_at(own, path);
	return m ? m->net : 0;
}

struct folder {
	struct model *m;
	const struct mount_table *own;
	const char *proc;
	const char *path;
	bool second;			/* entries have been looked into */
	bool unknown;			/* a link leads somewhere else */
};

/* Whether a link says by its text where it leads. */
static bool is_told(const struct folder *f, const struct entry *e,
		    uint32_t *inum)
{
	if (is_proc_link(f->proc, e->target, inum))
		return true;
	*inum = mounted_at(f->own, f->path, e->target);
	return *inum;
}

static int take_entry(struct folder *f, const struct entry *e)
{
	uint32_t inum = e->inum;
	char path[PATH_MAX];
	bool told = true;

	if (snprintf(path, sizeof(path), "%s/%s", f->path, e->name) >=
	    (int)sizeof(path))
		return 0;
	/* The table has told it already, or something else is mounted there. */
	if (e->type == 'd' || mount_table_at(f->own, path))
		return 0;
	if (e->type == 'l')
		told = is_told(f, e, &inum);
	f->unknown |= !told;
	if (f->own->n && told == f->second)
		return 0;
	if (!told)
		inum = e->inum;
	if (inum == DENIED)
		return 0;
	return names_set(f->m, inum ? model_add_name(f->m) :
				      model_add_stale(f->m), inum, path);
}

static int take_listing(struct folder *f, char *text, size_t len)
{
	char *at = text;
	struct entry e;
	int ret = 0;

	while (!ret && next_entry(&at, text + len, &e))
		ret = take_entry(f, &e);
	return ret;
}

static int read_once(struct folder *f, uint32_t *blind)
{
	struct listing l = { f->path, f->second || !f->own->n };
	char *text;
	size_t len;
	int ret = read_listing(f->own, &l, &text, &len);

	if (ret) {
		*blind |= ret == -EACCES ? BLIND_MOUNTS : BLIND_SILENT;
		return ret == -ENOMEM ? ret : 0;
	}
	ret = take_listing(f, text, len);
	free(text);
	return ret;
}

int names_read_folder(struct model *m, const struct mount_table *own,
		      const char *proc, const char *folder, uint32_t *blind)
{
	struct folder f = { m, own, proc, folder, false, false };
	int ret = read_once(&f, blind);

	if (!ret && own->n && f.unknown) {
		f.second = true;
		ret = read_once(&f, blind);
	}
	return ret;
}
