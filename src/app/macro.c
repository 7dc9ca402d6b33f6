/*
 * `m`: a macro is picked with its text filled in for this ticket before one's eyes. One without a text is done at once, as one
 * action on the ticket or on all marked ones; one with a text goes into the draft, where it can be read, edited and sent,
 * and what it does goes with it.
 */
#include "app/macro.h"

#include "app/complete.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the list ----------------------------------------------------------------------------------------- */

static void release_list(struct macros *macros)
{
	for (size_t i = 0; i < macros->count; i++)
		macro_release(&macros->list[i]);
	free(macros->list);
	macros->list = NULL;
	macros->count = 0;
}

void macros_release(struct macros *macros)
{
	release_list(macros);
	free(macros->file);
	free(macros->written);
	free(macros->name);
}

static void read_macro(const struct answer *answer, size_t row, struct macro *out)
{
	const char *cells[MACRO_COLUMN_COUNT];
	for (size_t column = 0; column < MACRO_COLUMN_COUNT; column++)
		cells[column] = answer_text(answer, row, column);
	macro_read(out, cells);
}

static void fill_picker(struct console *console);

static void macros_came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct macros *macros = &console->macros;
	macros->asked = false;
	if (macros->stale) {
		macros->stale = false;
		macros_ask(console, true);
		return;
	}
	if (err) {
		if (macros->wanted && err->kind != ERROR_UNAVAILABLE)
			console_say(console, ROLE_ERROR, "%s", err->text);
		macros->known = macros->known && err->kind == ERROR_UNAVAILABLE;
		return;
	}
	release_list(macros);
	macros->list = alloc_array(answer->rows + 1, sizeof *macros->list);
	for (size_t i = 0; i < answer->rows; i++)
		read_macro(answer, i, &macros->list[macros->count++]);
	macros->known = true;
	if (macros->wanted)
		fill_picker(console);
}

void macros_ask(struct console *console, bool always)
{
	struct macros *macros = &console->macros;
	if (!always && macros->known)
		return;
	macros->stale = macros->asked;
	if (macros->asked || link_state(console->link) == LINK_OFFLINE)
		return;
	macros->asked = true;
	link_ask(console->link, ASK_MACROS, NULL, macros_came, console);
}

static const struct macro *macro_of(const struct console *console, int64_t id)
{
	for (size_t i = 0; i < console->macros.count; i++)
		if (console->macros.list[i].id == id)
			return &console->macros.list[i];
	return NULL;
}

const struct macro *macro_named(const struct console *console, const char *name)
{
	const struct macro *found = NULL;
	for (size_t i = 0; i < console->macros.count; i++) {
		const struct macro *macro = &console->macros.list[i];
		if (strcmp(macro->name, name) == 0 && (!found || (macro->may_change && !found->may_change)))
			found = macro;
	}
	return found;
}

size_t complete_macro(void *context, const char *text, struct candidate *out, size_t room)
{
	const struct console *console = context;
	size_t count = 0;
	for (size_t i = 0; i < console->macros.count && count < room; i++) {
		const struct macro *macro = &console->macros.list[i];
		if (macro->may_change && strncmp(macro->name, text, strlen(text)) == 0)
			out[count++] = (struct candidate){.text = macro->name, .help = ""};
	}
	return count;
}

/* ---- the ticket's values ---------------------------------------------------------------------------------- */

/* "2026-11-23 17:00 UTC+2": whoever reads it may be elsewhere. */
static char *due_text(const struct ticket_row *row)
{
	time_t at = (time_t)row->due_at;
	struct tm local;
	char when[40];
	if (row->metric == METRIC_NONE || row->due_at == INSTANT_NONE || !localtime_r(&at, &local))
		return NULL;
	strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
	const long minutes = labs(local.tm_gmtoff) / 60;
	const char *sign = local.tm_gmtoff < 0 ? "-" : "+";
	if (!minutes)
		return alloc_format("%s UTC", when);
	if (minutes % 60)
		return alloc_format("%s UTC%s%ld:%02ld", when, sign, minutes / 60, minutes % 60);
	return alloc_format("%s UTC%s%ld", when, sign, minutes / 60);
}

