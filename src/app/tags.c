/*
 * Tags from the keyboard: "+billing -spam", completed from those that the tickets of the queue have.
 */
#include "core/tags.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* Cells of the line for the label's words and for typing; and most that the tags in the label take. */
enum { ROOM_TO_TYPE = 62, CELLS_OF_TAGS = 60 };

/* ---- completion --------------------------------------------------------------------------------- */

struct offer {
	struct console *console;
	struct candidate *out;
	size_t room, count;
	const char *text; /* what is before the word stays */
	size_t lead;
	const char *typed; /* of the tag, behind the sign */
};

static void offer(struct offer *offer, const char *sign, const char *tag, size_t length)
{
	if (offer->count == offer->room || strncmp(tag, offer->typed, strlen(offer->typed)) != 0)
		return;
	const char *text = completions_add(&offer->console->completions, "%.*s%s%.*s", (int)offer->lead,
	        offer->text, sign, (int)length, tag);
	offer->out[offer->count++] =
	        (struct candidate){.text = text, .help = "", .shown = text + offer->lead};
}

/* Behind a minus come the ticket's own tags; otherwise all that are known and that it has not, then its own to take off. */
size_t complete_tags(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	const struct ticket_row *row = console_row(console);
	const char *blank = strrchr(text, ' '), *word = blank ? blank + 1 : text, *tag;
	const bool off = *word == '-', on = *word == '+';
	struct offer here = {.console = console,
	        .out = out,
	        .room = room,
	        .text = text,
	        .lead = (size_t)(word - text),
	        .typed = word + (on || off)};
	struct known_tags known = {.count = 0};
	completions_clear(&console->completions);
	queue_tags(console->queue, known_tags_count, &known);
	known_tags_sort(&known);
	for (size_t i = 0; !off && i < known.count; i++)
		if (!row || !tags_have(row->tags, known.list[i].tag))
			offer(&here, on ? "+" : "", known.list[i].tag, strlen(known.list[i].tag));
	known_tags_release(&known);
	const char *tags = row && !on ? row->tags : "";
	for (size_t length; tags_next(&tags, &tag, &length);)
		offer(&here, "-", tag, length);
	return here.count;
}

/* ---- the command -------------------------------------------------------------------------------- */

static char *said_of(int64_t id, const char *tags)
{
	if (!*tags)
		return alloc_format(_("%lld has no tags now; u takes it back"), (long long)id);
	return alloc_format(_("%lld is tagged %s now; u takes it back"), (long long)id, tags);
}

/* The tags that the row has after the action; false: the same as before. */
static bool tags_after(const struct ticket_row *row, const struct action *action, struct strbuf *after)
{
	tags_changed(row->tags, action->text, action->tags_off, after);
	return strcmp(row->tags, after->data) != 0;
}

/* Of many: where nothing would change, nothing is done. */
static bool changes_tags(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	struct strbuf after = STRBUF_INIT;
	const bool changes = tags_after(row, action, &after);
	strbuf_release(&after);
	return changes || error_set(why, ERROR_REFUSED, "%s", _("it is tagged so already"));
}

/* Takes over the action's content. */
static void tag_one(struct console *console, struct action *action)
{
	struct strbuf after = STRBUF_INIT;
	if (tags_after(console_row(console), action, &after)) {
		char *said = said_of(action->ticket_id, after.data);
		act(console, action, &(struct deed){.said = said});
		free(said);
	} else {
		console_say(
		        console, ROLE_HINT, _("that changes no tag of %lld"), (long long)action->ticket_id);
		action_release(action);
	}
	strbuf_release(&after);
}

static void tag_with(struct console *console, const char *text)
{
	struct tag_change change;
	struct action action;
	struct error err;
	if (!tag_change_read(text, &change, &err)) {
		prompt_refuse(console, tag_with, text, err.text);
		return;
	}
	if (!action_begin(console, &action, ACTION_TAG)) {
		tag_change_release(&change);
		return;
	}
	action.text = change.add;
	action.tags_off = change.remove;
	if (!act_is_many(console)) {
		tag_one(console, &action);
		return;
	}
	char *title = alloc_format(_("tag %s"), text);
	act(console, &action, &(struct deed){.title = title, .fit = changes_tags});
	free(title);
}

/* What the ticket has, as much as leaves room to type: "tags of 44 (billing, refund), -tag takes one off: ". */
static void ask_tags(struct console *console, const struct ticket_row *row)
{
	struct strbuf have = STRBUF_INIT;
	const char *tags = row->tags, *tag;
	const int free_cells = terminal_columns(console->terminal) - ROOM_TO_TYPE;
	const int room = free_cells < CELLS_OF_TAGS ? free_cells : CELLS_OF_TAGS;
	for (size_t length; tags_next(&tags, &tag, &length);) {
		if (have.length && text_width(have.data, have.length) + text_width(tag, length) + 2 > room) {
			strbuf_adds(&have, ", …");
			break;
		}
		strbuf_addf(&have, "%s%.*s", have.length ? ", " : "", (int)length, tag);
	}
	char *label =
	        alloc_format(_("tags of %lld (%s), -tag takes one off: "), (long long)row->id, have.data);
	prompt_ask(console, label, "", complete_tags, NULL, tag_with);
	free(label);
	strbuf_release(&have);
}

void command_TAG(struct console *console, const char *argument)
{
	const struct ticket_row *row = console_row(console);
	if (*argument)
		tag_with(console, argument);
	else if (!act_is_many(console) && row && *row->tags)
		ask_tags(console, row);
	else
		prompt_ask(console, _("tags (-tag takes one off): "), "", complete_tags, NULL, tag_with);
}
