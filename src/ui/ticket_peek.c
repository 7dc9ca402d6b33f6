/*
 * The peek: a few lines about the ticket under the cursor, enough to know whether to open it. Of the conversation it
 * shows what the last public message says, without what that quotes; of a ticket that the server found, the last message or
 * note in which a sought word stands, from where it stands.
 */
#include "ticket_head.h"
#include "ticket_text.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "core/civil.h"
#include "core/sought.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLOCK_COLUMNS = 20, PEEK_BYTES = 16384 };

/* Its clock is told by when it is due: that does not change by the second. */
static bool says_due(const struct ticket_row *row, const struct countdown *down)
{
	return down->urgency != URGENCY_NONE && row->due_at != INSTANT_NONE;
}

static void peek_summary(struct head_pen *pen, const struct ticket_model *model, const struct countdown *down)
{
	const struct ticket_row *row = model->row;
	const struct organization *organization =
	        directory_organization(model->directory, row->organization_id);
	const struct plan *plan = directory_plan(model->directory, row->plan_id);
	static const char *const sides[] = {N_("customer"), N_("agent"), N_("automatic")};
	char words[64], target[32];
	head_run(pen, ROLE_TEXT,
	        organization           ? organization->name
	        : *row->requester_name ? row->requester_name
	                               : row->requester_email);
	if (plan) {
		duration_text(row->target_s, target, sizeof target);
		const bool promised = row->metric != METRIC_NONE && row->target_s > 0;
		head_run(pen, ROLE_DIM, " (");
		head_run(pen, ROLE_DIM, pen->rect.columns < 100 ? plan->short_name : plan->name);
		head_run(pen, ROLE_DIM, promised ? ", " : "");
		head_run(pen, ROLE_DIM, promised ? target : "");
		head_run(pen, ROLE_DIM, ")");
	}
	head_separator(pen);
	if (says_due(row, down)) {
		civil_short_words(
		        row->due_at, model->now, head_offset(model, row->due_at), words, sizeof words);
		head_run(pen, ROLE_TEXT, _(head_metric_words[row->metric]));
		head_run(pen, head_clock_role(down), " ");
		head_runf(pen, head_clock_role(down), _("due %s"), words);
	} else if (down->urgency == URGENCY_NONE) {
		head_run(pen, ROLE_DIM, _("no customer is waiting"));
	} else {
		countdown_text(down, CLOCK_COLUMNS, head_offset(model, down->opens_at), words, sizeof words);
		head_run(pen, ROLE_TEXT, _(head_metric_words[row->metric]));
		head_run(pen, ROLE_TEXT, " ");
		head_run(pen, head_clock_role(down), words);
	}
	civil_short_words(row->last_message_at, model->now, head_offset(model, row->last_message_at), words,
	        sizeof words);
	char messages[160], last[120];
	snprintf(messages, sizeof messages, P_("%d message, %s %s", "%d messages, %s %s", row->message_count),
	        row->message_count, _(sides[row->last_author]), words);
	snprintf(last, sizeof last, C_("last message", "%s %s"), _(sides[row->last_author]), words);
	if (!head_part(pen, ROLE_DIM, messages))
		head_part(pen, ROLE_DIM, last);
}

static const struct entry *last_public(const struct conversation *conversation)
{
	for (size_t i = conversation->count; i-- > 0;)
		if (conversation->entries[i].kind == ENTRY_PUBLIC)
			return &conversation->entries[i];
	return NULL;
}

struct peek_pass {
	struct terminal *terminal;
	struct rect rect;
	const char *text;
	const char *gutter;
	enum theme_role role;
	const struct fold_list *folds;
	size_t fold;
	bool quoted;
	struct sought sought;
	int line;  /* so many were said before */
	int skip;  /* so many of them are not drawn */
	int found; /* the first one in which a sought word stands; -1: none yet */
};

/* What the writer says, without what he quotes and without empty lines. */
static void peek_line(void *context, struct text_line piece)
{
	struct peek_pass *pass = context;
	if (piece.start == 0 || pass->text[piece.start - 1] == '\n')
		pass->quoted = ticket_text_quoted(pass->text + piece.start, piece.length);
	const struct fold_list *folds = pass->folds;
	while (pass->fold < folds->count &&
	        folds->list[pass->fold].start + folds->list[pass->fold].length <= piece.start)
		pass->fold++;
	if (pass->fold < folds->count && piece.start >= folds->list[pass->fold].start)
		return;
	if (pass->quoted || !piece.length)
		return;
	char *text = alloc_copy_n(pass->text + piece.start, piece.length);
	size_t start, length;
	if (pass->found < 0 && pass->sought.text && pass->sought.by_words &&
	        sought_find(text, pass->sought.text, &start, &length))
		pass->found = pass->line;
	if (pass->line++ < pass->skip || !pass->rect.rows) {
		free(text);
		return;
	}
	draw_text(pass->terminal, pass->rect.y, pass->rect.x, 1, pass->role, pass->gutter);
	draw_sought(pass->terminal, pass->rect.y, pass->rect.x + TICKET_GUTTER,
	        pass->rect.columns - TICKET_GUTTER, ROLE_TEXT, text, pass->sought);
	free(text);
	pass->rect.y++;
	pass->rect.rows--;
}

