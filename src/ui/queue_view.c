/*
 * The list. Which columns there are and how wide is core/columns.h's; here is what stands in them. What a move of the cursor costs is one cell in each of two rows: only the marker tells the selected
 * row, because a bar of another colour is two whole rows of bytes over a slow link. For the same reason what is plain
 * is drawn in no colour: each change of colour costs as much as a word.
 *
 * A line is drawn only when something that it is made of is another than in the last drawing, so a key costs two
 * lines' work and not a screenful's. What it is made of is remembered as a hash of 64 bits.
 */
#include "ui/queue_view.h"
#include "base/i18n.h"

#include "core/civil.h"
#include "core/countdown.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

enum { GUTTER = 3, SIGN_X = 2, NOTHING = 1 /* the hash of an empty line */ };

struct layout {
	struct columns shown;
	int x[COLUMN_COUNT];
	int width[COLUMN_COUNT]; /* 0: not shown */
	bool long_words;         /* "pending", not "pend" */
};

static int64_t larger_id(
        const struct queue_model *model, int64_t largest, size_t from, size_t to, size_t step)
{
	for (size_t i = from; i < to; i += step)
		if (listing_id(model->listing, i) > largest)
			largest = listing_id(model->listing, i);
	return largest;
}

/* The columns must not jump while one scrolls, so the width is that of the largest of some ids of the whole list, looked for
 * when it has another number of rows, and of all that are shown. */
static int id_width(struct queue_view *view, const struct queue_model *model)
{
	const size_t count = listing_count(model->listing), end = view->top + (size_t)view->rows;
	if (view->count != count)
		view->largest_id = larger_id(model, 0, 0, count, count / 64 + 1);
	view->count = count;
	view->largest_id = larger_id(model, view->largest_id, view->top, end < count ? end : count, 1);
	int width = 1;
	for (int64_t largest = view->largest_id; largest >= 10; largest /= 10)
		width++;
	return width;
}

/* The words of narrow columns are shorter than those of sentences, so they are others in the catalogs, too. */
static const struct {
	const char *word;
	enum theme_role role;
} priority_words[PRIORITY_COUNT] = {{NC_("priority column", "URGENT"), ROLE_URGENT},
        {NC_("priority column", "HIGH"), ROLE_HIGH}, {NC_("priority column", "normal"), ROLE_NORMAL}};

static const struct {
	const char *narrow;
	const char *wide;
	enum theme_role role;
} status_words[STATUS_COUNT] = {
        [STATUS_NEW] = {NC_("status column", "new"), NC_("wide status column", "new"), ROLE_STATUS_NEW},
        [STATUS_OPEN] = {NC_("status column", "open"), NC_("wide status column", "open"), ROLE_STATUS_OPEN},
        [STATUS_PENDING] = {NC_("status column", "pend"), NC_("wide status column", "pending"),
                ROLE_STATUS_PENDING},
        [STATUS_HOLD] = {NC_("status column", "hold"), NC_("wide status column", "hold"), ROLE_STATUS_HOLD},
        [STATUS_CLOSED] = {NC_("status column", "clsd"), NC_("wide status column", "closed"),
                ROLE_STATUS_CLOSED},
};

static const char *priority_word(int priority)
{
	return i18n_marked(priority_words[priority].word);
}

static const char *status_word(int status, bool wide)
{
	return i18n_marked(wide ? status_words[status].wide : status_words[status].narrow);
}

/* A column of words is as wide as the longest of them in the agent's language. */
static int words_width(const char *word, int so_far)
{
	const int width = text_width(word, strlen(word));
	return width > so_far ? width : so_far;
}

static void make_layout(struct layout *layout, const struct columns *chosen, int id_columns, int total)
{
	static const struct columns usual = {.count = 0};
	int needs[COLUMN_COUNT] = {[COLUMN_ID] = id_columns};
	layout->long_words = total >= column_rules[COLUMN_STATUS].from;
	for (int i = 0; i < PRIORITY_COUNT; i++)
		needs[COLUMN_PRIORITY] = words_width(priority_word(i), needs[COLUMN_PRIORITY]);
	for (int i = 0; i < STATUS_COUNT; i++)
		needs[COLUMN_STATUS] = words_width(status_word(i, layout->long_words), needs[COLUMN_STATUS]);
	columns_fit(chosen ? chosen : &usual, total, GUTTER, needs, &layout->shown, layout->width);
	int x = GUTTER;
	for (size_t i = 0; i < layout->shown.count; i++) {
		const enum column column = layout->shown.list[i];
		layout->x[column] = x;
		x += layout->width[column] + 1;
	}
}

