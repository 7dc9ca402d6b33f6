/*
 * The ticket: a head of a few fixed lines, a rule, and the conversation as a run of wrapped lines that scrolls.
 *
 * The lines are made once for a conversation and a width, and kept: wrapping a long conversation costs more
 * than drawing a screen of it. Each line knows its gutter (who speaks), its role, and where its text lies.
 *
 * Who speaks is told three times, so that no theme and no terminal without colours can hide it: by the gutter's
 * form, by the word beside the name, and by colour. An internal note says INTERNAL NOTE.
 */
#include "ui/ticket_view.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "core/civil.h"
#include "core/countdown.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN = 1, GUTTER = 2, TEXT_MOST = 100, HEAD_MOST = 8, NO_ENTRY = -1 };

enum line_kind { LINE_BLANK, LINE_HEADING, LINE_BODY, LINE_COMPACT, LINE_UNREAD };
enum gutter { GUTTER_NONE, GUTTER_CUSTOMER, GUTTER_AGENT, GUTTER_NOTE };

struct line {
	enum line_kind kind;
	enum gutter gutter;
	enum theme_role role;
	int entry;    /* index in the conversation, or NO_ENTRY */
	size_t start; /* in view->text */
	size_t length;
	bool link_goes_on; /* the line before broke inside a link */
};

/* What the kept lines were made of. */
struct made_of {
	int64_t ticket_id;
	uint64_t revision;
	const struct conversation *conversation;
	int columns;
	int utc_offset_s;
	int64_t day;
};

struct ticket_view {
	struct line *lines;
	size_t count, capacity;
	struct strbuf text;
	struct made_of made_of;
	bool made;
	int top;
	int rows; /* of the conversation, in the last drawing */
	bool to_unread;
	int64_t seen;
};

struct ticket_view *ticket_view_new(void)
{
	struct ticket_view *view = alloc_bytes(sizeof *view);
	strbuf_init(&view->text);
	return view;
}

void ticket_view_free(struct ticket_view *view)
{
	if (!view)
		return;
	strbuf_release(&view->text);
	free(view->lines);
	free(view);
}

/* ---- making the lines ------------------------------------------------------------------------ */

static struct line *add_line(struct ticket_view *view, enum line_kind kind, int entry)
{
	if (view->count == view->capacity) {
		view->capacity = view->capacity ? view->capacity * 2 : 128;
		view->lines = alloc_grow(view->lines, view->capacity, sizeof *view->lines);
	}
	struct line *line = &view->lines[view->count++];
	*line = (struct line){.kind = kind, .role = ROLE_TEXT, .entry = entry, .start = view->text.length};
	return line;
}

static enum gutter gutter_of(const struct entry *entry)
{
	if (entry->kind == ENTRY_NOTE)
		return GUTTER_NOTE;
	return entry->author_kind == AUTHOR_CUSTOMER ? GUTTER_CUSTOMER : GUTTER_AGENT;
}

static enum theme_role role_of(enum gutter gutter)
{
	static const enum theme_role roles[] = {
	        ROLE_TEXT, ROLE_PUBLIC_CUSTOMER, ROLE_PUBLIC_AGENT, ROLE_NOTE};
	return roles[gutter];
}

struct body_pass {
	struct ticket_view *view;
	int entry;
	size_t base; /* of the body in view->text */
	enum gutter gutter;
	bool quoted;
	size_t last_end;
};

static bool starts_quoted(const char *text, size_t length)
{
	size_t at = 0;
	while (at < length && text[at] == ' ')
		at++;
	return at < length && text[at] == '>';
}

/* Where the next link begins, or `length`. */
static size_t find_link(const char *text, size_t length)
{
	for (size_t i = 0; i + 8 < length; i++)
		if (strncmp(text + i, "http://", 7) == 0 || strncmp(text + i, "https://", 8) == 0)
			return i;
	return length;
}

static size_t link_length(const char *text, size_t length)
{
	size_t end = 0;
	while (end < length && text[end] != ' ' && !strchr("<>\"", text[end]))
		end++;
	while (end && strchr(".,;:!?)]'", text[end - 1]))
		end--;
	return end;
}

