/* A conversation owns all its strings; a body may be NULL until its reader has filled it in. */
#include "core/conversation.h"

#include "base/alloc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void conversation_init(struct conversation *conversation)
{
	*conversation = (struct conversation){0};
}

static void release_entry(struct entry *entry)
{
	for (size_t j = 0; j < entry->attachment_count; j++) {
		free(entry->attachments[j].name);
		free(entry->attachments[j].type);
	}
	free(entry->attachments);
	free(entry->author);
	free(entry->body);
}

void conversation_release(struct conversation *conversation)
{
	for (size_t i = 0; i < conversation->count; i++)
		release_entry(&conversation->entries[i]);
	free(conversation->entries);
	free(conversation->recipient);
	free(conversation->cc);
	free(conversation->reply_subject);
	conversation_init(conversation);
}

/* Room for one more where the capacity is the next power of two of the count. */
static void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return alloc_grow(array, count ? count * 2 : 1, size);
}

struct entry *conversation_add(struct conversation *conversation)
{
	conversation->entries =
	        grow(conversation->entries, conversation->count, sizeof *conversation->entries);
	struct entry *entry = &conversation->entries[conversation->count++];
	*entry = (struct entry){.send_at = INSTANT_NONE, .sent_at = INSTANT_NONE};
	return entry;
}

struct attachment *entry_add_attachment(struct entry *entry)
{
	entry->attachments = grow(entry->attachments, entry->attachment_count, sizeof *entry->attachments);
	struct attachment *attachment = &entry->attachments[entry->attachment_count++];
	*attachment = (struct attachment){0};
	return attachment;
}

/* ---- from the server's rows -------------------------------------------------------------------------- */

enum author_kind author_kind_of(const char *word)
{
	return strcmp(word, "customer") == 0      ? AUTHOR_CUSTOMER
	       : strcmp(word, "agent") == 0       ? AUTHOR_AGENT
	       : strcmp(word, "third_party") == 0 ? AUTHOR_THIRD_PARTY
	                                          : AUTHOR_SYSTEM;
}

static enum entry_kind entry_kind_of(const char *word)
{
	return strcmp(word, "public") == 0  ? ENTRY_PUBLIC
	       : strcmp(word, "note") == 0  ? ENTRY_NOTE
	       : strcmp(word, "event") == 0 ? ENTRY_EVENT
	                                    : ENTRY_SYSTEM;
}

static char *string_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return alloc_copy(text ? text : "");
}

static void read_attachments(const char *json, struct entry *entry)
{
	json_t *list = *json ? json_loads(json, 0, NULL) : NULL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		struct attachment *attachment = entry_add_attachment(entry);
		attachment->id = json_integer_value(json_object_get(item, "id"));
		attachment->size = json_integer_value(json_object_get(item, "size"));
		attachment->name = string_of(item, "name");
		attachment->type = string_of(item, "type");
		attachment->stored = json_is_true(json_object_get(item, "stored"));
	}
	json_decref(list);
}

enum column {
	C_ID,
	C_KIND,
	C_AUTHOR_KIND,
	C_AUTHOR,
	C_AT,
	C_UNREAD,
	C_BODY,
	C_ATTACHMENTS,
	C_VERSION,
	C_SEND_AT,
	C_AT_US,
	C_BODY_SIZE,
	C_OLDER,
	C_SENT_AT,
	C_RECIPIENT,
	C_CC,
	C_SUBJECT,
	C_FLAGGED,
	C_MERGED_INTO
};

static void read_row(struct entry *entry, const struct answer *answer, size_t row)
{
	entry->id = answer_int(answer, row, C_ID);
	entry->kind = entry_kind_of(answer_text(answer, row, C_KIND));
	entry->author_kind = author_kind_of(answer_text(answer, row, C_AUTHOR_KIND));
	entry->author = alloc_copy(answer_text(answer, row, C_AUTHOR));
	entry->at = answer_int(answer, row, C_AT);
	entry->at_us = answer_int(answer, row, C_AT_US);
	entry->unread = answer_true(answer, row, C_UNREAD);
	entry->body = alloc_copy(answer_text(answer, row, C_BODY));
	entry->body_size = answer_int(answer, row, C_BODY_SIZE);
	if (!answer_is_null(answer, row, C_SEND_AT))
		entry->send_at = answer_int(answer, row, C_SEND_AT);
	if (!answer_is_null(answer, row, C_SENT_AT))
		entry->sent_at = answer_int(answer, row, C_SENT_AT);
	read_attachments(answer_text(answer, row, C_ATTACHMENTS), entry);
}

