/* Hostile text and the cells it may use. Random input must come out harmless, measured and the same when it goes in again. */
#include "core/text.h"

#include "core/utf8.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#define FFFD "\xef\xbf\xbd"

static struct strbuf sanitised(const char *bytes, size_t length, enum text_lines lines)
{
	struct strbuf out = STRBUF_INIT;
	text_sanitise(&out, bytes, length, lines);
	return out;
}

/* ---- decoding ------------------------------------------------------------------------------------- */

/* Unicode 15, section 3.9: how many replacements a broken sequence gives (table 3-8 and its neighbours). */
static const struct {
	const char *bytes, *shown;
} broken[] = {
        {"\xc0\xaf", FFFD FFFD}, /* overlong "/" */
        {"\xe0\x80\xaf", FFFD FFFD FFFD},
        {"\xf0\x80\x80\xaf", FFFD FFFD FFFD FFFD},
        {"\xed\xa0\x80", FFFD FFFD FFFD},          /* a surrogate */
        {"\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD}, /* beyond U+10FFFF */
        {"\xf5\x80", FFFD FFFD},
        {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf"
         "A",
                FFFD FFFD FFFD FFFD "A"},
        {"\xd0", FFFD}, /* cut short */
        {"\xf0\x9f\x98", FFFD},
        {"\x80\xbf", FFFD FFFD},
        {"\xff\xfe", FFFD FFFD},
        {"a\xd0 b", "a" FFFD " b"},
};

Test(text, broken_utf8)
{
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct strbuf out = sanitised(broken[i].bytes, strlen(broken[i].bytes), TEXT_ONE_LINE);
		cr_assert_str_eq(out.data, broken[i].shown, "case %zu: %s", i, out.data);
		strbuf_release(&out);
	}
	for (int32_t code = 0; code < 0x110000; code++) {
		char bytes[4];
		size_t used;
		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		size_t length = utf8_put(bytes, code);
		cr_assert(
		        utf8_next(bytes, length, &used) == code && used == length, "U+%04X", (unsigned)code);
	}
}

/* ---- the table of hostile and harmless text -------------------------------------------------------- */

#define ACUTE "\u0301"