static char *today_text(const struct console *console)
{
	time_t at = (time_t)console_now(console);
	struct tm local;
	char when[40] = "";
	if (localtime_r(&at, &local))
		strftime(when, sizeof when, "%Y-%m-%d", &local);
	return alloc_copy(when);
}

static void values_of(
        const struct console *console, const struct ticket_row *row, struct macro_values *values)
{
	const struct directory *directory = &console->directory;
	const struct organization *organization = directory_organization(directory, row->organization_id);
	const struct plan *plan = directory_plan(directory, row->plan_id);
	*values = (struct macro_values){{NULL}};
	values->of[MACRO_FIELD_REQUESTER] = alloc_copy(row->requester_name);
	values->of[MACRO_FIELD_REQUESTER_FIRST] = macro_first_name(row->requester_name);
	values->of[MACRO_FIELD_REQUESTER_EMAIL] = alloc_copy(row->requester_email);
	values->of[MACRO_FIELD_ORGANIZATION] = alloc_copy(organization ? organization->name : NULL);
	values->of[MACRO_FIELD_PLAN] = alloc_copy(plan ? plan->name : NULL);
	values->of[MACRO_FIELD_TICKET] = alloc_format("%lld", (long long)row->id);
	values->of[MACRO_FIELD_SUBJECT] = alloc_copy(row->subject);
	values->of[MACRO_FIELD_DUE] = due_text(row);
	values->of[MACRO_FIELD_TODAY] = today_text(console);
	values->of[MACRO_FIELD_AGENT] = alloc_copy(console->identity.name);
	values->of[MACRO_FIELD_AGENT_FIRST] = macro_first_name(console->identity.name);
}

static size_t expand_for(const struct console *console, const struct ticket_row *row,
        const struct macro *macro, struct strbuf *out)
{
	struct macro_values values;
	values_of(console, row, &values);
	const size_t missing = macro_expand(macro->body, &values, out);
	macro_values_release(&values);
	return missing;
}

const char *macro_fill_for(
        const struct console *console, const struct ticket_row *row, const char *text, struct strbuf *out)
{
	struct macro_values values;
	values_of(console, row, &values);
	const char *missing = macro_fill(text, &values, out);
	macro_values_release(&values);
	return missing;
}

/* ---- using one ------------------------------------------------------------------------------------------------ */

void macro_for_action(const struct console *console, const struct macro_actions *macro, struct action *action)
{
	if (!macro->name)
		return;
	macro_actions_copy(&action->macro, macro);
	if (!macro->assignee)
		return;
	const struct agent *agent = directory_agent_by_login(&console->directory, macro->assignee);
	action->assignee_id = agent ? agent->id : 0;
	if (strcmp(macro->assignee, "me") == 0)
		action->assignee_id = console->identity.agent_id;
}

char *macro_said(const struct action *action)
{
	struct strbuf words = STRBUF_INIT;
	macro_actions_words(&action->macro, &words);
	char *said = alloc_format(_("%lld: %s; u takes it back"), (long long)action->ticket_id, words.data);
	strbuf_release(&words);
	return said;
}

/* All that it does, under its name. The caller releases it. */
static struct macro_actions named_actions(const struct macro *macro)
{
	struct macro_actions actions;
	macro_actions_copy(&actions, &macro->actions);
	actions.name = alloc_copy(macro->name);
	return actions;
}

static void use_without_text(struct console *console, const struct macro *macro)
{
	struct action action;
	if (!action_begin(console, &action, ACTION_MACRO))
		return;
	struct macro_actions actions = named_actions(macro);
	macro_for_action(console, &actions, &action);
	macro_actions_release(&actions);
	action.status = macro->actions.sets_status ? macro->actions.status : STATUS_OPEN;
	status_act(console, &action);
}