/* Whether the line ends inside a link that may go on. */
static bool ends_in_link(const char *text, size_t length, bool link_goes_on)
{
	size_t at = link_goes_on ? link_length(text, length) : 0;
	if (at == length)
		return link_goes_on;
	while (at < length) {
		at += find_link(text + at, length - at);
		const size_t link = link_length(text + at, length - at);
		if (link && at + link == length)
			return true;
		at += link + 1;
	}
	return false;
}

static void add_body_line(void *context, struct text_line piece)
{
	struct body_pass *pass = context;
	struct ticket_view *view = pass->view;
	const char *body = view->text.data + pass->base;
	const bool paragraph = piece.start == 0 || body[piece.start - 1] == '\n';
	if (paragraph)
		pass->quoted = starts_quoted(body + piece.start, piece.length);
	bool goes_on = false;
	if (!paragraph && piece.start == pass->last_end) {
		const struct line *before = &view->lines[view->count - 1];
		goes_on = ends_in_link(view->text.data + before->start, before->length, before->link_goes_on);
	}
	struct line *line = add_line(view, LINE_BODY, pass->entry);
	line->gutter = pass->gutter;
	line->role = pass->quoted ? ROLE_QUOTE : pass->gutter == GUTTER_NOTE ? ROLE_NOTE : ROLE_TEXT;
	line->start = pass->base + piece.start;
	line->length = piece.length;
	line->link_goes_on = goes_on;
	pass->last_end = piece.start + piece.length;
}

static void size_words(int64_t bytes, char *out, size_t size)
{
	if (bytes < 1000)
		snprintf(out, size, "%lld B", (long long)bytes);
	else if (bytes < 1000000)
		snprintf(out, size, "%lld kB", (long long)((bytes + 500) / 1000));
	else
		snprintf(out, size, "%lld.%lld MB", (long long)(bytes / 1000000),
		        (long long)(bytes / 100000 % 10));
}

static void add_attachment(
        struct ticket_view *view, int entry, enum gutter gutter, const struct attachment *file)
{
	char size[32];
	size_words(file->size, size, sizeof size);
	struct line *line = add_line(view, LINE_BODY, entry);
	line->gutter = gutter;
	line->role = ROLE_DIM;
	strbuf_addc(&view->text, '[');
	text_sanitise(&view->text, file->name, strlen(file->name), TEXT_ONE_LINE);
	strbuf_adds(&view->text, "  ");
	text_sanitise(&view->text, file->type, strlen(file->type), TEXT_ONE_LINE);
	strbuf_addf(&view->text, "  %s%s]", size, file->stored ? "" : ", too large: not kept");
	line->length = view->text.length - line->start;
}

/* The heading's text is the name; the rest of the line is made when it is drawn. */
static void add_message(struct ticket_view *view, const struct entry *entry, int index, int columns)
{
	const enum gutter gutter = gutter_of(entry);
	struct line *heading = add_line(view, LINE_HEADING, index);
	heading->gutter = gutter;
	heading->role = role_of(gutter);
	struct body_pass pass = {.view = view, .entry = index, .gutter = gutter, .base = view->text.length};
	text_sanitise(&view->text, entry->body, strlen(entry->body), TEXT_KEEP_LINES);
	while (view->text.length > pass.base && strchr(" \n", view->text.data[view->text.length - 1]))
		strbuf_truncate(&view->text, view->text.length - 1);
	if (view->text.length > pass.base) {
		/* The lines refer to the text by offsets: it may move, but not while it is wrapped. */
		text_wrap(view->text.data + pass.base, columns, add_body_line, &pass);
	} else if (!entry->attachment_count) {
		struct line *line = add_line(view, LINE_BODY, index);
		line->gutter = gutter;
		line->role = ROLE_DIM;
		strbuf_adds(&view->text, "(no text)");
		line->length = view->text.length - line->start;
	}
	for (size_t i = 0; i < entry->attachment_count; i++)
		add_attachment(view, index, gutter, &entry->attachments[i]);
	strbuf_addc(&view->text, '\0');
}

