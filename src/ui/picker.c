/*
 * The picker. What is matched is the item's text, and where a word is not found there, its note; a match in the text
 * comes first. The order of equals is the one in which the items were handed over.
 *
 * The columns and the height are those of all items and not of the ones that match, so nothing jumps while one types.
 */
#include "ui/picker.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAST_LIST = 3,
	MOST_LIST = 14,     /* rows, without a preview */
	MOST_COLUMNS = 100, /* the same */
	MOST_ROWS = 30,     /* with one */
	BESIDE_FROM = 110,  /* columns inside of the frame from which the preview stands beside the list */
};

struct picker_row {
	int64_t id;
	char *text;
	char *note;
	char *tail;
	int in_note; /* words of the pattern that only the note has */
	int score;
};

/* ---- items -------------------------------------------------------------------------------------------- */

static char *clean_copy(const char *text)
{
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, text ? text : "", text ? strlen(text) : 0, TEXT_ONE_LINE);
	return strbuf_detach(&clean);
}

static void release_rows(struct picker *picker)
{
	for (size_t i = 0; i < picker->count; i++) {
		free(picker->rows[i].text);
		free(picker->rows[i].note);
		free(picker->rows[i].tail);
	}
	free(picker->rows);
	free(picker->shown);
	picker->rows = NULL;
	picker->shown = NULL;
	picker->count = picker->shown_count = 0;
}

static void add_match(struct fuzzy_match *all, const struct fuzzy_match *one)
{
	all->score += one->score;
	for (size_t i = 0; i < one->count && all->count < FUZZY_SPANS_MOST; i++)
		all->spans[all->count++] = one->spans[i];
}

/* Each word of the pattern is found as a whole in the text, or else in the note. Returns how many are in the note, -1: it does
 * not match. */
static int match_row(
        const char *pattern, const struct picker_row *row, struct fuzzy_match *text, struct fuzzy_match *note)
{
	int in_note = 0;
	*text = *note = (struct fuzzy_match){.score = 0};
	for (;;) {
		pattern += strspn(pattern, " ");
		if (!*pattern)
			return in_note;
		const size_t length = strcspn(pattern, " ");
		char *word = alloc_copy_n(pattern, length);
		struct fuzzy_match one;
		const bool in_text = fuzzy_match(word, row->text, &one);
		const bool found = in_text || fuzzy_match(word, row->note, &one);
		free(word);
		if (!found)
			return -1;
		add_match(in_text ? text : note, &one);
		in_note += !in_text;
		pattern += length;
	}
}

static int by_score(const void *left, const void *right, void *context)
{
	const struct picker_row *rows = context;
	const size_t a = *(const size_t *)left, b = *(const size_t *)right;
	if (rows[a].in_note != rows[b].in_note)
		return rows[a].in_note - rows[b].in_note;
	if (rows[a].score != rows[b].score)
		return rows[a].score > rows[b].score ? -1 : 1;
	return a < b ? -1 : a > b;
}

static void narrow(struct picker *picker)
{
	const char *pattern = picker->line.text.data;
	picker->shown_count = 0;
	for (size_t i = 0; i < picker->count; i++) {
		struct fuzzy_match text, note;
		picker->rows[i].in_note = match_row(pattern, &picker->rows[i], &text, &note);
		if (picker->rows[i].in_note < 0)
			continue;
		picker->rows[i].score = text.score + note.score;
		picker->shown[picker->shown_count++] = i;
	}
	if (pattern[strspn(pattern, " ")])
		qsort_r(picker->shown, picker->shown_count, sizeof *picker->shown, by_score, picker->rows);
	picker->at = picker->top = 0;
}

static void take_rows(struct picker *picker, const struct picker_item *items, size_t count)
{
	release_rows(picker);
	picker->rows = alloc_array(count + 1, sizeof *picker->rows);
	picker->shown = alloc_array(count + 1, sizeof *picker->shown);
	picker->count = count;
	for (size_t i = 0; i < count; i++)
		picker->rows[i] = (struct picker_row){.id = items[i].id,
		        .text = clean_copy(items[i].text),
		        .note = clean_copy(items[i].note),
		        .tail = clean_copy(items[i].tail)};
	narrow(picker);
}

