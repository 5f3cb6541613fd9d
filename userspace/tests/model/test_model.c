// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if.h>

#include "model/link.h"
#include "model/model.h"
#include "test.h"

static int teardown(void **state)
{
	model_clear(*state);
	free(*state);
	return 0;
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct model));
	return !*state;
}

static void add_netns(struct model *m, uint64_t id)
{
	struct netns *ns = model_add_netns(m);

	ns->id = id;
	ns->inum = 1000 + id;
}

static struct dev *add_dev(struct model *m, uint64_t netns, uint32_t ifindex)
{
	struct dev *dev = model_add_dev(m);

	dev->netns_id = netns;
	dev->ifindex = ifindex;
	return dev;
}

static void add_name(struct model *m, uint32_t inum, const char *path)
{
	struct name *name = model_add_name(m);

	name->inum = inum;
	name->path = model_strndup(m, path, strlen(path));
	name->shown = name->path;
}

static void empty(void **state)
{
	struct model *m = *state;
	size_t n;

	expect_int(model_finish(m), 0);
	model_finish_names(m);
	expect_true(!model_netns(m, 1));
	expect_true(!model_inum_names(m, 1, &n));
	expect_int(n, 0);
	link_resolve(m);
}

static void sorted(void **state)
{
	struct model *m = *state;
	const struct netns *ns;

	add_netns(m, 5);
	add_netns(m, 1);
	add_netns(m, 3);
	add_dev(m, 5, 2);
	add_dev(m, 1, 7);
	add_dev(m, 5, 1);
	expect_int(model_finish(m), 0);
	expect_int(m->netns[0].id, 1);
	expect_int(m->netns[1].id, 3);
	expect_int(m->netns[2].id, 5);
	ns = model_netns(m, 5);
	expect_int(ns->n_devs, 2);
	expect_int(m->devs[ns->first_dev].ifindex, 1);
	expect_int(model_dev(m, ns, 2)->ifindex, 2);
	expect_true(!model_dev(m, ns, 7));
	expect_true(!model_dev(m, model_netns(m, 3), 1));
	expect_true(!model_netns(m, 2));
}

static void stray_dev(void **state)
{
	struct model *m = *state;

	add_netns(m, 1);
	add_netns(m, 3);
	add_dev(m, 1, 1);
	add_dev(m, 2, 1);
	expect_int(model_finish(m), -EINTR);
	model_clear(m);
	add_netns(m, 1);
	add_dev(m, 2, 1);
	expect_int(model_finish(m), -EINTR);
}

static void twins(void **state)
{
	struct model *m = *state;

	add_netns(m, 1);
	add_netns(m, 1);
	expect_int(model_finish(m), -EINTR);
	model_clear(m);
	add_netns(m, 1);
	add_dev(m, 1, 1);
	add_dev(m, 1, 2);
	add_dev(m, 1, 1);
	expect_int(model_finish(m), -EINTR);
}

static void names(void **state)
{
	struct model *m = *state;
	const struct name *name;
	size_t n;

	add_netns(m, 1);
	add_name(m, 1002, "/x");
	add_name(m, 1001, "/b");
	add_name(m, 1001, "/a");
	add_name(m, 1001, "/b");
	model_finish_names(m);
	expect_int(m->n_names, 3);
	expect_int(model_finish(m), 0);
	name = model_names(m, model_netns(m, 1), &n);
	expect_int(n, 2);
	expect_text(name[0].path, "/a");
	expect_text(name[1].path, "/b");
	name = model_inum_names(m, 1002, &n);
	expect_int(n, 1);
	expect_text(name[0].path, "/x");
	expect_true(!model_inum_names(m, 1003, &n));
}

/* Its inode number may have been given to another one. */
static void dying_has_no_names(void **state)
{
	struct model *m = *state;
	size_t n;

	add_netns(m, 1);
	m->netns[0].state = NSINFO_NETNS_STATE_DYING;
	add_name(m, 1001, "/a");
	model_finish_names(m);
	expect_int(model_finish(m), 0);
	expect_true(!model_names(m, model_netns(m, 1), &n));
	expect_int(n, 0);
}

/* Ours first, whatever they are called. */
static void names_elsewhere(void **state)
{
	struct model *m = *state;
	const struct name *name;
	size_t n;

	add_name(m, 5, "/a");
	m->names[0].mntns = 7;
	add_name(m, 5, "/b");
	add_name(m, 5, "/a");
	m->names[2].mntns = 6;
	model_finish_names(m);
	name = model_inum_names(m, 5, &n);
	expect_int(n, 3);
	expect_text(name[0].path, "/b");
	expect_int(name[1].mntns, 6);
	expect_int(name[2].mntns, 7);
}

static void stale_names(void **state)
{
	struct model *m = *state;

	model_add_stale(m)->path = "/run/netns/b";
	model_add_stale(m)->path = "/run/netns/a";
	model_add_stale(m)->path = "/run/netns/b";
	model_finish_names(m);
	expect_int(m->n_names, 0);
	expect_int(m->n_stale, 2);
	expect_text(m->stale[0].path, "/run/netns/a");
}