static bool is_compact(const struct entry *entry)
{
	return entry->kind == ENTRY_EVENT || entry->kind == ENTRY_SYSTEM;
}

static void make_lines(struct ticket_view *view, const struct conversation *conversation, int columns)
{
	view->count = 0;
	strbuf_clear(&view->text);
	bool unread = false;
	for (size_t i = 0; i < conversation->count; i++) {
		const struct entry *entry = &conversation->entries[i];
		if (entry->unread && !unread && i)
			add_line(view, LINE_UNREAD, (int)i);
		unread |= entry->unread;
		if (is_compact(entry)) {
			struct line *line = add_line(view, LINE_COMPACT, (int)i);
			line->role = ROLE_SYSTEM;
		} else {
			add_message(view, entry, (int)i, columns);
		}
		const bool run = is_compact(entry) && i + 1 < conversation->count &&
		                 is_compact(&conversation->entries[i + 1]) &&
		                 !conversation->entries[i + 1].unread;
		if (!run && i + 1 < conversation->count)
			add_line(view, LINE_BLANK, (int)i);
	}
}

static bool same_making(const struct made_of *a, const struct made_of *b)
{
	return a->ticket_id == b->ticket_id && a->revision == b->revision &&
	       a->conversation == b->conversation && a->columns == b->columns &&
	       a->utc_offset_s == b->utc_offset_s && a->day == b->day;
}

/* The first line to show when a ticket is opened: the unread rule, or the beginning of the last message. */
static int unread_line(const struct ticket_view *view, const struct conversation *conversation)
{
	int last = 0;
	for (size_t i = 0; i < view->count; i++) {
		const struct line *line = &view->lines[i];
		if (line->kind == LINE_UNREAD ||
		        (line->kind == LINE_HEADING && conversation->entries[line->entry].unread))
			return (int)i;
		if (line->kind == LINE_HEADING)
			last = (int)i;
	}
	return last;
}

/* ---- the head -------------------------------------------------------------------------------- */

/* A line of the head made of runs, each with its role, left to right. */
struct head_pen {
	struct terminal *terminal;
	struct rect rect;
	int x;
};

static void run(struct head_pen *pen, enum theme_role role, const char *text)
{
	const int end = pen->rect.x + pen->rect.columns;
	if (pen->x < end)
		pen->x += draw_text(pen->terminal, pen->rect.y, pen->x, end - pen->x, role, text);
}

static void separator(struct head_pen *pen)
{
	if (pen->x > pen->rect.x)
		run(pen, ROLE_DIM, terminal_line_art(pen->terminal) ? " \u00b7 " : " - ");
}

static void next_line(struct head_pen *pen)
{
	pen->rect.y++;
	pen->rect.rows--;
	pen->x = pen->rect.x;
}

static const struct {
	const char *word;
	enum theme_role role;
} priority_words[PRIORITY_COUNT] = {{"URGENT", ROLE_URGENT}, {"HIGH", ROLE_HIGH}, {"normal", ROLE_NORMAL}};

static const enum theme_role status_roles[STATUS_COUNT] = {
        ROLE_STATUS_NEW, ROLE_STATUS_OPEN, ROLE_STATUS_PENDING, ROLE_STATUS_HOLD, ROLE_STATUS_CLOSED};

static const char *const metric_words[METRIC_COUNT] = {"first reply", "next reply", "resolution"};

static void draw_identity(struct head_pen *pen, const struct ticket_model *model)
{
	const struct ticket_row *row = model->row;
	const struct agent *agent = directory_agent(model->directory, row->assignee_id);
	char id[24];
	snprintf(id, sizeof id, "%lld", (long long)row->id);
	run(pen, ROLE_TITLE, id);
	run(pen, ROLE_TEXT, "  ");
	run(pen, priority_words[row->priority].role, priority_words[row->priority].word);
	run(pen, ROLE_TEXT, "  ");
	run(pen, status_roles[row->status], status_name((enum status)row->status));
	if (row->status == STATUS_HOLD && *row->hold_for) {
		run(pen, ROLE_STATUS_HOLD, ", waiting for ");
		run(pen, ROLE_STATUS_HOLD, row->hold_for);
	}
	if (model->pending)
		run(pen, ROLE_PENDING, "  unsent");
	run(pen, ROLE_TEXT, "  ");
	run(pen, agent ? ROLE_TEXT : ROLE_DIM, agent ? agent->name : "nobody's");
	separator(pen);
	run(pen, ROLE_DIM, "by ");
	run(pen, ROLE_DIM, channel_name((enum channel)row->channel));
	if (model->draft && *model->draft) {
		run(pen, ROLE_TEXT, "  ");
		run(pen, ROLE_PENDING, model->draft);
	}
	next_line(pen);
}

