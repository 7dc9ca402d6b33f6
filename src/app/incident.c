/*
 * Linking tickets to an incident: a list of those that are open, newest first, or a new one whose title is asked for. A new one
 * is opened by the server together with the first ticket's link, so that there is none where no ticket could be linked.
 */
#include "app/state.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/civil.h"
#include "core/text.h"
#include "core/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_INCIDENT = 0, NEW_INCIDENT = -1 };
enum { TITLE_LETTERS = 120 /* as in the schema */, TITLE_CELLS = 40 /* in a message */ };

/* "3 Google Ads imports fail", cut to what a message has room for. */
static char *label_of(int64_t id, const char *title)
{
	int used;
	const size_t length = strlen(title), fits = text_fit(title, length, TITLE_CELLS, &used);
	const char *cut = fits < length ? "…" : "";
	return id ? alloc_format("%lld %.*s%s", (long long)id, (int)fits, title, cut)
	          : alloc_format("%.*s%s", (int)fits, title, cut);
}

/* ---- linking ------------------------------------------------------------------------------------- */

/* Of many: where nothing would change, nothing is done. */
static bool changes_incident(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	if (action->text || row->incident_id != action->incident_id)
		return true;
	return error_set(why, ERROR_REFUSED, "%s",
	        action->incident_id ? _("it is linked to that incident already")
	                            : _("it is linked to no incident"));
}

static void link_to(struct console *console, const struct incident *incident)
{
	struct action action;
	struct error why;
	if (!action_begin(console, &action, ACTION_LINK))
		return;
	action.incident_id = incident ? incident->id : NO_INCIDENT;
	if (!act_is_many(console) && !changes_incident(console, console_row(console), &action, &why)) {
		console_say(console, ROLE_HINT, "%lld: %s", (long long)action.ticket_id, why.text);
		return;
	}
	char *label = incident ? label_of(incident->id, incident->title) : NULL;
	char *said = incident ? alloc_format(_("%lld is linked to incident %s; u takes it back"),
	                                (long long)action.ticket_id, label)
	                      : alloc_format(_("%lld is linked to no incident now; u takes it back"),
	                                (long long)action.ticket_id);
	char *title = incident ? alloc_format(_("link to incident %s"), label)
	                       : alloc_copy(_("unlink from the incident"));
	act(console, &action, &(struct deed){.said = said, .title = title, .fit = changes_incident});
	free(label);
	free(said);
	free(title);
}

static bool is_title(const char *text, const char **mistake)
{
	size_t letters = 0, used;
	for (const char *at = text; *at; at += used, letters++)
		utf8_next(at, strlen(at), &used);
	*mistake = letters > TITLE_LETTERS ? _("the title of an incident has at most 120 characters") : NULL;
	if (!text_shows(text))
		*mistake = _("the title is empty");
	return !*mistake;
}

static void link_to_new(struct console *console, const char *text)
{
	struct action action;
	const char *mistake;
	text += strspn(text, " ");
	if (!is_title(text, &mistake)) {
		prompt_refuse(console, link_to_new, text, mistake);
		return;
	}
	if (!action_begin(console, &action, ACTION_LINK))
		return;
	char *label = label_of(0, text);
	char *said = alloc_format(_("%lld is linked to the new incident \"%s\"; u takes it back"),
	        (long long)action.ticket_id, label);
	char *title = alloc_format(_("link to the new incident \"%s\""), label);
	action.text = alloc_copy(text);
	action_make_id(action.incident_request);
	act(console, &action, &(struct deed){.said = said, .title = title, .fit = changes_incident});
	free(label);
	free(said);
	free(title);
}

static void ask_title(struct console *console, const char *initial)
{
	prompt_ask(console, _("title of the new incident: "), initial, NULL, NULL, link_to_new);
}

/* ---- the list ------------------------------------------------------------------------------------- */

static bool is_linked(const struct ticket_row *row, const void *context)
{
	return row->incident_id && row->status != STATUS_CLOSED;
}

/* Whether one of the tickets that are acted on has something to be taken off. */
static bool some_are_linked(const struct console *console)
{
	const struct ticket_row *row = act_is_many(console) ? NULL : console_row(console);
	for (size_t i = 0; i < console->aim.count && !row; i++) {
		const struct ticket_row *one = queue_find(console->queue, console->aim.list[i].id);
		row = one && one->incident_id ? one : NULL;
	}
	return row && row->incident_id;
}

static size_t count_linked(const struct listing *linked, int64_t incident_id)
{
	size_t count = 0;
	for (size_t i = 0; i < listing_count(linked); i++)
		count += listing_row(linked, i)->incident_id == incident_id;
	return count;
}

/* "anna, Mon 11:27" */
static char *note_of(const struct console *console, const struct incident *incident)
{
	const struct agent *agent = directory_agent(&console->directory, incident->opened_by);
	char when[48];
	civil_short_words(
	        incident->opened_at, console_now(console), console_utc_offset(console), when, sizeof when);
	return agent ? alloc_format("%s, %s", agent->login, when) : alloc_copy(when);
}

