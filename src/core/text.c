/*
 * Sanitising and measuring. Every code point has a kind (what the sanitiser does with it) and a width (cells), worked out
 * once and kept in a table of one byte each; the table is touched only where text goes, so it costs a page or two.
 *
 * The width is wcwidth()'s, because that is what the terminal library draws by, and the sum over a text is exact: what
 * has no width of its own must stand on a character that has, and what wcwidth() does not know becomes U+FFFD. Terminals
 * and the library disagree about joined emoji, skin tones and U+FE0F (one picture or several, one cell or two), which
 * shifts the rest of the line; the sanitiser leaves out what joins them, so that each picture stands for itself.
 *
 * wcwidth() is asked in the locale C.UTF-8 whatever the process runs in: a mail server starts us in "C".
 */
#include "core/text.h"

#include "core/utf8.h"

#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#define REPLACEMENT      "\xef\xbf\xbd"
#define REPLACEMENT_CODE 0xfffd

enum { MARKS_MOST = 8, TAB_CELLS = 8, CODE_COUNT = 0x110000 };

enum kind {
	KIND_UNKNOWN,    /* not looked at yet */
	KIND_CHARACTER,  /* stands for itself */
	KIND_PICTOGRAPH, /* the same, and may be the base of a joined emoji */
	KIND_SKIN_TONE,  /* a character by itself, left out after a pictograph */
	KIND_BLANK,      /* a space: nothing may stand on it */
	KIND_MARK,       /* stands on the character before it */
	KIND_VARIATION,  /* the same, once a character */
	KIND_JOINER,     /* ZWJ and ZWNJ: the same, not after a pictograph */
	KIND_LINE,       /* U+2028, U+2029: a line end */
	KIND_DROP,       /* invisible by design */
	KIND_REPLACE,    /* becomes U+FFFD */
	KIND_BITS = 15,
	WIDTH_SHIFT = 4,
	WIDTH_BITS = 3,
	ALONE_BIT = 64, /* joins no cluster by itself (boundary class Other): two of them are two clusters */
};

/* ---- what a code point is ----------------------------------------------------------------------- */

struct range {
	int32_t first, last;
	enum kind kind;
};

/* What neither category nor width tells. The first match counts. */
static const struct range exceptions[] = {
        {0x00ad, 0x00ad, KIND_DROP},      /* soft hyphen */
        {0x034f, 0x034f, KIND_DROP},      /* combining grapheme joiner */
        {0x061c, 0x061c, KIND_DROP},      /* Arabic letter mark */
        {0x115f, 0x1160, KIND_DROP},      /* Hangul fillers */
        {0x17b4, 0x17b5, KIND_DROP},      /* Khmer inherent vowels */
        {0x180b, 0x180d, KIND_VARIATION}, /* Mongolian */
        {0x180e, 0x180e, KIND_DROP},      /* Mongolian vowel separator */
        {0x180f, 0x180f, KIND_VARIATION}, /* Mongolian */
        {0x200b, 0x200b, KIND_DROP},      /* zero width space */
        {0x200c, 0x200d, KIND_JOINER},    /* ZWNJ, ZWJ */
        {0x200e, 0x200f, KIND_DROP},      /* direction marks */
        {0x2028, 0x2029, KIND_LINE},      /* line and paragraph separator */
        {0x202a, 0x202c, KIND_DROP},      /* embeddings: contact lists put them around telephone numbers */
        {0x202d, 0x202e, KIND_REPLACE},   /* overrides: they have no use but to deceive */
        {0x2060, 0x206f, KIND_DROP}, /* word joiner, invisible operators, isolates, deprecated controls */
        {0x3164, 0x3164, KIND_DROP}, /* Hangul filler */
        {0xfe00, 0xfe0d, KIND_VARIATION},
        {0xfe0e, 0xfe0f, KIND_DROP},   /* text and emoji presentation: terminals disagree about the cells */
        {0xfeff, 0xfeff, KIND_DROP},   /* byte order mark */
        {0xffa0, 0xffa0, KIND_DROP},   /* halfwidth Hangul filler */
        {0xfff0, 0xfffb, KIND_DROP},   /* unassigned ignorables, interlinear annotation */
        {0x1bca0, 0x1bca3, KIND_DROP}, /* shorthand format controls */
        {0x1d173, 0x1d17a, KIND_DROP}, /* musical format controls */
        {0x1f3fb, 0x1f3ff, KIND_SKIN_TONE}, {0xe0000, 0xe00ff, KIND_DROP}, /* tags */
        {0xe0100, 0xe01ef, KIND_VARIATION}, {0xe01f0, 0xe0fff, KIND_DROP}, /* ignorables */
};

