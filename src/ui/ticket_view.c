/*
 * The ticket: a head of a few fixed lines (ticket_head.c), a rule, and the conversation as a run of wrapped lines
 * (ticket_text.c) that scrolls.
 *
 * Who speaks is told three times, so that no theme and no terminal without colours can hide it: by the gutter's
 * form, by the word beside the name, and by colour. An internal note says INTERNAL NOTE.
 */
#include "ticket_head.h"
#include "ticket_text.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/civil.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MOST = 8 };

/* Older lines are asked for when so many screens are left above, and the rest of a message that many below. */
enum { AHEAD = 2 };

struct ticket_view {
	struct ticket_text text;
	int top;
	bool unfolded;
	int found; /* the line that a search found last; -1: none, or the lines have changed since */
	int rows;  /* of the conversation, in the last drawing */
	bool to_unread, to_top;
	int64_t seen;
	struct ticket_wants wants;

	/* what stands on the screen, in this epoch of the terminal; the clock moves every second, so the head is
	 * remembered by itself */
	uint64_t epoch, head_drawn, body_drawn;
	int head_rows;
};

struct ticket_view *ticket_view_new(void)
{
	struct ticket_view *view = alloc_bytes(sizeof *view);
	view->found = -1;
	return view;
}

void ticket_view_free(struct ticket_view *view)
{
	if (!view)
		return;
	ticket_text_release(&view->text);
	free(view);
}

/* ---- the conversation ------------------------------------------------------------------------ */

static void draw_body(struct terminal *terminal, int y, int x, int columns, const char *text,
        const struct ticket_line *line, struct sought search)
{
	size_t at = 0;
	int used = 0;
	bool link = line->link_goes_on;
	while (at < line->length && used < columns) {
		const size_t rest = line->length - at;
		const size_t length =
		        link ? ticket_text_link_length(text + at, rest) : ticket_text_link(text + at, rest);
		char *piece = alloc_copy_n(text + at, length);
		used += draw_sought(
		        terminal, y, x + used, columns - used, link ? ROLE_LINK : line->role, piece, search);
		free(piece);
		at += length;
		link = !link;
	}
}

/* Whether a reply is still here and can be taken back. */
static bool is_going_out(const struct entry *entry, instant now)
{
	return entry->send_at != INSTANT_NONE && entry->send_at > now;
}

/* What stands at a message: when it was written; of a reply where it is. With `timed` that stands behind when it was written. */
static void state_words(
        const struct entry *entry, const struct ticket_model *model, bool timed, char *out, size_t size)
{
	const instant at = entry->sent_at != INSTANT_NONE ? entry->sent_at : entry->at;
	const long long left = entry->send_at - model->now;
	char when[48];
	civil_short_words(at, model->now, head_offset(model, at), when, sizeof when);
	if (is_going_out(entry, model->now) && timed)
		snprintf(out, size, _("%s, goes out in %lld s"), when, left);
	else if (is_going_out(entry, model->now))
		snprintf(out, size, _("goes out in %lld s"), left);
	else if (entry->send_at != INSTANT_NONE && timed)
		snprintf(out, size, _("%s, waits for delivery"), when);
	else if (entry->send_at != INSTANT_NONE)
		snprintf(out, size, "%s", _("waits for delivery"));
	else if (entry->sent_at != INSTANT_NONE)
		snprintf(out, size, C_("reply", "sent %s"), when);
	else
		snprintf(out, size, "%s", when);
}

/* When that is to be said of one of the messages, the next second; it counts down. */
static instant going_out_tick(const struct ticket_model *model)
{
	const struct conversation *conversation = model->conversation;
	instant tick = INSTANT_NONE;
	for (size_t i = 0; conversation && i < conversation->count; i++) {
		const struct entry *entry = &conversation->entries[i];
		if (is_going_out(entry, model->now))
			return model->now + 1;
		if (entry->send_at != INSTANT_NONE && model->now - entry->send_at < 60)
			tick = model->now + 5; /* then it may have gone out */
	}
	return tick;
}