static void set_link(struct dev *dev, uint32_t ifindex, bool foreign,
		     uint64_t id)
{
	dev->link = ifindex;
	dev->has |= 1ull << NSINFO_A_DEV_LINK;
	if (foreign)
		dev->has |= 1ull << NSINFO_A_DEV_LINK_FOREIGN;
	if (id)
		dev->has |= 1ull << NSINFO_A_DEV_LINK_NETNS;
	dev->link_netns.id = id;
}

static void links(void **state)
{
	struct model *m = *state;
	struct dev *dev;

	add_netns(m, 1);
	add_netns(m, 2);
	dev = add_dev(m, 1, 1);
	dev->master = 2;
	dev->has |= 1ull << NSINFO_A_DEV_MASTER;
	add_dev(m, 1, 2);
	set_link(add_dev(m, 1, 3), 1, false, 0);	/* same netns */
	set_link(add_dev(m, 1, 4), 1, true, 2);		/* another, seen */
	set_link(add_dev(m, 1, 5), 1, true, 0);		/* another, not seen */
	set_link(add_dev(m, 1, 6), 0, false, 0);	/* none */
	set_link(add_dev(m, 1, 7), 9, false, 0);	/* not there */
	set_link(add_dev(m, 1, 8), 1, true, 3);		/* netns not there */
	add_dev(m, 2, 1);
	expect_int(model_finish(m), 0);
	link_resolve(m);
	expect_true(m->devs[0].master_dev == &m->devs[1]);
	expect_true(!m->devs[1].master_dev);
	expect_true(!m->devs[1].link_dev);
	expect_true(m->devs[2].link_dev == &m->devs[0]);
	expect_true(m->devs[3].link_dev == &m->devs[8]);
	expect_true(!m->devs[4].link_dev);
	expect_true(!m->devs[5].link_dev);
	expect_true(!m->devs[6].link_dev);
	expect_true(!m->devs[7].link_dev);
}

/* What is around a model is pointed to, and is no part of it. */
static void around(void **state)
{
	struct model *m = *state, *around;
	const struct model *where;

	add_netns(m, 1);
	set_link(add_dev(m, 1, 3), 7, true, 2);
	set_link(add_dev(m, 1, 4), 8, true, 2);		/* not there */
	set_link(add_dev(m, 1, 5), 7, true, 3);		/* netns not there */
	expect_int(model_finish(m), 0);
	around = model_add_around(m);
	expect_true(around);
	add_netns(around, 2);
	add_dev(around, 2, 7);
	expect_int(model_finish(around), 0);
	link_resolve(m);
	expect_true(m->devs[0].link_dev == &around->devs[0]);
	expect_true(!m->devs[1].link_dev);
	expect_true(!m->devs[2].link_dev);
	expect_true(model_anywhere(m, 1, &where) == &m->netns[0]);
	expect_true(where == m);
	expect_true(model_anywhere(m, 2, &where) == &around->netns[0]);
	expect_true(where == around);
	expect_true(!model_anywhere(m, 3, &where));
	expect_true(!model_netns(m, 2));
	expect_int(m->n_netns, 1);
}

/* Memory: what 5000 netns of 3 devices with 2 addresses each take. */
static void big(void **state)
{
	struct model *m = *state;
	uint32_t id, i;

	for (id = 5000; id > 0; id--) {
		add_netns(m, id);
		for (i = 3; i > 0; i--) {
			add_dev(m, id, i)->ifname = model_strndup(m, "eth0", 4);
			model_add_addr(m);
			model_add_addr(m);
		}
	}
	expect_int(model_finish(m), 0);
	for (id = 1; id <= 5000; id++)
		expect_int(model_netns(m, id)->n_devs, 3);
	expect_true(m->cap_netns * sizeof(*m->netns) +
		    m->cap_devs * sizeof(*m->devs) +
		    m->cap_addrs * sizeof(*m->addrs) < 20 << 20);
}

static void alloc_is_aligned_and_apart(void **state)
{
	struct model *m = *state;
	char *s = model_strndup(m, "abc", 3);
	uint64_t *a = model_alloc(m, 8), *b;
	char *huge = model_alloc(m, 1 << 20);
	int i;

	expect_int((uintptr_t)a % _Alignof(max_align_t), 0);
	memset(huge, 1, 1 << 20);
	for (i = 0; i < 20000; i++) {
		b = model_alloc(m, 8);
		expect_int(*b, 0);
		*b = ~0ull;
	}
	expect_text(s, "abc");
	expect_int(*a, 0);
}

int main(void)
{
	const struct CMUnitTest model[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(empty),
		TEST(sorted),
		TEST(stray_dev),
		TEST(twins),
		TEST(names),
		TEST(dying_has_no_names),
		TEST(names_elsewhere),
		TEST(stale_names),
		TEST(links),
		TEST(around),
	TEST(around),
		TEST(big),
		TEST(alloc_is_aligned_and_apart),
	};

	return run_group("model", model, ARRAY_SIZE(model));
}
