/*
 * The head of a ticket: who has it and what about, its clock, its customer. Runs of words, each in its role, that
 * end where the screen does.
 */
#include "ticket_head.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "core/civil.h"
#include "core/tags.h"
#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A dot between two parts of a line; "  +12" behind the tags that fit. */
enum { SEPARATOR_CELLS = 3, MORE_CELLS = 5 };

#define MORE_WORDS ", …"

/* The first run of a line blanks it. */
void head_run(struct head_pen *pen, enum theme_role role, const char *text)
{
	const int end = pen->rect.x + pen->rect.columns;
	if (pen->x == pen->rect.x)
		draw_fill(pen->terminal,
		        (struct rect){pen->rect.y, pen->rect.x - pen->left, 1,
		                pen->left + pen->rect.columns + pen->right},
		        ROLE_TEXT);
	if (pen->x < end)
		pen->x += draw_text(pen->terminal, pen->rect.y, pen->x, end - pen->x, role, text);
}

void head_runf(struct head_pen *pen, enum theme_role role, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;
	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	head_run(pen, role, text.data);
	strbuf_release(&text);
}

void head_separator(struct head_pen *pen)
{
	if (pen->x > pen->rect.x)
		head_run(pen, ROLE_DIM, terminal_line_art(pen->terminal) ? " \u00b7 " : " - ");
}

void head_next_line(struct head_pen *pen)
{
	pen->rect.y++;
	pen->rect.rows--;
	pen->x = pen->rect.x;
}

static const struct {
	const char *word;
	enum theme_role role;
} priority_words[PRIORITY_COUNT] = {
        {N_("URGENT"), ROLE_URGENT}, {N_("HIGH"), ROLE_HIGH}, {N_("normal"), ROLE_NORMAL}};

static const enum theme_role status_roles[STATUS_COUNT] = {
        ROLE_STATUS_NEW, ROLE_STATUS_OPEN, ROLE_STATUS_PENDING, ROLE_STATUS_HOLD, ROLE_STATUS_CLOSED};

const char *const head_metric_words[METRIC_COUNT] = {N_("first reply"), N_("next reply"), N_("resolution")};

static int cells_left(const struct head_pen *pen)
{
	return pen->rect.x + pen->rect.columns - pen->x;
}

bool head_part(struct head_pen *pen, enum theme_role role, const char *text)
{
	const int columns = pen->rect.columns + 1;
	if (draw_width(pen->terminal, text, columns) + SEPARATOR_CELLS > cells_left(pen))
		return false;
	head_separator(pen);
	head_run(pen, role, text);
	return true;
}

/* Whole tags, and how many there are besides: "#billing  #refund  +2". */
static void draw_tags(struct head_pen *pen, const char *tags)
{
	const char *tag, *rest = tags;
	int more = 0;
	for (size_t length; tags_next(&rest, &tag, &length);)
		more++;
	for (size_t length; tags_next(&tags, &tag, &length); more--) {
		char *word = alloc_format("  #%.*s", (int)length, tag);
		const int width = draw_width(pen->terminal, word, pen->rect.columns + 1);
		const bool fits = width + (more > 1 ? MORE_CELLS : 0) <= cells_left(pen);
		if (fits)
			head_run(pen, ROLE_TEXT, word);
		free(word);
		if (!fits)
			break;
	}
	if (more && cells_left(pen) >= MORE_CELLS)
		head_runf(pen, ROLE_DIM, "  +%d", more);
}

