// SPDX-License-Identifier: GPL-2.0
/* nsinfo name: give a netns a name as ip-netns(8) has them, or take it away. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/shell.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/netnsarg.h"
#include "host/names.h"
#include "host/uncover.h"
#include "host/unseen.h"
#include "model/advice.h"
#include "print/print_names.h"

#define FOLDER	"/run/netns"

static int wrong(struct err *err, const char *what, const char *why)
{
	return err_usage(err, "%s: %s (see 'nsinfo name --help')", what, why);
}

static int make_path(char path[PATH_MAX], const char *name, struct err *err)
{
	const char *why = netnsarg_not_a_name(name);

	if (why)
		return wrong(err, *name ? name : "''", why);
	snprintf(path, PATH_MAX, FOLDER "/%s", name);
	return 0;
}

/*
 * As ip does it: shared, so that a name that is taken away goes from every
 * mount namespace, and with it the last thing that may hold the netns.
 */
static int make_folder(struct err *err)
{
	int lock, ret = 0;

	if (mkdir(FOLDER, 0755) && errno != EEXIST)
		return err_set(err, errno, FOLDER ": %s", strerror(errno));
	/* Two at a time would mount it twice. The lock is of ip, too. */
	lock = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX))
		ret = err_set(err, errno, "lock " FOLDER ": %s",
			      strerror(errno));
	else if (mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL) &&
		 (errno != EINVAL ||
		  mount(FOLDER, FOLDER, "none", MS_BIND | MS_REC, NULL) ||
		  mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL)))
		ret = err_set(err, errno, "mount --make-shared " FOLDER ": %s",
			      strerror(errno));
	if (lock >= 0)
		close(lock);
	return ret;
}

/* Mount the nsfs file @netns on a new file at @path. */
static int bind_name(int netns, const char *path, struct err *err)
{
	char from[32];
	int fd, ret;

	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	close(fd);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", netns);
	if (!mount(from, path, "none", MS_BIND, NULL))
		return 0;
	ret = err_set(err, errno, "mount on %s: %s", path, strerror(errno));
	unlink(path);
	return ret;
}

/* What lies at a path of a names folder, and what is mounted on it. */
struct entry {
	const char *path;
	struct mount_table own;
	const struct mount *top;	/* that the path leads to, or NULL */
	mode_t mode;			/* of the file; 0: there is none */
	struct name other;		/* a mount that would go as well */
	bool has_other;
	uint32_t blind;			/* enum blind */
};

static int look_at_path(FILE *out, void *data)
{
	const char *path = data;
	struct stat st;

	if (lstat(path, &st))
		return -errno;
	return fprintf(out, "%u", (unsigned int)st.st_mode) < 0 ? -EIO : 0;
}

/* In a child, as the folder may lie on a file system that does not answer. */
static int read_mode(struct entry *e, struct err *err)
{
	char *path = (char *)e->path, *text;
	size_t len;
	int ret;

	ret = child_read(look_at_path, path, NAMES_TIMEOUT_MS, 32, &text, &len);
	if (ret == -ENOENT) {
		e->mode = 0;
		return 0;
	}
	if (ret)
		return err_set(err, -ret, "%s: %s", path, ret == -ETIME ?
			       "its file system does not answer" :
			       strerror(-ret));
	e->mode = strtoul(text, NULL, 10);
	free(text);
	return 0;
}

/* The copies of the netns that is mounted here are no reason to keep it. */
static void note_other(void *arg, const struct name *mount)
{
	struct entry *e = arg;

	if (e->has_other || (e->top && mount->inum == e->top->net))
		return;
	e->other = *mount;
	e->has_other = true;
	e->other.path = e->path;
}

static int read_entry(struct entry *e, const char *path, struct err *err)
{
	int ret = mount_table_read(&e->own, "/proc", "self");

	e->path = path;
	if (ret)
		return err_set(err, -ret, "/proc/self/mountinfo: %s",
			       strerror(-ret));
	e->top = mount_table_at(&e->own, path);
	ret = read_mode(e, err);
	if (!ret && e->mode &&
	    names_mounted_on(path, &e->own, note_other, e, &e->blind))
		ret = err_no_memory(err);
	return ret;
}

static const struct mount *hidden_mount(const struct entry *e)
{
	size_t i;

	for (i = 0; i < e->own.n; i++)
		if (e->own.mount[i].hidden &&
		    e->own.mount[i].net == e->other.inum &&
		    !strcmp(e->own.mount[i].path, e->path))
			return &e->own.mount[i];
	return NULL;
}

/* Why the entry must not be removed without more ado. */
static int refuse_other(const struct entry *e, struct err *err)
{
	const struct mount *hidden = e->other.mntns ? NULL : hidden_mount(e);
	char *command = hidden ? uncover_command(&e->own, hidden) : NULL;
	char where[NAMES_WHERE];
	int ret;

	if (command)
		ret = err_set(err, EBUSY,
			      "%s: netns %" PRIu32 " is mounted there, behind another mount; this takes it away: %s",
			      e->path, e->other.inum, command);
	else
		ret = err_set(err, EBUSY,
			      "%s: netns %" PRIu32 " is mounted there%s, and would lose that mount; --force removes the file all the same",
			      e->path, e->other.inum,
			      names_where(&e->other, where));
	free(command);
	return ret;
}

