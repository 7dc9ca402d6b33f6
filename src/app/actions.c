/*
 * Actions on their way. A key shows its effect at once (action_preview over the row), the action goes to the link, and
 * until the server has answered the row carries a mark. A refusal puts the row back as it was and says why. Rows that come
 * from the server meanwhile are of the old version, so the previews of what is still on its way are drawn over them again.
 *
 * On one ticket one action is under way at a time: the next one waits for its answer and carries the version that it
 * led to, so two quick keys never conflict with each other. When one is refused, those that waited for it are
 * dropped, because they were meant for a ticket as it is not.
 */
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>

size_t actions_waiting(const struct console *console)
{
	size_t count = 0;
	for (const struct pending_action *one = console->pending; one; one = one->next)
		count++;
	return count;
}

bool action_is_pending(const void *context, int64_t ticket_id)
{
	const struct console *console = context;
	for (const struct pending_action *one = console->pending; one; one = one->next)
		if (one->action.ticket_id == ticket_id)
			return true;
	return false;
}

/* ---- showing it at once --------------------------------------------------------------------------- */

/* Puts the row into the queue as it will be. A kept copy is put, because a row in the queue may move while it is. */
static void preview(struct console *console, const struct action *action)
{
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	if (!row || (action->version && row->version > action->version))
		return;
	struct kept_row copy = {.row = {.id = 0}};
	struct strbuf room = STRBUF_INIT;
	kept_row_set(&copy, row);
	action_preview(action, console->identity.agent_id, &copy.row, &room);
	queue_overlay(console->queue, &copy.row);
	strbuf_release(&room);
	kept_row_release(&copy);
}

void actions_redraw(struct console *console)
{
	for (struct pending_action *one = console->pending; one; one = one->next)
		preview(console, &one->action);
}

/* Puts the old row back unless the server has sent a newer one, or said that the ticket has left the queue. */
static void put_back(struct console *console, const struct pending_action *one)
{
	const struct ticket_row *row = queue_find(console->queue, one->action.ticket_id);
	if (one->before.row.id && (row ? row->version <= one->before.row.version
	                               : queue_is_hidden(console->queue, one->action.ticket_id)))
		queue_overlay(console->queue, &one->before.row);
}

/* ---- the way to the server and back ----------------------------------------------------------------- */

static void free_pending(struct pending_action *one)
{
	if (one->draft)
		draft_keep(one->draft);
	free(one->draft);
	next_choice_free(one->choice);
	free(one->said);
	action_release(&one->action);
	kept_row_release(&one->before);
	free(one);
}

static void unlink_pending(struct console *console, struct pending_action *one)
{
	struct pending_action **at = &console->pending;
	while (*at != one)
		at = &(*at)->next;
	*at = one->next;
}

/* An action on a ticket that is not known yet (the next one, a new one) waits for none and holds none up. */
static struct pending_action *first_on(struct console *console, int64_t ticket_id)
{
	struct pending_action *one = ticket_id ? console->pending : NULL;
	while (one && one->action.ticket_id != ticket_id)
		one = one->next;
	return one;
}

static void answered(void *context, const struct action *action, const struct action_result *result);

static void send_now(struct console *console, struct pending_action *one)
{
	one->sent = true;
	link_action(console->link, &one->action, answered, one);
}

/* What waited for a refused action is not sent: each gets the refusal as its own answer; an undo, which the refused one does
 * not contradict, may be tried again where that may. */
static void drop_waiting(struct console *console, int64_t ticket_id, enum error_kind kind)
{
	struct action_result dropped = {.ticket_id = ticket_id};
	error_set(&dropped.error, ERROR_REFUSED, _("not done, because the change before it was refused"));
	for (struct pending_action *one = first_on(console, ticket_id); one;
	        one = first_on(console, ticket_id)) {
		unlink_pending(console, one);
		undo_forget(console, one->action.request_id);
		dropped.error.kind = one->action.kind == ACTION_UNDO && kind == ERROR_UNAVAILABLE
		                             ? ERROR_UNAVAILABLE
		                             : ERROR_REFUSED;
		if (one->then)
			one->then(console, one, &dropped);
		else
			console_say(console, ROLE_ERROR,
			        _("%lld: %s was not done, because the change before it was refused"),
			        (long long)ticket_id, undo_words_of(one->action.kind));
		free_pending(one);
	}
}

/* The row that is drawn is what the action has made of the version that the agent saw: it has the new version now, before the
 * server's row says so, and the next key does not conflict with this one. */
