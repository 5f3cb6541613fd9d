// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/order.h"
#include "base/util.h"
#include "host/mountinfo.h"

static bool is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
	       s[2] >= '0' && s[2] <= '7';
}

/* Undo the kernel's \040 and the like, in place. */
static void unescape(char *s)
{
	char *to = strchr(s, '\\');

	for (s = to; s && *s;) {
		if (*s == '\\' && is_octal(s + 1)) {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	if (to)
		*to = '\0';
}

/* The next word of a line, which goes on at *@at. */
static char *word(char **at)
{
	return strsep(at, " ");
}

/* The number at *@at, which ends at @end; moves *@at behind that. */
static bool number(char **at, char end, uint32_t *n)
{
	uint64_t value = 0;
	char *p = *at;

	for (; *p >= '0' && *p <= '9' && value <= UINT32_MAX; p++)
		value = value * 10 + (*p - '0');
	if (p == *at || *p != end || value > UINT32_MAX)
		return false;
	*at = p + 1;
	*n = value;
	return true;
}

/* The inode in "net:[4026532281]", where @kind is "net:["; 0 if it is none. */
static uint32_t nsfs_inode(char *root, const char *kind)
{
	uint32_t inode;

	if (strncmp(root, kind, strlen(kind)))
		return 0;
	root += strlen(kind);
	return number(&root, ']', &inode) && !*root ? inode : 0;
}

/*
 * "36 35 0:4 net:[4026532281] /run/netns/blue rw shared:1 - nsfs none rw", see
 * proc_pid_mountinfo(5). Returns whether it is of that form.
 */
static bool parse_line(char *line, struct mount *m)
{
	char *at = strstr(line, " - "), *root, *path;
	uint32_t major, minor;

	if (!at)
		return false;
	*at = '\0';
	at += 3;
	m->type = word(&at);
	if (!number(&line, ' ', &m->id) || !number(&line, ' ', &m->parent_id) ||
	    !number(&line, ':', &major) || !number(&line, ' ', &minor))
		return false;
	root = word(&line);
	path = word(&line);
	if (!path)
		return false;
	unescape(root);
	unescape(path);
	m->dev = (uint64_t)major << 32 | minor;
	m->root = root;
	m->path = path;
	if (!strcmp(m->type, "nsfs")) {
		m->net = nsfs_inode(root, "net:[");
		m->mnt = nsfs_inode(root, "mnt:[");
	}
	return true;
}

static int id_cmp(const void *a, const void *b)
{
	const struct mount *x = *(struct mount *const *)a;
	const struct mount *y = *(struct mount *const *)b;

	return order(x->id, y->id);
}

/* Most lie on the same one as the mount before. */
static void find_parents(struct mount_table *t)
{
	struct mount key, *wanted = &key, **found = NULL;
	size_t i;

	qsort(t->by_place, t->n, sizeof(struct mount *), id_cmp);
	for (i = 0; i < t->n; i++) {
		if (!i || key.id != t->mount[i].parent_id) {
			key.id = t->mount[i].parent_id;
			found = bsearch(&wanted, t->by_place, t->n,
					sizeof(struct mount *), id_cmp);
		}
		if (found && *found != &t->mount[i])
			t->mount[i].parent = *found;
	}
}

/* A table that somebody made up may have circles: no walk up may be endless. */
static void cut_circles(struct mount_table *t)
{
	struct mount *m, *last;
	size_t i;

	for (i = 0; i < t->n; i++) {
		last = NULL;
		for (m = &t->mount[i]; m && !m->walked; m = m->parent) {
			m->walked = i + 1;
			last = m;
		}
		if (m && last && m->walked == i + 1)
			last->parent = NULL;
	}
}

/* As strcmp(), but a folder comes right before what is in it. */
static int path_cmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (*a == '/' ? 1 : (unsigned char)*a) -
	       (*b == '/' ? 1 : (unsigned char)*b);
}

static int parent_cmp(const struct mount *m, const struct mount *parent,
		      uint32_t parent_id)
{
	if (m->parent != parent)
		return m->parent < parent ? -1 : 1;
	return parent ? 0 : order(m->parent_id, parent_id);
}

static int place_cmp(const void *a, const void *b)
{
	const struct mount *x = *(struct mount *const *)a;
	const struct mount *y = *(struct mount *const *)b;
	int ret = parent_cmp(x, y->parent, y->parent_id);

	return ret ? ret : path_cmp(x->path, y->path);
}

/* What of @path is below the folder @folder, with its '/'; NULL if nothing. */
static const char *below(const char *folder, const char *path)
{
	size_t len = strcmp(folder, "/") ? strlen(folder) : 0;

	if (strncmp(path, folder, len) || (path[len] && path[len] != '/'))
		return NULL;
	return path + len;
}

bool mount_is_below(const char *folder, const char *path)
{
	return below(folder, path);
}

/*
 * A root is where a process starts to walk: what was mounted over it later is
 * not on the way.
 */
static bool is_over_root(const struct mount *m)
{
	return m->parent && !m->parent->parent &&
	       !strcmp(m->parent->path, "/") && !strcmp(m->path, "/");
}

/*
 * Mounts on one parent, sorted: who walks to one of them meets another one
 * first, where that is at a folder of its path. A folder comes right before
 * what is in it, so that all folders of a path are on a stack.
 */
static void mark_diverted(struct mount_table *t)
{
	struct mount **stack = t->scratch;
	const struct mount *first = NULL;
	size_t i, depth = 0;

	for (i = 0; i < t->n; i++) {
		struct mount *m = t->by_place[i];

		if (!first || first->parent != m->parent ||
		    first->parent_id != m->parent_id)
			depth = 0;
		first = m;
		while (depth && !below(stack[depth - 1]->path, m->path))
			depth--;
		m->diverted = depth;
		/* Nor is the root where the walk begins. */
		if (!is_over_root(m) && (m->parent || strcmp(m->path, "/")))
			stack[depth++] = m;
	}
}

/* Whoever cannot be walked to takes all that is mounted in it along. */
static void mark_unreached(struct mount_table *t)
{
	struct mount **chain = t->scratch;
	size_t i, n;

	for (i = 0; i < t->n; i++) {
		struct mount *m = &t->mount[i];

		for (n = 0; m && !m->decided; m = m->parent)
			chain[n++] = m;
		while (n--) {
			m = chain[n];
			m->diverted |= is_over_root(m) ||
				       (m->parent && m->parent->diverted);
			m->decided = true;
		}
	}
}

static void mark_hidden(struct mount_table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct mount *m = &t->mount[i];

		m->hidden |= m->diverted;
		if (m->parent && !is_over_root(m) &&
		    !strcmp(m->path, m->parent->path))
			m->parent->hidden = true;
	}
}

