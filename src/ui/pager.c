/*
 * A list of lines with keys at the left. What is shown is worked out anew for each drawing; how many lines of the screen a line
 * takes is kept, so that of a long file only what is on the screen is wrapped.
 */
#include "ui/pager.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "core/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { TOP_MOST = 1 << 24 };

void pager_init(struct pager *pager, const char *title)
{
	*pager = (struct pager){.title = alloc_copy(title)};
}

void pager_release(struct pager *pager)
{
	for (size_t i = 0; i < pager->count; i++) {
		free(pager->lines[i].key);
		free(pager->lines[i].text);
	}
	free(pager->lines);
	free(pager->title);
	*pager = (struct pager){0};
}

void pager_add(struct pager *pager, enum theme_role role, int indent, const char *keys, const char *text)
{
	if (pager->count == pager->capacity) {
		pager->capacity = pager->capacity ? pager->capacity * 2 : 64;
		pager->lines = alloc_grow(pager->lines, pager->capacity, sizeof *pager->lines);
	}
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, text, strlen(text), TEXT_KEEP_LINES);
	pager->lines[pager->count++] = (struct pager_line){.role = role,
	        .indent = indent,
	        .key = alloc_copy(keys ? keys : ""),
	        .text = strbuf_detach(&clean)};
}

void pager_add_choice(
        struct pager *pager, enum theme_role role, int indent, const char *keys, const char *text, int64_t id)
{
	pager_add(pager, role, indent, keys, text);
	pager->lines[pager->count - 1].id = id;
	if (!pager->choosing)
		pager->cursor = pager->count - 1;
	pager->choosing = true;
}

static bool is_heading(const struct pager_line *line)
{
	return line->role == ROLE_HEADER;
}

static bool matches(const struct pager *pager, const struct pager_line *line)
{
	return text_contains(line->text, pager->filter) || text_contains(line->key, pager->filter);
}

/* A heading is shown when a line below it is. */
static bool is_shown(const struct pager *pager, size_t at)
{
	if (!*pager->filter || matches(pager, &pager->lines[at]))
		return true;
	if (!is_heading(&pager->lines[at]))
		return false;
	for (size_t i = at + 1; i < pager->count && !is_heading(&pager->lines[i]); i++)
		if (matches(pager, &pager->lines[i]))
			return true;
	return false;
}

/* One pass over the wrapped lines: draws those from `top` on, counts all. */
struct pass {
	struct terminal *terminal;
	struct rect rect;
	int top;
	int at; /* screen lines so far */
	const struct pager_line *line;
	int x; /* where the text begins */
	bool first, chosen;
};

static void draw_line(void *context, struct text_line piece)
{
	struct pass *pass = context;
	const int y = pass->at++ - pass->top;
	const bool first = pass->first;
	pass->first = false;
	if (y < 0 || y >= pass->rect.rows)
		return;
	if (first && pass->chosen)
		draw_text(pass->terminal, pass->rect.y + y, pass->rect.x, 1, ROLE_SELECTED, ">");
	if (first)
		draw_text(pass->terminal, pass->rect.y + y, pass->rect.x + pass->line->indent,
		        pass->x - pass->line->indent, ROLE_KEY, pass->line->key);
	char *text = alloc_copy_n(pass->line->text + piece.start, piece.length);
	draw_text(pass->terminal, pass->rect.y + y, pass->rect.x + pass->x, pass->rect.columns - pass->x,
	        pass->line->role, text);
	free(text);
}

/* The texts beside keys stand in one column. */
static int key_columns(const struct pager *pager, struct terminal *terminal)
{
	int most = 0;
	for (size_t i = 0; i < pager->count; i++) {
		if (!*pager->lines[i].key)
			continue;
		const int width = draw_width(terminal, pager->lines[i].key, 32);
		most = width > most ? width : most;
	}
	return most ? most + 2 : 0;
}

static int draw_lines(struct pager *pager, struct terminal *terminal, struct rect rect)
{
	struct pass pass = {.terminal = terminal, .rect = rect, .top = pager->top};
	const int keys = key_columns(pager, terminal);
	for (size_t i = 0; i < pager->count; i++) {
		if (!is_shown(pager, i))
			continue;
		pass.line = &pager->lines[i];
		pass.first = true;
		pass.chosen = pager->choosing && i == pager->cursor;
		if (pass.chosen)
			pager->cursor_y = pass.at;
		pass.x = pass.line->indent + (*pass.line->key ? keys : 0);
		const int room = rect.columns - pass.x > 8 ? rect.columns - pass.x : 8, before = pass.at;
		struct pager_line *line = &pager->lines[i];
		const bool away = pass.at + line->height <= pass.top || pass.at >= pass.top + rect.rows;
		if (line->wrapped == room && away) {
			pass.at += line->height;
			continue;
		}
		if (!*line->text)
			draw_line(&pass, (struct text_line){0, 0});
		else
			text_wrap(line->text, room, draw_line, &pass);
		line->height = pass.at - before;
		line->wrapped = room;
	}
	return pass.at;
}

