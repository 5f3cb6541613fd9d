// SPDX-License-Identifier: GPL-2.0
/* nsinfo find WHAT: which netns and devices have it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/details.h"
#include "cmd/duplicates_ask.h"
#include "cmd/find/altname.h"
#include "cmd/find/findarg.h"
#include "cmd/find/render_find.h"
#include "cmd/tasks.h"
#include "host/names.h"
#include "host/procfs.h"
#include "host/procs.h"
#include "model/link.h"

/* One question on its way to its answer. */
struct finding {
	struct genl g;
	struct find_query q;
	struct model m;
	struct find_hits hits;
	bool altnames;
	struct details details;
	struct duplicates duplicates;
	uint32_t blind;
};

/* The netns that the question is asked from. */
static int read_netns(struct finding *f, uint64_t *id, struct err *err)
{
	char *argv[2] = { (char *)f->q.netns, NULL };
	uint64_t *ids = NULL;
	size_t i, n;
	int ret;

	if (f->q.netns) {
		ret = cmd_read_netns(&f->g, argv, &ids, &n, err);
		if (!ret)
			*id = ids[0];
		free(ids);
		return ret;
	}
	for (i = 0; i < f->m.n_netns; i++) {
		if (HAS(&f->m.netns[i], NSINFO_A_NETNS_SELF)) {
			*id = f->m.netns[i].id;
			return 0;
		}
	}
	return err_set(err, ENOENT, "netns self: not found");
}

static int add_nsid(struct finding *f, const struct model *seen)
{
	struct find_hit hit = { 0 };
	size_t i;

	for (i = 0; i < seen->n_netns; i++) {
		const struct netns *ns = &seen->netns[i];

		if (!HAS(ns, NSINFO_A_NETNS_NSID) ||
		    (uint32_t)ns->nsid != f->q.number)
			continue;
		hit.ns = model_netns(&f->m, ns->id);
		if (hit.ns && find_add(&f->hits, &hit))
			return -ENOMEM;
	}
	return 0;
}

/*
 * Open @g in the netns @id: the kernel tells nsids as the netns of the socket
 * has them. We stay there, and ask the old socket for the rest.
 */
static int open_inside(struct finding *f, uint64_t id, struct genl *g,
		       struct err *err)
{
	int fd = fetch_netns_fd(&f->g, id, err), ret;

	if (fd < 0)
		return fd;
	ret = setns(fd, CLONE_NEWNET) ? -errno : 0;
	close(fd);
	if (ret)
		return err_set(err, -ret, "netns %s: go in: %s", f->q.netns,
			       strerror(-ret));
	return fetch_open(g, err);
}

static int find_nsid(struct finding *f, struct err *err)
{
	const struct fetch_want want = { 0 };
	struct model seen = { 0 };
	struct genl g = { .fd = -1 };
	uint64_t id;
	int ret;

	if (!f->q.netns)
		return add_nsid(f, &f->m) ? err_no_memory(err) : 0;
	ret = read_netns(f, &id, err);
	if (ret)
		return ret;
	ret = open_inside(f, id, &g, err);
	if (!ret)
		ret = fetch_all(&g, NULL, 0, &want, &seen, err);
	if (!ret && add_nsid(f, &seen))
		ret = err_no_memory(err);
	genl_close(&g);
	model_clear(&seen);
	return ret;
}

static int find_peer_of(struct finding *f, struct err *err)
{
	const char *where = f->q.netns ? f->q.netns : "this netns";
	const struct netns *ns;
	const struct dev *dev;
	uint64_t id;
	int ret;

	ret = read_netns(f, &id, err);
	if (ret)
		return ret;
	ns = model_netns(&f->m, id);
	dev = ns ? find_dev_named(&f->m, ns, f->q.word) : NULL;
	if (!dev)
		return err_set(err, ENODEV,
			       "find %s: no device %s in %s (where is it? nsinfo find dev %s)",
			       f->q.text, f->q.word, where, f->q.word);
	if (!HAS(dev, NSINFO_A_DEV_PEER) && dev->kind &&
	    (!strcmp(dev->kind, "veth") || !strcmp(dev->kind, "netkit")))
		return err_set(err, ENOENT,
			       "find %s: its other end is where this user may not look, or gone",
			       f->q.text);
	if (!HAS(dev, NSINFO_A_DEV_PEER))
		return err_set(err, ENOENT,
			       "find %s: not a veth or netkit, so it has no other end",
			       f->q.text);
	return find_peer(&f->m, dev, &f->hits) ? err_no_memory(err) : 0;
}

/* The file is read once for all levels. */
static bool read_container(void *data, uint32_t pid, unsigned int level,
			   struct container *c)
{
	char *cgroup = data;

