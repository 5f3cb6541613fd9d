// SPDX-License-Identifier: GPL-2.0
#include <wchar.h>

#include "base/escape.h"
#include "base/util.h"

struct range {
	uint32_t first;
	uint32_t last;
};

/* Sorted. Everything here either moves, hides or reorders text. */
static const struct range unsafe[] = {
	{ 0x0000, 0x001f },	/* C0 controls */
	{ 0x007f, 0x009f },	/* DEL, C1 controls */
	{ 0x00ad, 0x00ad },	/* soft hyphen */
	{ 0x034f, 0x034f },	/* combining grapheme joiner */
	{ 0x061c, 0x061c },	/* arabic letter mark */
	{ 0x115f, 0x1160 },	/* hangul fillers */
	{ 0x17b4, 0x17b5 },	/* khmer inherent vowels */
	{ 0x180b, 0x180f },	/* mongolian selectors */
	{ 0x200b, 0x200f },	/* zero width, marks of direction */
	{ 0x2028, 0x202e },	/* separators, embeddings, overrides */
	{ 0x2060, 0x206f },	/* invisible operators, isolates */
	{ 0x3164, 0x3164 },	/* hangul filler */
	{ 0xfe00, 0xfe0f },	/* variation selectors */
	{ 0xfeff, 0xfeff },	/* byte order mark */
	{ 0xffa0, 0xffa0 },	/* halfwidth hangul filler */
	{ 0xfff0, 0xfffb },	/* interlinear annotation */
	{ 0xe0000, 0xe0fff },	/* tags, more variation selectors */
};

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t utf8_decode(const char *s, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = s[0];
	size_t n, i;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	n = c >= 0xf8 ? 0 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
	if (!n || n > len)
		return 0;
	*cp = c & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if (!is_continuation(s[i]))
			return 0;
		*cp = *cp << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

bool utf8_is_unsafe(uint32_t cp)
{
	size_t lo = 0, hi = ARRAY_SIZE(unsafe);

	if ((cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef))
		return true;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (cp > unsafe[mid].last)
			lo = mid + 1;
		else if (cp < unsafe[mid].first)
			hi = mid;
		else
			return true;
	}
	return false;
}

size_t escape_plain(const char *s, size_t len)
{
	static const bool plain[256] = {
		[' ' ... '!'] = true, ['#' ... '['] = true,
		[']' ... '~'] = true,
	};
	size_t n = 0;

	while (n < len && plain[(unsigned char)s[n]])
		n++;
	return n;
}

static size_t text_bytes(FILE *f, const char *s, size_t n)
{
	size_t i;

	for (i = 0; f && i < n; i++)
		fprintf(f, "\\x%02x", (unsigned char)s[i]);
	return 4 * n;
}

size_t utf8_columns(uint32_t cp)
{
	int columns = wcwidth(cp);

	return columns < 0 ? 1 : columns;
}

size_t escape_text(FILE *f, const char *s, size_t len, bool utf8)
{
	size_t columns = 0;
	uint32_t cp;
	size_t n;

	for (; len; s += n, len -= n) {
		n = escape_plain(s, len);
		if (n) {
			if (f)
				fwrite_unlocked(s, 1, n, f);
			columns += n;
			continue;
		}
		n = utf8_decode(s, len, &cp);
		if (!n) {
			n = 1;
			columns += text_bytes(f, s, n);
		} else if (utf8_is_unsafe(cp) || (cp > 0x7f && !utf8)) {
			columns += text_bytes(f, s, n);
		} else if (cp == '\\') {
			if (f)
				fputs("\\\\", f);
			columns += 2;
		} else {
			if (f)
				fwrite(s, 1, n, f);
			columns += utf8_columns(cp);
		}
	}
	return columns;
}

static void json_unit(FILE *f, uint32_t unit)
{
	fprintf(f, "\\u%04x", (unsigned int)unit);
}

static void json_unicode(FILE *f, uint32_t cp)
{
	if (cp < 0x10000) {
		json_unit(f, cp);
		return;
	}
	cp -= 0x10000;
	json_unit(f, 0xd800 | cp >> 10);
	json_unit(f, 0xdc00 | (cp & 0x3ff));
}

static void json_bytes(FILE *f, const char *s, size_t n)
{
	while (n--)
		json_unit(f, 0xef00 | (unsigned char)*s++);
}

static bool json_short(FILE *f, uint32_t cp)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	size_t i;

	for (i = 0; from[i]; i++) {
		if (cp == (unsigned char)from[i]) {
			fputc('\\', f);
			fputc(to[i], f);
			return true;
		}
	}
	return false;
}

void escape_json(FILE *f, const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	putc_unlocked('"', f);
	for (; len; s += n, len -= n) {
		n = escape_plain(s, len);
		if (n) {
			fwrite_unlocked(s, 1, n, f);
			continue;
		}
		n = utf8_decode(s, len, &cp);
		if (!n) {
			n = 1;
			json_bytes(f, s, n);
		} else if (cp >= 0xef80 && cp <= 0xefff) {
			json_bytes(f, s, n);
		} else if (json_short(f, cp)) {
			continue;
		} else if (utf8_is_unsafe(cp)) {
			json_unicode(f, cp);
		} else {
			fwrite(s, 1, n, f);
		}
	}
	putc_unlocked('"', f);
}
