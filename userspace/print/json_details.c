// SPDX-License-Identifier: GPL-2.0
/* What only `ip -d` tells of a device, with its keys and values. */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "model/details_value.h"
#include "print/json_netns.h"

/* Those that json_dev() writes, from one reading of the kernel. */
static const char *const ours[] = {
	"addr_info", "address", "allmulti", "broadcast", "flags", "group",
	"ifalias", "ifindex", "ifname", "link", "link_index", "link_netns",
	"link_pointtopoint", "link_type", "linkinfo", "linkmode", "master",
	"max_mtu", "min_mtu", "mtu", "num_rx_queues", "num_tx_queues",
	"operstate", "parentbus", "parentdev", "peer", "permaddr",
	"promiscuity", "qdisc", "stats", "stats64", "txqlen",
};

/* What is left of a bridge's timers is a clock reading. */
static bool is_clock(const char *key)
{
	static const char end[] = "_timer";
	size_t len = strlen(key);

	return len >= sizeof(end) && !strcmp(key + len - sizeof(end) + 1, end);
}

static const char *const our_linkinfo[] = { "info_kind", "info_slave_kind" };

static bool is_one(const char *key, const char *const *list, size_t n)
{
	while (n--)
		if (!strcmp(key, list[n]))
			return true;
	return false;
}

static void put(void *data, const char *key, const struct json_t *value);

static void put_text(struct json *j, const char *key,
		     const struct json_t *value)
{
	size_t len;
	char *bytes = details_bytes(value, &len);

	if (bytes)
		json_bytes(j, key, bytes, len);
	free(bytes);
}

static void put_members(struct json_out *o, const char *key,
			const struct json_t *value)
{
	struct json *j = &o->j;

	if (details_type(value) == DETAILS_OBJECT) {
		json_object(j, key);
		details_walk(value, put, o);
		json_object_end(j);
	} else {
		json_array(j, key);
		details_walk(value, put, o);
		json_array_end(j);
	}
}

static void put(void *data, const char *key, const struct json_t *value)
{
	struct json_out *o = data;
	struct json *j = &o->j;

	if (key && is_clock(key) && !o->how->times)
		return;
	switch (details_type(value)) {
	case DETAILS_OBJECT:
	case DETAILS_ARRAY:
		put_members(o, key, value);
		break;
	case DETAILS_STRING:
		put_text(j, key, value);
		break;
	case DETAILS_INT:
		json_int(j, key, details_int(value));
		break;
	case DETAILS_REAL:
		json_real(j, key, details_real(value));
		break;
	case DETAILS_TRUE:
		json_true(j, key);
		break;
	case DETAILS_FALSE:
		json_false(j, key);
		break;
	case DETAILS_NULL:
		json_null(j, key);
		break;
	case DETAILS_NONE:
		break;
	}
}

static void put_other(void *data, const char *key, const struct json_t *value)
{
	if (!is_one(key, ours, ARRAY_SIZE(ours)))
		put(data, key, value);
}

static void put_other_linkinfo(void *data, const char *key,
			       const struct json_t *value)
{
	if (!is_one(key, our_linkinfo, ARRAY_SIZE(our_linkinfo)))
		put(data, key, value);
}

void json_details(struct json_out *o, const struct dev *dev)
{
	details_walk(dev->details, put_other, o);
}

void json_linkinfo_details(struct json_out *o, const struct dev *dev)
{
	details_walk(details_member(dev->details, "linkinfo"),
		     put_other_linkinfo, o);
}
