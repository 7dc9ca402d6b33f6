/*
 * Merging: the conversation of a ticket goes into another one. While its number is typed the line above says what it is
 * about and, when it is somebody else's, to whom a reply would go then.
 */
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "48207" or "#48207"; 0 when it is no number. */
static int64_t number_of(const char *text)
{
	char *end;
	text += strspn(text, " ");
	const long long id = strtoll(text + (*text == '#'), &end, 10);
	return *end || id < 1 ? 0 : id;
}

/* ---- what may be meant --------------------------------------------------------------------------- */

static bool is_of_requester(const struct ticket_row *row, const void *context)
{
	const struct ticket_row *other = context;
	const bool same = strcmp(row->requester_email, other->requester_email) == 0;
	const bool colleague = row->organization_id && row->organization_id == other->organization_id;
	return row->id != other->id && row->status != STATUS_CLOSED && (same || colleague);
}

/* The requester's own tickets first, then those of his organization. */
size_t complete_merge(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	const struct ticket_row *row = console_row(console);
	struct listing *others = listing_new(console->queue);
	size_t count = 0;
	text += strspn(text, "#");
	completions_clear(&console->completions);
	if (row)
		listing_filter(others, is_of_requester, row);
	for (int colleagues = 0; row && colleagues < 2; colleagues++)
		for (size_t i = 0; i < listing_count(others) && count < room; i++) {
			const struct ticket_row *other = listing_row(others, i);
			const bool same = strcmp(other->requester_email, row->requester_email) == 0;
			const char *id = completions_add(&console->completions, "%lld", (long long)other->id);
			if (same == !colleagues &&
			        (text_begins(id, text) || text_contains(other->subject, text)))
				out[count++] = (struct candidate){.text = id,
				        .help = completions_add(&console->completions, "%s  %s",
				                other->subject, other->requester_email)};
		}
	listing_free(others);
	return count;
}

/* What a line has room for of a name. */
enum { NAME_CELLS = 30 };

/* Whose the ticket is that another one would go into: the organization, or who wrote when that is the same or none. NULL: the
 * same requester's. Owned by the caller. */
static char *whose(const struct console *console, const struct ticket_row *row, const struct ticket_row *into)
{
	if (!row || !into || strcmp(into->requester_email, row->requester_email) == 0)
		return NULL;
	const struct organization *organization =
	        into->organization_id == row->organization_id
	                ? NULL
	                : directory_organization(&console->directory, into->organization_id);
	struct strbuf name = STRBUF_INIT;
	int used;
	const char *shown = organization ? organization->name : into->requester_email;
	text_sanitise(&name, shown, strlen(shown), TEXT_ONE_LINE);
	const size_t fits = text_fit(name.data, name.length, NAME_CELLS, &used);
	if (fits < name.length) {
		strbuf_truncate(&name, fits);
		strbuf_adds(&name, "…");
	}
	return strbuf_detach(&name);
}

static void merge_typed(struct console *console, const char *text)
{
	const int64_t id = number_of(text);
	const struct ticket_row *into = id ? queue_find(console->queue, id) : NULL;
	const struct ticket_row *row = act_is_many(console) ? NULL : console_row(console);
	char *note = NULL, *other = whose(console, row, into);
	if (into && row && into->id == row->id)
		note = alloc_copy(_("that is this ticket"));
	else if (other)
		note = alloc_format(_("of %s; answers will go to both: %s"), other, into->subject);
	else if (into)
		note = alloc_format(_("%s, of %s"), into->subject, into->requester_email);
	else if (id)
		note = alloc_format(_("%lld is not among the open tickets"), (long long)id);
	prompt_say(&console->prompt, other ? ROLE_WARNING : ROLE_HINT, note);
	free(note);
	free(other);
}

/* ---- merging --------------------------------------------------------------------------------------- */

/* Who was reading the ticket reads on where it goes on. */
static void merged(struct console *console, struct pending_action *one, const struct action_result *result)
{
	if (result->error.kind == ERROR_NONE && console_place(console) == PLACE_TICKET &&
	        console->opened == one->action.ticket_id && queue_find(console->queue, one->action.into))
		open_ticket(console, one->action.into);
}

static bool is_another(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	return row->id != action->into ||
	       error_set(why, ERROR_REFUSED, "%s", _("this is the ticket that the others go into"));
}

static void merge_into(struct console *console, const char *text)
{
	const int64_t into = number_of(text);
	struct action action;
	if (!into || (!act_is_many(console) && into == console->target)) {
		prompt_refuse(console, merge_into, text,
		        into ? _("a ticket cannot be merged into itself")
		             : _("type the number of the ticket that it goes into"));
		return;
	}
	if (!action_begin(console, &action, ACTION_MERGE))
		return;
	char said[300], title[80];
	char *other = whose(
	        console, queue_find(console->queue, action.ticket_id), queue_find(console->queue, into));
	if (other)
		snprintf(said, sizeof said,
		        _("%lld is merged into %lld of %s; answers go to both; u takes it back"),
		        (long long)action.ticket_id, (long long)into, other);
	else
		snprintf(said, sizeof said, _("%lld is merged into %lld; u takes it back"),
		        (long long)action.ticket_id, (long long)into);
	free(other);
	snprintf(title, sizeof title, _("merge into %lld"), (long long)into);
	action.into = into;
	act(console, &action,
	        &(struct deed){.said = said, .then = merged, .title = title, .fit = is_another});
}

void command_MERGE(struct console *console, const char *argument)
{
	char label[80];
	if (*argument) {
		merge_into(console, argument);
		return;
	}
	if (act_is_many(console))
		snprintf(label, sizeof label, _("merge %zu marked into: "), console->aim.count);
	else
		snprintf(label, sizeof label, _("merge %lld into: "), (long long)console->target);
	prompt_ask(console, label, "", complete_merge, NULL, merge_into);
	console->prompt_changed = merge_typed;
}

/* ---- taking it apart ------------------------------------------------------------------------------- */

int64_t merged_into(struct console *console, int64_t id)
{
	const struct conversation *conversation = conversation_of(console, id, NULL);
	return conversation ? conversation->merged_into : 0;
}

/* The next key has cleared it, or it is still the ticket that this was about. */
static void unmerged(struct console *console, struct pending_action *one, const struct action_result *result)
{
	if (result->error.kind != ERROR_NONE && console->awaited == one->action.ticket_id)
		console->awaited = 0;
}

void command_UNMERGE(struct console *console, const char *argument)
{
	const int64_t typed = number_of(argument);
	const int64_t id = typed || *argument ? typed : console->target;
	struct action action;
	char said[200];
	if (!id || (!typed && !merged_into(console, id))) {
		console_say(console, ROLE_ERROR,
		        _("say which ticket to take out again, as :unmerge 48213; its events name them"));
		return;
	}
	action_init(&action, ACTION_UNMERGE, id, 0);
	snprintf(said, sizeof said, _("%lld is a ticket of its own again"), (long long)id);
	console->awaited = id;
	action_send(console, &action, said, unmerged);
}
