/*
 * From any text to cells. text_sanitise() makes a text harmless and gives it an exact width, text_fit() cuts it at a
 * cluster's end, so that a column never moves, whatever a customer calls himself. Where the codeset has no more than
 * ASCII, every other cell becomes a question mark.
 */
#include "ui/draw.h"

#include "base/alloc.h"
#include "core/sought.h"
#include "core/text.h"
#include "core/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CELLS = 1024, CODES_A_CELL = 4, ROOM = MAX_CELLS * CODES_A_CELL, HASHED_MOST = 4096 };

/* One line of cells being made. */
struct cells {
	wchar_t text[ROOM];
	int length;
	int used; /* columns */
};

static wchar_t ellipsis(const struct terminal *terminal)
{
	return terminal_unicode(terminal) ? L'\u2026' : L'~';
}

static void add_codes(struct cells *cells, const char *text, size_t length)
{
	for (size_t at = 0, step; at < length && cells->length < ROOM; at += step)
		cells->text[cells->length++] = (wchar_t)utf8_next(text + at, length - at, &step);
}

/* The same without Unicode: as many question marks as the character is wide. */
static void add_ascii(struct cells *cells, const char *text, size_t length)
{
	for (size_t at = 0, step; at < length && cells->length + 2 < ROOM; at += step) {
		const int32_t code = utf8_next(text + at, length - at, &step);
		const int width = code < 128 ? 1 : text_width(text + at, step);
		for (int i = 0; i < width; i++)
			cells->text[cells->length++] = code < 128 ? (wchar_t)code : L'?';
	}
}

/* Fills the cells from sanitised text; what does not fit ends with an ellipsis. */
static void fill_cells(
        struct terminal *terminal, struct cells *cells, const char *text, size_t length, int columns)
{
	cells->length = 0;
	size_t fits = text_fit(text, length, columns, &cells->used);
	const bool cut = fits < length;
	if (cut)
		fits = text_fit(text, length, columns - 1, &cells->used);
	(terminal_unicode(terminal) ? add_codes : add_ascii)(cells, text, fits);
	if (cut && cells->length < ROOM) {
		cells->text[cells->length++] = ellipsis(terminal);
		cells->used++;
	}
}

/* Most texts of a screen are plain: they need neither sanitising nor clusters. */
static bool is_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

/* No more than can be seen is looked at: a subject may be a megabyte. */
static void clean_start(struct strbuf *clean, const char *text, int columns)
{
	text_sanitise(clean, text, strnlen(text, (size_t)columns * 64 + 64), TEXT_ONE_LINE);
}

static void make_cells(struct terminal *terminal, struct cells *cells, const char *text, int columns)
{
	size_t length = strlen(text);
	if (columns > MAX_CELLS)
		columns = MAX_CELLS;
	if (length <= (size_t)columns && is_plain(text, length)) {
		for (size_t i = 0; i < length; i++)
			cells->text[i] = (wchar_t)text[i];
		cells->length = cells->used = (int)length;
		return;
	}
	struct strbuf clean = STRBUF_INIT;
	clean_start(&clean, text, columns);
	fill_cells(terminal, cells, clean.data, clean.length, columns);
	strbuf_release(&clean);
}

int draw_text(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text)
{
	if (columns > terminal_columns(terminal) - x)
		columns = terminal_columns(terminal) - x;
	if (columns <= 0 || !text)
		return 0;
	struct cells cells;
	make_cells(terminal, &cells, text, columns);
	terminal_put(terminal, y, x, role, cells.text, cells.length);
	return cells.used;
}

/* Whole clusters only: a letter keeps its accents, and half of a wide one is left alone. */
static void draw_match(struct terminal *terminal, int y, int x, int columns, enum theme_role role,
        const struct strbuf *clean, size_t match, size_t match_end)
{
	int from, to;
	const int begins = text_width(clean->data, match), ends = text_width(clean->data, match_end);
	const size_t start = text_fit(clean->data, clean->length, begins, &from);
	const size_t end = text_fit(clean->data, clean->length, ends < columns ? ends : columns, &to);
	if (end <= start)
		return;
	char *piece = alloc_copy_n(clean->data + start, end - start);
	draw_text(terminal, y, x + from, to - from, role, piece);
	free(piece);
}

/* How many of the cells that were used are text: the ellipsis is none. */
static int seen_of(const struct strbuf *clean, int used)
{
	return text_width(clean->data, clean->length) > used ? used - 1 : used;
}

int draw_sought(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text,
        struct sought sought)
{
	bool (*const find)(const char *, const char *, size_t *, size_t *) =
	        sought.by_words ? sought_find : text_find;
	const int used = draw_text(terminal, y, x, columns, role, text);
	if (!used || !sought.text || !*sought.text)
		return used;
	struct strbuf clean = STRBUF_INIT;
	size_t at = 0, match, length;
	clean_start(&clean, text, columns);
	const int seen = seen_of(&clean, used);
	for (; find(clean.data + at, sought.text, &match, &length); at += match + length)
		draw_match(terminal, y, x, seen, ROLE_MATCH, &clean, at + match, at + match + length);
	strbuf_release(&clean);
	return used;
}

