// SPDX-License-Identifier: GPL-2.0
#include "base/json.h"
#include "jsoncheck.h"
#include "test.h"

static void sample(struct json *j)
{
	json_object(j, NULL);
	json_uint(j, "big", UINT64_MAX);
	json_int(j, "small", INT64_MIN);
	json_array(j, "list");
	json_string(j, NULL, "a\"b");
	json_null(j, NULL);
	json_array(j, NULL);
	json_array_end(j);
	json_object(j, NULL);
	json_object_end(j);
	json_true(j, NULL);
	json_array_end(j);
	json_object(j, "inner");
	json_null(j, "nothing");
	json_true(j, "yes");
	json_false(j, "no");
	json_real(j, "tenth", 0.1);
	json_real(j, "zero", 0);
	json_real(j, "third", 1.0 / 3);
	json_real(j, "large", -1e300);
	json_object_end(j);
	json_object_end(j);
}

static char *write_sample(bool pretty)
{
	struct json j;
	char *buf;
	size_t len;
	FILE *f = open_memstream(&buf, &len);

	json_start(&j, f, pretty);
	sample(&j);
	json_end(&j);
	fclose(f);
	expect_int(j.depth, 0);
	return buf;
}

static void compact(void **state)
{
	char *got = write_sample(false);

	(void)state;
	expect_text(got, "{\"big\":18446744073709551615,\"small\":-9223372036854775808,\"list\":[\"a\\\"b\",null,[],{},true],\"inner\":{\"nothing\":null,\"yes\":true,\"no\":false,\"tenth\":0.1,\"zero\":0.0,\"third\":0.3333333333333333,\"large\":-1e+300}}\n");
	expect_true(jsoncheck(got));
	free(got);
}

static void pretty(void **state)
{
	char *got = write_sample(true);

	(void)state;
	expect_text(got,
		    "{\n"
		    "    \"big\": 18446744073709551615,\n"
		    "    \"small\": -9223372036854775808,\n"
		    "    \"list\": [\n"
		    "        \"a\\\"b\",\n"
		    "        null,\n"
		    "        [],\n"
		    "        {},\n"
		    "        true\n"
		    "    ],\n"
		    "    \"inner\": {\n"
		    "        \"nothing\": null,\n"
		    "        \"yes\": true,\n"
		    "        \"no\": false,\n"
		    "        \"tenth\": 0.1,\n"
		    "        \"zero\": 0.0,\n"
		    "        \"third\": 0.3333333333333333,\n"
		    "        \"large\": -1e+300\n"
		    "    }\n"
		    "}\n");
	expect_true(jsoncheck(got));
	free(got);
}

/* The judge of the other tests must be able to say no. */
static void checker_refuses(void **state)
{
	static const char *const broken[] = {
		"", "\n", "{}", "{}x\n", "{}\n{}\n", "{\"a\":1,}\n", "[1 2]\n",
		"{\"a\":1,\"a\":2}\n", "{a:1}\n", "[01]\n", "[-]\n",
		"[\"\x01\"]\n", "[\"\\x41\"]\n", "[\"\\ud800\"]\n",
		"[\"\\udc00\"]\n", "[\"\xff\"]\n", "[\"\xc0\xaf\"]\n",
		"[\"\xed\xa0\x80\"]\n", "[\"a]\n", "[nul]\n", "[tru]\n",
	};
	static const char *const good[] = {
		"{}\n", "[]\n", "[\"\\ud83d\\ude00\",0,-1,true,null]\n",
		"{\"a\":{\"a\":[]}}\n", "[\"é\"]\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(broken); i++) {
		if (jsoncheck(broken[i]))
			print_error("accepted: %s\n", broken[i]);
		expect_true(!jsoncheck(broken[i]));
	}
	for (i = 0; i < ARRAY_SIZE(good); i++)
		expect_true(jsoncheck(good[i]));
}

int main(void)
{
	const struct CMUnitTest json[] = {
		cmocka_unit_test(compact),
		cmocka_unit_test(pretty),
		cmocka_unit_test(checker_refuses),
	};

	return run_group("json", json, ARRAY_SIZE(json));
}