static int path_only_cmp(const void *a, const void *b)
{
	return strcmp((*(struct mount *const *)a)->path,
		      (*(struct mount *const *)b)->path);
}

static void index_paths(struct mount_table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!t->mount[i].hidden)
			t->by_path[t->n_by_path++] = &t->mount[i];
	qsort(t->by_path, t->n_by_path, sizeof(struct mount *), path_only_cmp);
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

static int make_room(struct mount_table *t, size_t lines)
{
	if (lines <= t->cap)
		return 0;
	free(t->mount);
	free(t->by_place);
	free(t->by_path);
	free(t->scratch);
	t->mount = calloc(lines, sizeof(*t->mount));
	t->by_place = calloc(lines, sizeof(struct mount *));
	t->by_path = calloc(lines, sizeof(struct mount *));
	t->scratch = calloc(lines, sizeof(struct mount *));
	t->cap = lines;
	return t->mount && t->by_place && t->by_path && t->scratch ? 0 :
								     -ENOMEM;
}

/* t->text, which is cut into words. */
static int parse(struct mount_table *t)
{
	char *text = t->text, *line;
	size_t i;

	t->n = 0;
	t->n_by_path = 0;
	if (make_room(t, count_lines(text)))
		return -ENOMEM;
	while ((line = strsep(&text, "\n"))) {
		t->mount[t->n] = (struct mount){ 0 };
		t->n += parse_line(line, &t->mount[t->n]);
	}
	for (i = 0; i < t->n; i++)
		t->by_place[i] = &t->mount[i];
	find_parents(t);
	cut_circles(t);
	qsort(t->by_place, t->n, sizeof(struct mount *), place_cmp);
	mark_diverted(t);
	mark_unreached(t);
	mark_hidden(t);
	index_paths(t);
	return 0;
}