/* The name, or the first words of it that there is room for. */
static char *name_within(const char *name, int columns)
{
	size_t end = strlen(name);
	while (text_width(name, end) > columns) {
		const char *blank = memrchr(name, ' ', end);
		if (!blank || blank == name)
			return alloc_copy(name);
		end = (size_t)(blank - name);
	}
	return alloc_copy_n(name, end);
}

static void draw_heading(struct terminal *terminal, int y, int x, int columns, const struct ticket_line *line,
        const struct entry *entry, const struct ticket_model *model)
{
	static const char *const sides[] = {
	        [AUTHOR_CUSTOMER] = N_("customer"),
	        [AUTHOR_AGENT] = N_("agent"),
	        [AUTHOR_SYSTEM] = N_("automatic"),
	        [AUTHOR_THIRD_PARTY] = N_("third party"),
	};
	char when[120];
	const char *side = _(sides[entry->author_kind]);
	const char *name = *entry->author ? entry->author : _("(no name)");
	const int side_width = text_width(side, strlen(side)), name_width = text_width(name, strlen(name));
	const int beside = (side_width > 11 ? side_width : 11) + 3;
	state_words(entry, model, true, when, sizeof when);
	if (text_width(when, strlen(when)) + name_width + beside > columns)
		state_words(entry, model, false, when, sizeof when);
	const int when_width = text_width(when, strlen(when));
	int used = 0;
	if (line->gutter == GUTTER_NOTE)
		used += draw_text(terminal, y, x, columns, ROLE_NOTE, _("INTERNAL NOTE")) + 2;
	const bool note = line->gutter == GUTTER_NOTE;
	const int room = columns - used - when_width - (note ? 2 : beside);
	char *author = name_within(name, room);
	used += draw_text(terminal, y, x + used, room, line->role, author) + 2;
	free(author);
	if (line->gutter != GUTTER_NOTE)
		draw_text(terminal, y, x + used, columns - used - when_width, ROLE_DIM, side);
	draw_text(terminal, y, x + columns - when_width, when_width,
	        entry->send_at != INSTANT_NONE ? ROLE_PENDING : ROLE_DIM, when);
}

/* The words of an event stand in its block, wrapped; its instant stands beside the first line. */
static void draw_compact(struct terminal *terminal, struct rect place, const char *text,
        const struct ticket_line *line, const struct entry *entry, const struct ticket_model *model)
{
	char when[48] = "", *words = alloc_copy_n(text, line->length);
	if (!line->place)
		civil_short_words(entry->at, model->now, head_offset(model, entry->at), when, sizeof when);
	const int when_width = text_width(when, strlen(when)), indent = line->place ? 2 : 0;
	draw_sought(terminal, place.y, place.x + indent, place.columns - indent - when_width, ROLE_SYSTEM,
	        words, (struct sought){model->search, model->by_words});
	draw_text(terminal, place.y, place.x + place.columns - when_width, when_width, ROLE_SYSTEM, when);
	free(words);
}

static void draw_rest(struct terminal *terminal, int y, int x, int columns, const struct entry *entry)
{
	char size[32];
	ticket_size_text(entry->body_size - (int64_t)strlen(entry->body), size, sizeof size);
	draw_textf(terminal, y, x, columns, ROLE_DIM, _("[%s more of this message: loaded as you scroll]"),
	        size);
}

static void draw_older(struct terminal *terminal, int y, int x, int columns, int older)
{
	draw_textf(terminal, y, x, columns, ROLE_DIM,
	        P_("%d older message: loaded as you scroll", "%d older messages: loaded as you scroll",
	                older),
	        older);
}