static const struct {
	const char *what, *bytes;
	enum text_lines lines;
	const char *shown;
	int width;
} cases[] = {
        {"plain", "Hello, world", TEXT_ONE_LINE, "Hello, world", 12},
        {"Cyrillic", "Данные за ночь", TEXT_ONE_LINE, "Данные за ночь", 14},
        {"a colour", "\033[31mred\033[0m", TEXT_ONE_LINE, FFFD "[31mred" FFFD "[0m", 12},
        {"a title", "\033]0;pwned\007", TEXT_ONE_LINE, FFFD "]0;pwned" FFFD, 10},
        {"the C1 CSI",
                "\xc2\x9b"
                "31m",
                TEXT_ONE_LINE, FFFD "31m", 4},
        {"a raw C1 byte",
                "\x9b"
                "31m",
                TEXT_ONE_LINE, FFFD "31m", 4},
        {"DEL and BS", "a\b\x7f", TEXT_ONE_LINE, "a" FFFD FFFD, 3},
        {"an override", "exe.\u202Efdp", TEXT_ONE_LINE, "exe." FFFD "fdp", 8},
        {"isolates", "\u2066a\u2069\u200e\u200f\u061c", TEXT_ONE_LINE, "a", 1},
        {"an embedding", "\u202a+380\u202c", TEXT_ONE_LINE, "+380", 4},
        {"tags", "a\U000E0041\U000E007F", TEXT_ONE_LINE, "a", 1},
        {"soft hyphens", "re\u00adply", TEXT_ONE_LINE, "reply", 5},
        {"zero width", "a\u200b\u2060\ufeffb", TEXT_ONE_LINE, "ab", 2},
        {"a filler", "a\u3164b\u115f", TEXT_ONE_LINE, "ab", 2},
        {"private use", "\ue000", TEXT_ONE_LINE, FFFD, 1},
        {"unassigned", "\U0003fffd\uffff", TEXT_ONE_LINE, FFFD FFFD, 2},
        {"CJK", "日本語", TEXT_ONE_LINE, "日本語", 6},
        {"Hangul from parts", "\u1112\u1161\u11ab", TEXT_ONE_LINE, "\u1112\u1161\u11ab", 2},
        {"a mark", "e" ACUTE "t", TEXT_ONE_LINE, "e" ACUTE "t", 2},
        {"a mark on nothing", ACUTE "x", TEXT_ONE_LINE, FFFD "x", 2},
        {"a mark on a blank", "a " ACUTE, TEXT_ONE_LINE, "a " FFFD, 3},
        {"a mark at a line's beginning", "a\n" ACUTE, TEXT_KEEP_LINES, "a\n" FFFD, 3},
        {"a flood of marks", "e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "x",
                TEXT_ONE_LINE, "e" ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE ACUTE "x", 2},
        {"a joined emoji", "\U0001F468\u200d\U0001F469\u200d\U0001F467", TEXT_ONE_LINE,
                "\U0001F468\U0001F469\U0001F467", 6},
        {"a skin tone", "\U0001F44D\U0001F3FD!", TEXT_ONE_LINE, "\U0001F44D!", 3},
        {"a skin tone alone", "a\U0001F3FD", TEXT_ONE_LINE, "a\U0001F3FD", 3},
        {"emoji presentation", "\u2601\ufe0f", TEXT_ONE_LINE, "\u2601", 1},
        {"a flag", "\U0001F1FA\U0001F1E6", TEXT_ONE_LINE, "\U0001F1FA\U0001F1E6", 2},
        {"a new emoji that the library does not know", "\U0001FAE8", TEXT_ONE_LINE, FFFD, 1},
        {"a joiner in a word", "\u0915\u094d\u200d\u0937", TEXT_ONE_LINE, "\u0915\u094d\u200d\u0937", 2},
        {"a joiner on nothing", "\u200da \u200cb", TEXT_ONE_LINE, "a b", 3},
        {"one variation selector", "\u845b\U000E0100\U000E0101\U000E0102", TEXT_ONE_LINE, "\u845b\U000E0100",
                2},
        {"line ends", "a\r\nb\rc\nd\u2028e", TEXT_KEEP_LINES, "a\nb\nc\nd\ne", 9},
        {"line ends in one line", "a\r\nb\rc\nd\u2029e", TEXT_ONE_LINE, "a b c d e", 9},
        {"empty lines", "a\r\n\r\n\n\rb", TEXT_KEEP_LINES, "a\n\n\n\nb", 6},
        {"tabs", "a\tb\n\tc\t", TEXT_KEEP_LINES, "a       b\n        c       ", 26},
        {"a tab after wide text", "日本\tx", TEXT_KEEP_LINES, "日本    x", 9},
        {"a tab in one line", "a\tb", TEXT_ONE_LINE, "a b", 3},
        {"nothing", "", TEXT_ONE_LINE, "", 0},
};

Test(text, hostile)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf out = sanitised(cases[i].bytes, strlen(cases[i].bytes), cases[i].lines);
		cr_assert_str_eq(out.data, cases[i].shown, "%s: \"%s\"", cases[i].what, out.data);
		cr_assert_eq(text_width(out.data, out.length), cases[i].width, "%s: %d cells", cases[i].what,
		        text_width(out.data, out.length));
		strbuf_release(&out);
	}
	struct strbuf out = sanitised("a\0b", 3, TEXT_ONE_LINE);
	cr_assert_str_eq(out.data, "a" FFFD "b");
	strbuf_adds(&out, "|");
	text_sanitise(&out, ACUTE, strlen(ACUTE), TEXT_ONE_LINE);
	cr_assert_str_eq(out.data, "a" FFFD "b|" FFFD, "a mark must not stand on what was there before");
	strbuf_release(&out);
}

/* ---- properties ------------------------------------------------------------------------------------ */

