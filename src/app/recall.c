/* Taking a reply back before it leaves, as the console sees it. The undo itself is actions.c's. */
#include "app/recall.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_S = 20 }; /* how long it is told that it is too late */

/* ---- the delay ------------------------------------------------------------------------------------ */

static void learnt(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	if (!err && answer->rows)
		console->recall.delay_s = answer_int(answer, 0, 0);
}

void recall_learn(struct console *console)
{
	link_ask(console->link, ASK_SEND_DELAY, NULL, learnt, console);
}

/* ---- what was sent -------------------------------------------------------------------------------- */

static struct recallable *find(struct console *console, const char *request_id)
{
	struct recall *recall = &console->recall;
	for (size_t i = 0; i < recall->count; i++)
		if (strcmp(recall->sent[i].request_id, request_id) == 0)
			return &recall->sent[i];
	return NULL;
}

static void forget(struct recall *recall, struct recallable *one)
{
	const size_t after = recall->count - (size_t)(one - recall->sent) - 1;
	free(one->text);
	free(one->said);
	macro_actions_release(&one->macro);
	attached_drop(one->attached);
	memmove(one, one + 1, after * sizeof *one);
	recall->count--;
}

/* Files are large: of those of replies that have gone out, as far as is known here, only the names are kept. If one comes back
 * nevertheless, the server has its files. */
static void forget_files(struct console *console)
{
	struct recall *recall = &console->recall;
	for (size_t i = 0; i < recall->count; i++)
		if (recall->sent[i].attached && recall->sent[i].until <= console_now(console))
			attached_forget_bytes(recall->sent[i].attached);
}

void recall_sending(struct console *console, const struct action *action)
{
	struct recall *recall = &console->recall;
	forget_files(console);
	if (recall->count == RECALL_MOST)
		forget(recall, recall->sent);
	const struct ticket_row *row = queue_find(console->queue, action->ticket_id);
	struct recallable *one = &recall->sent[recall->count++];
	*one = (struct recallable){.ticket_id = action->ticket_id,
	        .at = console_now(console),
	        .messages = row ? row->message_count : 0,
	        .until = INSTANT_NONE,
	        .text = alloc_copy(action->text),
	        .attached = attached_hold(action->attached)};
	macro_actions_copy(&one->macro, &action->macro);
	memcpy(one->request_id, action->request_id, sizeof one->request_id);
}

void recall_sent(struct console *console, const char *request_id, int32_t version)
{
	struct recallable *one = find(console, request_id);
	if (one && !version) {
		forget(&console->recall, one);
	} else if (one) {
		one->until = console_now(console) + console->recall.delay_s;
		one->version = version;
		if (console->recall.delay_s)
			one->said = alloc_copy(console->message.text);
	}
}

instant recall_over(struct console *console)
{
	struct recall *recall = &console->recall;
	instant next = INSTANT_NONE;
	for (size_t i = 0; i < recall->count; i++) {
		struct recallable *one = &recall->sent[i];
		if (!one->said)
			continue;
		if (one->until > console_now(console)) {
			if (next == INSTANT_NONE || one->until < next)
				next = one->until;
			continue;
		}
		if (console->message.text && strcmp(console->message.text, one->said) == 0)
			console_unsay(console);
		free(one->said);
		one->said = NULL;
	}
	return next;
}

void recall_own_change(struct console *console, int64_t ticket_id, int32_t version)
{
	struct recall *recall = &console->recall;
	for (size_t i = 0; i < recall->count; i++)
		if (recall->sent[i].ticket_id == ticket_id && recall->sent[i].version == version - 1)
			recall->sent[i].version = version;
}

/* The draft that is there already is the newer one: then the text stays with the server's drafts. */
void recall_undone(struct console *console, const char *request_id)
{
	struct recallable *one = find(console, request_id);
	struct error err;
	if (!one)
		return;
	const bool in_front =
	        (console->awaited ? console->awaited : console_ticket(console)) == one->ticket_id;
	const bool kept = reply_keep_text(console, one, &err);
	if (kept)
		console_say(console, ROLE_SUCCESS,
		        in_front ? _("%lld: the reply was not sent and is a draft again; r takes it up")
		                 : _("%lld: the reply was not sent and is a draft again; :drafts finds it"),
		        (long long)one->ticket_id);
	else
		console_say(console, ROLE_ERROR,
		        _("%lld: the reply was not sent; its text is kept by the server: %s"),
		        (long long)one->ticket_id, err.text);
	drafts_ask(console);
	forget(&console->recall, one);
}

bool recall_is_coming_back(struct console *console, int64_t ticket_id)
{
	for (const struct pending_action *one = console->pending; one; one = one->next)
		if (one->action.kind == ACTION_UNDO && one->action.ticket_id == ticket_id &&
		        find(console, one->action.undoes))
			return true;
	return false;
}

void recall_words(
        int64_t ticket_id, const char *recipient, int64_t delay_s, enum status status, char *out, size_t size)
{
	const long long id = ticket_id, delay = delay_s;
	if (recipient)
		snprintf(out, size, _("%lld: to %s in %lld s (u takes it back); %s"), id, recipient, delay,
		        status_label(status));
	else
		snprintf(out, size, _("%lld: reply goes out in %lld s (u takes it back); %s"), id, delay,
		        status_label(status));
}

bool recall_line(const struct console *console, char *out, size_t size, instant *next)
{
	const struct recall *recall = &console->recall;
	const instant now = console_now(console);
	const struct recallable *one = recall->count ? &recall->sent[recall->count - 1] : NULL;
	if (!one || one->until == INSTANT_NONE || !console->recall.delay_s || one->until + TOLD_S <= now)
		return false;
	*next = now + 1;
	if (one->until <= now) {
		snprintf(out, size, _("%lld: the reply waits in the outbox for delivery"),
		        (long long)one->ticket_id);
		return true;
	}
	snprintf(out, size, _("%lld: the reply goes out in %lld s; u takes it back"),
	        (long long)one->ticket_id, (long long)(one->until - now));
	return true;
}

void recall_release(struct recall *recall)
{
	while (recall->count)
		forget(recall, &recall->sent[recall->count - 1]);
}