static locale_t unicode_locale;
static pthread_once_t unicode_once = PTHREAD_ONCE_INIT;

static void open_unicode_locale(void)
{
	unicode_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static int ask_width(int32_t code)
{
	pthread_once(&unicode_once, open_unicode_locale);
	if (!unicode_locale)
		return wcwidth((wchar_t)code);
	locale_t before = uselocale(unicode_locale);
	int width = wcwidth((wchar_t)code);
	uselocale(before);
	return width;
}

static enum kind kind_by_category(int32_t code, int width)
{
	const utf8proc_property_t *property = utf8proc_get_property(code);
	switch (property->category) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS:
		return KIND_REPLACE;
	case UTF8PROC_CATEGORY_ZS:
		return width > 0 ? KIND_BLANK : KIND_REPLACE;
	case UTF8PROC_CATEGORY_CF:
		return width > 0 ? KIND_CHARACTER : KIND_DROP;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return width < 0 ? KIND_REPLACE : KIND_MARK;
	default:
		break;
	}
	if (width < 0)
		return KIND_REPLACE;
	if (width == 0)
		return KIND_MARK;
	bool picture = property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
	return picture ? KIND_PICTOGRAPH : KIND_CHARACTER;
}

static unsigned char describe(int32_t code)
{
	int width = ask_width(code);
	enum kind kind = KIND_UNKNOWN;
	for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions && !kind; i++)
		if (code >= exceptions[i].first && code <= exceptions[i].last)
			kind = exceptions[i].kind;
	if (!kind)
		kind = kind_by_category(code, width);
	bool shown = kind != KIND_DROP && kind != KIND_REPLACE && kind != KIND_LINE;
	if (width < 0 && shown)
		kind = KIND_REPLACE;
	bool alone = utf8proc_get_property(code)->boundclass == UTF8PROC_BOUNDCLASS_OTHER;
	return (unsigned char)((int)kind | (width < 0 ? 1 : width) << WIDTH_SHIFT | (alone ? ALONE_BIT : 0));
}

/* Kind and width of a code point; -1 is what could not be decoded. Threads may race here: they write the same byte. */
static unsigned char property_of(int32_t code)
{
	static _Atomic unsigned char table[CODE_COUNT];
	if (code < 0)
		code = REPLACEMENT_CODE;
	unsigned char known = atomic_load_explicit(&table[code], memory_order_relaxed);
	if (known == KIND_UNKNOWN) {
		known = describe(code);
		atomic_store_explicit(&table[code], known, memory_order_relaxed);
	}
	return known;
}

static int width_of(int32_t code)
{
	return property_of(code) >> WIDTH_SHIFT & WIDTH_BITS;
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

static size_t plain_run(const char *bytes, size_t length)
{
	size_t run = 0;
	while (run < length && is_plain(bytes[run]))
		run++;
	return run;
}

/* ---- is there anything to see ------------------------------------------------------------------- */

/* The same as the server's function unseen(). */
static const struct {
	int32_t first, last;
} unseen[] = {
        {0x0001, 0x0020},
        {0x007f, 0x00a0},
        {0x00ad, 0x00ad},
        {0x034f, 0x034f},
        {0x061c, 0x061c},
        {0x115f, 0x1160},
        {0x1680, 0x1680},
        {0x17b4, 0x17b5},
        {0x180b, 0x180f},
        {0x2000, 0x200f},
        {0x2028, 0x202f},
        {0x205f, 0x206f},
        {0x2800, 0x2800},
        {0x3000, 0x3000},
        {0x3164, 0x3164},
        {0xfe00, 0xfe0f},
        {0xfeff, 0xfeff},
        {0xffa0, 0xffa0},
        {0xfff0, 0xfffb},
        {0x1bca0, 0x1bca3},
        {0x1d173, 0x1d17a},
        {0xe0000, 0xe0fff},
};

bool text_is_unseen(int32_t code)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen && code >= unseen[i].first; i++)
		if (code <= unseen[i].last)
			return true;
	return false;
}