/* ---- one row --------------------------------------------------------------------------------- */

struct row_pen {
	struct terminal *terminal;
	const struct layout *layout;
	int x, y, columns;
};

static void put(const struct row_pen *pen, enum column column, enum theme_role role, const char *text)
{
	if (pen->layout->width[column])
		draw_text(pen->terminal, pen->y, pen->x + pen->layout->x[column], pen->layout->width[column],
		        role, text);
}

static struct sought sought_of(const struct queue_model *model)
{
	return (struct sought){model->search, model->by_words};
}

static void put_found(const struct row_pen *pen, enum column column, enum theme_role role, const char *text,
        struct sought needle)
{
	if (pen->layout->width[column])
		draw_sought(pen->terminal, pen->y, pen->x + pen->layout->x[column],
		        pen->layout->width[column], role, text, needle);
}

static void put_right(const struct row_pen *pen, enum column column, enum theme_role role, const char *text)
{
	const int width = pen->layout->width[column];
	if (!width)
		return;
	const int used = draw_width(pen->terminal, text, width);
	draw_text(pen->terminal, pen->y, pen->x + pen->layout->x[column] + width - used, used, role, text);
}

static enum theme_role clock_role(const struct countdown *down)
{
	if (down->urgency == URGENCY_BREACHED)
		return ROLE_BREACHED;
	if (down->urgency == URGENCY_WARNING)
		return ROLE_WARNING;
	if (down->urgency == URGENCY_NONE)
		return ROLE_TEXT;
	return down->stopped || down->paused ? ROLE_STOPPED : ROLE_CALM;
}

static const struct timeline *line_of(const struct queue_model *model, const struct ticket_row *row)
{
	const struct calendar *calendar = directory_calendar(model->directory, row->calendar_id);
	return calendar && calendar->line.count ? &calendar->line : NULL;
}

/* How long ago, in four cells: "59m", "47h", "999d", "3y". Returns when it is another, INSTANT_NONE for
 * not soon. */
static instant ago(instant since, instant now, char *out, size_t size)
{
	const long long age = now > since ? now - since : 0;
	if (since == INSTANT_NONE) {
		snprintf(out, size, "-");
		return INSTANT_NONE;
	}
	if (age < 3600) {
		snprintf(out, size, _("%lldm"), age / 60);
		return now + 60 - age % 60;
	}
	if (age < 48 * 3600) {
		snprintf(out, size, _("%lldh"), age / 3600);
		return now + 3600 - age % 3600;
	}
	if (age < 1000LL * 86400) {
		snprintf(out, size, _("%lldd"), age / 86400);
		return now + 86400 - age % 86400;
	}
	snprintf(out, size, _("%lldy"), age / (365 * 86400));
	return INSTANT_NONE;
}

/* What changes by itself in the row. */
struct row_times {
	struct countdown down;
	instant age_changes, last_changes; /* INSTANT_NONE also when they are not shown */
	int64_t day;                       /* for what is said by the wall */
	instant next_change;
};

static struct row_times times_of(
        const struct layout *layout, const struct queue_model *model, const struct ticket_row *row)
{
	char words[32];
	struct row_times times = {
	        .down = countdown_of(row, line_of(model, row), model->now, model->warn_s),
	        .age_changes = INSTANT_NONE,
	        .last_changes = INSTANT_NONE,
	        .day = civil_day(model->now, model->utc_offset_s),
	};
	if (layout->width[COLUMN_AGE])
		times.age_changes = ago(row->created_at, model->now, words, sizeof words);
	if (layout->width[COLUMN_LAST])
		times.last_changes = ago(row->last_message_at, model->now, words, sizeof words);
	const instant changes[] = {times.down.next_change, times.age_changes, times.last_changes};
	times.next_change = INSTANT_NONE;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		if (changes[i] < times.next_change)
			times.next_change = changes[i];
	return times;
}

