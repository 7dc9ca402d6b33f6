/*
 * The stack of what can be taken back, and `u`.
 *
 * An entry is made when its key is pressed, not when the server has confirmed it, so that a quick `u` means what the agent
 * sees. An undo that is under way is passed over: `u u` takes back two things.
 */
#include "app/undo.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        [ACTION_SUBJECT] = {N_("the change of subject"), false},
        [ACTION_REQUESTER] = {N_("the change of requester"), false},
        [ACTION_ORGANIZATION] = {N_("the change of organization"), false},
        [ACTION_TEAM] = {N_("the change of team"), false},
        [ACTION_LINK] = {N_("the change of incident"), false},
        [ACTION_MERGE] = {N_("the merge"), false},
        [ACTION_MACRO] = {N_("the macro"), false},
        [ACTION_REPLY] = {N_("the reply"), false},
        [ACTION_NOTE] = {N_("the note"), true},
        [ACTION_OPEN] = {N_("the new ticket"), true},
};

const char *undo_words_of(enum action_kind kind)
{
	return undo_words[kind].words ? _(undo_words[kind].words) : action_name(kind);
}

bool undo_is_final(enum action_kind kind)
{
	return undo_words[kind].final;
}

static void release_entry(struct undoable *undo)
{
	if (undo->aside)
		draft_delete_aside(undo->aside);
	free(undo->aside);
	free(undo->title);
	free(undo->text);
	macro_actions_release(&undo->macro);
	free(undo->parts);
	free(undo->ids);
	saved_view_free(undo->view);
}

static void drop(struct console *console, size_t at)
{
	release_entry(&console->undo[at]);
	console->undo_count--;
	memmove(console->undo + at, console->undo + at + 1,
	        (console->undo_count - at) * sizeof *console->undo);
}

/* It comes after all the others: what is in its way may be gone then. */
static void put_last(struct console *console, size_t at)
{
	const struct undoable one = console->undo[at];
	memmove(console->undo + 1, console->undo, at * sizeof one);
	console->undo[0] = one;
}

struct undoable *undo_push(struct console *console)
{
	if (console->undo_count == UNDO_MOST) {
		size_t oldest = 0;
		for (size_t i = UNDO_MOST; i-- > 0;)
			if (console->undo[i].ids)
				oldest = i;
		drop(console, oldest);
	}
	struct undoable *undo = &console->undo[console->undo_count++];
	*undo = (struct undoable){.ticket_id = 0};
	return undo;
}

void undo_remember(struct console *console, const struct action *action)
{
	if (!undo_words[action->kind].words)
		return;
	struct undoable *undo = undo_push(console);
	undo->ticket_id = action->ticket_id;
	undo->words = undo_words[action->kind].words;
	undo->final = undo_words[action->kind].final;
	memcpy(undo->request_id, action->request_id, sizeof undo->request_id);
}

struct undoable *undo_find(struct console *console, const char *request_id)
{
	for (size_t i = 0; i < console->undo_count; i++)
		if (strcmp(console->undo[i].request_id, request_id) == 0)
			return &console->undo[i];
	return NULL;
}

void undo_forget(struct console *console, const char *request_id)
{
	struct undoable *undo = undo_find(console, request_id);
	if (undo)
		drop(console, (size_t)(undo - console->undo));
}

void undo_release(struct console *console)
{
	while (console->undo_count)
		drop(console, console->undo_count - 1);
	marks_release(&console->returning);
}

/* ---- taking back ----------------------------------------------------------------------------------- */

static char *taken_back_words(int64_t ticket_id, const char *words)
{
	return alloc_format(_("%lld: %s is taken back"), (long long)ticket_id, _(words));
}

/* Of a claim whose ticket the agent did not know yet when he took it back. */
static void say_taken_back(struct console *console, int64_t ticket_id)
{
	char *said = taken_back_words(ticket_id, undo_words[ACTION_CLAIM_NEXT].words);
	console_say(console, ROLE_SUCCESS, "%s", said);
	free(said);
}

static void undo_done(struct console *console, struct pending_action *one, const struct action_result *result)
{
	struct undoable *undo = undo_find(console, one->action.undoes);
	if (result->error.kind == ERROR_UNAVAILABLE && undo) {
		undo->under_way = false; /* it may be tried again */
		return;
	}
	if (result->error.kind == ERROR_NONE && !one->action.ticket_id)
		say_taken_back(console, result->ticket_id);
	undo_forget(console, one->action.undoes);
	if (result->error.kind == ERROR_NONE)
		recall_undone(console, one->action.undoes);
	else
		marks_remove(&console->returning, &one->action.ticket_id, 1);
}

void undo_returns(struct console *console, int64_t ticket_id)
{
	if (ticket_id && !ticket_is_above(console, ticket_id))
		marks_add(&console->returning, &ticket_id, 1);
}

/* The agent sees at once what is taken back, and the answer, which may come while he does something else, moves nothing. */
static void take_back_one(struct console *console, struct undoable *undo)
{
	struct action action;
	char *said = undo->ticket_id ? taken_back_words(undo->ticket_id, undo->words) : NULL;
	undo->under_way = true;
	action_init(&action, ACTION_UNDO, undo->ticket_id, 0);
	memcpy(action.undoes, undo->request_id, sizeof action.undoes);
	undo_returns(console, undo->ticket_id);
	ticket_to_front(console, undo->ticket_id);
	action_send(console, &action, said, undo_done);
	free(said);
}

static void say_final(struct console *console, const struct undoable *undo)
{
	if (undo->title)
		console_say(console, ROLE_HINT,
		        _("%s on marked tickets cannot be undone; u again undoes your change before it"),
		        undo->title);
	else
		console_say(console, ROLE_HINT,
		        _("%lld: %s cannot be undone; u again undoes your change before it"),
		        (long long)undo->ticket_id, _(undo->words));
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
	if (undo->final) {
		say_final(console, undo);
		drop(console, i - 1);
	} else if (undo->title) {
		bulk_undo(console, undo);
	} else if (undo->aside) {
		if (reply_undiscard(console, undo))
			drop(console, i - 1);
		else
			put_last(console, i - 1);
	} else if (undo->view) {
		saved_undelete(console, undo);
	} else if (undo->ids) {
		marks_take_back(console, undo);
		drop(console, i - 1);
	} else {
		take_back_one(console, undo);
	}
}
