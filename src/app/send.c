/*
 * Sending what the preview shows, and nothing else: the body was read from the file when the preview was made, and the action
 * carries the ticket's version that the preview was made of, so the server refuses it when somebody changed the ticket in
 * between. What stands on the disk by now is compared with what was shown: another console of the same agent works with the
 * same files. The draft's files are deleted only when the server has confirmed the sending.
 */
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What another console has put into it meanwhile was not sent, and stays. */
static void forget_sent(struct console *console, struct draft *draft, int64_t id)
{
	const bool internal = draft->internal;
	if (draft_discard_sent(draft)) {
		drafts_forget(console, id, internal);
		return;
	}
	drafts_ask(console);
	console_say(console, ROLE_WARNING,
	        _("%lld: sent as you saw it; another console changed the draft since: that is kept"),
	        (long long)id);
}

static void sent_before(struct console *console, struct draft *draft, int64_t id)
{
	if (draft_changed_since_sent(draft)) {
		draft_sent_not(draft);
		console_say(console, ROLE_WARNING,
		        draft->internal
		                ? _("%lld: an earlier text of this note was sent; the changed one is kept as draft")
		                : _("%lld: an earlier text of this reply was sent; the changed one is kept as draft"),
		        (long long)id);
		return;
	}
	console_say(console, ROLE_WARNING,
	        draft->internal
	                ? _("%lld: this note was sent before the connection broke; it is not sent twice")
	                : _("%lld: this reply was sent before the connection broke; it is not sent twice"),
	        (long long)id);
	forget_sent(console, draft, id);
}

static void sent(struct console *console, struct pending_action *one, const struct action_result *result)
{
	long long id = (long long)one->action.ticket_id;
	drafts_changed(console);
	recall_sent(console, one->action.request_id, result->error.kind == ERROR_NONE ? result->version : 0);
	if (result->error.kind == ERROR_NONE && result->repeated) {
		sent_before(console, one->draft, id);
	} else if (result->error.kind == ERROR_NONE) {
		forget_sent(console, one->draft, id);
	} else if (result->error.kind == ERROR_UNAVAILABLE) {
		/* Not known: the request id stays beside the draft. */
		console_say(console, ROLE_ERROR,
		        _("%lld: %s. The draft is kept; r takes it up and sends it once at most"), id,
		        result->error.text);
	} else {
		draft_sent_not(one->draft);
		console_say(console, ROLE_ERROR,
		        _("%lld: %s. Nothing was sent; the draft is kept, r takes it up again"), id,
		        result->error.text);
	}
}

/* Hands the draft over to the action on its way, so that the agent can write the next one. */
static void give_draft(struct console *console, struct pending_action *one)
{
	one->draft = alloc_bytes(sizeof *one->draft);
	*one->draft = console->draft;
	console->draft = (struct draft){.ticket_id = 0};
	strbuf_init(&console->draft.body);
}

static void go_on_after(struct console *console, int64_t id, int64_t next)
{
	bool reading = console_has_place(console, PLACE_TICKET);
	while (console->depth)
		console_leave(console);
	if (console->settings.after_reply == AFTER_REPLY_STAY || !next)
		next = id;
	select_ticket(console, next);
	if (reading)
		open_ticket(console, next);
}

/* What the preview shows of the ticket: that it has changed is known before what it was and to whom a reply goes now. */
static int32_t shown_version(struct console *console)
{
	const int32_t version = reply_ticket_version(console);
	const struct conversation *conversation = conversation_of(console, console->draft.ticket_id, NULL);
	return conversation && conversation->version < version ? conversation->version : version;
}

/* Something came that the writer has not looked at: the first key only shows it. */
static bool must_look_first(struct console *console)
{
	if (reply_ticket_version(console) == console->preview_version)
		return false;
	console->preview_version = shown_version(console);
	reply_preview_refresh(console);
	console_say(console, ROLE_QUESTION,
	        _("not sent: the ticket changed while you wrote; look, the same key again sends"));
	return true;
}

/* The draft's file is gone, or something else stands in it than the preview shows: the first key only shows that. */
static bool must_look_at_draft(struct console *console)
{
	struct draft *draft = &console->draft;
	struct error err;
	if (!draft_is_gone(draft)) {
		if (!reply_follow_disk(console))
			return false;
		console_say(console, ROLE_QUESTION,
		        _("not sent: another console changed the draft; look, the same key again sends"));
	} else if (draft_put_back(draft, &err)) {
		draft_shown(draft);
		reply_preview_refresh(console);
		console_say(console, ROLE_QUESTION,
		        _("not sent: another console sent it or discarded it; the same key sends it"));
	} else {
		console_say(console, ROLE_ERROR, _("%s; nothing was sent"), err.text);
	}
	return true;
}