void conversation_read(struct conversation *conversation, const struct answer *answer)
{
	for (size_t row = 0; row < answer->rows; row++) {
		read_row(conversation_add(conversation), answer, row);
		conversation->version = (int32_t)answer_int(answer, row, C_VERSION);
		conversation->older = (int)answer_int(answer, row, C_OLDER);
	}
	if (answer->rows && answer->columns > C_RECIPIENT) {
		conversation->recipient = alloc_copy(answer_text(answer, 0, C_RECIPIENT));
		conversation->cc = alloc_copy(answer_text(answer, 0, C_CC));
		conversation->reply_subject = alloc_copy(answer_text(answer, 0, C_SUBJECT));
		conversation->flagged = answer_true(answer, 0, C_FLAGGED);
		conversation->merged_into = answer_int(answer, 0, C_MERGED_INTO);
	}
}

/* ---- parts of a long thread -------------------------------------------------------------------------- */

/* The order in which the server gives them: by time, at the same time messages before events, then by id. */
bool entry_is_before(const struct entry *a, const struct entry *b)
{
	const bool a_event = a->kind == ENTRY_EVENT, b_event = b->kind == ENTRY_EVENT;
	if (a->at_us != b->at_us)
		return a->at_us < b->at_us;
	return a_event != b_event ? b_event : a->id < b->id;
}

static bool same_entry(const struct entry *a, const struct entry *b)
{
	return a->id == b->id && (a->kind == ENTRY_EVENT) == (b->kind == ENTRY_EVENT);
}

/* The array's capacity is a power of two (grow), so room is made in the same way. */
static void put_first(struct conversation *conversation, struct entry *entries, size_t count)
{
	const size_t all = conversation->count + count;
	size_t room = 1;
	while (room < all)
		room *= 2;
	conversation->entries = alloc_grow(conversation->entries, room, sizeof *entries);
	memmove(conversation->entries + count, conversation->entries, conversation->count * sizeof *entries);
	memcpy(conversation->entries, entries, count * sizeof *entries);
	conversation->count = all;
}

void conversation_put_before(struct conversation *conversation, struct conversation *older)
{
	size_t count = 0;
	while (count < older->count &&
	        (!conversation->count || entry_is_before(&older->entries[count], &conversation->entries[0])))
		count++;
	conversation->older = older->older;
	if (count)
		put_first(conversation, older->entries, count);
	for (size_t i = count; i < older->count; i++)
		release_entry(&older->entries[i]);
	older->count = 0;
	conversation_release(older);
}

static int messages_among(const struct entry *entries, size_t count)
{
	int messages = 0;
	for (size_t i = 0; i < count; i++)
		messages += entries[i].kind != ENTRY_EVENT;
	return messages;
}

void conversation_keep(struct conversation *conversation, struct conversation *before)
{
	size_t at = 0;
	if (!conversation->count)
		at = before->count;
	while (at < before->count && !same_entry(&before->entries[at], &conversation->entries[0]))
		at++;
	for (size_t i = at; i < before->count; i++) {
		struct entry *was = &before->entries[i];
		struct entry *is = i - at < conversation->count ? &conversation->entries[i - at] : NULL;
		if (!is || !same_entry(is, was) || is->body_size != was->body_size ||
		        strlen(was->body) <= strlen(is->body))
			continue;
		char *body = is->body;
		is->body = was->body;
		was->body = body;
	}
	const bool fits = at < before->count &&
	                  before->older + messages_among(before->entries, at) == conversation->older;
	if (fits && at) {
		put_first(conversation, before->entries, at);
		conversation->older = before->older;
		for (size_t i = at; i < before->count; i++)
			release_entry(&before->entries[i]);
		before->count = 0;
	}
	conversation_release(before);
}

void entry_append(struct entry *entry, const char *text)
{
	const size_t had = strlen(entry->body), more = strlen(text);
	entry->body = alloc_grow(entry->body, had + more + 1, 1);
	memcpy(entry->body + had, text, more + 1);
}

size_t entry_characters(const struct entry *entry)
{
	size_t characters = 0;
	for (const char *c = entry->body; *c; c++)
		characters += ((unsigned char)*c & 0xC0) != 0x80;
	return characters;
}