/* Code points that have something to say to each other, and bytes that are none. */
static void random_text(struct random *r, struct strbuf *out, int64_t most)
{
	static const int32_t interesting[] = {'a', 'Z', ' ', ' ', '\n', '\r', '\t', 0x1b, 0x9b, 0xad, 0x301,
	        0x300, 0x20e3, 0x200d, 0x200c, 0xfe0f, 0xfe00, 0x1f468, 0x1f3fd, 0x2764, 0x1f1fa, 0x65e5,
	        0x0434, 0x202e, 0x2066, 0x2028, 0xe000, 0x600, 0x903, 0x1100, 0x1161, 0x11a8, 0xac00, 0x115f,
	        0xe0041, 0xe0101, 0x1fae8, 0x3000, 0xa0, 0x200b, 0xfffd};
	for (int64_t n = random_between(r, 0, most); n; n--) {
		char bytes[4];
		int32_t code =
		        interesting[random_between(r, 0, sizeof interesting / sizeof *interesting - 1)];
		if (random_one_in(r, 8))
			code = (int32_t)random_between(r, 0, 0x10ffff);
		if (random_one_in(r, 20))
			strbuf_addc(out, (char)random_between(r, 0x80, 0xff));
		else
			strbuf_add(out, bytes, utf8_put(bytes, code));
	}
}

static bool is_forbidden(int32_t code)
{
	return code < 0 || (code < ' ' && code != '\n') || (code >= 0x7f && code <= 0x9f) || code == 0xad ||
	       code == 0x61c || (code >= 0x200b && code <= 0x200f && code != 0x200c && code != 0x200d) ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	       (code >= 0xe000 && code <= 0xf8ff) || (code >= 0xe0000 && code <= 0xe00ff);
}

Test(text, random_input_comes_out_harmless)
{
	struct random r = random_start();
	for (int i = 0; i < 20000; i++) {
		struct strbuf in = STRBUF_INIT;
		random_text(&r, &in, 40);
		enum text_lines lines = random_one_in(&r, 2) ? TEXT_ONE_LINE : TEXT_KEEP_LINES;
		struct strbuf out = sanitised(in.data, in.length, lines);
		struct strbuf again = sanitised(out.data, out.length, lines);
		cr_assert_str_eq(again.data, out.data, "seed 0x%" PRIx64 ": twice is not once", r.seed);
		for (size_t at = 0, used; at < out.length; at += used) {
			int32_t code = utf8_next(out.data + at, out.length - at, &used);
			cr_assert(!is_forbidden(code) && (code != '\n' || lines == TEXT_KEEP_LINES),
			        "seed 0x%" PRIx64 ": U+%04X came through", r.seed, (unsigned)code);
		}
		strbuf_release(&in);
		strbuf_release(&out);
		strbuf_release(&again);
	}
}

struct wrapping {
	uint64_t seed;
	const struct strbuf *text;
	int columns;
	size_t end; /* of the last line */
	size_t lines;
};

static void check_line(void *context, struct text_line line)
{
	struct wrapping *wrapping = context;
	const char *text = wrapping->text->data;
	cr_assert(line.start >= wrapping->end && line.start + line.length <= wrapping->text->length,
	        "seed 0x%" PRIx64, wrapping->seed);
	for (size_t i = wrapping->end; i < line.start; i++)
		cr_assert(text[i] == ' ' || text[i] == '\n', "seed 0x%" PRIx64 ": lost a character",
		        wrapping->seed);
	cr_assert_leq(text_width(text + line.start, line.length), wrapping->columns,
	        "seed 0x%" PRIx64 ": \"%.*s\" in %d", wrapping->seed, (int)line.length, text + line.start,
	        wrapping->columns);
	cr_assert(!memchr(text + line.start, '\n', line.length));
	cr_assert(!line.length || text[line.start + line.length - 1] != ' ', "trailing blank");
	wrapping->end = line.start + line.length;
	wrapping->lines++;
}

Test(text, random_text_fits)
{
	struct random r = random_start();
	for (int i = 0; i < 20000; i++) {
		struct strbuf in = STRBUF_INIT;
		random_text(&r, &in, 60);
		struct strbuf out = sanitised(in.data, in.length, TEXT_KEEP_LINES);
		int columns = (int)random_between(&r, 2, 30), used;
		size_t fits = text_fit(out.data, out.length, columns, &used);
		cr_assert(used <= columns && used == text_width(out.data, fits), "seed 0x%" PRIx64, r.seed);
		cr_assert_eq(text_fit(out.data, out.length, 1000000, &used), out.length);

		struct wrapping wrapping = {r.seed, &out, columns, 0, 0};
		text_wrap(out.data, columns, check_line, &wrapping);
		for (size_t at = wrapping.end; at < out.length; at++)
			cr_assert(out.data[at] == ' ' || out.data[at] == '\n',
			        "seed 0x%" PRIx64 ": lost the end", r.seed);
		strbuf_release(&in);
		strbuf_release(&out);
	}
}

