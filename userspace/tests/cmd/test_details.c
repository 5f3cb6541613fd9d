// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if.h>
#include <unistd.h>

#include "cmd/details.h"
#include "golden.h"
#include "inside/run.h"
#include "model/details_value.h"
#include "model/link.h"
#include "print/render.h"
#include "scenes.h"

static void make_model(struct model *m, const struct scene *scene)
{
	memset(m, 0, sizeof(*m));
	messages_decode(m, scene->netns, scene->n_netns, scene->devs,
			scene->n_devs);
	expect_int(model_finish(m), 0);
	link_resolve(m);
}

static void clear(struct details *d, struct model *m)
{
	details_free(d);
	model_clear(m);
}

static void clean(void **state)
{
	static const struct { const char *ip, *clean; } all[] = {
		{ "[{\"a\":1}]\n", "[{\"a\":1}]\n" },
		{ "[\"it\\'s\"]", "[\"it's\"]" },
		{ "[\"\\\\\\'\"]", "[\"\\\\'\"]" },
		{ "[\"\\\\\"]", "[\"\\\\\"]" },
		{ "[\"\\\"\"]", "[\"\\\"\"]" },
		{ "[\"\x1b\x01\"]", "[\"\\u001b\\u0001\"]" },
		{ "[\"\xff\"]", "[\"\xee\xbf\xbf\"]" },
		{ "[\"\xc3\xa4\"]", "[\"\xc3\xa4\"]" },
		/* U+EF80 itself is three such bytes */
		{ "[\"\xee\xbe\x80\"]",
		  "[\"\xee\xbf\xae\xee\xbe\xbe\xee\xbe\x80\"]" },
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		char *got = details_clean(all[i].ip, strlen(all[i].ip), &len);

		expect_text(got, all[i].clean);
		expect_int(len, strlen(all[i].clean));
		free(got);
	}
}

static int take(struct details *d, struct model *m, const char *text)
{
	return details_take(d, m, &m->netns[0], text, strlen(text));
}

/* Only the device itself: by number, name and kind. */
static void matched(void **state)
{
	static const char text[] =
		"[{\"ifindex\":2,\"ifname\":\"other\",\"n\":1},\n"
		"{\"ifindex\":3,\"ifname\":\"eth0.7\",\"n\":2,\"linkinfo\":{\"info_kind\":\"macvlan\"}},\n"
		"{\"ifindex\":4,\"ifname\":\"down.8\",\"n\":3},\n"
		"{\"ifindex\":5,\"ifname\":\"tun0\",\"n\":4,\"linkinfo\":{\"info_kind\":\"tun\"}},\n"
		"{\"ifindex\":5,\"ifname\":\"tun0\",\"n\":5,\"linkinfo\":{\"info_kind\":\"tun\"}},\n"
		"{\"ifindex\":9,\"ifname\":\"ib0\",\"n\":6},\n"
		"{\"ifindex\":4294967305,\"ifname\":\"ib0\"},{\"ifindex\":-1},{},7]";
	struct details d = { 0 };
	struct model m;
	size_t i;

	(void)state;
	make_model(&m, &scene_devices);
	expect_int(take(&d, &m, text), 0);
	for (i = 0; i < m.n_devs; i++) {
		const struct dev *dev = &m.devs[i];
		int64_t want = dev->ifindex == 5 ? 4 : dev->ifindex == 9 ? 6 : 0;

		expect_int(details_int(details_member(dev->details, "n")), want);
	}
	expect_int(d.changed, m.n_devs - 2);
	expect_true(m.netns[0].has_details);
	clear(&d, &m);
}

static void expect_bytes(void *data, const char *key,
			 const struct json_t *name)
{
	static const char *const want[] = { "a'\"\xff\x07", "\xee\xbe\x80" };
	size_t *n = data, len;
	char *got = details_bytes(name, &len);

	expect_true(!key);
	expect_text(got, want[*n]);
	expect_int(len, strlen(want[*n]));
	expect_true(details_is(name, want[*n]));
	expect_true(!details_is(name, ""));
	free(got);
	++*n;
}

static void names_of_any_bytes(void **state)
{
	static const char odd[] =
		"[{\"ifindex\":2,\"ifname\":\"eth0\",\n"
		"\"altnames\":[\"a\\'\\\"\xff\x07\",\"\xee\xbe\x80\"]}]";
	const struct json_t *names;
	struct details d = { 0 };
	struct model m;
	size_t n = 0;

	(void)state;
	make_model(&m, &scene_devices);
	expect_int(take(&d, &m, odd), 0);
	names = details_member(m.devs[0].details, "altnames");
	expect_int(details_count(names), 2);
	details_walk(names, expect_bytes, &n);
	expect_int(n, 2);
	clear(&d, &m);
}

static void not_what_ip_writes(void **state)
{
	static const char *const bad[] = {
		"", "{}", "7", "[", "[{\"a\":}]", "Usage: ip [ OPTIONS ]",
		"[{\"ifindex\":2,\"ifname\":\"cut\\",
	};
	struct details d = { 0 };
	struct model m;
	size_t i;

	(void)state;
	make_model(&m, &scene_devices);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		d.why[0] = '\0';
		expect_int(take(&d, &m, bad[i]), -EIO);
		expect_part(d.why, "not JSON");
		expect_true(!m.netns[0].has_details);
	}
	expect_true(!m.devs[0].details);
	clear(&d, &m);
}