static void draw_identity(struct head_pen *pen, const struct ticket_model *model)
{
	const struct ticket_row *row = model->row;
	const struct agent *agent = directory_agent(model->directory, row->assignee_id);
	const struct team *team = directory_team(model->directory, row->team_id);
	char id[24];
	snprintf(id, sizeof id, "%lld", (long long)row->id);
	head_run(pen, ROLE_TITLE, id);
	head_run(pen, ROLE_TEXT, "  ");
	head_run(pen, priority_words[row->priority].role, _(priority_words[row->priority].word));
	head_run(pen, ROLE_TEXT, "  ");
	head_run(pen, status_roles[row->status], status_label((enum status)row->status));
	if (row->status == STATUS_HOLD && *row->hold_for) {
		head_runf(pen, ROLE_STATUS_HOLD, _(", waiting for %s"), row->hold_for);
	}
	if (model->pending)
		head_runf(pen, ROLE_PENDING, "  %s", _("unsent"));
	head_run(pen, ROLE_TEXT, "  ");
	head_run(pen, agent ? ROLE_TEXT : ROLE_DIM, agent ? agent->name : _("nobody's"));
	if (model->others && *model->others) {
		head_separator(pen);
		head_run(pen, model->others_write ? ROLE_WARNING : ROLE_TEXT, model->others);
	}
	if (team) {
		char *words = alloc_format(_("team %s"), team->name);
		head_part(pen, ROLE_TEXT, words);
		free(words);
	}
	char *channel = alloc_format(_("by %s"), channel_label((enum channel)row->channel));
	head_part(pen, ROLE_DIM, channel);
	free(channel);
	if (model->draft && *model->draft) {
		head_run(pen, ROLE_TEXT, "  ");
		head_run(pen, ROLE_PENDING, model->draft);
	}
	draw_tags(pen, row->tags);
	head_next_line(pen);
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
	head_run(pass->pen, ROLE_HEADER, text);
	head_next_line(pass->pen);
	free(text);
}

static void draw_subject(struct head_pen *pen, const struct ticket_row *row)
{
	struct strbuf subject = STRBUF_INIT;
	const char *given = *row->subject ? row->subject : _("(no subject)");
	text_sanitise(&subject, given, strlen(given), TEXT_ONE_LINE);
	struct subject_pass pass = {.pen = pen, .text = subject.data};
	text_wrap(subject.data, pen->rect.columns, subject_line, &pass);
	strbuf_release(&subject);
}

/* "incident 3 Google Ads imports fail" */
static void draw_incident(struct head_pen *pen, const struct ticket_model *model)
{
	const long long id = model->row->incident_id;
	const struct incident *incident = directory_incident(model->directory, id);
	if (!id)
		return;
	char *words = incident ? alloc_format(_("incident %lld %s"), id, incident->title)
	                       : alloc_format(_("incident %lld"), id);
	head_run(pen, ROLE_TEXT, words);
	head_next_line(pen);
	free(words);
}

enum theme_role head_clock_role(const struct countdown *down)
{
	static const enum theme_role roles[] = {ROLE_DIM, ROLE_CALM, ROLE_WARNING, ROLE_BREACHED};
	const bool still = down->urgency == URGENCY_CALM && (down->stopped || down->paused);
	return still ? ROLE_STOPPED : roles[down->urgency];
}

int head_offset(const struct ticket_model *model, instant at)
{
	return civil_offset(model->zone, at, model->utc_offset_s);
}

struct countdown head_clock(const struct ticket_model *model)
{
	const struct calendar *calendar = directory_calendar(model->directory, model->row->calendar_id);
	return countdown_of(model->row, calendar && calendar->line.count ? &calendar->line : NULL, model->now,
	        model->warn_s);
}

static int64_t merged_into(const struct ticket_model *model)
{
	const bool here = model->conversation && model->conversation->ticket_id == model->row->id;
	return here ? model->conversation->merged_into : 0;
}

static void draw_no_clock(struct head_pen *pen, const struct ticket_model *model)
{
	const struct ticket_row *row = model->row;
	if (merged_into(model)) {
		char *words =
		        alloc_format(_("merged into %lld; Enter goes there"), (long long)merged_into(model));
		head_run(pen, ROLE_TEXT, words);
		head_next_line(pen);
		free(words);
		return;
	}
	head_run(pen, ROLE_DIM,
	        row->status == STATUS_CLOSED ? _("closed, no clock runs")
	                                     : _("no customer is waiting, no clock runs"));
	head_next_line(pen);
}