static void item_of(const struct console *console, const struct incident *incident, size_t tickets,
        struct picker_item *item)
{
	item->id = incident->id;
	item->text = alloc_format("%d %s", incident->id, incident->title);
	item->note = note_of(console, incident);
	item->tail = alloc_format(P_("%zu open", "%zu open", tickets), tickets);
}

/* Each text is owned. */
static size_t make_items(const struct console *console, struct picker_item *items)
{
	const struct directory *directory = &console->directory;
	struct listing *linked = listing_new(console->queue);
	size_t count = 0;
	listing_filter(linked, is_linked, NULL);
	items[count++] = (struct picker_item){.id = NEW_INCIDENT,
	        .text = alloc_copy(_("new incident")),
	        .note = alloc_copy(_("its title is asked for"))};
	for (size_t i = directory->incident_count; i-- > 0;) {
		const struct incident *incident = &directory->incidents[i];
		if (!incident->closed)
			item_of(console, incident, count_linked(linked, incident->id), &items[count++]);
	}
	if (some_are_linked(console))
		items[count++] = (struct picker_item){
		        .id = NO_INCIDENT, .text = alloc_copy("-"), .note = alloc_copy(_("no incident"))};
	listing_free(linked);
	return count;
}

static void chosen(struct console *console, int64_t id)
{
	const struct incident *incident = directory_incident(&console->directory, id);
	if (id == NEW_INCIDENT)
		ask_title(console, "");
	else if (id == NO_INCIDENT || incident)
		link_to(console, incident);
}

/* What is in no title is the new one's. */
static void typed_title(struct console *console, const char *text)
{
	char *title = alloc_copy(text);
	pick_close(console);
	ask_title(console, title);
	free(title);
}

static void ask(struct console *console)
{
	struct picker_item *items = alloc_array(console->directory.incident_count + 2, sizeof *items);
	const size_t count = make_items(console, items);
	char *title = act_is_many(console) ? alloc_format(_("%zu marked: link them to"), console->aim.count)
	                                   : alloc_format(_("%lld: link it to"), (long long)console->target);
	pick_open(console, title, items, count, NULL, chosen);
	pick_or(console, typed_title);
	for (size_t i = 0; i < count; i++) {
		free((char *)(uintptr_t)items[i].text);
		free((char *)(uintptr_t)items[i].note);
		free((char *)(uintptr_t)items[i].tail);
	}
	free(items);
	free(title);
}

/* ---- `:link` -------------------------------------------------------------------------------------- */

/* Behind "new" and a blank; NULL: it is not that. */
static const char *title_typed(const char *argument)
{
	if (strncmp(argument, "new", 3) != 0 || (argument[3] && argument[3] != ' '))
		return NULL;
	return argument + 3 + strspn(argument + 3, " ");
}

/* By its number, or by a part of its title that no other open one has. NULL, and said: there is none. */
static const struct incident *named(struct console *console, const char *text)
{
	const struct directory *directory = &console->directory;
	const struct incident *found = NULL;
	char *end;
	const long long id = strtoll(text + (*text == '#'), &end, 10);
	const bool number = !*end && id > 0;
	bool several = false;
	for (size_t i = 0; i < directory->incident_count; i++) {
		const struct incident *incident = &directory->incidents[i];
		if (number ? incident->id != id : incident->closed || !text_contains(incident->title, text))
			continue;
		several = found != NULL;
		found = incident;
	}
	if (found && !several && !found->closed)
		return found;
	console_say(console, ROLE_ERROR,
	        several ? _("several incidents have \"%.60s\" in their title; say the number")
	        : found ? _("incident %s is closed")
	                : _("there is no open incident \"%.60s\"; L lists them, :link new TITLE opens one"),
	        text);
	return NULL;
}

size_t complete_link(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	const struct directory *directory = &console->directory;
	const char *number = text + (*text == '#');
	size_t count = 0;
	completions_clear(&console->completions);
	for (size_t i = directory->incident_count; i-- > 0 && count < room;) {
		const struct incident *incident = &directory->incidents[i];
		const char *id = completions_add(&console->completions, "%d", incident->id);
		if (!incident->closed && (text_begins(id, number) || text_contains(incident->title, text)))
			out[count++] = (struct candidate){.text = id, .help = incident->title};
	}
	if (count < room && text_begins("new ", text) && !title_typed(text))
		out[count++] = (struct candidate){.text = "new ", .help = _("and its title: a new incident")};
	if (count < room && text_begins("-", text))
		out[count++] = (struct candidate){.text = "-", .help = _("no incident")};
	return count;
}

void command_LINK(struct console *console, const char *argument)
{
	const char *title = title_typed(argument);
	if (!*argument) {
		ask(console);
	} else if (strcmp(argument, "-") == 0) {
		link_to(console, NULL);
	} else if (title && *title) {
		link_to_new(console, title);
	} else if (title) {
		ask_title(console, "");
	} else {
		const struct incident *incident = named(console, argument);
		if (incident)
			link_to(console, incident);
	}
}
