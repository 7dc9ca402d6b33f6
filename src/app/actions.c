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

#include <stdio.h>
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

/* Puts the old row back unless the server has sent a newer one. */
static void put_back(struct console *console, const struct pending_action *one)
{
	const struct ticket_row *row = queue_find(console->queue, one->action.ticket_id);
	if (one->before.row.id && (!row || row->version <= one->before.row.version))
		queue_overlay(console->queue, &one->before.row);
}

/* ---- undo ----------------------------------------------------------------------------------------- */

/* What is taken back, in the words of the message. NULL: nothing of that kind is remembered. */
static const struct {
	const char *words;
	bool final;
} undo_words[ACTION_KIND_COUNT] = {
        [ACTION_STATUS] = {N_("the change of status"), false},
        [ACTION_PRIORITY] = {N_("the change of priority"), false},
        [ACTION_ASSIGN] = {N_("the assignment"), false},
        [ACTION_CLAIM] = {N_("the claim"), false},
        [ACTION_CLAIM_NEXT] = {N_("the claim"), false},
        [ACTION_DISMISS] = {N_("\"no reply needed\""), false},
        [ACTION_TAG] = {N_("the change of tags"), false},
        [ACTION_REPLY] = {N_("the reply"), true},
        [ACTION_NOTE] = {N_("the note"), true},
};

/* When the key is pressed, so that a quick `u` takes back this one and not the one before. */
static void remember_for_undo(struct console *console, const struct action *action)
{
	if (!undo_words[action->kind].words)
		return;
	if (console->undo_count == UNDO_MOST)
		memmove(console->undo, console->undo + 1, --console->undo_count * sizeof *console->undo);
	struct undoable *undo = &console->undo[console->undo_count++];
	*undo = (struct undoable){.ticket_id = action->ticket_id,
	        .words = _(undo_words[action->kind].words),
	        .final = undo_words[action->kind].final};
	memcpy(undo->request_id, action->request_id, sizeof undo->request_id);
}

static struct undoable *find_undoable(struct console *console, const char *request_id)
{
	for (size_t i = 0; i < console->undo_count; i++)
		if (strcmp(console->undo[i].request_id, request_id) == 0)
			return &console->undo[i];
	return NULL;
}

static void forget_undoable(struct console *console, const char *request_id)
{
	struct undoable *undo = find_undoable(console, request_id);
	if (undo) {
		size_t after = console->undo_count - (size_t)(undo - console->undo) - 1;
		memmove(undo, undo + 1, after * sizeof *undo);
		console->undo_count--;
	}
}

static void undo_done(struct console *console, struct pending_action *one, const struct action_result *result)
{
	struct undoable *undo = find_undoable(console, one->action.undoes);
	if (result->error.kind == ERROR_UNAVAILABLE && undo) {
		undo->under_way = false; /* it may be tried again */
		return;
	}
	forget_undoable(console, one->action.undoes);
	if (result->error.kind == ERROR_NONE && !console->prompt.active && !console->typed_count)
		console->awaited = result->ticket_id;
}

void command_UNDO(struct console *console, const char *argument)
{
	size_t i = console->undo_count;
	while (i && console->undo[i - 1].under_way)
		i--;
	if (!i) {
		console_say(console, ROLE_HINT, _("there is nothing of yours to take back"));
		return;
	}
	struct undoable *undo = &console->undo[i - 1];
	struct action action;
	if (undo->final) {
		console_say(console, ROLE_HINT,
		        _("%lld: %s cannot be taken back; u again takes back your change before it"),
		        (long long)undo->ticket_id, undo->words);
		forget_undoable(console, undo->request_id);
		return;
	}
	undo->under_way = true;
	action_init(&action, ACTION_UNDO, undo->ticket_id, 0);
	memcpy(action.undoes, undo->request_id, sizeof action.undoes);
	char said[200];
	snprintf(said, sizeof said, _("%lld: %s is taken back"), (long long)undo->ticket_id, undo->words);
	action_send(console, &action, said, undo_done);
}

/* ---- the way to the server and back ----------------------------------------------------------------- */

static void free_pending(struct pending_action *one)
{
	if (one->draft)
		draft_keep(one->draft);
	free(one->draft);
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

static struct pending_action *first_on(struct console *console, int64_t ticket_id)
{
	struct pending_action *one = console->pending;
	while (one && (!ticket_id || one->action.ticket_id != ticket_id))
		one = one->next;
	return one;
}

static void answered(void *context, const struct action *action, const struct action_result *result);

static void send_now(struct console *console, struct pending_action *one)
{
	one->sent = true;
	link_action(console->link, &one->action, answered, one);
}

/* What waited for a refused action is not sent: each gets the refusal as its own answer. */
static void drop_waiting(struct console *console, int64_t ticket_id)
{
	struct action_result dropped = {.ticket_id = ticket_id};
	error_set(&dropped.error, ERROR_REFUSED, _("not done, because the change before it was refused"));
	for (struct pending_action *one = first_on(console, ticket_id); one;
	        one = first_on(console, ticket_id)) {
		const char *words = undo_words[one->action.kind].words;
		unlink_pending(console, one);
		forget_undoable(console, one->action.request_id);
		if (one->then)
			one->then(console, one, &dropped);
		else
			console_say(console, ROLE_ERROR,
			        _("%lld: %s was not done, because the change before it was refused"),
			        (long long)ticket_id, words ? _(words) : action_name(one->action.kind));
		free_pending(one);
	}
}

static void done(struct console *console, struct pending_action *one, const struct action_result *result)
{
	struct undoable *undo = find_undoable(console, one->action.request_id);
	if (undo)
		undo->ticket_id = result->ticket_id; /* claim-next learns it only now */
	if (one->said)
		console_say(console, ROLE_SUCCESS, "%s", one->said);
	struct pending_action *next = first_on(console, one->action.ticket_id);
	if (next && !next->sent) {
		next->action.version = result->version;
		send_now(console, next);
	}
}

static void refused(struct console *console, struct pending_action *one, const struct action_result *result)
{
	long long id = (long long)one->action.ticket_id;
	forget_undoable(console, one->action.request_id);
	put_back(console, one);
	if (result->error.kind == ERROR_WAITING)
		console_say(console, ROLE_QUESTION,
		        _("%lld: a customer is waiting for a reply; nothing was changed"), id);
	else if (id)
		console_say(console, ROLE_ERROR, "%lld: %s", id, result->error.text);
	else
		console_say(console, ROLE_ERROR, "%s", result->error.text);
	drop_waiting(console, one->action.ticket_id);
}

static void answered(void *context, const struct action *action, const struct action_result *result)
{
	struct pending_action *one = context;
	struct console *console = one->console;
	console->dirty = true;
	unlink_pending(console, one);
	(result->error.kind == ERROR_NONE ? done : refused)(console, one, result);
	if (one->then)
		one->then(console, one, result);
	free_pending(one);
	if (!console->left)
		link_refresh(console->link);
	actions_redraw(console);
	list_refresh(console);
}

struct pending_action *action_send(
        struct console *console, struct action *action, const char *said, action_then *then)
{
	struct pending_action *one = alloc_bytes(sizeof *one);
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	const bool waits = first_on(console, action->ticket_id) != NULL;
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
	remember_for_undo(console, action);
	preview(console, &one->action);
	list_refresh(console);
	console->dirty = true;
	if (!waits)
		send_now(console, one);
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