struct subject_pass {
	struct head_pen *pen;
	const char *text;
	int lines;
};

static void subject_line(void *context, struct text_line piece)
{
	struct subject_pass *pass = context;
	pass->lines++;
	if (pass->lines > 2)
		return;
	/* The second line takes all that is left, and is cut by the screen's edge. */
	char *text = pass->lines == 1 ? alloc_copy_n(pass->text + piece.start, piece.length)
	                              : alloc_copy(pass->text + piece.start);
	run(pass->pen, ROLE_HEADER, text);
	next_line(pass->pen);
	free(text);
}

static void draw_subject(struct head_pen *pen, const struct ticket_row *row)
{
	struct strbuf subject = STRBUF_INIT;
	const char *given = *row->subject ? row->subject : "(no subject)";
	text_sanitise(&subject, given, strlen(given), TEXT_ONE_LINE);
	struct subject_pass pass = {.pen = pen, .text = subject.data};
	text_wrap(subject.data, pen->rect.columns, subject_line, &pass);
	strbuf_release(&subject);
}

static enum theme_role clock_role(const struct countdown *down)
{
	static const enum theme_role roles[] = {ROLE_DIM, ROLE_CALM, ROLE_WARNING, ROLE_BREACHED};
	const bool still = down->urgency == URGENCY_CALM && (down->stopped || down->paused);
	return still ? ROLE_STOPPED : roles[down->urgency];
}

static struct countdown clock_of(const struct ticket_model *model)
{
	const struct calendar *calendar = directory_calendar(model->directory, model->row->calendar_id);
	return countdown_of(model->row, calendar && calendar->line.count ? &calendar->line : NULL, model->now,
	        model->warn_s);
}

static void draw_no_clock(struct head_pen *pen, const struct ticket_row *row)
{
	run(pen, ROLE_DIM,
	        row->status == STATUS_CLOSED ? "closed, no clock runs"
	                                     : "no customer is waiting, no clock runs");
	next_line(pen);
}

/* A customer whom no plan promises a time waits all the same. */
static void draw_unpromised(struct head_pen *pen, const struct ticket_model *model)
{
	char since[32];
	civil_words(model->row->started_at, model->now, model->utc_offset_s, since, sizeof since);
	run(pen, ROLE_TEXT, metric_words[model->row->metric]);
	run(pen, ROLE_TEXT, "  waiting since ");
	run(pen, ROLE_TEXT, since);
	separator(pen);
	run(pen, ROLE_DIM, "no plan promises a time");
	next_line(pen);
}

static instant draw_clock(struct head_pen *pen, const struct ticket_model *model)
{
	const struct ticket_row *row = model->row;
	const struct countdown down = clock_of(model);
	if (down.urgency == URGENCY_NONE) {
		draw_no_clock(pen, row);
		return down.next_change;
	}
	if (down.unpromised) {
		draw_unpromised(pen, model);
		return down.next_change;
	}
	char left[64], due[32], target[32];
	countdown_text(&down, 40, model->utc_offset_s, left, sizeof left);
	duration_text(row->target_s, target, sizeof target);
	run(pen, ROLE_TEXT, metric_words[row->metric]);
	run(pen, ROLE_TEXT, "  ");
	run(pen, clock_role(&down), left);
	const bool late = down.urgency == URGENCY_BREACHED;
	run(pen, clock_role(&down), late ? " BREACHED" : down.paused ? "" : " left");
	separator(pen);
	if (row->due_at != INSTANT_NONE) {
		civil_words(row->due_at, model->now, model->utc_offset_s, due, sizeof due);
		run(pen, ROLE_TEXT, late ? "was due " : "due ");
		run(pen, ROLE_TEXT, due);
		separator(pen);
	}
	run(pen, ROLE_DIM, "promised in ");
	run(pen, ROLE_DIM, target);
	next_line(pen);
	return down.next_change;
}

