/* A conversation owns all its strings; a body may be NULL until its reader has filled it in. */
#include "core/conversation.h"

#include "base/alloc.h"

#include <stdlib.h>

void conversation_init(struct conversation *conversation)
{
	*conversation = (struct conversation){0};
}

void conversation_release(struct conversation *conversation)
{
	for (size_t i = 0; i < conversation->count; i++) {
		struct entry *entry = &conversation->entries[i];
		for (size_t j = 0; j < entry->attachment_count; j++) {
			free(entry->attachments[j].name);
			free(entry->attachments[j].type);
		}
		free(entry->attachments);
		free(entry->author);
		free(entry->body);
	}
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
	*entry = (struct entry){.send_at = INSTANT_NONE};
	return entry;
}

struct attachment *entry_add_attachment(struct entry *entry)
{
	entry->attachments = grow(entry->attachments, entry->attachment_count, sizeof *entry->attachments);
	struct attachment *attachment = &entry->attachments[entry->attachment_count++];
	*attachment = (struct attachment){0};
	return attachment;
}