static void draw_line(struct terminal *terminal, int y, struct rect rect, const struct ticket_view *view,
        int number, const struct ticket_model *model)
{
	const int x = rect.x + TICKET_MARGIN, text_x = x + TICKET_GUTTER, columns = view->text.source.columns;
	const struct ticket_block *block;
	const struct ticket_line *line = ticket_text_line(&view->text, number, &block);
	const struct entry *entry = block->entry < 0 ? NULL : &model->conversation->entries[block->entry];
	char words[96];
	if (line->gutter)
		draw_text(terminal, y, x, 1, ticket_gutter_role(line->gutter),
		        ticket_gutter_glyph(terminal, line->gutter));
	switch (line->kind) {
	case LINE_BLANK:
		break;
	case LINE_HEADING:
		draw_heading(terminal, y, text_x, columns, line, entry, model);
		break;
	case LINE_BODY:
		draw_body(terminal, y, text_x, columns, block->bytes.data + line->start, line,
		        (struct sought){model->search, model->by_words});
		break;
	case LINE_FOLD:
		ticket_fold_words(&block->folds.list[line->start], words, sizeof words);
		draw_text(terminal, y, text_x, columns, line->role, words);
		break;
	case LINE_COMPACT:
		draw_compact(terminal, (struct rect){y, text_x, 1, columns}, block->bytes.data + line->start,
		        line, entry, model);
		break;
	case LINE_UNREAD:
		draw_rule(terminal, y, x, columns + TICKET_GUTTER, C_("messages", "new"));
		break;
	case LINE_OLDER:
		draw_older(terminal, y, text_x, columns, model->conversation->older);
		break;
	case LINE_REST:
		draw_rest(terminal, y, text_x, columns, entry);
		break;
	}
}

static void clamp(struct ticket_view *view)
{
	const int most = view->text.count - view->rows;
	if (view->top > most)
		view->top = most;
	if (view->top < 0)
		view->top = 0;
}

/* The number behind the last line of a block that says something. */
static int end_of(const struct ticket_block *block)
{
	int count = block->count;
	while (count && block->lines[count - 1].kind == LINE_BLANK)
		count--;
	return block->first + count;
}

/* A message is seen when its last line is, or something after it. */
static void note_seen(struct ticket_view *view, const struct conversation *conversation)
{
	const int end = view->top + view->rows;
	view->seen = 0;
	for (size_t i = view->text.block_count; i-- > 0 && !view->seen;) {
		const struct ticket_block *block = &view->text.blocks[i];
		const bool goes_on =
		        i + 1 < view->text.block_count && view->text.blocks[i + 1].entry == block->entry;
		if (block->entry >= 0 && !goes_on && end_of(block) <= end &&
		        conversation->entries[block->entry].kind != ENTRY_EVENT)
			view->seen = conversation->entries[block->entry].id;
	}
}

/* What should be loaded for the next screens. */
static void note_wants(struct ticket_view *view, const struct conversation *conversation)
{
	view->wants = (struct ticket_wants){
	        .older = conversation->older && (view->to_top || view->top < AHEAD * view->rows)};
	const int end = view->top + (1 + AHEAD) * view->rows;
	for (size_t i = 0; i < view->text.block_count && view->text.blocks[i].first < end; i++) {
		const struct ticket_block *block = &view->text.blocks[i];
		if (block->entry < 0 || block->first + block->count < view->top)
			continue;
		for (int n = block->count; n-- > 0 && !view->wants.rest_of;)
			if (block->lines[n].kind == LINE_REST && block->first + n < end)
				view->wants.rest_of = conversation->entries[block->entry].id;
	}
}

static void draw_conversation_rule(struct terminal *terminal, struct rect rect,
        const struct ticket_view *view, const struct ticket_model *model)
{
	char words[160];
	const int below = view->text.count - view->top - view->rows;
	const int messages = model->row->message_count;
	int length = snprintf(words, sizeof words, P_("%d message", "%d messages", messages), messages);
	if (below > 0)
		snprintf(words + length, sizeof words - (size_t)length,
		        P_(", %d more line below", ", %d more lines below", below), below);
	draw_rule(terminal, rect.y, rect.x, rect.columns, words);
}

/* ---- what has changed ------------------------------------------------------------------------- */

/* Whether the part must be drawn; it is remembered as drawn. */
static bool is_new(uint64_t *drawn, uint64_t made)
{
	const bool is = *drawn != made;
	*drawn = made;
	return is;
}

static uint64_t head_made_of(struct rect rect, const struct ticket_model *model, const struct countdown *down)
{
	char clock[64];
	countdown_text(down, HEAD_CLOCK_COLUMNS, head_offset(model, down->opens_at), clock, sizeof clock);
	uint64_t made = ticket_model_hash(model, down);
	made = draw_hash_text(draw_hash_rect(made, rect), clock);
	return draw_hash_text(made, model->draft ? model->draft : "");
}

