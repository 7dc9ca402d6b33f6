/* Drafts of merged tickets. The draft gets the other ticket's name as if it had been written there by somebody who has seen nothing
 * of that ticket yet, so the first key that sends shows what stands there. */
#include "app/moved.h"

#include "app/state.h"
#include "base/i18n.h"

#include <stdio.h>

enum { NOTHING_SEEN = -1 };

int64_t moved_to(struct console *console)
{
	const int64_t id = console->draft.ticket_id;
	const struct conversation *conversation = id > 0 ? conversation_of(console, id, NULL) : NULL;
	return conversation ? conversation->merged_into : drafts_merged_into(console, id);
}

bool moved_preview(struct console *console)
{
	const int64_t into = console->draft.goes_to = moved_to(console);
	char line[200];
	if (!into)
		return false;
	snprintf(line, sizeof line,
	        _("%lld was merged into %lld: nothing is sent from here.  M takes it there"),
	        (long long)console->draft.ticket_id, (long long)into);
	pager_add(&console->preview, ROLE_QUESTION, 0, NULL, line);
	return true;
}

bool moved_refuses(struct console *console)
{
	const int64_t into = moved_to(console);
	if (!into)
		return false;
	console_say(console, ROLE_ERROR, _("not sent: %lld was merged into %lld; M takes the draft there"),
	        (long long)console->draft.ticket_id, (long long)into);
	return true;
}

/* The ticket is in the queue. */
static void move(struct console *console, int64_t into)
{
	struct draft *draft = &console->draft;
	const struct ticket_row *row = queue_find(console->queue, into);
	const int64_t from = draft->ticket_id;
	struct error err;
	reply_follow_disk(console);
	if (!draft_move(draft, into, &err)) {
		console_say(console, ROLE_ERROR, "%s", err.text);
		return;
	}
	draft_seen(draft, NOTHING_SEEN, row->message_count, draft->seen_at);
	console->preview_version = draft->version;
	draft_shown(draft);
	drafts_forget(console, from, draft->internal);
	drafts_store(console, draft);
	reply_preview_refresh(console);
	console_say(console, ROLE_SUCCESS,
	        draft->internal ? _("the note is for %lld now; look at it there before you add it")
	                        : _("the reply is for %lld now; look to whom it goes before you send it"),
	        (long long)into);
}

static void row_came(void *context, const struct ticket_row *row, const struct error *err)
{
	struct console *console = context;
	console->dirty = true;
	if (err || !row) {
		console_say(console, ROLE_ERROR, "%s", err ? err->text : _("there is no such ticket"));
		return;
	}
	if (!queue_find(console->queue, row->id)) {
		queue_pin(console->queue, row->id);
		queue_put(console->queue, row);
	}
	if (console_place(console) == PLACE_PREVIEW && !console->editor && moved_to(console) == row->id)
		move(console, row->id);
}

void command_MOVE_DRAFT(struct console *console, const char *argument)
{
	const int64_t into = moved_to(console);
	if (!into)
		console_say(console, ROLE_HINT,
		        _("this ticket is not merged into another: the draft stays here"));
	else if (queue_find(console->queue, into))
		move(console, into);
	else
		link_ticket(console->link, into, row_came, console);
	console->dirty = true;
}