void picker_open(struct picker *picker, const char *title, const struct picker_item *items, size_t count,
        bool previewed)
{
	picker_close(picker);
	picker->title = clean_copy(title);
	picker->previewed = previewed;
	picker->loading = !items;
	prompt_open(&picker->line, "", "", NULL, NULL, NULL);
	pager_init(&picker->preview, "");
	take_rows(picker, items, items ? count : 0);
}

enum picker_result picker_fill(struct picker *picker, const struct picker_item *items, size_t count)
{
	take_rows(picker, items, count);
	picker->loading = false;
	const bool taken = picker->taking && picker->shown_count;
	picker->taking = false;
	return taken ? PICKER_TAKEN : PICKER_CHOOSING;
}

void picker_type(struct picker *picker, const char *text)
{
	prompt_open(&picker->line, "", text, NULL, NULL, NULL);
	narrow(picker);
}

void picker_close(struct picker *picker)
{
	release_rows(picker);
	prompt_close(&picker->line);
	pager_release(&picker->preview);
	free(picker->title);
	*picker = (struct picker){.title = NULL};
}

bool picker_chosen(const struct picker *picker, int64_t *id)
{
	if (picker->at >= picker->shown_count)
		return false;
	*id = picker->rows[picker->shown[picker->at]].id;
	return true;
}

void picker_say(struct picker *picker, const char *text)
{
	prompt_say(&picker->line, ROLE_ERROR, text);
}

/* ---- keys ----------------------------------------------------------------------------------------------- */

/* One line further goes around the ends; a page stops there. */
static void move(struct picker *picker, int64_t lines)
{
	const int64_t count = (int64_t)picker->shown_count;
	int64_t at = (int64_t)picker->at + lines;
	if (!count)
		return;
	if (lines == 1 || lines == -1)
		at = (at + count) % count;
	at = at < 0 ? 0 : at >= count ? count - 1 : at;
	picker->at = (size_t)at;
}

bool picker_scrolls_preview(const struct picker *picker)
{
	return picker->previewed && picker->preview.height > picker->preview.rows;
}

static void move_page(struct picker *picker, int pages)
{
	if (picker_scrolls_preview(picker))
		pager_page(&picker->preview, pages);
	else
		move(picker, pages * (picker->height > 1 ? picker->height : 2));
}

static bool move_key(struct picker *picker, key k)
{
	const bool empty = !picker->line.text.length;
	switch (k) {
	case KEY_DOWN_ARROW:
	case KEY_TAB:
		move(picker, 1);
		return true;
	case KEY_UP_ARROW:
	case KEY_BACKTAB:
		move(picker, -1);
		return true;
	case KEY_PAGE_DOWN:
		move_page(picker, 1);
		return true;
	case KEY_PAGE_UP:
		move_page(picker, -1);
		return true;
	case KEY_HOME_KEY:
		picker->at = empty ? 0 : picker->at;
		return empty;
	case KEY_END_KEY:
		picker->at = empty && picker->shown_count ? picker->shown_count - 1 : picker->at;
		return empty;
	default:
		return false;
	}
}

enum picker_result picker_key(struct picker *picker, key k)
{
	if (!picker->line.pasting && move_key(picker, k))
		return PICKER_CHOOSING;
	const bool was_cut = picker->line.cut;
	char *before = picker->line.pasting && k != KEY_PASTE_END ? NULL : alloc_copy(picker->line.text.data);
	const enum prompt_result result = prompt_key(&picker->line, k);
	const bool changed = before && strcmp(before, picker->line.text.data) != 0;
	free(before);
	picker->taking = result == PROMPT_DONE && picker->loading;
	if ((changed || was_cut) && !picker->line.cut)
		picker_say(picker, NULL);
	if (changed)
		narrow(picker);
	if (result == PROMPT_CANCELLED)
		return PICKER_LEFT;
	return result == PROMPT_DONE && !picker->loading ? PICKER_TAKEN : PICKER_CHOOSING;
}