/* A customer whom no plan promises a time waits all the same. */
static void draw_unpromised(struct head_pen *pen, const struct ticket_model *model)
{
	char since[32];
	civil_words(model->row->started_at, model->now, head_offset(model, model->row->started_at), since,
	        sizeof since);
	head_run(pen, ROLE_TEXT, _(head_metric_words[model->row->metric]));
	head_runf(pen, ROLE_TEXT, _("  waiting since %s"), since);
	head_part(pen, ROLE_DIM, _("no plan promises a time"));
	head_next_line(pen);
}

/* As there is room: the calendar's hour with its zone, without it, or not at all; then in the fewest words. */
enum due_hours { BOTH, BOTH_SHORT, HERE, SHORT, SHORTEST };

/* When it is due by the agent's clock, and by the calendar's where that shows another hour. Beyond a change of the calendar's
 * offset its hour is not known here, so it is not said. */
static void due_words(const struct ticket_model *model, enum due_hours hours, char *out, size_t size)
{
	const instant due = model->row->due_at;
	const struct calendar *calendar = directory_calendar(model->directory, model->row->calendar_id);
	const int here = head_offset(model, due);
	char words[32], there[32], zone[48];
	civil_words(due, model->now, here, words, sizeof words);
	if (hours == HERE || !calendar || calendar->utc_offset_s == here || due >= calendar->steady_until) {
		snprintf(out, size, "%s", words);
		return;
	}
	if (civil_day(due, here) == civil_day(due, calendar->utc_offset_s)) {
		const struct civil c = civil_of(due, calendar->utc_offset_s);
		snprintf(there, sizeof there, "%02d:%02d", c.hour, c.minute);
	} else {
		civil_words(due, model->now, calendar->utc_offset_s, there, sizeof there);
	}
	civil_zone_words(calendar->zone, zone, sizeof zone);
	if (hours == BOTH)
		snprintf(out, size, _("%s (%s in %s)"), words, there, zone);
	else
		snprintf(out, size, _("%s (%s there)"), words, there);
}

/* Whether there was room for it. */
static bool draw_due(struct head_pen *pen, const struct ticket_model *model, bool late, enum due_hours hours)
{
	char due[160];
	if (hours < SHORT)
		due_words(model, hours, due, sizeof due);
	else
		civil_short_words(model->row->due_at, model->now, head_offset(model, model->row->due_at), due,
		        sizeof due);
	char *words = hours == SHORTEST       ? alloc_copy(due)
	              : late && hours < SHORT ? alloc_format(_("was due %s"), due)
	                                      : alloc_format(_("due %s"), due);
	const bool drawn = head_part(pen, ROLE_TEXT, words);
	free(words);
	return drawn;
}

static void draw_clock(struct head_pen *pen, const struct ticket_model *model, const struct countdown *down)
{
	const struct ticket_row *row = model->row;
	if (down->urgency == URGENCY_NONE) {
		draw_no_clock(pen, model);
		return;
	}
	if (down->unpromised) {
		draw_unpromised(pen, model);
		return;
	}
	char left[64], target[32];
	countdown_text(down, HEAD_CLOCK_COLUMNS, head_offset(model, down->opens_at), left, sizeof left);
	duration_text(row->target_s, target, sizeof target);
	head_run(pen, ROLE_TEXT, _(head_metric_words[row->metric]));
	head_run(pen, ROLE_TEXT, "  ");
	const bool late = down->urgency == URGENCY_BREACHED;
	head_runf(pen, head_clock_role(down),
	        late           ? _("%s BREACHED")
	        : down->paused ? "%s"
	                       : _("%s left"),
	        left);
	for (enum due_hours hours = BOTH; row->due_at != INSTANT_NONE && hours <= SHORTEST; hours++)
		if (draw_due(pen, model, late, hours))
			break;
	char *promised = alloc_format(_("promised in %s"), target);
	head_part(pen, ROLE_DIM, promised);
	free(promised);
	head_next_line(pen);
}