static void draw_clock(const struct row_pen *pen, const struct countdown *down, int utc_offset_s)
{
	static const char *const glyphs[] = {[URGENCY_WARNING] = "~", [URGENCY_BREACHED] = "!"};
	char text[64];
	countdown_text(down, pen->layout->width[COLUMN_CLOCK], utc_offset_s, text, sizeof text);
	put_right(pen, COLUMN_CLOCK, clock_role(down), text);
	if (down->urgency == URGENCY_WARNING || down->urgency == URGENCY_BREACHED)
		draw_text(pen->terminal, pen->y, pen->x + 1, 1, clock_role(down), glyphs[down->urgency]);
}

static void put_wall(
        const struct row_pen *pen, const struct queue_model *model, enum column column, instant at)
{
	char words[32] = "-";
	if (!pen->layout->width[column])
		return;
	if (at != INSTANT_NONE)
		civil_short_words(at, model->now, civil_offset(model->zone, at, model->utc_offset_s), words,
		        sizeof words);
	put(pen, column, ROLE_TEXT, words);
}

static void put_ago(
        const struct row_pen *pen, const struct queue_model *model, enum column column, instant since)
{
	char words[32];
	if (!pen->layout->width[column])
		return;
	ago(since, model->now, words, sizeof words);
	put_right(pen, column, ROLE_TEXT, words);
}

static enum others others_at(const struct queue_model *model, int64_t id)
{
	return model->others ? model->others(model->others_context, id) : OTHERS_NONE;
}

/* "anna+": somebody else looks at it, "anna\u270e": writes on it. The name gives way to the sign. */
static void draw_assignee(
        const struct row_pen *pen, const struct queue_model *model, const struct ticket_row *row)
{
	const struct agent *agent = directory_agent(model->directory, row->assignee_id);
	const char *name = agent ? agent->login : row->assignee_id ? "?" : "-";
	const enum others others = others_at(model, row->id);
	const int width = pen->layout->width[COLUMN_ASSIGNEE], x = pen->x + pen->layout->x[COLUMN_ASSIGNEE];
	if (!width)
		return;
	const int used =
	        draw_text(pen->terminal, pen->y, x, width - (others != OTHERS_NONE), ROLE_TEXT, name);
	if (others == OTHERS_VIEW)
		draw_text(pen->terminal, pen->y, x + used, 1, ROLE_TEXT, "+");
	else if (others == OTHERS_WRITE)
		draw_text(pen->terminal, pen->y, x + used, 1, ROLE_WARNING,
		        terminal_line_art(pen->terminal) ? "\u270e" : "*");
}

static void draw_names(
        const struct row_pen *pen, const struct queue_model *model, const struct ticket_row *row)
{
	const struct organization *organization =
	        directory_organization(model->directory, row->organization_id);
	const struct plan *plan = directory_plan(model->directory, row->plan_id);
	const char *requester = *row->requester_name ? row->requester_name : row->requester_email;
	draw_assignee(pen, model, row);
	put_found(pen, COLUMN_ORGANIZATION, organization ? ROLE_TEXT : ROLE_DIM,
	        organization ? organization->name : requester, sought_of(model));
	char plan_words[32];
	snprintf(plan_words, sizeof plan_words, "%.24s%s", plan ? plan->short_name : "-",
	        row->precedence == 0 ? "*" : "");
	put(pen, COLUMN_PLAN, ROLE_TEXT, plan_words);
	put_found(pen, COLUMN_REQUESTER, ROLE_TEXT, requester, sought_of(model));
	put(pen, COLUMN_TAGS, ROLE_TEXT, row->tags);
}

/* "3 Google Ads imports fail" */
static void put_incident(
        const struct row_pen *pen, const struct queue_model *model, const struct ticket_row *row)
{
	const struct incident *incident = directory_incident(model->directory, row->incident_id);
	char words[512] = "-"; /* a title has 120 characters */
	if (row->incident_id)
		snprintf(words, sizeof words, "%lld %s", (long long)row->incident_id,
		        incident ? incident->title : "");
	put(pen, COLUMN_INCIDENT, ROLE_TEXT, words);
}

