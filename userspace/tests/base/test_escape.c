// SPDX-License-Identifier: GPL-2.0
#include <locale.h>

#include "base/escape.h"
#include "test.h"

struct sample {
	const char *in;
	const char *out;
};

static char *text(const char *s, bool utf8, size_t *columns)
{
	char *buf;
	size_t len;
	FILE *f = open_memstream(&buf, &len);

	*columns = escape_text(f, s, strlen(s), utf8);
	fclose(f);
	expect_int(escape_text(NULL, s, strlen(s), utf8), *columns);
	return buf;
}

static char *json(const char *s, size_t n)
{
	char *buf;
	size_t len;
	FILE *f = open_memstream(&buf, &len);

	escape_json(f, s, n);
	fclose(f);
	return buf;
}

static void check_text(const struct sample *s, size_t n, bool utf8)
{
	size_t columns;
	char *got;

	for (; n--; s++) {
		got = text(s->in, utf8, &columns);
		expect_text(got, s->out);
		free(got);
	}
}

static void text_plain(void **state)
{
	static const struct sample samples[] = {
		{ "", "" },
		{ "eth0.5@x:\"' ~", "eth0.5@x:\"' ~" },
		{ "a\\b", "a\\\\b" },
	};

	(void)state;
	check_text(samples, ARRAY_SIZE(samples), true);
	check_text(samples, ARRAY_SIZE(samples), false);
}

static void text_controls(void **state)
{
	static const struct sample samples[] = {
		{ "\x1b[31mred", "\\x1b[31mred" },
		{ "a\nb\tc\rd\be\x7f", "a\\x0ab\\x09c\\x0dd\\x08e\\x7f" },
		{ "\x01", "\\x01" },
		/* C1: CSI, both as UTF-8 and as a bare byte */
		{ "\xc2\x9b[31m", "\\xc2\\x9b[31m" },
		{ "\x9b[31m", "\\x9b[31m" },
	};

	(void)state;
	check_text(samples, ARRAY_SIZE(samples), true);
	check_text(samples, ARRAY_SIZE(samples), false);
}

static void text_bidi_and_invisible(void **state)
{
	static const struct sample samples[] = {
		{ "\xe2\x80\xaey", "\\xe2\\x80\\xaey" },	/* RLO */
		{ "\xe2\x81\xa6y", "\\xe2\\x81\\xa6y" },	/* LRI */
		{ "\xe2\x80\x8by", "\\xe2\\x80\\x8by" },	/* ZWSP */
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },		/* BOM */
		{ "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },		/* LS */
		{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" },	/* tag A */
		{ "\xef\xbf\xbe", "\\xef\\xbf\\xbe" },		/* U+FFFE */
	};

	(void)state;
	check_text(samples, ARRAY_SIZE(samples), true);
}

static void text_utf8(void **state)
{
	static const struct sample shown[] = {
		{ "é", "é" }, { "日本", "日本" }, { "😀", "😀" },
	};
	static const struct sample ascii[] = {
		{ "é", "\\xc3\\xa9" },
	};
	size_t columns;

	(void)state;
	check_text(shown, ARRAY_SIZE(shown), true);
	check_text(ascii, ARRAY_SIZE(ascii), false);
	free(text("日本x", true, &columns));
	expect_int(columns, 3);
	free(text("\xff", true, &columns));
	expect_int(columns, 4);
}

/* Wide characters, and those that go on top of others. */
static void text_widths(void **state)
{
	static const struct { const char *s; size_t columns; } samples[] = {
		{ "x", 1 }, { "\xc3\xa9", 1 }, { "e\xcc\x81x", 2 },
		{ "\xe6\x97\xa5\xe6\x9c\xacx", 5 }, { "\xf0\x9f\x98\x80", 2 },
		/* private use: the locale does not tell */
		{ "\xee\x80\x80", 1 },
	};
	size_t i, columns;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		free(text(samples[i].s, true, &columns));
		expect_int(columns, samples[i].columns);
	}
	free(text("\xe6\x97\xa5", false, &columns));
	expect_int(columns, 12);
	setlocale(LC_CTYPE, "C");
}

static void text_broken_utf8(void **state)
{
	static const struct sample samples[] = {
		{ "\xff", "\\xff" },
		{ "\xc3", "\\xc3" },			/* cut off */
		{ "\xe2\x80", "\\xe2\\x80" },		/* cut off */
		{ "\xc0\xaf", "\\xc0\\xaf" },		/* overlong */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },	/* overlong */
		{ "\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
		{ "\xc3y", "\\xc3y" },
		{ "\x80", "\\x80" },
	};

	(void)state;
	check_text(samples, ARRAY_SIZE(samples), true);
}