bool text_shows(const char *text)
{
	for (size_t left = strlen(text), used; left; left -= used, text += used)
		if (!text_is_unseen(utf8_next(text, left, &used)))
			return true;
	return false;
}

/* ---- sanitising --------------------------------------------------------------------------------- */

/* What was written last decides about what may come next. All of it can be read off the output alone: that makes
 * sanitising twice the same as once. */
struct writer {
	struct strbuf *out;
	enum text_lines lines;
	int column;     /* cells since the last line end, for tabs */
	bool has_base;  /* a mark has something to stand on */
	bool picture;   /* that is a pictograph */
	bool variation; /* it has its variation selector */
	int marks;      /* how many stand on it */
	bool after_cr;  /* an LF now belongs to the CR before it */
};

static void set_base(struct writer *writer, enum kind kind)
{
	writer->has_base = kind != KIND_BLANK;
	writer->picture = kind == KIND_PICTOGRAPH || kind == KIND_SKIN_TONE;
	writer->variation = false;
	writer->marks = 0;
}

static void write_character(
        struct writer *writer, const char *bytes, size_t length, enum kind kind, int width)
{
	strbuf_add(writer->out, bytes, length);
	writer->column += width;
	set_base(writer, kind);
}

static void write_replacement(struct writer *writer)
{
	write_character(writer, REPLACEMENT, sizeof REPLACEMENT - 1, KIND_CHARACTER, 1);
}

static void write_line_end(struct writer *writer)
{
	strbuf_addc(writer->out, writer->lines == TEXT_KEEP_LINES ? '\n' : ' ');
	writer->column = 0;
	set_base(writer, KIND_BLANK);
}

static void write_tab(struct writer *writer)
{
	int blanks = writer->lines == TEXT_KEEP_LINES ? TAB_CELLS - writer->column % TAB_CELLS : 1;
	for (int i = 0; i < blanks; i++)
		write_character(writer, " ", 1, KIND_BLANK, 1);
}

static void write_mark(struct writer *writer, const char *bytes, size_t length, enum kind kind, int width)
{
	if (!writer->has_base) {
		if (kind == KIND_MARK)
			write_replacement(writer);
		return;
	}
	if (writer->marks == MARKS_MOST || (kind == KIND_VARIATION && writer->variation) ||
	        (kind == KIND_JOINER && writer->picture))
		return;
	strbuf_add(writer->out, bytes, length);
	writer->column += width;
	writer->marks++;
	if (kind == KIND_VARIATION)
		writer->variation = true;
}

static void write_code(struct writer *writer, int32_t code, const char *bytes, size_t length)
{
	bool joined = code == '\n' && writer->after_cr;
	writer->after_cr = code == '\r';
	if (joined)
		return;
	if (code == '\n' || code == '\r') {
		write_line_end(writer);
		return;
	}
	if (code == '\t') {
		write_tab(writer);
		return;
	}
	unsigned char property = code < 0 ? KIND_REPLACE : property_of(code);
	enum kind kind = property & KIND_BITS;
	int width = property >> WIDTH_SHIFT & WIDTH_BITS;
	switch (kind) {
	case KIND_SKIN_TONE:
		if (writer->has_base && writer->picture)
			break;
		write_character(writer, bytes, length, kind, width);
		break;
	case KIND_CHARACTER:
	case KIND_PICTOGRAPH:
	case KIND_BLANK:
		write_character(writer, bytes, length, kind, width);
		break;
	case KIND_MARK:
	case KIND_VARIATION:
	case KIND_JOINER:
		write_mark(writer, bytes, length, kind, width);
		break;
	case KIND_LINE:
		write_line_end(writer);
		break;
	case KIND_DROP:
		break;
	default:
		write_replacement(writer);
	}
}