/* What the usual list does not show. */
static void draw_rest(
        const struct row_pen *pen, const struct queue_model *model, const struct ticket_row *row)
{
	const struct team *team = directory_team(model->directory, row->team_id);
	char messages[16];
	snprintf(messages, sizeof messages, "%d", row->message_count);
	put_wall(pen, model, COLUMN_DUE, row->due_at);
	put_ago(pen, model, COLUMN_AGE, row->created_at);
	put_ago(pen, model, COLUMN_LAST, row->last_message_at);
	put(pen, COLUMN_TEAM, ROLE_TEXT, team ? team->name : "-");
	put_incident(pen, model, row);
	put(pen, COLUMN_HOLD, ROLE_STATUS_HOLD, row->status == STATUS_HOLD ? row->hold_for : "");
	put(pen, COLUMN_CHANNEL, ROLE_TEXT, channel_label((enum channel)row->channel));
	put_right(pen, COLUMN_MESSAGES, ROLE_TEXT, messages);
	put_wall(pen, model, COLUMN_CREATED, row->created_at);
	put_wall(pen, model, COLUMN_UPDATED, row->updated_at);
}

/* A held ticket says first whom it waits for, unless a column does. */
static void draw_subject(
        const struct row_pen *pen, const struct queue_model *model, const struct ticket_row *row)
{
	if (!pen->layout->width[COLUMN_SUBJECT])
		return;
	int x = pen->x + pen->layout->x[COLUMN_SUBJECT], room = pen->layout->width[COLUMN_SUBJECT];
	if (row->status == STATUS_HOLD && row->hold_for && *row->hold_for &&
	        !pen->layout->width[COLUMN_HOLD]) {
		int used = draw_textf(
		        pen->terminal, pen->y, x, room, ROLE_STATUS_HOLD, _("waiting: %s"), row->hold_for);
		x += used + 2;
		room -= used + 2;
	}
	if (*row->subject)
		draw_sought(pen->terminal, pen->y, x, room, ROLE_TEXT, row->subject, sought_of(model));
	else
		draw_text(pen->terminal, pen->y, x, room, ROLE_TEXT, _("(no subject)"));
}

/* Which of the signs stands before the number: a change on its way comes first, it is gone in a moment. */
enum sign { SIGN_NONE, SIGN_DRAFT, SIGN_MENTIONED, SIGN_MARKED, SIGN_PENDING };

static enum sign sign_of(const struct queue_model *model, const struct ticket_row *row)
{
	const int64_t id = row->id;
	if (model->is_pending && model->is_pending(model->pending_context, id))
		return SIGN_PENDING;
	if (model->marks && marks_has(model->marks, id))
		return SIGN_MARKED;
	if (ticket_mentions(row->mentioned, model->self))
		return SIGN_MENTIONED;
	return model->has_draft && model->has_draft(model->pending_context, id) ? SIGN_DRAFT : SIGN_NONE;
}

static void draw_sign(const struct row_pen *pen, enum sign sign)
{
	if (sign == SIGN_MARKED)
		draw_text(pen->terminal, pen->y, pen->x + SIGN_X, 1, ROLE_MARKED, "*");
	if (sign == SIGN_MENTIONED)
		draw_text(pen->terminal, pen->y, pen->x + SIGN_X, 1, ROLE_NOTE, "@");
	if (sign == SIGN_DRAFT)
		draw_text(pen->terminal, pen->y, pen->x + SIGN_X, 1, ROLE_PENDING,
		        terminal_line_art(pen->terminal) ? "\u270e" : "d");
	if (sign == SIGN_PENDING)
		draw_text(pen->terminal, pen->y, pen->x + SIGN_X, 1, ROLE_PENDING,
		        terminal_line_art(pen->terminal) ? "\u2026" : ".");
}

static void draw_row(const struct row_pen *pen, const struct queue_model *model, const struct ticket_row *row,
        const struct row_times *times)
{
	char id[24];
	draw_fill(pen->terminal, (struct rect){pen->y, pen->x, 1, pen->columns}, ROLE_TEXT);
	draw_sign(pen, sign_of(model, row));
	snprintf(id, sizeof id, "%lld", (long long)row->id);
	put_right(pen, COLUMN_ID, ROLE_TEXT, id);
	put(pen, COLUMN_PRIORITY, priority_words[row->priority].role, priority_word(row->priority));
	draw_clock(pen, &times->down, civil_offset(model->zone, times->down.opens_at, model->utc_offset_s));
	put(pen, COLUMN_STATUS, status_words[row->status].role,
	        status_word(row->status, pen->layout->long_words));
	draw_names(pen, model, row);
	draw_rest(pen, model, row);
	draw_subject(pen, model, row);
}

