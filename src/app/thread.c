/*
 * Asking for more of a thread. What comes is put where it belongs only if the thread still begins where it did when it was
 * asked for: meanwhile the ticket may have been merged, or read anew from its end.
 */
#include "app/thread.h"

#include "app/state.h"
#include "base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PART_CHARACTERS = 128 * 1024 };

struct question {
	struct console *console;
	int64_t ticket_id;
	int64_t message_id; /* of the first entry, or of the message whose rest is asked for */
	enum entry_kind kind;
	size_t characters; /* that were there of it */
};

static struct question *ask_about(
        struct console *console, int64_t ticket_id, const struct entry *entry, size_t characters)
{
	struct question *question = alloc_bytes(sizeof *question);
	*question = (struct question){.console = console,
	        .ticket_id = ticket_id,
	        .message_id = entry->id,
	        .kind = entry->kind,
	        .characters = characters};
	console->thread.under_way = true;
	return question;
}

/* The conversation that was asked about, or NULL: it is gone, or the answer is an error. */
static struct conversation *answered(const struct question *question, const struct error *err)
{
	struct console *console = question->console;
	console->thread.under_way = false;
	console->dirty = true;
	if (err) {
		if (err->kind != ERROR_UNAVAILABLE) {
			console->thread.failed_ticket = question->ticket_id;
			console_say(console, ROLE_ERROR, "%s", err->text);
		}
		return NULL;
	}
	return conversation_to_extend(console, question->ticket_id);
}

static void older_came(void *context, const struct answer *answer, const struct error *err)
{
	struct question *question = context;
	struct conversation *conversation = answered(question, err);
	if (conversation && conversation->count && conversation->entries[0].id == question->message_id &&
	        conversation->entries[0].kind == question->kind) {
		struct conversation older;
		conversation_init(&older);
		conversation_read(&older, answer);
		conversation_put_before(conversation, &older);
	}
	free(question);
}

static void ask_older(struct console *console, const struct conversation *conversation)
{
	const struct entry *first = &conversation->entries[0];
	char ticket[24], lines[12], at[24], id[24];
	snprintf(ticket, sizeof ticket, "%" PRId64, conversation->ticket_id);
	snprintf(lines, sizeof lines, "%d", CONVERSATION_STEP);
	snprintf(at, sizeof at, "%" PRId64, first->at_us);
	snprintf(id, sizeof id, "%" PRId64, first->id);
	const char *const values[] = {ticket, lines, at, first->kind == ENTRY_EVENT ? "t" : "f", id};
	link_ask(console->link, ASK_OLDER, values, older_came,
	        ask_about(console, conversation->ticket_id, first, 0));
}

static struct entry *entry_of(const struct conversation *conversation, int64_t message_id)
{
	for (size_t i = 0; i < conversation->count; i++)
		if (conversation->entries[i].id == message_id && conversation->entries[i].kind != ENTRY_EVENT)
			return &conversation->entries[i];
	return NULL;
}

static void part_came(void *context, const struct answer *answer, const struct error *err)
{
	struct question *question = context;
	struct conversation *conversation = answered(question, err);
	struct entry *entry = conversation ? entry_of(conversation, question->message_id) : NULL;
	if (entry && entry_characters(entry) == question->characters) {
		const char *part = answer_text(answer, 0, 0);
		entry_append(entry, part);
		if (!*part) /* there is no more: it was counted otherwise */
			entry->body_size = 0;
	}
	free(question);
}

static void ask_part(struct console *console, const struct conversation *conversation, int64_t message_id)
{
	const struct entry *entry = entry_of(conversation, message_id);
	if (!entry)
		return;
	const size_t characters = entry_characters(entry);
	char message[24], offset[24], count[12];
	snprintf(message, sizeof message, "%" PRId64, message_id);
	snprintf(offset, sizeof offset, "%zu", characters);
	snprintf(count, sizeof count, "%d", PART_CHARACTERS);
	const char *const values[] = {message, offset, count};
	link_ask(console->link, ASK_MESSAGE_PART, values, part_came,
	        ask_about(console, conversation->ticket_id, entry, characters));
}

void thread_want(struct console *console)
{
	const struct ticket_wants wants = ticket_view_wants(console->ticket_view);
	const enum link_state state = link_state(console->link);
	struct thread *thread = &console->thread;
	if ((!wants.older && !wants.rest_of) || thread->under_way ||
	        thread->failed_ticket == console->shown || state == LINK_OFFLINE || state == LINK_CONNECTING)
		return;
	const struct conversation *conversation = conversation_of(console, console->shown, NULL);
	if (!conversation || !conversation->count)
		return;
	if (wants.rest_of)
		ask_part(console, conversation, wants.rest_of);
	else
		ask_older(console, conversation);
}