/* ---- breaking ---------------------------------------------------------------------------- */

struct joined {
	const char *text;
	struct strbuf lines;
};

static void join_line(void *context, struct text_line line)
{
	struct joined *joined = context;
	strbuf_addf(&joined->lines, "%.*s|", (int)line.length, joined->text + line.start);
}

static const struct {
	const char *text;
	int columns;
	const char *lines;
} wraps[] = {
        {"one two three", 7, "one two|three|"},
        {"one two three", 8, "one two|three|"},
        {"one   two", 4, "one|two|"},
        {"one two", 100, "one two|"},
        {"  indented text", 10, "  indented|text|"},
        {"abcdefgh", 3, "abc|def|gh|"},
        {"a abcdefgh", 4, "a|abcd|efgh|"},
        {"a\n\nb\n", 5, "a||b|"},
        {"a  \nb", 5, "a|b|"},
        {"", 5, ""},
        {"\n", 5, "|"},
        {"日本語日本語", 5, "日本|語日|本語|"},
        {"日本abcd", 6, "日本|abcd|"},
        {"ab 日本語", 6, "ab 日|本語|"},
        {"日本語", 1, "日|本|語|"},
};

Test(text, wraps)
{
	for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++) {
		struct joined joined = {wraps[i].text, STRBUF_INIT};
		text_wrap(wraps[i].text, wraps[i].columns, join_line, &joined);
		cr_assert_str_eq(joined.lines.data, wraps[i].lines, "\"%s\" in %d: %s", wraps[i].text,
		        wraps[i].columns, joined.lines.data);
		strbuf_release(&joined.lines);
	}
}

/* The match is between | and |; the folded letters may have other numbers of bytes than the needle's. */
Test(text, found_where)
{
	static const struct {
		const char *text, *needle, *found;
	} places[] = {
	        {"Streaming stopped", "STOP", "Streaming |stop|ped"},
	        {"aaab", "aab", "a|aab|"},
	        {"Данные за НОЧЬ", "ночь", "Данные за |НОЧЬ|"},
	        {"ab", "abc", NULL},
	        {"ab", "", NULL},
	        {"", "", NULL},
	        {"\u2c62 x", "\u026b", "|\u2c62| x"}, /* three bytes, the needle two */
	        {"e\u0301a", "e", "|e|\u0301a"},
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const char *text = places[i].text;
		size_t start, length;
		struct strbuf marked = STRBUF_INIT;
		const bool found = text_find(text, places[i].needle, &start, &length);
		cr_assert_eq(found, places[i].found != NULL, "\"%s\" in \"%s\"", places[i].needle, text);
		if (found) {
			strbuf_addf(&marked, "%.*s|%.*s|%s", (int)start, text, (int)length, text + start,
			        text + start + length);
			cr_assert_str_eq(marked.data, places[i].found);
		}
		strbuf_release(&marked);
	}
}

Test(text, contains)
{
	static const struct {
		const char *text, *needle;
		bool found;
	} contains[] = {
	        {"\xe2\x84\xaa"
	         "elvin",
	                "kelvin", true},               /* U+212A folds to k */
	        {"miSSing", "\xc5\xbf\xc5\xbf", true}, /* U+017F folds to s */
	        {"Streaming stopped", "STOP", true},
	        {"Streaming stopped", "", true},
	        {"", "", true},
	        {"", "a", false},
	        {"Данные за НОЧЬ", "ночь", true},
	        {"ёлка", "ЁЛКА", true},
	        {"їжак", "ЇЖ", true},
	        {"ΟΔΥΣΣΕΥΣ", "οδυσσευς", true},
	        {"İstanbul", "xstan", false},
	        {"aab", "ab", true},
	        {"ab", "abc", false},
	        {"a\xff"
	         "b",
	                "\xff"
	                "b",
	                true},
	};
	for (size_t i = 0; i < sizeof contains / sizeof *contains; i++)
		cr_assert_eq(text_contains(contains[i].text, contains[i].needle), contains[i].found,
		        "\"%s\" in \"%s\"", contains[i].needle, contains[i].text);
}