static void know_version(
        struct console *console, const struct action *action, const struct action_result *result)
{
	const struct ticket_row *row = queue_find(console->queue, result->ticket_id);
	if (!row || !action->version || row->version != action->version || result->version <= row->version)
		return;
	struct kept_row copy = {.row = {.id = 0}};
	kept_row_set(&copy, row);
	copy.row.version = result->version;
	queue_overlay(console->queue, &copy.row);
	kept_row_release(&copy);
}

/* What waits for the action was meant for the ticket as the action leaves it: of its version, unless something that nobody here
 * has seen came in between, which an undo does not mind. */
static void lead_on(struct console *console, const struct action *action, const struct action_result *result)
{
	for (struct pending_action *one = console->pending; one; one = one->next)
		if (one->action.ticket_id == action->ticket_id && one->action.version == result->version - 1)
			one->action.version = result->version;
	struct pending_action *next = first_on(console, action->ticket_id);
	if (!next || next->sent)
		return;
	if (action->version)
		next->action.version = result->version;
	send_now(console, next);
}

static void done(struct console *console, struct pending_action *one, const struct action_result *result)
{
	struct undoable *undo = undo_find(console, one->action.request_id);
	if (undo)
		undo->ticket_id = result->ticket_id; /* claim-next learns it only now */
	news_own_change(console, result->ticket_id, result->version);
	know_version(console, &one->action, result);
	if (one->said)
		console_say(console, ROLE_SUCCESS, "%s", one->said);
	lead_on(console, &one->action, result);
}

static void say_refusal(struct console *console, int64_t ticket_id, const struct error *error)
{
	if (error->kind == ERROR_WAITING)
		console_say(console, ROLE_QUESTION,
		        _("%lld: a customer is waiting for a reply; nothing was changed"),
		        (long long)ticket_id);
	else if (ticket_id)
		console_say(console, ROLE_ERROR, "%lld: %s", (long long)ticket_id, error->text);
	else
		console_say(console, ROLE_ERROR, "%s", error->text);
}

static void refused(struct console *console, struct pending_action *one, const struct action_result *result)
{
	undo_forget(console, one->action.request_id);
	put_back(console, one);
	/* Where the next ticket is taken from a choice, `then` goes on with the rest of it. */
	if (!one->of_many && !(one->choice && result->error.kind == ERROR_NOT_FOUND))
		say_refusal(console, one->action.ticket_id, &result->error);
	drop_waiting(console, one->action.ticket_id, result->error.kind);
}

static void answered(void *context, const struct action *action, const struct action_result *result)
{
	struct pending_action *one = context;
	struct console *console = one->console;
	console->dirty = true;
	unlink_pending(console, one);
	/* What the refused action had taken from under the cursor is there again, and so is the cursor. */
	const bool goes_back = result->error.kind != ERROR_NONE && one->left_for && !console->opened &&
	                       console->selected == one->left_for;
	const int64_t back_to = goes_back ? one->action.ticket_id : 0;
	(result->error.kind == ERROR_NONE ? done : refused)(console, one, result);
	if (one->then)
		one->then(console, one, result);
	free_pending(one);
	if (!console->left)
		link_refresh(console->link);
	actions_redraw(console);
	list_refresh(console);
	if (back_to && listing_has(console->listing, back_to))
		select_ticket(console, back_to);
}

static struct pending_action *add_pending(struct console *console, struct action *action, action_then *then)
{
	struct pending_action *one = alloc_bytes(sizeof *one);
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	struct pending_action **end = &console->pending;
	one->console = console;
	one->action = *action;
	one->then = then;
	if (row)
		kept_row_set(&one->before, row);
	while (*end)
		end = &(*end)->next;
	*end = one;
	preview(console, &one->action);
	return one;
}

struct pending_action *action_send(
        struct console *console, struct action *action, const char *said, action_then *then)
{
	const bool waits = first_on(console, action->ticket_id) != NULL;
	const bool at_cursor = console->selected == action->ticket_id;
	struct pending_action *one = add_pending(console, action, then);
	one->said = alloc_copy(said);
	if (action->kind != ACTION_UNDO && action->ticket_id == console->brought)
		views_bring(console, 0);
	undo_remember(console, action);
	list_refresh(console);
	if (at_cursor && console->selected != one->action.ticket_id)
		one->left_for = console->selected;
	console->dirty = true;
	if (!waits)
		send_now(console, one);
	return one;
}

void action_send_of_many(struct console *console, struct action *action, size_t part, action_then *then)
{
	const bool waits = first_on(console, action->ticket_id) != NULL;
	struct pending_action *one = add_pending(console, action, then);
	one->of_many = true;
	one->part = part;
	if (!waits)
		send_now(console, one);
}

void actions_release(struct console *console)
{
	while (console->pending) {
		struct pending_action *one = console->pending;
		console->pending = one->next;
		free_pending(one);
	}
}