/* ---- drawing -------------------------------------------------------------------------------------------- */

/* Where everything stands. A preview of no rows is not shown. */
struct picker_layout {
	struct rect box, list, preview;
	int prompt_y;
	int x, columns; /* of the rows that it takes: what lies beside the box would be torn */
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

static struct picker_layout lay_out(const struct picker *picker, struct rect rect)
{
	struct picker_layout at = {.box = rect, .x = rect.x, .columns = rect.columns};
	struct rect *box = &at.box;
	const bool wide = picker->previewed && rect.columns - 6 >= BESIDE_FROM;
	const int all = picker->count > MOST_LIST || picker->loading ? MOST_LIST : (int)picker->count;
	const int wanted = all < LEAST_LIST ? LEAST_LIST : all;
	box->columns = picker->previewed ? rect.columns - 4 : least(rect.columns - 4, MOST_COLUMNS);
	box->rows = least(rect.rows - 2, picker->previewed ? MOST_ROWS : wanted + 4);
	box->x = rect.x + (rect.columns - box->columns) / 2;
	box->y = rect.y + 1 + (rect.rows - 2 - box->rows) / 3;
	at.prompt_y = box->y + 1;
	at.list = (struct rect){box->y + 3, box->x + 1, box->rows - 4, box->columns - 2};
	if (wide) {
		at.list.columns = (box->columns - 3) * 2 / 5;
		at.preview = at.list;
		at.preview.x += at.list.columns + 1;
		at.preview.columns = box->columns - 3 - at.list.columns;
	} else if (picker->previewed) {
		at.preview = at.list;
		at.list.rows = least(wanted, at.list.rows * 2 / 5);
		at.preview.y += at.list.rows;
		at.preview.rows -= at.list.rows;
	}
	return at;
}

static void draw_frame(struct picker *picker, struct terminal *terminal, const struct picker_layout *at)
{
	const struct rect *box = &at->box;
	char count[64];
	terminal_over(terminal, box->y, at->x, box->rows, at->columns);
	draw_box(terminal, *box);
	draw_across(terminal, *box, at->prompt_y + 1);
	draw_rule(terminal, box->y, box->x + 1, box->columns - 2, picker->title);
	if (picker->loading)
		return;
	snprintf(count, sizeof count, _(" %zu of %zu "), picker->shown_count, picker->count);
	const int width = draw_width(terminal, count, box->columns / 2);
	draw_text(terminal, box->y, box->x + box->columns - 2 - width, width, ROLE_DIM, count);
}

/* What is wrong stands in the frame's last line. */
static void draw_note(const struct picker *picker, struct terminal *terminal, const struct rect *box)
{
	if (!picker->line.note)
		return;
	const int y = box->y + box->rows - 1, room = box->columns - 6;
	draw_fill(terminal,
	        (struct rect){y, box->x + 2, 1, draw_width(terminal, picker->line.note, room) + 2},
	        ROLE_TEXT);
	draw_text(terminal, y, box->x + 3, room, picker->line.note_role, picker->line.note);
}

struct columns {
	int text, tail;
};

static struct columns columns_of(const struct picker *picker, struct terminal *terminal, int room)
{
	struct columns columns = {0, 0};
	bool notes = false;
	for (size_t i = 0; i < picker->count; i++) {
		const int text = draw_width(terminal, picker->rows[i].text, room);
		const int tail = draw_width(terminal, picker->rows[i].tail, room / 3);
		columns.text = text > columns.text ? text : columns.text;
		columns.tail = tail > columns.tail ? tail : columns.tail;
		notes = notes || *picker->rows[i].note;
	}
	const int most = notes ? room / 2 : room;
	columns.text = least(columns.text, most);
	return columns;
}

static void draw_row(const struct picker *picker, struct terminal *terminal, struct rect line,
        size_t position, const struct columns *columns)
{
	const struct picker_row *row = &picker->rows[picker->shown[position]];
	const bool chosen = position == picker->at;
	struct fuzzy_match text, note;
	match_row(picker->line.text.data, row, &text, &note);
	draw_text(terminal, line.y, line.x, 1, ROLE_SELECTED, chosen ? ">" : "");
	int x = line.x + 2;
	const int end = line.x + line.columns - 1;
	draw_spans(
	        terminal, line.y, x, columns->text, ROLE_TEXT, row->text, ROLE_MATCH, text.spans, text.count);
	x += columns->text + 2;
	const int tail_x = end - columns->tail;
	const bool tailed = columns->tail && tail_x > x + (*row->note ? 12 : 0);
	if (x < (tailed ? tail_x - 2 : end))
		draw_spans(terminal, line.y, x, (tailed ? tail_x - 2 : end) - x, ROLE_DIM, row->note,
		        ROLE_MATCH, note.spans, note.count);
	if (tailed) {
		const int width = draw_width(terminal, row->tail, columns->tail);
		draw_text(terminal, line.y, end - width, width, ROLE_DIM, row->tail);
	}
}

static void draw_list(struct picker *picker, struct terminal *terminal, struct rect list)
{
	const struct columns columns = columns_of(picker, terminal, list.columns - 4);
	const size_t rows = list.rows > 0 ? (size_t)list.rows : 0;
	picker->height = list.rows;
	if (picker->at < picker->top)
		picker->top = picker->at;
	if (picker->at >= picker->top + rows)
		picker->top = picker->at + 1 - rows;
	for (size_t i = 0; i < rows && picker->top + i < picker->shown_count; i++)
		draw_row(picker, terminal, (struct rect){list.y + (int)i, list.x, 1, list.columns},
		        picker->top + i, &columns);
	if (!picker->shown_count)
		draw_text(terminal, list.y, list.x + 2, list.columns - 2, ROLE_DIM,
		        picker->loading ? _("asking the server")
		        : picker->count ? _("nothing matches")
		                        : _("there is nothing to choose from"));
}

/* The preview's title stands in the line above it, and it begins there. No rows: it is not shown. */
static struct rect preview_place(const struct picker_layout *at)
{
	struct rect inside = at->preview;
	if (inside.rows < 2)
		return (struct rect){.rows = 0};
	inside.x += 1;
	inside.columns -= 2;
	if (inside.y == at->list.y) { /* beside the list */
		inside.y--;
		inside.rows++;
	}
	return inside;
}

void picker_measure(struct picker *picker, struct terminal *terminal, struct rect rect)
{
	const struct picker_layout at = lay_out(picker, rect);
	const struct rect inside = preview_place(&at);
	if (picker->previewed && inside.rows)
		pager_measure(&picker->preview, terminal, inside);
	else
		picker->preview.height = 0;
}

static void draw_preview(struct picker *picker, struct terminal *terminal, const struct picker_layout *at)
{
	const struct rect inside = preview_place(at);
	if (!inside.rows)
		return;
	if (at->preview.y == at->list.y)
		draw_vertical(terminal, at->preview.y, inside.x - 2, at->preview.rows);
	else
		draw_across(terminal, at->box, inside.y);
	if (picker->shown_count)
		pager_draw(&picker->preview, terminal, inside);
}

void picker_draw(
        struct picker *picker, struct terminal *terminal, struct rect rect, int *cursor_y, int *cursor_x)
{
	const struct picker_layout at = lay_out(picker, rect);
	draw_frame(picker, terminal, &at);
	draw_note(picker, terminal, &at.box);
	if (!picker->line.text.length)
		draw_text(terminal, at.prompt_y, at.box.x + 3, at.box.columns - 5, ROLE_DIM,
		        _("type to narrow the list"));
	prompt_draw_text(
	        &picker->line, terminal, at.prompt_y, at.box.x + 2, at.box.columns - 4, cursor_y, cursor_x);
	draw_list(picker, terminal, at.list);
	if (picker->previewed)
		draw_preview(picker, terminal, &at);
}