/* The line that is shown when the server has it. */
static void say_sent(struct console *console, enum status status, char *out, size_t size)
{
	const struct draft *draft = &console->draft;
	const long long id = draft->ticket_id, delay = console->recall.delay_s;
	const struct conversation *conversation = conversation_of(console, id, NULL);
	if (draft->internal)
		snprintf(out, size, _("%lld: note added"), id);
	else if (!delay)
		snprintf(out, size, _("%lld: reply sent, the ticket is %s"), id, status_label(status));
	else
		recall_words(id, conversation ? conversation->recipient : NULL, delay, status, out, size);
}

/* A field of a macro that has no value, and was not filled in. */
static bool is_unfinished(struct console *console)
{
	const char *body = console->draft.body.data;
	size_t hole, length;
	if (!text_shows(body)) {
		console_say(
		        console, ROLE_ERROR, _("the text says nothing that can be seen; nothing was sent"));
		return true;
	}
	if (!macro_hole(body, &hole, &length))
		return false;
	console_say(console, ROLE_ERROR,
	        _("the text still says %.*s: fill it in, or take it out (e edits); nothing was sent"),
	        (int)length, body + hole);
	return true;
}

static void send(struct console *console, enum status status, const char *hold_for)
{
	struct draft *draft = &console->draft;
	struct error err;
	if (moved_refuses(console) || must_look_at_draft(console) || is_unfinished(console))
		return;
	if (circular_is_open(console)) {
		circular_send(console, status, hold_for);
		return;
	}
	struct attached *attached;
	if (must_look_first(console) || attach_is_busy(console) || fetch_must_be_told(console))
		return;
	if (!draft_files_load(draft, &attached, &err) || !draft_sending(draft, &err)) {
		console_say(console, ROLE_ERROR, _("%s; nothing was sent"), err.text);
		attached_drop(attached);
		return;
	}
	struct action action;
	struct strbuf body = STRBUF_INIT;
	int64_t id = draft->ticket_id, next = next_ticket(console, id);
	action_init(&action, draft->internal ? ACTION_NOTE : ACTION_REPLY, id, console->preview_version);
	memcpy(action.request_id, draft->request_id, sizeof action.request_id);
	text_sanitise(&body, draft->body.data, draft->body.length, TEXT_KEEP_LINES);
	action.text = strbuf_detach(&body);
	action.hold_for = hold_for ? alloc_copy(hold_for) : NULL;
	action.status = status;
	action.wait_goes_on = draft->wait_goes_on;
	action.attached = attached;
	macro_for_action(console, &draft->macro, &action);
	char said[400];
	say_sent(console, status, said, sizeof said);
	if (!draft->internal)
		recall_sending(console, &action);
	bool internal = draft->internal;
	give_draft(console, action_send(console, &action, said, sent));
	go_on_after(console, id, internal ? id : next);
}

/* A note's macro may take the ticket out of sight of a waiting customer: then the guard asks, and comes back here. */
void reply_send_note(struct console *console, bool wait_goes_on)
{
	console->draft.wait_goes_on = wait_goes_on;
	send(console, STATUS_OPEN, NULL);
	console->draft.wait_goes_on = false;
}

void command_SEND_PENDING(struct console *console, const char *argument)
{
	const struct draft *draft = &console->draft;
	if (draft->internal && draft->macro.sets_status && !circular_is_open(console)) {
		/* What has changed is looked at before the guard's question: then that is asked once. */
		if (moved_refuses(console) || must_look_at_draft(console) || is_unfinished(console) ||
		        must_look_first(console) || fetch_must_be_told(console) ||
		        status_guards_note(console, draft->ticket_id, draft->macro.status))
			return;
	}
	if (draft->internal)
		reply_send_note(console, false);
	else if (draft->macro.sets_status)
		send(console, draft->macro.status, draft->macro.hold_for);
	else
		send(console, STATUS_PENDING, NULL);
}

void command_SEND_OPEN(struct console *console, const char *argument)
{
	send(console, STATUS_OPEN, NULL);
}

void command_SEND_CLOSED(struct console *console, const char *argument)
{
	send(console, STATUS_CLOSED, NULL);
}

static void send_hold(struct console *console, const char *whom)
{
	if (text_shows(whom))
		send(console, STATUS_HOLD, whom);
	else
		prompt_refuse(console, send_hold, whom,
		        _("a ticket on hold waits for somebody: a team, or a connected service"));
}

void command_SEND_HOLD(struct console *console, const char *argument)
{
	if (*argument || console->draft.internal)
		send_hold(console, *argument ? argument : "-");
	else
		prompt_ask(console, _("waits for whom? "), "", NULL, NULL, send_hold);
}
