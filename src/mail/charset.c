/*
 * Charsets. The label on a mail is a hint: gb2312 means gbk in practice, iso-8859-1 means windows-1252 (the same
 * readings that the WHATWG Encoding Standard prescribes), and "unknown-8bit" means that nobody knew. So the
 * label is read through a table, what iconv refuses is replaced byte by byte, and text without a usable
 * label is guessed. All loops are linear in the input.
 */
#include "mail/charset.h"

#include "core/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>

static const char replacement[] = "\xEF\xBF\xBD";

/* What a label really means. */
static const struct {
	const char *label;
	const char *means;
} readings[] = {
        {"us-ascii", ""},
        {"ascii", ""},
        {"ansi_x3.4-1968", ""},
        {"utf8", "utf-8"},
        {"unicode-1-1-utf-8", "utf-8"},
        {"iso-8859-1", "windows-1252"},
        {"latin1", "windows-1252"},
        {"iso-8859-9", "windows-1254"},
        {"gb2312", "gb18030"},
        {"gbk", "gb18030"},
        {"x-gbk", "gb18030"},
        {"ks_c_5601-1987", "cp949"},
        {"euc-kr", "cp949"},
        {"shift_jis", "cp932"},
        {"x-sjis", "cp932"},
        {"big5", "big5-hkscs"},
        {"iso-8859-8-i", "iso-8859-8"},
        {"x-mac-cyrillic", "mac-cyrillic"},
        {"cp-1251", "windows-1251"},
        {"win-1251", "windows-1251"},
        {"koi8", "koi8-r"},
        {"unknown-8bit", ""},
        {"x-unknown", ""},
        {"default", ""},
        {"binary", ""},
};

/* Bytes of the well-formed sequence at the front, or 0. */
static size_t utf8_sequence(const char *s, size_t length)
{
	size_t used = 1;
	return (unsigned char)*s < 0x80 || utf8_next(s, length, &used) >= 0 ? used : 0;
}

bool charset_is_utf8(struct slice bytes)
{
	for (size_t i = 0; i < bytes.length;) {
		size_t n = utf8_sequence(bytes.data + i, bytes.length - i);
		if (!n)
			return false;
		i += n;
	}
	return true;
}

/* Appends UTF-8 as it is, with U+FFFD for what is not UTF-8 and for NUL. */
static void add_utf8(struct strbuf *out, struct slice bytes)
{
	size_t good = 0;
	for (size_t i = 0; i < bytes.length;) {
		size_t n = bytes.data[i] ? utf8_sequence(bytes.data + i, bytes.length - i) : 0;
		if (n) {
			i += n;
			continue;
		}
		strbuf_add(out, bytes.data + good, i - good);
		strbuf_add(out, replacement, 3);
		good = ++i;
	}
	strbuf_add(out, bytes.data + good, bytes.length - good);
}

/*
 * Cyrillic words are runs of high bytes, western ones have single high letters among ASCII. Between the two Cyrillic
 * charsets the case decides: small letters are E0-FF in windows-1251 and C0-DF in koi8-r, and text is mostly small.
 */
const char *charset_guess(struct slice bytes)
{
	size_t in_runs = 0, alone = 0, low_half = 0, high_half = 0, run = 0;
	for (size_t i = 0; i <= bytes.length; i++) {
		unsigned char c = i < bytes.length ? (unsigned char)bytes.data[i] : 0;
		if (c >= 0xC0) {
			run++;
			*(c < 0xE0 ? &low_half : &high_half) += 1;
			continue;
		}
		*(run > 1 ? &in_runs : &alone) += run;
		run = 0;
	}
	if (in_runs <= alone)
		return "windows-1252";
	return low_half > high_half ? "koi8-r" : "windows-1251";
}

/* After this many bytes that are not in the charset it is not the charset; and each costs glibc up to 70 us. */
enum { REFUSALS_MOST = 5000 };

/* Appends what iconv makes of the bytes; returns how many it did not get to, because it refused too many. */
static size_t convert(iconv_t cd, struct strbuf *out, struct slice bytes)
{
	int refusals = 0;
	char *in = (char *)(uintptr_t)bytes.data;
	size_t left = bytes.length;
	while (left && refusals < REFUSALS_MOST) {
		strbuf_reserve(out, left + left / 2 + 64);
		char *to = out->data + out->length;
		size_t room = out->capacity - out->length - 1;
		size_t before = room;
		size_t done = iconv(cd, &in, &left, &to, &room);
		out->length += before - room;
		out->data[out->length] = '\0';
		if (done != (size_t)-1 || errno == E2BIG)
			continue;
		strbuf_add(out, replacement, 3);
		refusals++;
		in++;
		left--;
		iconv(cd, NULL, NULL, NULL, NULL);
	}
	return left;
}

/* Some programs put a maker before the name: windows-cp1251. */
static iconv_t open_charset(const char *charset)
{
	static const char *const makers[] = {"x-", "windows-", "microsoft-", "ibm-"};
	iconv_t cd = iconv_open("UTF-8", charset);
	for (size_t i = 0; cd == (iconv_t)-1 && i < sizeof makers / sizeof *makers; i++)
		if (strncasecmp(charset, makers[i], strlen(makers[i])) == 0)
			cd = iconv_open("UTF-8", charset + strlen(makers[i]));
	return cd;
}

/* Through iconv; false when there is no such charset. */
static bool by_iconv(struct strbuf *out, struct slice bytes, const char *charset)
{
	iconv_t cd = open_charset(charset);
	if (cd == (iconv_t)-1)
		return false;
	struct strbuf text = STRBUF_INIT;
	size_t left = convert(cd, &text, bytes);
	iconv_close(cd);
	add_utf8(out, (struct slice){text.data, text.length});
	add_utf8(out, slice_from(bytes, bytes.length - left));
	strbuf_release(&text);
	return true;
}

/* The label without quotes, blanks and RFC 2231's language, through the table; "" when it says nothing. */
static const char *read_label(const char *charset, char *room, size_t size)
{
	size_t n = 0;
	for (; charset && *charset && *charset != '*' && n + 1 < size; charset++)
		if (isalnum((unsigned char)*charset) || strchr("-_.:", *charset))
			room[n++] = *charset;
	room[n] = '\0';
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
		if (strcasecmp(room, readings[i].label) == 0)
			return readings[i].means;
	return room;
}

/* Text that says it is UTF-8 and has not one sequence of several bytes in it is in another charset. */
static bool has_utf8_sequence(struct slice bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		if ((unsigned char)bytes.data[i] >= 0x80 &&
		        utf8_sequence(bytes.data + i, bytes.length - i) > 1)
			return true;
	return false;
}

void charset_to_utf8(struct strbuf *out, struct slice bytes, const char *charset)
{
	char room[64];
	const char *label = read_label(charset, room, sizeof room);
	bool says_utf8 = strcasecmp(label, "utf-8") == 0;
	if ((!*label || says_utf8) && (charset_is_utf8(bytes) || (says_utf8 && has_utf8_sequence(bytes)))) {
		add_utf8(out, bytes);
		return;
	}
	if (*label && !says_utf8 && by_iconv(out, bytes, label))
		return;
	if (charset_is_utf8(bytes) || !by_iconv(out, bytes, charset_guess(bytes)))
		add_utf8(out, bytes);
}