static uint64_t body_made_of(
        const struct ticket_view *view, struct rect rect, const struct ticket_model *model)
{
	const struct ticket_text_source *source = &view->text.source;
	const int64_t numbers[] = {source->ticket_id, (int64_t)source->revision, source->columns,
	        source->utc_offset_s, source->day, view->top, model->row->message_count, view->unfolded,
	        view->text.count, going_out_tick(model)};
	uint64_t made = draw_hash(draw_hash_rect(DRAW_HASH_BEGIN, rect), numbers, sizeof numbers);
	made = draw_hash(made, &model->by_words, sizeof model->by_words);
	return draw_hash_text(made, model->search ? model->search : "");
}

/* ---- the parts -------------------------------------------------------------------------------- */

/* The lines anew, with the same one on top: more may stand above it, and it may have moved in its message. */
static void make_text(struct ticket_view *view, const struct ticket_text_source *source)
{
	struct ticket_text *text = &view->text;
	const bool same = text->made && text->count && text->source.ticket_id == source->ticket_id;
	struct ticket_place place = {.kind = LINE_BLANK};
	int above = 0;
	for (; same && view->top + above < text->count; above++) {
		place = ticket_text_place(text, view->top + above);
		if (place.name.id) /* a line of a message, not the one about older messages */
			break;
	}
	const int count = text->count;
	ticket_text_make(text, source);
	if (text->count != count)
		view->found = -1;
	const int now = same && place.name.id ? ticket_text_find(text, &place) : -1;
	if (now >= 0)
		view->top = now - above;
	else if (!same)
		view->top = 0;
}

static void show_line(struct ticket_view *view, int line)
{
	view->to_top = false;
	view->found = line;
	if (line < view->top || line >= view->top + view->rows)
		view->top = line - view->rows / 3;
	clamp(view);
}

/* A ticket that the server found is shown from the first of the sought words that is loaded. */
static void show_sought(struct ticket_view *view, const char *query)
{
	const int line = ticket_text_sought(&view->text, query);
	if (line >= 0)
		show_line(view, line);
}

/* The lines for this model and width, and which of them is the first one shown. */
static void lay_out(struct ticket_view *view, struct rect rect, const struct ticket_model *model)
{
	const bool comes = view->to_unread || view->text.source.ticket_id != model->row->id;
	if (view->text.source.ticket_id != model->row->id) {
		view->unfolded = view->to_top = false;
		view->found = -1;
	}
	const struct ticket_text_source source = {
	        .ticket_id = model->row->id,
	        .revision = model->conversation_revision,
	        .conversation = model->conversation,
	        .columns = ticket_text_columns(rect.columns - TICKET_MARGIN - TICKET_GUTTER - 1),
	        .utc_offset_s = model->utc_offset_s,
	        .day = civil_day(model->now, model->utc_offset_s),
	        .unfolded = view->unfolded,
	};
	make_text(view, &source);
	view->rows = rect.rows - 1;
	if (view->to_unread)
		view->top = ticket_text_unread(&view->text, model->conversation);
	view->to_unread = false;
	if (comes && model->search && model->by_words)
		show_sought(view, model->search);
	if (view->to_top)
		view->top = 0;
	view->to_top = view->to_top && model->conversation->older;
	clamp(view);
}

static void draw_conversation(struct ticket_view *view, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model)
{
	lay_out(view, rect, model);
	note_seen(view, model->conversation);
	note_wants(view, model->conversation);
	if (!is_new(&view->body_drawn, body_made_of(view, rect, model)))
		return;
	draw_fill(terminal, rect, ROLE_TEXT);
	draw_conversation_rule(terminal, rect, view, model);
	for (int i = 0; i < view->rows && view->top + i < view->text.count; i++)
		draw_line(terminal, rect.y + 1 + i, rect, view, view->top + i, model);
}