int mount_table_parse(struct mount_table *t, char *text)
{
	free(t->text);
	t->text = text;
	t->size = 0;
	return parse(t);
}

/* Returns 0 or a negative errno. */
static int read_fd(struct mount_table *t, int fd)
{
	size_t len = 0;
	ssize_t n = 1;

	while (n) {
		if (t->size - len < 4096) {
			size_t size = t->size + 64 * 1024;
			char *bigger = realloc(t->text, size);

			if (!bigger)
				return -ENOMEM;
			t->text = bigger;
			t->size = size;
		}
		n = read(fd, t->text + len, t->size - len - 1);
		if (n < 0 && errno != EINTR)
			return -errno;
		len += n > 0 ? n : 0;
	}
	t->text[len] = '\0';
	return 0;
}

int mount_table_read(struct mount_table *t, const char *proc, const char *who)
{
	char path[PATH_MAX];
	int fd, ret;

	t->n = 0;
	t->n_by_path = 0;
	snprintf(path, sizeof(path), "%s/%s/mountinfo", proc, who);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read_fd(t, fd);
	close(fd);
	return ret ? ret : parse(t);
}

void mount_table_clear(struct mount_table *t)
{
	free(t->text);
	free(t->mount);
	free(t->by_place);
	free(t->by_path);
	free(t->scratch);
	memset(t, 0, sizeof(*t));
}

struct mount **mount_table_on(const struct mount_table *t,
			      const struct mount *parent, uint32_t parent_id,
			      size_t *n)
{
	size_t first = 0, end = t->n, middle;

	while (first < end) {
		middle = first + (end - first) / 2;
		if (parent_cmp(t->by_place[middle], parent, parent_id) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	while (end < t->n && !parent_cmp(t->by_place[end], parent, parent_id))
		end++;
	*n = end - first;
	return t->by_place + first;
}

const struct mount *mount_table_at(const struct mount_table *t,
				   const char *path)
{
	const struct mount key = { .path = path }, *wanted = &key;
	struct mount **found;

	found = t->n ? bsearch(&wanted, t->by_path, t->n_by_path,
			       sizeof(struct mount *), path_only_cmp) : NULL;
	return found ? *found : NULL;
}

const struct mount *mount_table_find(const struct mount_table *t,
				     const char *path)
{
	const struct mount *found = NULL;
	size_t i, len, longest = 0;

	for (i = 0; i < t->n; i++) {
		const struct mount *m = &t->mount[i];

		len = strlen(m->path);
		if (!m->hidden && len >= longest && below(m->path, path)) {
			found = m;
			longest = len;
		}
	}
	return found;
}

bool mount_table_is_local(const struct mount_table *t, const char *path)
{
	static const char *const local[] = {
		"bcachefs", "btrfs", "cgroup", "cgroup2", "devtmpfs", "erofs",
		"ext2", "ext3", "ext4", "f2fs", "iso9660", "nsfs", "overlay",
		"proc", "ramfs", "rootfs", "squashfs", "sysfs", "tmpfs",
		"vfat", "xfs", "zfs",
	};
	size_t i, k;

	for (i = 0; i < t->n; i++) {
		if (t->mount[i].hidden || !below(t->mount[i].path, path))
			continue;
		for (k = 0; k < ARRAY_SIZE(local); k++)
			if (!strcmp(t->mount[i].type, local[k]))
				break;
		if (k == ARRAY_SIZE(local))
			return false;
	}
	return t->n;
}

int mount_place(const struct mount *m, const char *path,
		struct mount_place *place)
{
	const char *rest = m ? below(m->path, path) : NULL;
	const char *root = m && strcmp(m->root, "/") ? m->root : "";

	*place = (struct mount_place){ 0 };
	if (!rest)
		return 0;
	place->dev = m->dev;
	return asprintf(&place->path, "%s%s", root, rest) < 0 ? -ENOMEM : 0;
}

bool mount_place_equal(const struct mount_place *a,
		       const struct mount_place *b)
{
	return a->path && b->path && a->dev == b->dev &&
	       !strcmp(a->path, b->path);
}