/* Bytes at the beginning that need no thought: characters and plain blanks. Adds their cells to *width. */
static size_t easy_run(const char *bytes, size_t length, int *width)
{
	size_t at = plain_run(bytes, length);
	*width += (int)at;
	while (at < length) {
		size_t used = 1;
		int32_t code = is_plain(bytes[at]) ? bytes[at] : utf8_next(bytes + at, length - at, &used);
		if (code < ' ')
			break;
		unsigned char property = property_of(code);
		if ((property & KIND_BITS) != KIND_CHARACTER && code != ' ')
			break;
		*width += property >> WIDTH_SHIFT & WIDTH_BITS;
		at += used;
	}
	return at;
}

void text_sanitise(struct strbuf *out, const char *bytes, size_t length, enum text_lines lines)
{
	struct writer writer = {.out = out, .lines = lines};
	strbuf_reserve(out, length);
	for (size_t at = 0; at < length;) {
		int width = 0;
		size_t run = easy_run(bytes + at, length - at, &width);
		if (run) {
			bool blank = bytes[at + run - 1] == ' ';
			write_character(&writer, bytes + at, run, blank ? KIND_BLANK : KIND_CHARACTER, width);
			writer.after_cr = false;
			at += run;
			continue;
		}
		size_t used;
		int32_t code = utf8_next(bytes + at, length - at, &used);
		write_code(&writer, code, bytes + at, used);
		at += used;
	}
}

/* ---- measuring ---------------------------------------------------------------------------------- */

int text_width(const char *text, size_t length)
{
	int width = 0;
	for (size_t at = 0; at < length;) {
		if (is_plain(text[at])) {
			width++;
			at++;
			continue;
		}
		size_t used;
		width += width_of(utf8_next(text + at, length - at, &used));
		at += used;
	}
	return width;
}

static int32_t shown_code(const char *text, size_t length, size_t *used)
{
	int32_t code = utf8_next(text, length, used);
	return code < 0 ? REPLACEMENT_CODE : code;
}

/* The bytes of the grapheme cluster at the beginning of the text, and its cells. A blank is always one by itself, whatever
 * the rules would join it with: lines are broken and trimmed at blanks. */
static size_t cluster(const char *text, size_t length, int *cells)
{
	if (is_plain(text[0]) && (text[0] == ' ' || length == 1 || (unsigned char)text[1] < 0x80)) {
		*cells = 1;
		return 1;
	}
	size_t used;
	utf8proc_int32_t state = 0;
	int32_t code = shown_code(text, length, &used);
	bool alone = property_of(code) & ALONE_BIT;
	*cells = width_of(code);
	size_t at = used;
	while (at < length) {
		int32_t next = shown_code(text + at, length - at, &used);
		if (next == ' ' || (alone && property_of(next) & ALONE_BIT))
			break;
		if (utf8proc_grapheme_break_stateful(code, next, &state))
			break;
		alone = false;
		*cells += width_of(next);
		at += used;
		code = next;
	}
	return at;
}

size_t text_fit(const char *text, size_t length, int columns, int *used)
{
	size_t at = 0;
	*used = 0;
	while (at < length) {
		int cells;
		size_t bytes = cluster(text + at, length - at, &cells);
		if (cells > columns - *used)
			break;
		*used += cells;
		at += bytes;
	}
	return at;
}

/* ---- lines -------------------------------------------------------------------------------------- */

/* What is never torn apart: a cluster, or where that is wider than a line, one character with its marks. */
static size_t unit(const char *text, size_t length, int columns, int *cells)
{
	size_t whole = cluster(text, length, cells);
	if (*cells <= columns)
		return whole;
	size_t used;
	size_t at = 0;
	*cells = 0;
	while (at < whole) {
		int width = width_of(shown_code(text + at, whole - at, &used));
		if (at && width)
			break;
		*cells += width;
		at += used;
	}
	return at;
}