void head_entitlements(const char *list, struct strbuf *out)
{
	static const struct {
		const char *name, *words;
	} table[] = {{"csm", ""}, {"analyst", ""}, {"tickets", N_("tickets")}, {"chat", N_("chat")},
	        {"chat_billing_technical", N_("chat: billing and technical questions")},
	        {"phone", N_("phone")}, {"personal_mailbox", N_("personal mailbox")},
	        {"priority_answers", N_("priority in answers")}};
	while (*list) {
		const size_t length = strcspn(list, ", ");
		const char *words = NULL;
		for (size_t i = 0; i < sizeof table / sizeof *table; i++)
			if (strlen(table[i].name) == length && strncmp(list, table[i].name, length) == 0)
				words = *table[i].words ? _(table[i].words) : "";
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
	const char *who = *name ? name : _("not assigned");
	const int columns = pen->rect.columns + 1;
	if (draw_width(pen->terminal, role, columns) + draw_width(pen->terminal, who, columns) +
	                SEPARATOR_CELLS >
	        cells_left(pen))
		return;
	head_separator(pen);
	head_run(pen, ROLE_DIM, role);
	head_run(pen, *name ? ROLE_TEXT : ROLE_DIM, who);
}

static void draw_customer(struct head_pen *pen, const struct ticket_model *model)
{
	const struct ticket_row *row = model->row;
	const struct organization *organization =
	        directory_organization(model->directory, row->organization_id);
	const struct plan *plan = directory_plan(model->directory, row->plan_id);
	head_run(pen, organization ? ROLE_TEXT : ROLE_DIM,
	        organization ? organization->name : _("no organization"));
	head_separator(pen);
	head_run(pen, plan ? ROLE_TEXT : ROLE_DIM, plan ? plan->name : _("no plan"));
	if (plan && plan->archived && !strstr(plan->name, "archived"))
		head_runf(pen, ROLE_DIM, " %s", _("(archived)"));
	draw_person(pen, _("CSM "), organization ? organization->csm : "", entitled(plan, "csm"));
	draw_person(pen, _("analyst "), organization ? organization->analyst : "", entitled(plan, "analyst"));
	head_next_line(pen);
	struct strbuf words = STRBUF_INIT;
	bool shortened = false;
	head_entitlements(plan ? plan->entitlements : "", &words);
	head_run(pen, ROLE_TEXT, *row->requester_name ? row->requester_name : row->requester_email);
	if (*row->requester_name) {
		head_run(pen, ROLE_DIM, " <");
		head_run(pen, ROLE_DIM, row->requester_email);
		head_run(pen, ROLE_DIM, ">");
	}
	while (words.length && !head_part(pen, ROLE_DIM, words.data)) {
		const size_t end = words.length - (shortened ? strlen(MORE_WORDS) : 0);
		const char *comma = memrchr(words.data, ',', end);
		strbuf_truncate(&words, comma ? (size_t)(comma - words.data) : 0);
		shortened = comma != NULL;
		if (shortened)
			strbuf_adds(&words, MORE_WORDS);
	}
	head_next_line(pen);
	strbuf_release(&words);
}

void ticket_head_draw(
        struct head_pen *pen, const struct ticket_model *model, const struct countdown *down, bool customer)
{
	draw_identity(pen, model);
	draw_subject(pen, model->row);
	draw_incident(pen, model);
	draw_clock(pen, model, down);
	if (customer)
		draw_customer(pen, model);
}

uint64_t ticket_model_hash(const struct ticket_model *model, const struct countdown *down)
{
	const struct ticket_row *row = model->row;
	const int64_t numbers[] = {row->id, row->version, row->priority, row->status, row->channel,
	        row->metric, row->last_author, row->target_s, row->started_at, row->due_at,
	        row->organization_id, row->plan_id, row->assignee_id, row->team_id, row->incident_id,
	        row->last_message_at, row->message_count, down->urgency, down->stopped, down->paused,
	        down->unpromised, model->pending, merged_into(model), model->utc_offset_s,
	        civil_day(model->now, model->utc_offset_s)};
	const char *const texts[] = {row->subject, row->hold_for, row->requester_name, row->requester_email,
	        row->tags, model->others ? model->others : ""};
	uint64_t made = draw_hash(DRAW_HASH_BEGIN, numbers, sizeof numbers);
	made = draw_hash(made, &model->directory_revision, sizeof model->directory_revision);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		made = draw_hash_text(made, texts[i]);
	return made;
}