/* ---- lines to choose --------------------------------------------------------------------------- */

static bool is_choice(const struct pager *pager, size_t at)
{
	return pager->lines[at].id && is_shown(pager, at);
}

bool pager_chosen(const struct pager *pager, int64_t *id)
{
	if (!pager->choosing || !is_choice(pager, pager->cursor))
		return false;
	*id = pager->lines[pager->cursor].id;
	return true;
}

void pager_choose(struct pager *pager, int64_t id)
{
	for (size_t i = 0; i < pager->count && id; i++)
		if (pager->lines[i].id == id) {
			pager->cursor = i;
			pager->follow = true;
			return;
		}
}

/* So many choices further; what is above the first and below the last can be seen, too. */
static void move_cursor(struct pager *pager, int choices)
{
	const int step = choices < 0 ? -1 : 1;
	int left = choices * step;
	for (int64_t at = (int64_t)pager->cursor + step; left && at >= 0 && at < (int64_t)pager->count;
	        at += step)
		if (is_choice(pager, (size_t)at)) {
			pager->cursor = (size_t)at;
			left--;
		}
	pager->follow = true;
	if (left)
		pager->top = step > 0 ? TOP_MOST : 0;
}

/* A filter has hidden its line: the next one that it shows, or the last. */
static void leave_hidden(struct pager *pager)
{
	if (!pager->choosing || is_choice(pager, pager->cursor))
		return;
	const size_t was = pager->cursor;
	move_cursor(pager, 1);
	if (pager->cursor == was)
		move_cursor(pager, -1);
}

static void follow_cursor(struct pager *pager)
{
	const int end = pager->cursor_y + pager->lines[pager->cursor].height;
	pager->follow = false;
	if (pager->top > pager->height - pager->rows)
		pager->top = pager->height - pager->rows;
	if (pager->top < end - pager->rows)
		pager->top = end - pager->rows;
	if (pager->top > pager->cursor_y)
		pager->top = pager->cursor_y;
}

void pager_measure(struct pager *pager, struct terminal *terminal, struct rect rect)
{
	const struct rect nowhere = {rect.y, rect.x, 0, rect.columns};
	pager->rows = rect.rows > 1 ? rect.rows - 1 : 0;
	leave_hidden(pager);
	pager->height = draw_lines(pager, terminal, nowhere);
	if (pager->follow)
		follow_cursor(pager);
	if (pager->top > pager->height - pager->rows)
		pager->top = pager->height - pager->rows;
	if (pager->top < 0)
		pager->top = 0;
}

void pager_draw(struct pager *pager, struct terminal *terminal, struct rect rect)
{
	const struct rect body = {rect.y + 1, rect.x, rect.rows > 1 ? rect.rows - 1 : 0, rect.columns};
	pager_measure(pager, terminal, rect);
	const int lines = pager->height;
	draw_fill(terminal, rect, ROLE_TEXT);
	draw_lines(pager, terminal, body);

	struct strbuf title = STRBUF_INIT;
	strbuf_adds(&title, pager->title);
	if (*pager->filter)
		strbuf_addf(&title, "  /%s", pager->filter);
	if (lines > body.rows) {
		const int end = pager->top + body.rows;
		strbuf_addf(&title, _("  %d-%d of %d"), pager->top + 1, end, lines);
	} else if (!lines) {
		strbuf_adds(&title, _("  nothing found"));
	}
	draw_rule(terminal, rect.y, rect.x, rect.columns, title.data);
	strbuf_release(&title);
}

void pager_scroll(struct pager *pager, int lines)
{
	if (pager->choosing) {
		move_cursor(pager, lines);
		return;
	}
	pager->top += lines;
	if (pager->top < 0)
		pager->top = 0;
}

void pager_page(struct pager *pager, int pages)
{
	pager_scroll(pager, pages * (pager->rows > 1 ? pager->rows - 1 : 1));
}

void pager_to(struct pager *pager, bool end)
{
	if (pager->choosing)
		move_cursor(pager, end ? INT_MAX : -INT_MAX);
	pager->top = end ? TOP_MOST : 0;
}