/* The plan's entitlements in words, comma separated; what csm and analyst mean is said with the names. */
static void entitlement_words(const char *list, struct strbuf *out)
{
	static const struct {
		const char *name, *words;
	} table[] = {{"csm", ""}, {"analyst", ""}, {"personal_mailbox", "personal mailbox"},
	        {"priority_answers", "priority in answers"}};
	while (*list) {
		const size_t length = strcspn(list, ", ");
		const char *words = NULL;
		for (size_t i = 0; i < sizeof table / sizeof *table; i++)
			if (strlen(table[i].name) == length && strncmp(list, table[i].name, length) == 0)
				words = table[i].words;
		if (length && (!words || *words)) {
			strbuf_adds(out, out->length ? ", " : "");
			strbuf_add(out, words ? words : list, words ? strlen(words) : length);
		}
		list += length + strspn(list + length, ", ");
	}
}

static bool entitled(const struct plan *plan, const char *what)
{
	const char *found = plan ? strstr(plan->entitlements, what) : NULL;
	return found != NULL;
}

static void draw_person(struct head_pen *pen, const char *role, const char *name, bool promised)
{
	if (!*name && !promised)
		return;
	separator(pen);
	run(pen, ROLE_DIM, role);
	run(pen, *name ? ROLE_TEXT : ROLE_DIM, *name ? name : "not assigned");
}

static void draw_customer(struct head_pen *pen, const struct ticket_model *model)
{
	const struct ticket_row *row = model->row;
	const struct organization *organization =
	        directory_organization(model->directory, row->organization_id);
	const struct plan *plan = directory_plan(model->directory, row->plan_id);
	run(pen, organization ? ROLE_TEXT : ROLE_DIM, organization ? organization->name : "no organization");
	separator(pen);
	run(pen, plan ? ROLE_TEXT : ROLE_DIM, plan ? plan->name : "no plan");
	if (plan && plan->archived && !strstr(plan->name, "archived"))
		run(pen, ROLE_DIM, " (archived)");
	draw_person(pen, "CSM ", organization ? organization->csm : "", entitled(plan, "csm"));
	draw_person(pen, "analyst ", organization ? organization->analyst : "", entitled(plan, "analyst"));
	next_line(pen);
	struct strbuf words = STRBUF_INIT;
	entitlement_words(plan ? plan->entitlements : "", &words);
	run(pen, ROLE_TEXT, *row->requester_name ? row->requester_name : row->requester_email);
	if (*row->requester_name) {
		run(pen, ROLE_DIM, " <");
		run(pen, ROLE_DIM, row->requester_email);
		run(pen, ROLE_DIM, ">");
	}
	if (words.length) {
		separator(pen);
		run(pen, ROLE_DIM, words.data);
	}
	next_line(pen);
	strbuf_release(&words);
}

/* ---- the conversation ------------------------------------------------------------------------ */

static const char *gutter_glyph(struct terminal *terminal, enum gutter gutter)
{
	static const char *const art[] = {" ", "\u2502", "\u2503", "\u2551"};
	static const char *const ascii[] = {" ", "|", "=", "#"};
	return terminal_line_art(terminal) ? art[gutter] : ascii[gutter];
}

static void draw_body(struct terminal *terminal, int y, int x, int columns, const struct ticket_view *view,
        const struct line *line)
{
	const char *text = view->text.data + line->start;
	size_t at = 0;
	int used = 0;
	bool link = line->link_goes_on;
	while (at < line->length && used < columns) {
		const size_t rest = line->length - at;
		const size_t length = link ? link_length(text + at, rest) : find_link(text + at, rest);
		char *piece = alloc_copy_n(text + at, length);
		used += draw_text(
		        terminal, y, x + used, columns - used, link ? ROLE_LINK : line->role, piece);
		free(piece);
		at += length;
		link = !link;
	}
}