int draw_found(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text,
        const char *needle)
{
	return draw_sought(terminal, y, x, columns, role, text, (struct sought){needle, false});
}

int draw_spans(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text,
        enum theme_role marked, const struct fuzzy_span *spans, size_t count)
{
	const int used = draw_text(terminal, y, x, columns, role, text);
	if (!used || !count)
		return used;
	struct strbuf clean = STRBUF_INIT;
	clean_start(&clean, text, columns);
	const int seen = seen_of(&clean, used);
	for (size_t i = 0; i < count && spans[i].start + spans[i].length <= clean.length; i++)
		draw_match(terminal, y, x, seen, marked, &clean, spans[i].start,
		        spans[i].start + spans[i].length);
	strbuf_release(&clean);
	return used;
}

int draw_width(struct terminal *terminal, const char *text, int columns)
{
	struct cells cells;
	make_cells(terminal, &cells, text, columns);
	return cells.used;
}

int draw_textf(
        struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	int used = draw_text(terminal, y, x, columns, role, text.data);
	strbuf_release(&text);
	return used;
}

static void put_run(struct terminal *terminal, int y, int x, int columns, enum theme_role role, wchar_t c)
{
	wchar_t run[MAX_CELLS];
	if (columns > MAX_CELLS)
		columns = MAX_CELLS;
	for (int i = 0; i < columns; i++)
		run[i] = c;
	terminal_put(terminal, y, x, role, run, columns);
}

void draw_fill(struct terminal *terminal, struct rect rect, enum theme_role role)
{
	for (int y = 0; y < rect.rows; y++)
		put_run(terminal, rect.y + y, rect.x, rect.columns, role, L' ');
}

void draw_rule(struct terminal *terminal, int y, int x, int columns, const char *words)
{
	const wchar_t line = terminal_line_art(terminal) ? L'\u2500' : L'-';
	put_run(terminal, y, x, columns, ROLE_RULE, line);
	if (words && *words && columns > 8) {
		put_run(terminal, y, x + 2, 1, ROLE_RULE, L' ');
		int used = draw_text(terminal, y, x + 3, columns - 6, ROLE_HEADER, words);
		put_run(terminal, y, x + 3 + used, 1, ROLE_RULE, L' ');
	}
}

void draw_vertical(struct terminal *terminal, int y, int x, int rows)
{
	const wchar_t line = terminal_line_art(terminal) ? L'\u2502' : L'|';
	for (int i = 0; i < rows; i++)
		terminal_put(terminal, y + i, x, ROLE_RULE, &line, 1);
}

static void put_line(struct terminal *terminal, int y, int x, wchar_t art, wchar_t plain)
{
	const wchar_t c = terminal_line_art(terminal) ? art : plain;
	terminal_put(terminal, y, x, ROLE_RULE, &c, 1);
}

/* A line from side to side with its two ends. */
static void draw_edge(struct terminal *terminal, struct rect box, int y, wchar_t left, wchar_t right)
{
	draw_rule(terminal, y, box.x + 1, box.columns - 2, NULL);
	put_line(terminal, y, box.x, left, L'+');
	put_line(terminal, y, box.x + box.columns - 1, right, L'+');
}

void draw_box(struct terminal *terminal, struct rect rect)
{
	draw_edge(terminal, rect, rect.y, L'\u250c', L'\u2510');
	draw_vertical(terminal, rect.y + 1, rect.x, rect.rows - 2);
	draw_vertical(terminal, rect.y + 1, rect.x + rect.columns - 1, rect.rows - 2);
	draw_edge(terminal, rect, rect.y + rect.rows - 1, L'\u2514', L'\u2518');
}

void draw_across(struct terminal *terminal, struct rect box, int y)
{
	draw_edge(terminal, box, y, L'\u251c', L'\u2524');
}

/* Both halves of a product of 128 bits: each bit of the input reaches each bit of the hash. */
static uint64_t mix(uint64_t so_far, uint64_t word)
{
	const unsigned __int128 product = (unsigned __int128)(so_far ^ UINT64_C(0x9e3779b97f4a7c15)) *
	                                  (word ^ UINT64_C(0xe7037ed1a0b428db));
	return (uint64_t)product ^ (uint64_t)(product >> 64) ^ so_far;
}

uint64_t draw_hash(uint64_t so_far, const void *bytes, size_t length)
{
	const char *at = bytes;
	size_t left = length;
	for (uint64_t word; left >= sizeof word; at += sizeof word, left -= sizeof word) {
		memcpy(&word, at, sizeof word);
		so_far = mix(so_far, word);
	}
	uint64_t rest = 0;
	memcpy(&rest, at, left);
	return mix(mix(so_far, rest), length);
}

uint64_t draw_hash_text(uint64_t so_far, const char *text)
{
	return draw_hash(so_far, text, strnlen(text, HASHED_MOST));
}

uint64_t draw_hash_rect(uint64_t so_far, struct rect rect)
{
	const int sides[] = {rect.y, rect.x, rect.rows, rect.columns};
	return draw_hash(so_far, sides, sizeof sides);
}
