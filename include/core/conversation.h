/*
 * What was said and done on one ticket, oldest first: public messages, internal notes and events.
 */
#ifndef CORE_CONVERSATION_H
#define CORE_CONVERSATION_H

#include "core/answer.h"
#include "core/ticket.h"

#include <stddef.h>

/* So many lines of a thread are loaded at first, and then at a time. */
enum { CONVERSATION_LINES = 100, CONVERSATION_STEP = 200 };

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
	int64_t at_us; /* the same, in microseconds: its place in the thread */
	bool unread;   /* by this agent */
	instant send_at; /* a reply that goes out then, or waits for delivery since; INSTANT_NONE: no such one */
	instant sent_at; /* when it went out; INSTANT_NONE: not, or it never was to */
	char *author;
	char *body; /* UTF-8, LF; for an event one line of words. Of a very long message the beginning */
	int64_t body_size; /* bytes of the whole; more than `body` has: the rest was not loaded */
	struct attachment *attachments;
	size_t attachment_count;
};

struct conversation {
	int64_t ticket_id;
	int32_t version; /* of the ticket when it was read */
	struct entry *entries;
	size_t count;
	int older; /* messages before the first entry that were not loaded */
	/* The envelope of a reply to it, as the server would write it now; strings are owned, NULL when nothing was read. */
	char *recipient;
	char *cc; /* parted by ", "; "" for none */
	char *reply_subject;
	bool flagged;        /* the recipient is not the requester's own address */
	int64_t merged_into; /* where it goes on; 0: here */
};

void conversation_init(struct conversation *conversation);
void conversation_release(struct conversation *conversation);
/* Appends an empty entry and returns it (valid until the next add). */
struct entry *conversation_add(struct conversation *conversation);
struct attachment *entry_add_attachment(struct entry *entry);

/* Appends the rows of console_conversation: id, kind, author_kind, author, at, unread, body, attachments, version, send_at,
 * at_us, body_size, older, sent_at; and, when there are so many columns, recipient, cc, subject, flagged and merged_into of its reply. */
void conversation_read(struct conversation *conversation, const struct answer *answer);

/* "customer", "agent", "third_party"; anything else is the system. */
enum author_kind author_kind_of(const char *word);

/* Whether a comes before b in a thread. */
bool entry_is_before(const struct entry *a, const struct entry *b);
/* Moves the entries of `older` (and how many are older still) to the front of the conversation; those that are not before its
 * first one are dropped. *older is empty afterwards. */
void conversation_put_before(struct conversation *conversation, struct conversation *older);
/* A conversation that was read anew has only its last entries: what `before` had in front of them, and of long messages,
 * moves into it, unless something was moved among it meanwhile (a merge). *before is empty afterwards. */
void conversation_keep(struct conversation *conversation, struct conversation *before);
/* More of a message that was not all there: its next characters. */
void entry_append(struct entry *entry, const char *text);
/* Characters (code points) that are there of the body. */
size_t entry_characters(const struct entry *entry);

#endif