static const char answer[] =
	"[{\"ifindex\":2,\"ifname\":\"eth0\",\"mtu\":1,\"inet6_addr_gen_mode\":\"eui64\",\"altnames\":[\"enp0s1\",\"it\\'s\xff\"],\"link_netnsid\":0},\n"
	"{\"ifindex\":3,\"ifname\":\"eth0.7\",\"linkinfo\":{\"info_kind\":\"vlan\",\"info_data\":{\"protocol\":\"802.1Q\",\"id\":7,\"flags\":[\"REORDER_HDR\"]}}},\n"
	"{\"ifindex\":6,\"ifname\":\"ipip1\",\"linkinfo\":{\"info_kind\":\"ipip\",\"info_data\":{\"proto\":\"ipip\",\"remote\":\"10.0.0.2\",\"local\":\"10.0.0.1\",\"ttl\":0,\"pmtudisc\":true,\"ikey\":\"0.0.0.0\"}}},\n"
	"{\"ifindex\":11,\"ifname\":\"bond0\",\"linkinfo\":{\"info_kind\":\"bond\",\"info_data\":{\"mode\":\"active-backup\",\"miimon\":100,\"arp_ip_target\":[],\"x\":null,\"y\":0.01,\"z\":0.1,\"big\":4294967295,\"hello_timer\":1.5,\"nested\":{\"a\":[1,-2,{\"b\":false}]}}}},\n"
	"{\"ifindex\":12,\"ifname\":\"port\",\"linkinfo\":{\"info_kind\":\"dummy\",\"info_slave_kind\":\"bond\",\"info_slave_data\":{\"state\":\"ACTIVE\",\"mii_status\":\"UP\"}}}\n"
	"]";

static void printed(void **state)
{
	struct render how = { .width = 120, .pretty = true };
	struct details d = { 0 };
	struct ipnames names;
	struct model m;
	char *text;
	size_t len;
	FILE *f;
	int i;

	(void)state;
	ipnames_read(&names, "/nowhere");
	how.names = &names;
	make_model(&m, &scene_devices);
	expect_int(take(&d, &m, answer), 0);
	for (i = 0; i < 3; i++) {
		static const char *const files[] = {
			"details.txt", "details.json", "details-times.json",
		};

		how.times = i == 2;
		f = open_memstream(&text, &len);
		expect_int(i ? render_json_dump(f, &m, &how) :
			       render_text_dump(f, &m, &how), 0);
		fclose(f);
		golden_check(files[i], text);
		free(text);
	}
	ipnames_free(&names);
	clear(&d, &m);
}

static int run(const char *script, size_t max, int timeout_ms, char **text,
	       char *why, size_t size)
{
	char *argv[4] = { "/bin/sh", "-c", (char *)script, NULL };
	size_t len;
	int ret = details_run(-1, argv, max, timeout_ms, text, &len, why, size);

	*text = realloc(*text, len + 1);
	(*text)[len] = '\0';
	return ret;
}

static void commands(void **state)
{
	static const struct {
		const char *script;
		size_t max;
		int ms, ret;
		const char *text, *why;
	} all[] = {
		{ "echo a; echo b >&2", 100, 60000, 0, "a\n", "" },
		{ "cat", 100, 60000, 0, "", "" },
		{ "echo a; echo no such thing >&2; echo x >&2; exit 2", 100,
		  60000, -EIO, "a\n", "no such thing" },
		{ "kill -9 $$", 100, 60000, -EIO, "", "wait status 9" },
		{ "exit 1", 100, 60000, -EIO, "", "wait status 256" },
		{ "echo a; exec sleep 1000", 100, 200, -ETIME, "a\n", "" },
		{ "exec yes", 100000, 60000, -EFBIG, NULL, "" },
		{ "exec 1>&-; exec sleep 1000", 100, 60000, -EIO, "",
		  "wait status 9" },
	};
	char why[64], *text;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		expect_int(run(all[i].script, all[i].max, all[i].ms, &text,
			       why, sizeof(why)), all[i].ret);
		if (all[i].text)
			expect_text(text, all[i].text);
		expect_text(why, all[i].why);
		free(text);
	}
}

static void no_such_command(void **state)
{
	char *argv[2] = { "/nowhere/ip", NULL }, why[64], *text;
	size_t len;

	(void)state;
	expect_int(details_run(-1, argv, 100, 60000, &text, &len, why,
			       sizeof(why)), -EIO);
	expect_int(len, 0);
	free(text);
}

static void no_netns(void **state)
{
	char *argv[2] = { "/bin/true", NULL }, why[64], *text;
	size_t len;

	(void)state;
	expect_int(details_run(STDIN_FILENO, argv, 100, 60000, &text, &len,
			       why, sizeof(why)), -EPERM);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean),
		cmocka_unit_test(matched),
		cmocka_unit_test(names_of_any_bytes),
		cmocka_unit_test(not_what_ip_writes),
		cmocka_unit_test(printed),
		cmocka_unit_test(commands),
		cmocka_unit_test(no_such_command),
		cmocka_unit_test(no_netns),
	};

	return run_group("details", tests, ARRAY_SIZE(tests));
}