/* ---- what a line is made of ------------------------------------------------------------------- */

/* The words of a clock are the same until its next change, so that instant stands for them. */
static uint64_t made_of(const struct row_pen *pen, const struct queue_model *model,
        const struct ticket_row *row, const struct row_times *times)
{
	const struct countdown *down = &times->down;
	const int64_t numbers[] = {row->id, row->version, row->priority, row->status, row->assignee_id,
	        row->organization_id, row->plan_id, row->team_id, row->incident_id, row->channel,
	        row->message_count, down->urgency, down->stopped, down->paused, sign_of(model, row),
	        others_at(model, row->id), pen->x, pen->columns, down->next_change, row->due_at,
	        row->breach_at, row->target_s, row->calendar_id, row->created_at, row->updated_at,
	        row->last_message_at, times->age_changes, times->last_changes, times->day,
	        model->utc_offset_s, (int64_t)model->directory_revision};
	uint64_t made = draw_hash(DRAW_HASH_BEGIN, numbers, sizeof numbers);
	made = draw_hash(made, pen->layout, sizeof *pen->layout);
	const char *const texts[] = {row->subject, row->hold_for, row->requester_name, row->requester_email,
	        row->tags, model->search ? model->search : "", model->by_words ? "words" : ""};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		made = draw_hash_text(made, texts[i]);
	return made;
}

/* Whether the line must be drawn; it is remembered as drawn. */
static bool is_new(struct queue_view *view, int line, uint64_t made)
{
	if (line >= QUEUE_VIEW_LINES)
		return true;
	const bool is = view->drawn[line] != made;
	view->drawn[line] = made;
	return is;
}

/* The cursor: all that changes in most frames, so it is remembered and drawn by itself. */
static void show_cursor(struct queue_view *view, int line, bool drawn_anew, const struct row_pen *pen,
        const struct queue_model *model, const struct ticket_row *row)
{
	const uint8_t cursor = row->id != model->selected ? 0 : model->focused ? 2 : 1;
	const bool remembered = line < QUEUE_VIEW_LINES, blank = drawn_anew || !remembered;
	if (blank ? cursor != 0 : view->cursor[line] != cursor)
		draw_text(pen->terminal, pen->y, pen->x, 1,
		        !cursor          ? ROLE_TEXT
		        : model->focused ? ROLE_SELECTED
		                         : ROLE_DIM,
		        cursor ? ">" : " ");
	if (remembered)
		view->cursor[line] = cursor;
}

static instant show_row(struct queue_view *view, int line, const struct row_pen *pen,
        const struct queue_model *model, const struct ticket_row *row)
{
	const struct row_times times = times_of(pen->layout, model, row);
	const bool anew = is_new(view, line, made_of(pen, model, row, &times));
	if (anew)
		draw_row(pen, model, row, &times);
	show_cursor(view, line, anew, pen, model, row);
	return times.next_change;
}

/* ---- the list -------------------------------------------------------------------------------- */

static void draw_head(struct terminal *terminal, struct rect rect, const struct layout *layout)
{
	const struct row_pen pen = {terminal, layout, rect.x, rect.y, rect.columns};
	draw_fill(terminal, (struct rect){rect.y, rect.x, 1, rect.columns}, ROLE_TEXT);
	for (size_t i = 0; i < layout->shown.count; i++) {
		const enum column column = layout->shown.list[i];
		const struct column_rule *rule = &column_rules[column];
		const bool long_head = column == COLUMN_STATUS && layout->long_words;
		(rule->align == ALIGN_RIGHT ? put_right : put)(
		        &pen, column, ROLE_HEADER, long_head ? _("STATUS") : _(rule->head));
	}
}

static void draw_centred(
        struct terminal *terminal, struct rect rect, int y, enum theme_role role, const char *text)
{
	const int width = draw_width(terminal, text, rect.columns);
	draw_text(terminal, rect.y + y, rect.x + (rect.columns - width) / 2, rect.columns, role, text);
}