/* The tickets that it is for where they are many: those that are marked, or those that the text in the preview goes to. */
static const struct aim *many(const struct console *console)
{
	if (console_has_place(console, PLACE_PREVIEW))
		return circular_is_open(console) ? &console->circular.to : NULL;
	return act_is_many(console) ? &console->aim : NULL;
}

/* Its fields stay: each ticket has its own values. */
static void use_for_many(struct console *console, const struct macro *macro)
{
	struct strbuf text = STRBUF_INIT;
	struct macro_actions actions = named_actions(macro);
	macro_expand(macro->body, NULL, &text);
	circular_insert(
	        console, *macro->body ? macro->internal : console->draft.internal, text.data, &actions);
	macro_actions_release(&actions);
	strbuf_release(&text);
}

static void use_with_text(struct console *console, const struct macro *macro)
{
	const struct ticket_row *row = console_row(console);
	struct strbuf text = STRBUF_INIT;
	if (!row) {
		console_say(console, ROLE_ERROR, _("%lld has left the queue meanwhile; nothing was done"),
		        (long long)console->target);
		return;
	}
	struct macro_actions actions = named_actions(macro);
	expand_for(console, row, macro, &text);
	reply_insert(console, macro->internal, text.data, &actions);
	macro_actions_release(&actions);
	strbuf_release(&text);
}

static void use(struct console *console, int64_t id)
{
	const struct macro *macro = macro_of(console, id);
	if (!macro)
		console_say(console, ROLE_ERROR, "%s", _("somebody has just thrown that macro away"));
	else if (many(console) && (*macro->body || circular_is_open(console)))
		use_for_many(console, macro);
	else if (*macro->body)
		use_with_text(console, macro);
	else
		use_without_text(console, macro);
}

/* ---- picking one ------------------------------------------------------------------------------------------------- */

static void add_body(struct pager *page, const char *text)
{
	for (;;) {
		const size_t length = strcspn(text, "\n");
		char *line = alloc_copy_n(text, length);
		size_t hole, size;
		pager_add(page, macro_hole(line, &hole, &size) ? ROLE_WARNING : ROLE_TEXT, 0, NULL, line);
		free(line);
		if (!text[length])
			return;
		text += length + 1;
	}
}

static void add_head(const struct macro *macro, struct pager *page)
{
	struct strbuf words = STRBUF_INIT;
	macro_actions_words(&macro->actions, &words);
	if (*macro->body)
		pager_add(page, macro->internal ? ROLE_NOTE : ROLE_PUBLIC_AGENT, 0, NULL,
		        macro->internal ? _("Internal note: only agents read it")
		                        : _("Reply to the customer"));
	if (words.length)
		pager_add(page, ROLE_TEXT, 0, *macro->body ? _("Then") : _("Does"), words.data);
	strbuf_release(&words);
}

/* As the first of them gets it that has a value for each field, and how many have not. */
static void expand_for_many(struct console *console, const struct aim *aim, const struct macro *macro,
        struct pager *page, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	size_t missing = 0;
	int64_t shown = 0;
	macro_expand(macro->body, NULL, &text);
	const size_t count = macro_has_fields(text.data) ? aim->count : 1;
	for (size_t i = 0; i < count; i++) {
		const struct ticket_row *row = queue_find(console->queue, aim->list[i].id);
		strbuf_clear(&line);
		if (!row)
			continue;
		const bool misses = macro_fill_for(console, row, text.data, &line) != NULL;
		missing += misses;
		if (!shown && !misses) {
			shown = row->id;
			strbuf_adds(out, line.data);
		}
	}
	if (!shown)
		strbuf_adds(out, text.data);
	strbuf_clear(&line);
	strbuf_addf(&line, _("Each gets it with the values of his ticket; this is as %lld gets it."),
	        (long long)shown);
	if (shown && count == aim->count)
		pager_add(page, ROLE_HINT, 0, NULL, line.data);
	strbuf_clear(&line);
	strbuf_addf(&line,
	        P_("%zu ticket has no value for a field and would be left out.",
	                "%zu tickets have no value for a field and would be left out.", missing),
	        missing);
	if (missing)
		pager_add(page, ROLE_WARNING, 0, NULL, line.data);
	strbuf_release(&text);
	strbuf_release(&line);
}