static void json_strings(void **state)
{
	static const struct sample samples[] = {
		{ "", "\"\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x1b", "\"\\u001b\"" },
		{ "\x7f", "\"\\u007f\"" },
		{ "é😀", "\"é😀\"" },
		{ "\xc2\x9b", "\"\\u009b\"" },
		{ "\xe2\x80\xae", "\"\\u202e\"" },
		{ "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"" },
		{ "\xff", "\"\\uefff\"" },
		{ "a\xc3", "\"a\\uefc3\"" },
		{ "\xed\xa0\x80", "\"\\uefed\\uefa0\\uef80\"" },
	};
	size_t i;
	char *got;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		got = json(samples[i].in, strlen(samples[i].in));
		expect_text(got, samples[i].out);
		free(got);
	}
}

static size_t put_utf8(unsigned int cp, unsigned char *out)
{
	if (cp < 0x80) {
		out[0] = cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = 0xc0 | cp >> 6;
		out[1] = 0x80 | (cp & 0x3f);
		return 2;
	}
	out[0] = 0xe0 | cp >> 12;
	out[1] = 0x80 | (cp >> 6 & 0x3f);
	out[2] = 0x80 | (cp & 0x3f);
	return 3;
}

/* Undo escape_json(), as the man page says: U+EF80 to U+EFFF are bytes. */
static size_t undo(const char *s, unsigned char *out)
{
	unsigned int unit;
	size_t n = 0;

	for (s++; *s != '"'; s++) {
		if (*s != '\\') {
			out[n++] = *s;
			continue;
		}
		expect_int(sscanf(s, "\\u%4x", &unit), 1);
		s += 5;
		if (unit >= 0xef80 && unit <= 0xefff)
			out[n++] = unit - 0xef00;
		else
			n += put_utf8(unit, out + n);
	}
	return n;
}

/* All bytes come back, whatever their neighbours, so no two print alike. */
static void json_is_lossless(void **state)
{
	static const unsigned char third[] = { 'a', 0x80, 0xbf, 0xef, 0xff };
	unsigned char in[3], out[16];
	unsigned int a, b;
	size_t c;

	(void)state;
	for (a = 0x80; a < 0x100; a++) {
		for (b = 0x80; b < 0x100; b++) {
			for (c = 0; c < ARRAY_SIZE(third); c++) {
				char *got;

				in[0] = a;
				in[1] = b;
				in[2] = third[c];
				got = json((char *)in, 3);
				expect_int(undo(got, out), 3);
				assert_memory_equal(in, out, 3);
				free(got);
			}
		}
	}
}

/* A character of the range that stands for bytes stands for its own bytes. */
static void json_private_use(void **state)
{
	unsigned char out[8];
	char *got;

	(void)state;
	got = json("\xee\xbe\x80", 3);		/* U+EF80 */
	expect_text(got, "\"\\uefee\\uefbe\\uef80\"");
	expect_int(undo(got, out), 3);
	assert_memory_equal(out, "\xee\xbe\x80", 3);
	free(got);
	got = json("\xee\xbd\xbf", 3);		/* U+EF7F */
	expect_text(got, "\"\xee\xbd\xbf\"");
	free(got);
}

static void unsafe_table(void **state)
{
	uint32_t cp;

	(void)state;
	for (cp = 0x20; cp < 0x7f; cp++)
		expect_true(!utf8_is_unsafe(cp));
	for (cp = 0x80; cp < 0xa0; cp++)
		expect_true(utf8_is_unsafe(cp));
	expect_true(!utf8_is_unsafe(0xa0));
	expect_true(utf8_is_unsafe(0x10ffff));
	expect_true(!utf8_is_unsafe(0x1f600));
	expect_true(utf8_is_unsafe(0xe0001));
}

int main(void)
{
	const struct CMUnitTest escape[] = {
		cmocka_unit_test(text_plain),
		cmocka_unit_test(text_controls),
		cmocka_unit_test(text_bidi_and_invisible),
		cmocka_unit_test(text_utf8),
		cmocka_unit_test(text_widths),
		cmocka_unit_test(text_broken_utf8),
		cmocka_unit_test(json_strings),
		cmocka_unit_test(json_is_lossless),
		cmocka_unit_test(json_private_use),
		cmocka_unit_test(unsafe_table),
	};

	return run_group("escape", escape, ARRAY_SIZE(escape));
}