static int may_remove(const struct entry *e, bool force, struct err *err)
{
	if (!e->mode)
		return err_set(err, ENOENT, "%s: %s", e->path,
			       strerror(ENOENT));
	if (e->top && !e->top->net)
		return err_set(err, EBUSY,
			       "%s: not the name of a netns: a file system of type %s is mounted there",
			       e->path, e->top->type);
	if (e->has_other && (!force || (!e->other.mntns && e->other.hidden)))
		return refuse_other(e, err);
	if (!force && !e->top &&
	    e->blind & (BLIND_MOUNTS | BLIND_PROCS | BLIND_NO_PROC |
			BLIND_SILENT))
		return err_set(err, EBUSY,
			       "%s: not all mount namespaces can be read, and one of them may have a netns mounted there; --force removes the file all the same",
			       e->path);
	return 0;
}

static int remove_entry(const struct entry *e, bool force, struct err *err)
{
	int ret = may_remove(e, force, err);

	if (ret)
		return ret;
	do {
		if (e->top && umount2(e->path, MNT_DETACH | UMOUNT_NOFOLLOW))
			return err_set(err, errno, "umount %s: %s", e->path,
				       strerror(errno));
		if (!(!e->top && S_ISDIR(e->mode) ? rmdir(e->path) :
						    unlink(e->path)))
			return 0;
		/* The same netns can be mounted there more than once. */
	} while (e->top && errno == EBUSY);
	return err_set(err, errno, "%s: %s", e->path, strerror(errno));
}

/* What names nothing goes too, if it is an entry of a names folder. */
static int remove_name(const char *name, bool force, struct err *err)
{
	struct entry e = { 0 };
	char path[PATH_MAX];
	int ret = 0;

	if (!names_is_entry(name))
		ret = make_path(path, name, err);
	else if (snprintf(path, sizeof(path), "%s", name) >= (int)sizeof(path))
		ret = err_set(err, ENAMETOOLONG, "%s: %s", name,
			      strerror(ENAMETOOLONG));
	if (ret)
		return ret;
	ret = read_entry(&e, path, err);
	if (!ret)
		ret = remove_entry(&e, force, err);
	mount_table_clear(&e.own);
	return ret;
}

/* The name is there already: what is it, and how does one get rid of it? */
static int in_the_way(const struct entry *e, const char *name, struct err *err)
{
	char word[2 * PATH_MAX], where[NAMES_WHERE];

	if (!shell_quote(word, sizeof(word), name))
		snprintf(word, sizeof(word), "NAME");
	if (e->top && e->top->net)
		return err_set(err, EEXIST,
			       "%s: already the name of netns %" PRIu32 "; --force takes it away first",
			       e->path, e->top->net);
	if (e->top)
		return err_set(err, EEXIST,
			       "%s: a file system of type %s is mounted there",
			       e->path, e->top->type);
	if (e->has_other)
		return err_set(err, EEXIST,
			       "%s: in use: netns %" PRIu32 " is mounted there%s",
			       e->path, e->other.inum,
			       names_where(&e->other, where));
	return err_set(err, EEXIST,
		       "%s: there is a stale %s that names no netns; remove it with '%s %s', or replace it with --force",
		       e->path, S_ISDIR(e->mode) ? "folder" : "file",
		       ADVICE_NAME_D, word);
}

/* Make room at @path, or say what is in the way. */
static int make_room(const char *path, const char *name, bool force,
		     struct err *err)
{
	struct entry e = { 0 };
	int ret = read_entry(&e, path, err);

	if (!ret && e.mode)
		ret = force ? remove_entry(&e, true, err) :
			      in_the_way(&e, name, err);
	mount_table_clear(&e.own);
	return ret;
}

static int add_name(char **argv, bool force, struct err *err)
{
	char *one[2] = { argv[0] };
	uint64_t *ids = NULL;
	char path[PATH_MAX];
	struct genl g;
	int fd = -1, ret;
	size_t n;

	ret = make_path(path, argv[1], err);
	if (ret)
		return ret;
	ret = fetch_open(&g, err);
	if (!ret)
		ret = cmd_read_netns(&g, one, &ids, &n, err);
	if (!ret) {
		fd = fetch_netns_fd(&g, ids[0], err);
		ret = fd < 0 ? fd : 0;
	}
	if (!ret)
		ret = make_room(path, argv[1], force, err);
	if (!ret)
		ret = make_folder(err);
	if (!ret)
		ret = bind_name(fd, path, err);
	if (fd >= 0)
		close(fd);
	free(ids);
	genl_close(&g);
	return ret;
}

int cmd_name(const struct options *options, char **argv, struct err *err)
{
	int n;

	for (n = 0; argv[n]; n++)
		;
	if (options->delete && n == 1)
		return remove_name(argv[0], options->force, err);
	if (!options->delete && n == 2)
		return add_name(argv, options->force, err);
	return wrong(err, "name", options->delete ?
		     "wants one NAME" : "wants a NETNS and a NAME");
}