/* Instead of the conversation, below a rule, or of all. */
static void draw_notice(
        struct ticket_view *view, struct terminal *terminal, struct rect rect, bool rule, const char *words)
{
	view->seen = 0;
	view->wants = (struct ticket_wants){0};
	if (!is_new(&view->body_drawn, draw_hash_text(draw_hash_rect(DRAW_HASH_BEGIN, rect), words)))
		return;
	draw_fill(terminal, rect, ROLE_TEXT);
	if (rule)
		draw_rule(terminal, rect.y, rect.x, rect.columns, "");
	draw_text(terminal, rect.y + 1, rect.x + TICKET_MARGIN, rect.columns - 2, ROLE_DIM, words);
}

/* Draws the head, and says when its clock changes by itself. */
static instant draw_head(struct ticket_view *view, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model)
{
	const struct countdown down = head_clock(model);
	if (is_new(&view->head_drawn, head_made_of(rect, model, &down))) {
		struct head_pen pen = {terminal,
		        {rect.y, rect.x + TICKET_MARGIN, rect.rows, rect.columns - TICKET_MARGIN - 1},
		        TICKET_MARGIN, 1, rect.x + TICKET_MARGIN};
		ticket_head_draw(&pen, model, &down, rect.rows >= HEAD_MOST + 4);
		view->head_rows = pen.rect.y - rect.y;
	}
	return down.next_change;
}

instant ticket_view_draw(struct ticket_view *view, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model)
{
	if (view->epoch != terminal_epoch(terminal)) {
		view->epoch = terminal_epoch(terminal);
		view->head_drawn = view->body_drawn = 0;
	}
	if (!model->row) {
		view->head_drawn = 0;
		draw_notice(view, terminal, rect, false, _("No such ticket here any more."));
		return INSTANT_NONE;
	}
	const instant going_out = going_out_tick(model);
	instant next = draw_head(view, terminal, rect, model);
	if (going_out < next)
		next = going_out;
	const struct rect rest = {
	        rect.y + view->head_rows, rect.x, rect.rows - view->head_rows, rect.columns};
	if (rest.rows < 2) {
		draw_notice(view, terminal, rest, false, "");
	} else if (model->conversation && model->conversation->ticket_id == model->row->id) {
		draw_conversation(view, terminal, rest, model);
	} else {
		draw_notice(view, terminal, rest, true, _("Loading the conversation"));
	}
	return next;
}

/* ---- scrolling ------------------------------------------------------------------------------- */

void ticket_view_scroll(struct ticket_view *view, int lines)
{
	view->to_top = false;
	view->top += lines;
	clamp(view);
}

void ticket_view_page(struct ticket_view *view, int pages)
{
	ticket_view_scroll(view, pages * (view->rows > 2 ? view->rows - 1 : 1));
}

void ticket_view_to_top(struct ticket_view *view)
{
	view->to_top = true;
	view->top = 0;
}

void ticket_view_to_end(struct ticket_view *view)
{
	view->to_top = false;
	view->top = view->text.count;
	clamp(view);
}

void ticket_view_to_unread(struct ticket_view *view)
{
	view->to_unread = true;
	view->to_top = false;
}

int64_t ticket_view_seen(const struct ticket_view *view)
{
	return view->seen;
}

struct ticket_wants ticket_view_wants(const struct ticket_view *view)
{
	return view->wants;
}

/* ---- folds and search ------------------------------------------------------------------------- */

bool ticket_view_has_folds(const struct ticket_view *view)
{
	for (size_t i = 0; i < view->text.block_count; i++)
		if (view->text.blocks[i].folds.count)
			return true;
	return false;
}

bool ticket_view_fold(struct ticket_view *view)
{
	view->unfolded = !view->unfolded;
	return !view->unfolded;
}

bool ticket_view_search(struct ticket_view *view, const char *needle, int step)
{
	struct ticket_text *text = &view->text;
	if (!text->made || !text->count)
		return false;
	int from = view->top;
	if (view->found >= view->top && view->found < view->top + view->rows)
		from = step > 0 ? view->found + 1 : view->found;
	else if (step < 0)
		from = view->top + view->rows;
	const int line = ticket_text_search(text, needle, (from + text->count) % text->count, step);
	if (line < 0)
		return false;
	show_line(view, line);
	return true;
}
