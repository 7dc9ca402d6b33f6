/*
 * The next ticket (next.h says from what).
 *
 * Each round is an action with a request id of its own: a refused one has changed nothing, and one whose answer was lost is
 * sent again under its id, so whatever breaks, one key takes one ticket.
 */
#include "app/next.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/claim.h"

#include <stdlib.h>

void next_choice_free(struct next_choice *choice)
{
	if (!choice)
		return;
	free(choice->ids);
	free(choice->nothing);
	free(choice);
}

/* ---- what there is to take ---------------------------------------------------------------------- */

/* What the list shows has been looked at already: a filter of words takes its time. Beside that, one's own tickets (`g m`, or
 * assignee:me in the filter) hide what would stand there if it were taken. */
static bool is_meant(const struct console *console, const struct ticket_row *row)
{
	if (listing_has(console->listing, row->id))
		return true;
	if (!console->filter || (console->find.shown && !find_has(&console->find, row->id)))
		return false;
	const bool hides = console->view == VIEW_MINE || filter_asks_assignee(console->filter);
	return hides && claim_matches(console->filter, row, console->identity.agent_id);
}

static bool may_be_next(const struct ticket_row *row, const void *context)
{
	return claim_is_free(row) && is_meant(context, row);
}

/* "No unassigned ticket..." where it was looked for, and how many there are that other teams take. */
static char *nothing_words(const struct console *console, size_t others)
{
	char *words;
	if (console->find.shown)
		words = alloc_format(
		        _("no unassigned ticket among those found for \"%s\""), console->find.text);
	else if (console->saved.shown)
		words = alloc_format(_("no unassigned ticket in the view \"%s\""), console->saved.name);
	else
		words = alloc_format(_("no unassigned ticket matches the filter %s"), console->filter_shown);
	if (others) {
		char *more = alloc_format(_("%s; of other teams: %zu"), words, others);
		free(words);
		words = more;
	}
	return words;
}

static struct next_choice *choose(struct console *console)
{
	const struct agent *self = directory_agent(&console->directory, console->identity.agent_id);
	struct next_choice *choice = alloc_bytes(sizeof *choice);
	struct listing *all = listing_new(console->queue);
	listing_filter(all, may_be_next, console);
	const size_t count = listing_count(all);
	choice->ids = alloc_array(count + 1, sizeof *choice->ids);
	for (size_t i = 0; i < count; i++) {
		const struct ticket_row *row = listing_row(all, i);
		if (claim_team_may_take(row->team_id, self ? self->team_id : 0))
			choice->ids[choice->count++] = row->id;
	}
	choice->nothing = nothing_words(console, count - choice->count);
	listing_free(all);
	return choice;
}

/* ---- taking it ---------------------------------------------------------------------------------- */

static void taken(struct console *console, int64_t id)
{
	console_say(console, ROLE_SUCCESS, _("%lld is yours"), (long long)id);
	/* The answer takes a moment: who has begun something else is not taken away from it. */
	if (console_place(console) <= PLACE_TICKET && !console->prompt.active && !console->typed_count &&
	        !console->editor)
		open_ticket(console, id);
}

static void answered(struct console *console, struct pending_action *one, const struct action_result *result);

/* Takes the choice over. */
static void ask(struct console *console, struct next_choice *choice)
{
	struct action action;
	action_init(&action, ACTION_CLAIM_NEXT, 0, 0);
	if (choice) {
		size_t count = choice->count - choice->sent;
		count = count < CLAIM_IDS_MOST ? count : CLAIM_IDS_MOST;
		action.text = claim_ids(choice->ids + choice->sent, count);
		choice->sent += count;
	}
	action_send(console, &action, NULL, answered)->choice = choice;
}

static void answered(struct console *console, struct pending_action *one, const struct action_result *result)
{
	struct next_choice *choice = one->choice;
	if (result->error.kind == ERROR_NONE) {
		taken(console, result->ticket_id);
	} else if (result->error.kind != ERROR_NOT_FOUND || !choice) {
		return; /* it has been said */
	} else if (choice->sent < choice->count) {
		one->choice = NULL;
		ask(console, choice);
	} else {
		console_say(console, ROLE_ERROR, "%s", choice->nothing);
	}
}

void command_CLAIM_NEXT(struct console *console, const char *argument)
{
	if (!console->filter && !console->find.shown) {
		ask(console, NULL);
		return;
	}
	views_follow_time(console);
	struct next_choice *choice = choose(console);
	if (choice->count) {
		ask(console, choice);
		return;
	}
	console_say(console, ROLE_ERROR, "%s", choice->nothing);
	next_choice_free(choice);
}