	if (!level && procfs_read("/proc", pid, "cgroup", cgroup,
				  CONTAINER_CGROUP_SIZE) <= 0)
		return false;
	return container_parse_outer(cgroup, level, c);
}

/* Why alternative names may be missing. */
static void tell_gaps(const struct altname_gaps *gaps)
{
	size_t asked = gaps->begun ? gaps->begun - 1 : 0;

	if (gaps->late && gaps->rtnl)
		fprintf(stderr,
			"nsinfo: warning: alternative names were read in %zu of %zu netns only: the kernel's RTNL lock is busy\n",
			asked, gaps->live);
	else if (gaps->late)
		fprintf(stderr,
			"nsinfo: warning: alternative names were read in %zu of %zu netns only: %d s were not enough\n",
			asked, gaps->live, ALTNAME_TIMEOUT_MS / 1000);
	if (gaps->failed)
		fprintf(stderr,
			"nsinfo: warning: netns id:%" PRIu64 ": alternative names were not read: %s\n",
			gaps->failed_id, strerror(gaps->failed));
	if (gaps->denied)
		fputs("nsinfo: note: missing are alternative names in netns that this user may not enter\n",
		      stderr);
}

/*
 * A look into every netns. What is one device's first name may be another name
 * of others, for who asks for that.
 */
static int find_altname(struct finding *f, struct err *err)
{
	struct altname_gaps gaps;
	int ret;

	if (f->hits.n && !f->altnames)
		return 0;
	ret = altname_find(&f->g, &f->m, f->q.word, &f->hits, &gaps, err);
	tell_gaps(&gaps);
	return ret;
}

/*
 * Between a PCI device and ours may be others: virtio, auxiliary, usb. Sysfs
 * tells of our host what it shows nobody by netns.
 */
static bool is_below(void *data, const struct dev *dev, const char *pci)
{
	char path[PATH_MAX], real[PATH_MAX], part[64];
	ssize_t len;

	(void)data;
	if (strchr(dev->parent_bus, '/') || strchr(dev->parent_dev, '/'))
		return false;
	snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s",
		 dev->parent_bus, dev->parent_dev);
	len = readlink(path, real, sizeof(real) - 1);
	if (len < 0)
		return false;
	real[len] = '\0';
	snprintf(part, sizeof(part), "/%s/", pci);
	return strstr(real, part);
}

/* Netns without such a device are left alone. */
static bool wants_details(const struct finding *f, const struct netns *ns)
{
	uint32_t i;

	for (i = 0; i < ns->n_devs; i++)
		if (find_wants_details(&f->q, &f->m.devs[ns->first_dev + i]))
			return true;
	return false;
}

static void tell_any_vni(const struct finding *f)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < f->m.n_devs && f->q.what == FIND_VNI; i++)
		n += find_has_any_vni(&f->m.devs[i]);
	if (n)
		fprintf(stderr,
			"nsinfo: note: %u vxlan or geneve devices take their VNI from each packet or from a table (external, vnifilter): see 'bridge vni'\n",
			n);
}

static int find_number(struct finding *f, struct err *err)
{
	bool open = false;
	size_t i;
	int ret = 0;

	for (i = 0; i < f->m.n_netns && !ret; i++) {
		if (!wants_details(f, &f->m.netns[i]))
			continue;
		if (!open)
			ret = details_open(&f->details, err);
		open = true;
		if (!ret && details_ask(&f->details, &f->g, &f->m,
					&f->m.netns[i]))
			ret = err_no_memory(err);
	}
	if (ret)
		return ret;
	details_tell(&f->details);
	tell_any_vni(f);
	return find_devs(&f->m, &f->q, &f->hits) ? err_no_memory(err) : 0;
}

static int find_same(struct finding *f, struct err *err)
{
	enum duplicates_of what = f->q.what == FIND_SAME_IP ? DUPLICATES_IP :
							      DUPLICATES_MAC;

	if (duplicates_ask(&f->details, &f->g, &f->m, what, &f->duplicates) ||
	    find_duplicates(&f->m, &f->duplicates, &f->hits))
		return err_no_memory(err);
	details_tell(&f->details);
	return 0;
}