static void draw_heading(struct terminal *terminal, int y, int x, int columns, const struct line *line,
        const struct entry *entry, const struct ticket_model *model)
{
	static const char *const sides[] = {"customer", "agent", "automatic"};
	char when[32];
	civil_short_words(entry->at, model->now, model->utc_offset_s, when, sizeof when);
	const int when_width = (int)strlen(when);
	int used = 0;
	if (line->gutter == GUTTER_NOTE)
		used += draw_text(terminal, y, x, columns, ROLE_NOTE, "INTERNAL NOTE") + 2;
	const int room = columns - used - when_width - 14;
	used += draw_text(terminal, y, x + used, room, line->role,
	                *entry->author ? entry->author : "(no name)") +
	        2;
	if (line->gutter != GUTTER_NOTE)
		draw_text(terminal, y, x + used, columns - used - when_width, ROLE_DIM,
		        sides[entry->author_kind]);
	draw_text(terminal, y, x + columns - when_width, when_width, ROLE_DIM, when);
}

static void draw_compact(struct terminal *terminal, int y, int x, int columns, const struct entry *entry,
        const struct ticket_model *model)
{
	char when[32];
	civil_short_words(entry->at, model->now, model->utc_offset_s, when, sizeof when);
	const int when_width = (int)strlen(when);
	const char *between = *entry->author && *entry->body ? " " : "";
	draw_textf(terminal, y, x, columns - when_width - 2, ROLE_SYSTEM, "%s%s%s", entry->author, between,
	        entry->body);
	draw_text(terminal, y, x + columns - when_width, when_width, ROLE_SYSTEM, when);
}

static void draw_line(struct terminal *terminal, int y, struct rect rect, const struct ticket_view *view,
        const struct line *line, const struct ticket_model *model)
{
	const int x = rect.x + MARGIN, text_x = x + GUTTER, columns = view->made_of.columns;
	const struct entry *entry = &model->conversation->entries[line->entry];
	if (line->gutter)
		draw_text(terminal, y, x, 1, role_of(line->gutter), gutter_glyph(terminal, line->gutter));
	switch (line->kind) {
	case LINE_BLANK:
		break;
	case LINE_HEADING:
		draw_heading(terminal, y, text_x, columns, line, entry, model);
		break;
	case LINE_BODY:
		draw_body(terminal, y, text_x, columns, view, line);
		break;
	case LINE_COMPACT:
		draw_compact(terminal, y, text_x, columns, entry, model);
		break;
	case LINE_UNREAD:
		draw_rule(terminal, y, x, columns + GUTTER, "new");
		break;
	}
}

static void clamp(struct ticket_view *view)
{
	const int most = (int)view->count - view->rows;
	if (view->top > most)
		view->top = most;
	if (view->top < 0)
		view->top = 0;
}

/* A message is seen when its last line is, or something after it. */
static void note_seen(struct ticket_view *view, const struct conversation *conversation)
{
	const int end = view->top + view->rows < (int)view->count ? view->top + view->rows : (int)view->count;
	view->seen = 0;
	for (int i = 0; i < end; i++) {
		const struct line *line = &view->lines[i];
		const bool last = i + 1 == (int)view->count || view->lines[i + 1].entry != line->entry ||
		                  view->lines[i + 1].kind == LINE_BLANK;
		if (last && line->kind != LINE_UNREAD &&
		        conversation->entries[line->entry].kind != ENTRY_EVENT)
			view->seen = conversation->entries[line->entry].id;
	}
}

static void draw_conversation_rule(struct terminal *terminal, struct rect rect,
        const struct ticket_view *view, const struct ticket_model *model)
{
	char words[64];
	const int below = (int)view->count - view->top - view->rows;
	const int messages = model->row->message_count;
	int length = snprintf(words, sizeof words, "%d message%s", messages, messages == 1 ? "" : "s");
	if (below > 0)
		snprintf(words + length, sizeof words - (size_t)length, ", %d more line%s below", below,
		        below == 1 ? "" : "s");
	draw_rule(terminal, rect.y, rect.x, rect.columns, words);
}

