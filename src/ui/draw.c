/*
 * From any text to cells. A text is made harmless, cut into grapheme clusters and measured with the widths
 * that the terminal library uses, so that a column never moves, whatever a customer calls himself.
 *
 * What terminals disagree about is not sent at all: of an emoji that is joined from several, or has a skin
 * tone, only the first is drawn, and variation selectors are left out. A terminal that joined them would have
 * the cursor elsewhere than curses believes, and every column after it would be broken.
 */
#include "ui/draw.h"

#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

enum { MAX_CELLS = 1024, MARKS = 4, ROOM = MAX_CELLS * (MARKS + 1) };

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

/* Width of a character that begins a cluster: 1 or 2. What has none, or is not printable, is drawn as U+FFFD.
 */
static int begin_width(struct terminal *terminal, wchar_t *c)
{
	int width = wcwidth(*c);
	if (width > 0)
		return width;
	*c = terminal_unicode(terminal) ? L'\uFFFD' : L'?';
	return 1;
}

static bool is_selector(wchar_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200d || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Adds one cluster; false when it does not fit into `columns`. */
static bool add_cluster(
        struct terminal *terminal, struct cells *cells, const wchar_t *cluster, int count, int columns)
{
	wchar_t first = cluster[0];
	int width = begin_width(terminal, &first);
	if (cells->used + width > columns || cells->length + 1 + MARKS > ROOM)
		return false;
	cells->text[cells->length++] = first;
	cells->used += width;
	int marks = 0;
	for (int i = 1; i < count && marks < MARKS; i++) {
		if (is_selector(cluster[i])) {
			if (width == 2)
				break;
			continue;
		}
		if (wcwidth(cluster[i]) == 0) {
			cells->text[cells->length++] = cluster[i];
			marks++;
		} else if (width == 1) { /* a spacing mark of an Indic script, or the second half of a flag */
			wchar_t c = cluster[i];
			int more = begin_width(terminal, &c);
			if (cells->used + more > columns || cells->length + 1 > ROOM)
				return false;
			cells->text[cells->length++] = c;
			cells->used += more;
		}
	}
	return true;
}

/* Fills the cells from sanitised text; what does not fit ends with an ellipsis. */
static void fill_cells(
        struct terminal *terminal, struct cells *cells, const char *text, size_t length, int columns)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	wchar_t cluster[32];
	int count = 0, state = 0;
	utf8proc_int32_t last = 0;
	int safe_length = 0, safe_used = 0; /* the longest beginning that leaves a column free */
	bool fits = true;
	cells->length = cells->used = 0;
	for (size_t at = 0; fits;) {
		utf8proc_int32_t code = 0;
		utf8proc_ssize_t step = 0;
		if (at < length) {
			step = utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(length - at), &code);
			if (step < 1) { /* cannot be, after text_sanitise() */
				step = 1;
				code = 0xfffd;
			}
		}
		const bool begins = count && (!step || utf8proc_grapheme_break_stateful(last, code, &state));
		if (begins) {
			if (cells->used < columns) {
				safe_length = cells->length;
				safe_used = cells->used;
			}
			fits = add_cluster(terminal, cells, cluster, count, columns);
			count = 0;
		}
		if (!step)
			break;
		if (count < 32)
			cluster[count++] = (wchar_t)code;
		last = code;
		at += (size_t)step;
	}
	if (!fits && columns > 0) {
		cells->length = safe_length;
		cells->used = safe_used;
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
	/* No more than can be seen is looked at: a subject may be a megabyte. */
	size_t most = (size_t)columns * 64 + 64;
	if (length > most)
		length = most;
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, text, length, TEXT_ONE_LINE);
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

void draw_field(struct terminal *terminal, int y, int x, int columns, enum theme_role role, const char *text)
{
	int used = draw_text(terminal, y, x, columns, role, text);
	put_run(terminal, y, x + used, columns - used, role, L' ');
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