/* The first line of a paragraph: its bytes, and in *next where the line after it begins. */
static size_t first_line(const char *text, size_t length, int columns, size_t *next)
{
	size_t end = 0; /* where a break would end this line; 0: nowhere yet */
	size_t at = 0;
	size_t bytes;
	int used = 0;
	bool ink = false, after_blank = false, after_wide = false;
	for (; at < length; at += bytes) {
		int cells;
		bytes = unit(text + at, length - at, columns, &cells);
		if (text[at] == ' ') {
			if (ink && !after_blank)
				end = at;
			if (ink)
				*next = at + 1;
		} else {
			if (ink && !after_blank && (cells == 2 || after_wide))
				*next = end = at;
			if (used + cells > columns && at > 0)
				break;
			ink = true;
		}
		after_blank = text[at] == ' ';
		after_wide = cells == 2;
		used += cells;
	}
	if (at < length && end)
		return end;
	*next = at;
	while (at > 0 && text[at - 1] == ' ')
		at--;
	return at;
}

void text_wrap(
        const char *text, int columns, void (*each)(void *context, struct text_line line), void *context)
{
	for (size_t start = 0; text[start];) {
		size_t length = strcspn(text + start, "\n");
		size_t done = 0;
		do {
			size_t next = 0;
			size_t line = first_line(text + start + done, length - done, columns, &next);
			each(context, (struct text_line){start + done, line});
			done += next;
		} while (done < length);
		start += length + (text[start + length] == '\n');
	}
}

/* ---- finding ------------------------------------------------------------------------------------ */

/* Simple case folding. By way of the capital, so that both small sigmas are one. */
static int32_t fold(int32_t code)
{
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + 32 : code;
	if (code >= 0x0410 && code <= 0x044f)
		return code < 0x0430 ? code + 32 : code;
	return utf8proc_tolower(utf8proc_toupper(code));
}

/* The folded character at the beginning of the text. A search asks this for every character of every ticket, so one byte
 * and two bytes, which most are, need no call. */
static int32_t folded(const char *text, size_t length, size_t *used)
{
	const unsigned char *at = (const unsigned char *)text;
	*used = 1;
	if (at[0] < 0x80)
		return fold(at[0]);
	if (at[0] < 0xc2 || at[0] > 0xdf || length < 2 || at[1] < 0x80 || at[1] > 0xbf)
		return fold(shown_code(text, length, used));
	*used = 2;
	return fold((at[0] & 0x1f) << 6 | (at[1] & 0x3f));
}

/* The bytes at the beginning of the text that are the needle; 0 when they are another. */
static size_t begins_with(const char *text, size_t length, const char *needle, size_t needle_length)
{
	size_t at = 0;
	for (size_t i = 0; i < needle_length;) {
		if (at == length)
			return 0;
		size_t used, needed;
		if (folded(text + at, length - at, &used) != folded(needle + i, needle_length - i, &needed))
			return 0;
		at += used;
		i += needed;
	}
	return at;
}

/* Where a character that folds to `first` can begin at the earliest, from `at` on. One byte that is not `first` in either
 * case is nothing else either; whatever has more bytes must be looked at. */
static size_t skip_others(const char *text, size_t at, size_t length, int32_t first)
{
	unsigned char small = (unsigned char)(first < 0x80 ? first : 0x80);
	unsigned char capital = small >= 'a' && small <= 'z' ? (unsigned char)(small - 32) : small;
	for (; at < length; at++) {
		unsigned char byte = (unsigned char)text[at];
		if (byte >= 0x80 || byte == small || byte == capital)
			break;
	}
	return at;
}

bool text_find(const char *text, const char *needle, size_t *start, size_t *length)
{
	size_t text_length = strlen(text), needle_length = strlen(needle), used;
	if (!needle_length)
		return false;
	int32_t first = folded(needle, needle_length, &used);
	for (size_t at = 0; (at = skip_others(text, at, text_length, first)) < text_length; at += used) {
		if (folded(text + at, text_length - at, &used) != first)
			continue;
		*start = at;
		*length = begins_with(text + at, text_length - at, needle, needle_length);
		if (*length)
			return true;
	}
	return false;
}

bool text_contains(const char *text, const char *needle)
{
	size_t start, length;
	return !*needle || text_find(text, needle, &start, &length);
}

bool text_begins(const char *text, const char *needle)
{
	return !*needle || begins_with(text, strlen(text), needle, strlen(needle)) > 0;
}