/* Draws the entry's text, but for so many lines of it. Returns the line in which a sought word stands, or -1. */
static int peek_entry(struct terminal *terminal, struct rect rect, const struct ticket_model *model,
        const struct entry *entry, int skip)
{
	const enum gutter gutter = ticket_gutter(entry);
	struct strbuf text = STRBUF_INIT;
	struct fold_list folds = {0};
	text_sanitise(&text, entry->body, strnlen(entry->body, PEEK_BYTES), TEXT_KEEP_LINES);
	fold_find(text.data, text.length, &folds);
	struct peek_pass pass = {.terminal = terminal,
	        .rect = rect,
	        .text = text.data,
	        .gutter = ticket_gutter_glyph(terminal, gutter),
	        .role = ticket_gutter_role(gutter),
	        .folds = &folds,
	        .sought = {model->search, model->by_words},
	        .skip = skip,
	        .found = -1};
	text_wrap(text.data, ticket_text_columns(rect.columns - TICKET_GUTTER - 1), peek_line, &pass);
	fold_list_release(&folds);
	strbuf_release(&text);
	return pass.found;
}

/* The last message or note that says a sought word itself; *line: where. NULL: none does. */
static const struct entry *last_sought(
        struct terminal *terminal, struct rect rect, const struct ticket_model *model, int *line)
{
	const struct conversation *conversation = model->conversation;
	size_t start, length;
	rect.rows = 0; /* nothing is drawn */
	for (size_t i = conversation->count; model->search && model->by_words && i-- > 0;) {
		const struct entry *entry = &conversation->entries[i];
		if ((entry->kind != ENTRY_PUBLIC && entry->kind != ENTRY_NOTE) ||
		        !sought_find(entry->body, model->search, &start, &length))
			continue;
		*line = peek_entry(terminal, rect, model, entry, 0);
		if (*line >= 0)
			return entry;
	}
	return NULL;
}

static void peek_message(struct terminal *terminal, struct rect rect, const struct ticket_model *model)
{
	const bool here = model->conversation && model->conversation->ticket_id == model->row->id;
	int line = 0;
	if (rect.rows < 1 || !here)
		return;
	const struct entry *sought = last_sought(terminal, rect, model, &line);
	const struct entry *entry = sought ? sought : last_public(model->conversation);
	if (entry)
		peek_entry(terminal, rect, model, entry, sought && line >= rect.rows ? line : 0);
}

static uint64_t made_of(struct rect rect, const struct ticket_model *model, const struct countdown *down)
{
	char clock[64] = "";
	uint64_t made = draw_hash_rect(DRAW_HASH_BEGIN, rect);
	if (!model->row)
		return made;
	const uint64_t numbers[] = {ticket_model_hash(model, down), model->conversation_revision,
	        model->conversation ? (uint64_t)model->conversation->ticket_id : 0, model->by_words};
	if (!says_due(model->row, down))
		countdown_text(down, CLOCK_COLUMNS, head_offset(model, down->opens_at), clock, sizeof clock);
	made = draw_hash_text(draw_hash(made, numbers, sizeof numbers), clock);
	return draw_hash_text(made, model->search ? model->search : "");
}

static void draw_peek(struct terminal *terminal, struct rect rect, const struct ticket_model *model,
        const struct countdown *down)
{
	char id[24] = "";
	if (model->row)
		snprintf(id, sizeof id, "%lld", (long long)model->row->id);
	draw_fill(terminal, rect, ROLE_TEXT);
	draw_rule(terminal, rect.y, rect.x, rect.columns, id);
	if (!model->row || rect.rows < 2)
		return;
	struct head_pen pen = {terminal,
	        {rect.y + 1, rect.x + TICKET_GUTTER, 1, rect.columns - TICKET_GUTTER}, TICKET_GUTTER, 0,
	        rect.x + TICKET_GUTTER};
	peek_summary(&pen, model, down);
	peek_message(terminal,
	        (struct rect){
	                rect.y + 2, rect.x + TICKET_GUTTER, rect.rows - 2, rect.columns - TICKET_GUTTER},
	        model);
}

instant ticket_peek_draw(struct ticket_peek *peek, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model)
{
	struct countdown down = {.next_change = INSTANT_NONE};
	if (model->row)
		down = head_clock(model);
	const uint64_t made = made_of(rect, model, &down);
	if (peek->epoch != terminal_epoch(terminal) || peek->drawn != made)
		draw_peek(terminal, rect, model, &down);
	*peek = (struct ticket_peek){.epoch = terminal_epoch(terminal), .drawn = made};
	return down.next_change;
}