/* A filter that nothing matches: it looks like a desk without work, so it says how to take it off. */
static void draw_filtered(struct terminal *terminal, struct rect rect, int y, const struct queue_model *model)
{
	char line[320];
	snprintf(line, sizeof line, _("No ticket in \"%s\" matches the filter"), model->view_name);
	draw_centred(terminal, rect, y, ROLE_TEXT, line);
	draw_centred(terminal, rect, y + 1, ROLE_MATCH, model->filter);
	draw_centred(terminal, rect, y + 3, ROLE_DIM, _("\\ changes it; an empty line there takes it off."));
	if (!model->is_found)
		draw_centred(terminal, rect, y + 4, ROLE_DIM,
		        _("Closed tickets are not in the queue: g / searches them too."));
}

static void draw_empty(struct terminal *terminal, struct rect rect, const struct queue_model *model)
{
	char line[320];
	const int middle = rect.rows > 6 ? rect.rows / 2 - 2 : 1;
	const char *view = model->view_name ? model->view_name : "";
	if (model->loading || model->offline) {
		draw_centred(terminal, rect, middle, ROLE_TEXT,
		        model->offline ? _("No tickets yet: the server is away") : _("Loading the queue"));
		draw_centred(terminal, rect, middle + 2, ROLE_DIM,
		        model->offline ? _("They appear by themselves when it is back.")
		                       : _("Keys work already."));
		return;
	}
	if (model->filter) {
		draw_filtered(terminal, rect, middle, model);
		return;
	}
	snprintf(line, sizeof line, _("No ticket in \"%s\""), view);
	draw_centred(terminal, rect, middle, ROLE_TEXT, line);
	draw_centred(terminal, rect, middle + 2, ROLE_DIM, _("ga all   gu unassigned   gm mine   ? help"));
	draw_centred(terminal, rect, middle + 3, ROLE_DIM, _("New tickets appear by themselves."));
}

/* A list as wide as the screen scrolls by one line, which the terminal does for a few bytes. Beside another
 * pane every line would have to be sent again, so there it scrolls by half a screen at once. */
static void follow(
        struct queue_view *view, struct terminal *terminal, struct rect rect, const struct queue_model *model)
{
	const size_t count = listing_count(model->listing), rows = (size_t)view->rows;
	const size_t more = rect.columns < terminal_columns(terminal) ? rows / 2 : 0;
	const size_t at = model->selected ? listing_position(model->listing, model->selected) : SIZE_MAX;
	if (at != SIZE_MAX && at < view->top)
		view->top = at > more ? at - more : 0;
	if (at != SIZE_MAX && at >= view->top + rows)
		view->top = at + 1 - rows + more;
	if (view->top + rows > count)
		view->top = count > rows ? count - rows : 0;
}

instant queue_view_draw(
        struct queue_view *view, struct terminal *terminal, struct rect rect, const struct queue_model *model)
{
	view->rows = rect.rows > 1 ? rect.rows - 1 : 1;
	const size_t count = listing_count(model->listing);
	instant next = INSTANT_NONE;
	if (view->epoch != terminal_epoch(terminal)) {
		view->epoch = terminal_epoch(terminal);
		view->head = 0;
		memset(view->drawn, 0, sizeof view->drawn);
	}
	if (!count) {
		view->top = 0;
		view->head = 0;
		memset(view->drawn, 0, sizeof view->drawn);
		draw_fill(terminal, rect, ROLE_TEXT);
		draw_empty(terminal, rect, model);
		return next;
	}
	struct layout layout;
	memset(&layout, 0, sizeof layout); /* it is hashed as bytes */
	follow(view, terminal, rect, model);
	make_layout(&layout, model->columns, id_width(view, model), rect.columns);
	const uint64_t head = draw_hash(draw_hash_rect(DRAW_HASH_BEGIN, rect), &layout, sizeof layout);
	if (view->head != head)
		draw_head(terminal, rect, &layout);
	view->head = head;
	for (int i = 0; i < view->rows && i + 1 < rect.rows; i++) {
		const struct row_pen pen = {terminal, &layout, rect.x, rect.y + 1 + i, rect.columns};
		const size_t position = view->top + (size_t)i;
		instant change = INSTANT_NONE;
		if (position < count)
			change = show_row(view, i, &pen, model, listing_row(model->listing, position));
		else if (is_new(view, i, NOTHING))
			draw_fill(terminal, (struct rect){pen.y, pen.x, 1, pen.columns}, ROLE_TEXT);
		if (change < next)
			next = change;
	}
	return next;
}