static void draw_conversation(struct ticket_view *view, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model)
{
	const int columns = rect.columns - MARGIN - GUTTER - 1;
	const struct made_of made_of = {
	        .ticket_id = model->row->id,
	        .revision = model->conversation_revision,
	        .conversation = model->conversation,
	        .columns = columns > TEXT_MOST ? TEXT_MOST
	                   : columns < 10      ? 10
	                                       : columns,
	        .utc_offset_s = model->utc_offset_s,
	        .day = civil_day(model->now, model->utc_offset_s),
	};
	if (!view->made || !same_making(&made_of, &view->made_of)) {
		if (view->made_of.ticket_id != made_of.ticket_id)
			view->top = 0;
		view->made_of = made_of;
		make_lines(view, model->conversation, made_of.columns);
		view->made = true;
	}
	view->rows = rect.rows - 1;
	if (view->to_unread)
		view->top = unread_line(view, model->conversation);
	view->to_unread = false;
	clamp(view);
	draw_conversation_rule(terminal, rect, view, model);
	for (int i = 0; i < view->rows && view->top + i < (int)view->count; i++)
		draw_line(terminal, rect.y + 1 + i, rect, view, &view->lines[view->top + i], model);
	note_seen(view, model->conversation);
}

instant ticket_view_draw(struct ticket_view *view, struct terminal *terminal, struct rect rect,
        const struct ticket_model *model)
{
	view->seen = 0;
	if (!model->row) {
		draw_text(terminal, rect.y + 1, rect.x + MARGIN, rect.columns - 2, ROLE_DIM,
		        "No such ticket here any more.");
		return INSTANT_NONE;
	}
	struct head_pen pen = {
	        terminal, {rect.y, rect.x + MARGIN, rect.rows, rect.columns - MARGIN - 1}, rect.x + MARGIN};
	draw_identity(&pen, model);
	draw_subject(&pen, model->row);
	const instant next = draw_clock(&pen, model);
	if (rect.rows >= HEAD_MOST + 4)
		draw_customer(&pen, model);
	const int head = pen.rect.y - rect.y;
	const struct rect rest = {rect.y + head, rect.x, rect.rows - head, rect.columns};
	if (rest.rows < 2)
		return next;
	if (model->conversation && model->conversation->ticket_id == model->row->id) {
		draw_conversation(view, terminal, rest, model);
	} else {
		draw_rule(terminal, rest.y, rest.x, rest.columns, "");
		draw_text(terminal, rest.y + 1, rest.x + MARGIN, rest.columns - 2, ROLE_DIM,
		        "Loading the conversation");
	}
	return next;
}

/* ---- scrolling ------------------------------------------------------------------------------- */

void ticket_view_scroll(struct ticket_view *view, int lines)
{
	view->top += lines;
	clamp(view);
}

void ticket_view_page(struct ticket_view *view, int pages)
{
	ticket_view_scroll(view, pages * (view->rows > 2 ? view->rows - 1 : 1));
}

void ticket_view_to_top(struct ticket_view *view)
{
	view->top = 0;
}

void ticket_view_to_end(struct ticket_view *view)
{
	view->top = (int)view->count;
	clamp(view);
}

void ticket_view_to_unread(struct ticket_view *view)
{
	view->to_unread = true;
}

int64_t ticket_view_seen(const struct ticket_view *view)
{
	return view->seen;
}

/* ---- the peek -------------------------------------------------------------------------------- */

