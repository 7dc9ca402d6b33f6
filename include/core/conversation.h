/*
 * What was said and done on one ticket, oldest first: public messages, internal notes and events.
 */
#ifndef CORE_CONVERSATION_H
#define CORE_CONVERSATION_H

#include "core/ticket.h"

#include <stddef.h>

enum entry_kind { ENTRY_PUBLIC, ENTRY_NOTE, ENTRY_SYSTEM, ENTRY_EVENT };

struct attachment {
	int64_t id;
	int64_t size; /* bytes */
	char *name;   /* hostile: sanitise before a sink, and never a path */
	char *type;   /* media type */
	bool stored;  /* false: over the limit, only name, type and size are known */
};

struct entry {
	int64_t id; /* message id, or event id for ENTRY_EVENT */
	enum entry_kind kind;
	enum author_kind author_kind;
	instant at;
	bool unread; /* by this agent */
	instant send_at; /* a reply that goes out then, and can be taken back until it does; INSTANT_NONE: no such one */
	char *author;
	char *body; /* UTF-8, LF; for an event one line of words */
	struct attachment *attachments;
	size_t attachment_count;
};

struct conversation {
	int64_t ticket_id;
	int32_t version; /* of the ticket when it was read */
	struct entry *entries;
	size_t count;
	/* The envelope of a reply to it, as the server would write it now; strings are owned, NULL when nothing was read. */
	char *recipient;
	char *cc; /* parted by ", "; "" for none */
	char *reply_subject;
	bool flagged; /* the recipient is not the requester's own address */
};

void conversation_init(struct conversation *conversation);
void conversation_release(struct conversation *conversation);
/* Appends an empty entry and returns it (valid until the next add). */
struct entry *conversation_add(struct conversation *conversation);
struct attachment *entry_add_attachment(struct entry *entry);

#endif