static void preview(struct console *console, int64_t id, struct pager *page)
{
	const struct macro *macro = macro_of(console, id);
	const struct ticket_row *row = console_row(console);
	struct strbuf text = STRBUF_INIT;
	if (!macro)
		return;
	add_head(macro, page);
	if (!*macro->body)
		return;
	const struct aim *aim = many(console);
	if (aim) {
		expand_for_many(console, aim, macro, page, &text);
	} else if (row) {
		const size_t missing = expand_for(console, row, macro, &text);
		if (missing)
			pager_add(page, ROLE_WARNING, 0, NULL,
			        P_("A field has no value on this ticket; it is to be filled in.",
			                "Some fields have no value on this ticket; they are to be filled in.",
			                missing));
	}
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	add_body(page, text.data);
	strbuf_release(&text);
}

/* What it does, or how its text begins. */
static char *note_of(const struct macro *macro)
{
	struct strbuf words = STRBUF_INIT;
	macro_actions_words(&macro->actions, &words);
	if (!words.length)
		strbuf_add(&words, macro->body, strcspn(macro->body, "\n"));
	return strbuf_detach(&words);
}

static struct picker_item *make_items(const struct macros *macros)
{
	struct picker_item *items = alloc_array(macros->count + 1, sizeof *items);
	for (size_t i = 0; i < macros->count; i++) {
		const struct macro *macro = &macros->list[i];
		items[i] = (struct picker_item){.id = macro->id,
		        .text = macro->name,
		        .note = note_of(macro),
		        .tail = macro->place == MACRO_OWN    ? _("yours")
		                : macro->place == MACRO_TEAM ? macro->team
		                                             : _("shared")};
	}
	return items;
}

static void free_items(struct picker_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)(uintptr_t)items[i].note);
	free(items);
}

static void fill_picker(struct console *console)
{
	struct macros *macros = &console->macros;
	struct picker_item *items = make_items(macros);
	macros->wanted = false;
	pick_fill(console, items, macros->count, use);
	free_items(items, macros->count);
}

void command_MACRO(struct console *console, const char *argument)
{
	struct macros *macros = &console->macros;
	char *title;
	const struct aim *aim = many(console);
	if (console_place(console) == PLACE_PREVIEW)
		console->target = console->draft.ticket_id;
	if (aim)
		title = alloc_format(
		        P_("macro for %zu ticket", "macro for %zu tickets", aim->count), aim->count);
	else
		title = alloc_format(_("macro for %lld"), (long long)console->target);
	struct picker_item *items = macros->known ? make_items(macros) : NULL;
	macros->wanted = !macros->known;
	pick_open(console, title, items, items ? macros->count : 0, preview, use);
	if (*argument)
		pick_type(console, argument);
	if (!macros->known)
		macros_ask(console, false);
	if (items)
		free_items(items, macros->count);
	free(title);
}

void command_MACRO_DROP(struct console *console, const char *argument)
{
	if (!macro_actions_any(&console->draft.macro)) {
		console_say(console, ROLE_HINT, "%s", _("no macro does anything with this draft"));
		return;
	}
	const bool shown = draft_is_as_shown(&console->draft);
	draft_drop_macro(&console->draft);
	if (shown)
		draft_shown(&console->draft);
	drafts_store(console, &console->draft);
	reply_preview_refresh(console);
	console_say(console, ROLE_HINT, "%s", _("only the text is sent"));
	console->dirty = true;
}
