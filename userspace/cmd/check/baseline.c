// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <unistd.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "base/order.h"
#include "cmd/check/baseline.h"
#include "host/procfs.h"

static int netns_cmp(const void *a, const void *b)
{
	const struct baseline_netns *x = a, *y = b;

	return order(x->id, y->id);
}

static int dev_cmp(const void *a, const void *b)
{
	const struct baseline_dev *x = a, *y = b;
	int ret = order(x->netns_id, y->netns_id);

	return ret ? ret : order(x->ifindex, y->ifindex);
}

/* Member @key, a number from 0 to @max. */
static bool get_number(const json_t *object, const char *key, uint64_t max,
		       uint64_t *n)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*n = json_integer_value(value);
	return *n <= max;
}

static bool add_dev(struct baseline *b, uint64_t id, const json_t *dev)
{
	uint64_t ifindex;

	if (!get_number(dev, "ifindex", INT32_MAX, &ifindex))
		return false;
	b->devs[b->n_devs].netns_id = id;
	b->devs[b->n_devs++].ifindex = ifindex;
	return true;
}

static bool add_netns(struct baseline *b, const json_t *netns)
{
	const json_t *devs = json_object_get(netns, "devices");
	uint64_t id, inum;
	size_t i;

	if (!get_number(netns, "id", INT64_MAX, &id) ||
	    !get_number(netns, "ns", UINT32_MAX, &inum) ||
	    !json_is_array(devs))
		return false;
	b->netns[b->n_netns].id = id;
	b->netns[b->n_netns++].inum = inum;
	for (i = 0; i < json_array_size(devs); i++)
		if (!add_dev(b, id, json_array_get(devs, i)))
			return false;
	return true;
}

static size_t count_devs(const json_t *netns)
{
	return json_array_size(json_object_get(netns, "devices"));
}

/* Files of older tools do not say who made them; that is taken for root. */
static void read_viewer(struct viewer *v, const json_t *root)
{
	const json_t *limited = json_object_get(root, "limited");
	uint64_t uid, userns;

	v->sees_all = !limited;
	v->untracked = json_is_true(json_object_get(limited, "untracked"));
	if (get_number(limited, "uid", UINT32_MAX, &uid))
		v->uid = uid;
	if (get_number(limited, "userns", UINT32_MAX, &userns))
		v->userns = userns;
	get_number(limited, "netns", INT64_MAX, &v->netns);
}

/* Returns 0, -ENOMEM, or -EBADMSG if it is something else. */
static int add_all(struct baseline *b, const json_t *root)
{
	const json_t *all = json_object_get(root, "namespaces");
	const json_t *boot_id = json_object_get(root, "boot_id");
	size_t i, n = json_array_size(all), n_devs = 0;

	if (!json_is_array(all))
		return -EBADMSG;
	for (i = 0; i < n; i++)
		n_devs += count_devs(json_array_get(all, i));
	b->netns = calloc(n + 1, sizeof(*b->netns));
	b->devs = calloc(n_devs + 1, sizeof(*b->devs));
	if (!b->netns || !b->devs)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		if (!add_netns(b, json_array_get(all, i)))
			return -EBADMSG;
	if (json_is_string(boot_id)) {
		b->boot_id = strdup(json_string_value(boot_id));
		if (!b->boot_id)
			return -ENOMEM;
	}
	read_viewer(&b->viewer, root);
	qsort(b->netns, b->n_netns, sizeof(*b->netns), netns_cmp);
	qsort(b->devs, b->n_devs, sizeof(*b->devs), dev_cmp);
	return 0;
}

/* What somebody may take for a baseline. */
static const char *guess(const json_t *root)
{
	const json_t *one = json_array_get(json_object_get(root, "namespaces"),
					   0);

	if (json_object_get(json_array_get(root, 0), "ifindex"))
		return "the output of 'ip -j'";
	if (json_is_array(root))
		return "a JSON array";
	if (json_is_array(json_object_get(root, "findings")))
		return "the output of 'nsinfo doctor -J'";
	if (json_is_array(json_object_get(root, "hits")))
		return "the output of 'nsinfo find -J'";
	if (json_object_get(root, "event"))
		return "the output of 'nsinfo monitor -J'";
	if (json_object_get(one, "nprocs") || json_object_get(one, "type"))
		return "a list of namespaces, as of lsns or 'nsinfo list -J'";
	if (json_is_array(json_object_get(root, "namespaces")))
		return "a list of namespaces without id, ns or devices";
	return "other JSON";
}

static int refuse(struct err *err, const char *path, const char *what)
{
	return err_set(err, EBADMSG,
		       "%s: %s: expected the output of 'nsinfo dump -J'", path,
		       what);
}

static int refuse_text(struct err *err, const char *path,
		       const json_error_t *why, bool at_end)
{
	char what[256];

	if (json_error_code(why) == json_error_out_of_memory)
		return err_no_memory(err);
	if (at_end && !why->position)
		return refuse(err, path, "empty");
	snprintf(what, sizeof(what), "not JSON, or not all of it: line %d: %s",
		 why->line, why->text);
	return refuse(err, path, what);
}

static int parse(struct baseline *b, const char *path, FILE *f,
		 struct err *err)
{
	json_error_t why;
	json_t *root;
	int ret;

	root = json_loadf(f, JSON_REJECT_DUPLICATES, &why);
	if (ferror(f)) {
		json_decref(root);
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	}
	if (!root)
		return refuse_text(err, path, &why, feof(f));
	ret = add_all(b, root);
	if (ret == -ENOMEM)
		ret = err_no_memory(err);
	else if (ret)
		ret = refuse(err, path, guess(root));
	json_decref(root);
	return ret;
}

static int check_file(FILE *f, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fileno(f), &st))
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return refuse(err, path, "a directory");
	if (S_ISREG(st.st_mode) && !st.st_size)
		return refuse(err, path, "empty");
	return 0;
}

int baseline_read(struct baseline *b, const char *path, struct err *err)
{
	bool std = !strcmp(path, "-");
	FILE *f = std ? stdin : fopen(path, "re");
	int ret;

	*b = (struct baseline){ 0 };
	if (!f)
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	ret = check_file(f, path, err);
	if (!ret)
		ret = parse(b, path, f, err);
	if (!std)
		fclose(f);
	return ret;
}

void baseline_free(struct baseline *b)
{
	free(b->boot_id);
	free(b->netns);
	free(b->devs);
	*b = (struct baseline){ 0 };
}

static const struct baseline_netns *find(const struct baseline *b, uint64_t id)
{
	const struct baseline_netns key = { .id = id };

	if (!b->n_netns)
		return NULL;
	return bsearch(&key, b->netns, b->n_netns, sizeof(key), netns_cmp);
}

bool baseline_same_boot(const struct baseline *b, const struct model *m)
{
	const struct baseline_netns *old;
	char boot_id[PROCFS_BOOT_ID];
	size_t i;

	if (b->boot_id && procfs_boot_id(boot_id) &&
	    strcmp(b->boot_id, boot_id))
		return false;
	for (i = 0; i < m->n_netns; i++) {
		old = find(b, m->netns[i].id);
		if (old && old->inum != m->netns[i].inum)
			return false;
	}
	return true;
}

bool baseline_has_netns(const struct baseline *b, uint64_t id)
{
	return find(b, id);
}

bool baseline_has_dev(const struct baseline *b, const struct dev *dev)
{
	const struct baseline_dev key = { dev->netns_id, dev->ifindex };

	return b->n_devs &&
	       bsearch(&key, b->devs, b->n_devs, sizeof(key), dev_cmp);
}
