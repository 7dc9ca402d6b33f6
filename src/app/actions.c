/*
 * Actions on their way. A key shows its effect at once (action_preview over the row), the action goes to the link, and
 * until the server has answered the row carries a mark. A refusal puts the row back as it was and says why. Rows that come
 * from the server meanwhile are of the old version, so the previews of what is still on its way are drawn over them again.
 */
#include "app/state.h"
#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	kept_row_set(&copy, row);
	action_preview(action, console->identity.agent_id, &copy.row);
	queue_put(console->queue, &copy.row);
	kept_row_release(&copy);
}

void actions_redraw(struct console *console)
{
	for (struct pending_action *one = console->pending; one; one = one->next)
		preview(console, &one->action);
}

/* Puts the old row back unless the server has sent a newer one. */
static void put_back(struct console *console, const struct pending_action *one)
{
	const struct ticket_row *row = queue_find(console->queue, one->action.ticket_id);
	if (one->before.row.id && (!row || row->version <= one->before.row.version))
		queue_put(console->queue, &one->before.row);
}

/* ---- undo ----------------------------------------------------------------------------------------- */

static bool can_be_undone(enum action_kind kind)
{
	return kind == ACTION_STATUS || kind == ACTION_PRIORITY || kind == ACTION_ASSIGN ||
	       kind == ACTION_CLAIM || kind == ACTION_CLAIM_NEXT || kind == ACTION_DISMISS;
}

static void remember_for_undo(struct console *console, const struct action *action, int64_t ticket_id)
{
	if (!can_be_undone(action->kind))
		return;
	if (console->undo_count == UNDO_MOST)
		memmove(console->undo, console->undo + 1, --console->undo_count * sizeof *console->undo);
	struct undoable *undo = &console->undo[console->undo_count++];
	memcpy(undo->request_id, action->request_id, sizeof undo->request_id);
	undo->ticket_id = ticket_id;
	snprintf(undo->words, sizeof undo->words, "%s", action_name(action->kind));
}

static void undo_done(struct console *console, struct pending_action *one, const struct action_result *result)
{
	if (result->error.kind == ERROR_NONE)
		select_ticket(console, result->ticket_id);
}

void command_UNDO(struct console *console, const char *argument)
{
	if (!console->undo_count) {
		console_say(console, ROLE_HINT, "there is nothing of yours to take back");
		return;
	}
	struct undoable undo = console->undo[--console->undo_count];
	struct action action;
	action_init(&action, ACTION_UNDO, undo.ticket_id, 0);
	memcpy(action.undoes, undo.request_id, sizeof action.undoes);
	char said[120];
	snprintf(said, sizeof said, "%lld: %s taken back", (long long)undo.ticket_id, undo.words);
	action_send(console, &action, said, undo_done);
}

/* ---- the way to the server and back ----------------------------------------------------------------- */

static void free_pending(struct pending_action *one)
{
	if (one->follow)
		action_release(one->follow);
	if (one->draft)
		draft_keep(one->draft);
	free(one->draft);
	free(one->follow);
	free(one->follow_said);
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

static void send_follow(struct console *console, struct pending_action *one, int32_t version)
{
	struct action *follow = one->follow;
	follow->version = version;
	action_send(console, follow, one->follow_said, NULL);
	free(follow);
	one->follow = NULL;
}

static void answered(void *context, const struct action *action, const struct action_result *result)
{
	struct pending_action *one = context;
	struct console *console = one->console;
	unlink_pending(console, one);
	console->dirty = true;
	if (result->error.kind == ERROR_NONE) {
		remember_for_undo(console, action, result->ticket_id);
		if (one->said)
			console_say(console, ROLE_SUCCESS, "%s", one->said);
		if (one->follow)
			send_follow(console, one, result->version);
	} else {
		put_back(console, one);
		if (result->error.kind == ERROR_WAITING)
			guard_ask(console, action);
		else
			console_say(console, ROLE_ERROR, "%lld: %s", (long long)action->ticket_id,
			        result->error.text);
	}
	if (!console->left)
		link_refresh(console->link);
	if (one->then)
		one->then(console, one, result);
	free_pending(one);
	list_refresh(console);
}

struct pending_action *action_send(
        struct console *console, struct action *action, const char *said, action_then *then)
{
	struct pending_action *one = alloc_bytes(sizeof *one);
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	one->console = console;
	one->action = *action;
	one->said = alloc_copy(said);
	one->then = then;
	if (row)
		kept_row_set(&one->before, row);
	struct pending_action **end = &console->pending;
	while (*end)
		end = &(*end)->next;
	*end = one;
	preview(console, &one->action);
	list_refresh(console);
	console->dirty = true;
	link_action(console->link, &one->action, answered, one);
	return one;
}

void actions_release(struct console *console)
{
	while (console->pending) {
		struct pending_action *one = console->pending;
		console->pending = one->next;
		free_pending(one);
	}
}
