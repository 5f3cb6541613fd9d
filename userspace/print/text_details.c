// SPDX-License-Identifier: GPL-2.0
/* One line with what sets a device apart from others of its kind. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/util.h"
#include "model/details_value.h"
#include "print/text.h"

/* Keys of `ip -j -d link`, and the words of `ip -d link` for them. */
static const struct {
	const char *key;
	const char *word;
	bool zero;			/* 0 is worth a word too */
} words[] = {
	{ "type", "type", false },
	{ "mode", "mode", false },
	{ "protocol", "protocol", false },
	{ "proto", "proto", false },
	{ "id", "id", true },
	{ "table", "table", true },
	{ "if_id", "if_id", true },
	{ "local", "local", false },
	{ "local6", "local", false },
	{ "remote", "remote", false },
	{ "remote6", "remote", false },
	{ "group", "group", false },
	{ "group6", "group", false },
	{ "link", "dev", false },
	{ "port", "dstport", true },
	{ "external", "external", false },
	{ "vnifilter", "vnifilter", false },
	{ "ikey", "ikey", false },
	{ "okey", "okey", false },
	{ "vti_ikey", "ikey", false },
	{ "vti_okey", "okey", false },
	{ "sci", "sci", false },
	{ "active_slave", "active_slave", false },
	{ "primary", "primary", false },
	{ "miimon", "miimon", false },
	{ "stp_state", "stp_state", false },
	{ "vlan_filtering", "vlan_filtering", false },
	{ "slave1", "slave1", false },
	{ "slave2", "slave2", false },
	{ "state", "state", true },
	{ "mii_status", "mii_status", false },
	{ "cost", "cost", false },
	{ "isolated", "isolated", false },
};

static void add_text(struct text *t, const struct json_t *value)
{
	size_t len;
	char *bytes = details_bytes(value, &len);

	if (bytes)
		text_foreign(t, PLAIN, bytes);
	free(bytes);
}

static void add_value(void *data, const char *key, const struct json_t *value)
{
	(void)key;
	text_add(data, ",");
	add_text(data, value);
}

static void put_word(struct text *t, const char *word,
		     const struct json_t *value)
{
	text_add(t, " %s", word);
	switch (details_type(value)) {
	case DETAILS_INT:
		text_add(t, " %" PRId64, details_int(value));
		break;
	case DETAILS_STRING:
		text_add(t, " ");
		add_text(t, value);
		break;
	case DETAILS_ARRAY:
		text_add(t, " ");
		details_walk(value, add_value, t);
		break;
	default:
		break;
	}
}

static bool is_worth(const struct json_t *value, bool zero)
{
	if (details_type(value) == DETAILS_INT)
		return zero || details_int(value);
	return details_type(value) == DETAILS_TRUE ||
	       (details_count(value) && !details_is(value, "0.0.0.0"));
}

static bool is_told(const struct json_t *part)
{
	size_t i;

	for (i = 0; part && i < ARRAY_SIZE(words); i++)
		if (is_worth(details_member(part, words[i].key),
			     words[i].zero))
			return true;
	return false;
}

/* "vlan protocol 802.1Q id 5"; nothing without a word that is worth it. */
static void put_part(struct text *t, const struct json_t *kind, const char *suffix,
		     const struct json_t *part)
{
	size_t i;

	if (!is_told(part))
		return;
	add_text(t, kind);
	text_add(t, "%s", suffix);
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		const struct json_t *value = details_member(part, words[i].key);

		if (is_worth(value, words[i].zero))
			put_word(t, words[i].word, value);
	}
	text_put(t);
}

static void put_altname(void *data, const char *key,
			const struct json_t *name)
{
	(void)key;
	text_add(data, "altname ");
	add_text(data, name);
	text_put(data);
}

void text_details(struct text *t, const struct dev *dev)
{
	const struct json_t *data = details_info(dev, "info_data");
	const struct json_t *slave = details_info(dev, "info_slave_data");
	const struct json_t *names = details_member(dev->details, "altnames");

	if (!is_told(data) && !is_told(slave) && !details_count(names))
		return;
	text_start_line(t);
	put_part(t, details_info(dev, "info_kind"), "", data);
	put_part(t, details_info(dev, "info_slave_kind"), "_slave", slave);
	details_walk(names, put_altname, t);
	text_end_line(t);
}