static void peek_summary(struct head_pen *pen, const struct ticket_model *model, const struct countdown *down)
{
	const struct ticket_row *row = model->row;
	const struct organization *organization =
	        directory_organization(model->directory, row->organization_id);
	const struct plan *plan = directory_plan(model->directory, row->plan_id);
	static const char *const sides[] = {"customer", "agent", "automatic"};
	char words[64], target[32];
	run(pen, ROLE_TEXT,
	        organization           ? organization->name
	        : *row->requester_name ? row->requester_name
	                               : row->requester_email);
	if (plan) {
		duration_text(row->target_s, target, sizeof target);
		const bool promised = row->metric != METRIC_NONE && row->target_s > 0;
		run(pen, ROLE_DIM, " (");
		run(pen, ROLE_DIM, pen->rect.columns < 100 ? plan->short_name : plan->name);
		run(pen, ROLE_DIM, promised ? ", " : "");
		run(pen, ROLE_DIM, promised ? target : "");
		run(pen, ROLE_DIM, ")");
	}
	separator(pen);
	if (down->urgency != URGENCY_NONE && row->due_at != INSTANT_NONE) {
		civil_short_words(row->due_at, model->now, model->utc_offset_s, words, sizeof words);
		run(pen, ROLE_TEXT, metric_words[row->metric]);
		run(pen, clock_role(down), " due ");
		run(pen, clock_role(down), words);
	} else if (down->urgency == URGENCY_NONE) {
		run(pen, ROLE_DIM, "no customer is waiting");
	} else {
		countdown_text(down, 20, model->utc_offset_s, words, sizeof words);
		run(pen, ROLE_TEXT, metric_words[row->metric]);
		run(pen, ROLE_TEXT, " ");
		run(pen, clock_role(down), words);
	}
	separator(pen);
	civil_short_words(row->last_message_at, model->now, model->utc_offset_s, words, sizeof words);
	char messages[96];
	snprintf(messages, sizeof messages, "%d message%s, %s %s", row->message_count,
	        row->message_count == 1 ? "" : "s", sides[row->last_author], words);
	run(pen, ROLE_DIM, messages);
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
	bool quoted;
};

/* What the writer says, without what he quotes and without empty lines. */
static void peek_line(void *context, struct text_line piece)
{
	struct peek_pass *pass = context;
	if (piece.start == 0 || pass->text[piece.start - 1] == '\n')
		pass->quoted = starts_quoted(pass->text + piece.start, piece.length);
	if (pass->quoted || !piece.length || !pass->rect.rows)
		return;
	char *text = alloc_copy_n(pass->text + piece.start, piece.length);
	draw_text(pass->terminal, pass->rect.y, pass->rect.x, 1, pass->role, pass->gutter);
	draw_text(pass->terminal, pass->rect.y, pass->rect.x + GUTTER, pass->rect.columns - GUTTER, ROLE_TEXT,
	        text);
	free(text);
	pass->rect.y++;
	pass->rect.rows--;
}

static void peek_message(struct terminal *terminal, struct rect rect, const struct ticket_model *model)
{
	const bool here = model->conversation && model->conversation->ticket_id == model->row->id;
	const struct entry *entry = here ? last_public(model->conversation) : NULL;
	if (rect.rows < 1 || !entry)
		return;
	const enum gutter gutter = gutter_of(entry);
	struct strbuf text = STRBUF_INIT;
	text_sanitise(&text, entry->body, strlen(entry->body), TEXT_KEEP_LINES);
	struct peek_pass pass = {.terminal = terminal,
	        .rect = rect,
	        .text = text.data,
	        .gutter = gutter_glyph(terminal, gutter),
	        .role = role_of(gutter)};
	const int columns = rect.columns - GUTTER - 1;
	text_wrap(text.data, columns > TEXT_MOST ? TEXT_MOST : columns > 10 ? columns : 10, peek_line, &pass);
	strbuf_release(&text);
}

instant ticket_peek_draw(struct terminal *terminal, struct rect rect, const struct ticket_model *model)
{
	char id[24] = "";
	if (model->row)
		snprintf(id, sizeof id, "%lld", (long long)model->row->id);
	draw_rule(terminal, rect.y, rect.x, rect.columns, id);
	if (!model->row || rect.rows < 2)
		return INSTANT_NONE;
	const struct countdown down = clock_of(model);
	struct head_pen pen = {
	        terminal, {rect.y + 1, rect.x + GUTTER, 1, rect.columns - GUTTER}, rect.x + GUTTER};
	peek_summary(&pen, model, &down);
	peek_message(terminal,
	        (struct rect){rect.y + 2, rect.x + GUTTER, rect.rows - 2, rect.columns - GUTTER}, model);
	return down.next_change;
}