static int find_what(struct finding *f, struct err *err)
{
	char cgroup[CONTAINER_CGROUP_SIZE];
	int ret;

	switch (f->q.what) {
	case FIND_PID:
		ret = find_pid(&f->m, f->q.number, &f->hits);
		break;
	case FIND_CONTAINER:
		ret = find_container(&f->m, f->q.word, read_container, cgroup,
				     &f->hits);
		break;
	case FIND_NSID:
		return find_nsid(f, err);
	case FIND_PEER:
		return find_peer_of(f, err);
	case FIND_PCI:
		ret = find_pci(&f->m, &f->q, is_below, NULL, &f->hits);
		break;
	case FIND_VNI:
	case FIND_VLAN:
		return find_number(f, err);
	case FIND_SAME_IP:
	case FIND_SAME_MAC:
		return find_same(f, err);
	default:
		ret = find_devs(&f->m, &f->q, &f->hits);
	}
	if (ret)
		return err_no_memory(err);
	return f->q.what == FIND_DEV ? find_altname(f, err) : 0;
}

static bool by_process(const struct find_query *q)
{
	return q->what == FIND_PID || q->what == FIND_CONTAINER;
}

static bool wants_procs(const struct find_table *ft)
{
	return table_shows(&ft->t, FIND_COL_PID) ||
	       table_shows(&ft->t, FIND_COL_COMMAND) ||
	       table_shows(&ft->t, FIND_COL_CONTAINER);
}

/* 0: there are several. */
static uint64_t only_netns(const struct find_hits *hits)
{
	size_t i;

	for (i = 1; i < hits->n; i++)
		if (hits->hit[i].ns != hits->hit[0].ns)
			return 0;
	return hits->hit[0].ns->id;
}

/* Of what was found, which is seldom much. */
static int describe(struct finding *f, const struct find_table *ft,
		    struct err *err)
{
	size_t i;
	int ret = 0;

	if (!by_process(&f->q) && wants_procs(ft))
		ret = tasks_read(&f->g, only_netns(&f->hits), &f->m, &f->blind,
				 err);
	for (i = 0; i < f->hits.n && !ret; i++) {
		const struct task *task = f->hits.hit[i].task;

		if (task && procs_describe_task(&f->m, &f->m.tasks[task -
							   f->m.tasks],
						"/proc"))
			ret = err_no_memory(err);
	}
	if (!ret && table_shows(&ft->t, FIND_COL_NAME) &&
	    enrich_names(&f->m, &f->blind))
		ret = err_no_memory(err);
	return ret;
}

static int not_found(const struct finding *f, struct err *err)
{
	return err_set(err, ENOENT, "find %s: not found", f->q.text);
}

static int collect(struct finding *f, const struct find_table *ft,
		   struct err *err)
{
	const struct fetch_want want = { .devs = true };
	int ret = fetch_all(&f->g, NULL, 0, &want, &f->m, err);

	if (ret)
		return ret;
	link_resolve(&f->m);
	if (by_process(&f->q))
		ret = tasks_read(&f->g, 0, &f->m, &f->blind, err);
	if (!ret)
		ret = find_what(f, err);
	if (!ret && !f->hits.n)
		ret = not_found(f, err);
	return ret ? ret : describe(f, ft, err);
}

static int print(const struct finding *f, struct find_table *ft,
		 const struct options *options)
{
	struct table_how how;

	find_fill(ft, &f->m, &f->hits);
	if (options->json)
		return render_find_json(stdout, ft, options->pretty);
	cmd_table(&how, options);
	return table_print(&ft->t, stdout, &how);
}

static void list_columns(enum find_what what, const struct options *options)
{
	struct table_column columns[N_FIND_COLUMNS];

	find_columns(columns, what);
	cmd_print_columns(columns, N_FIND_COLUMNS, options);
}

static int run(struct finding *f, const struct options *options,
	       struct err *err)
{
	struct find_table ft;
	int ret;

	ret = find_table_init(&ft, f->q.what, options, err);
	if (!ret)
		ret = fetch_open(&f->g, err);
	if (!ret)
		ret = collect(f, &ft, err);
	/* Who finds nothing may be the one who does not see enough. */
	if (!ret || (ret == -ENOENT && f->m.n_netns))
		cmd_tell_unseen(&f->g, &f->m, f->blind);
	if (!ret && print(f, &ft, options))
		ret = err_no_memory(err);
	genl_close(&f->g);
	table_free(&ft.t);
	find_free(&f->hits);
	duplicates_free(&f->duplicates);
	model_clear(&f->m);
	details_free(&f->details);
	return ret;
}

int cmd_find(const struct options *options, char **argv, struct err *err)
{
	struct finding f = { .g.fd = -1, .altnames = options->altnames };
	int ret = 0;

	if (*argv || options->duplicates || !options->list_columns)
		ret = findarg_read(&f.q, options->duplicates, argv, err);
	if (!ret && options->list_columns)
		list_columns(f.q.what, options);
	else if (!ret)
		ret = run(&f, options, err);
	return ret;
}
