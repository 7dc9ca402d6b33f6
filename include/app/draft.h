/*
 * A draft is a file, so that nothing can lose it: not a crash, not a closed terminal, not a server that went away.
 *
 *   $XDG_STATE_HOME/sandglass/drafts/PLACE/48213-reply.txt       what the editor edits, 0600
 *   $XDG_STATE_HOME/sandglass/drafts/PLACE/48213-reply.sending   the request id, while it is not known whether it was sent
 *
 * PLACE names the server, database and login, made safe for a file name. The text above the cut line is sent; what is
 * below it (the conversation, to look at while writing) is not. The file goes away when the server has confirmed
 * the sending, or when the agent throws it away. A draft whose sending was not confirmed is sent again under the same request
 * id, so it can never reach the customer twice.
 */
#ifndef APP_DRAFT_H
#define APP_DRAFT_H

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct draft {
	int64_t ticket_id; /* 0: there is none */
	bool internal;     /* a note, not a reply */
	int32_t version;   /* of the ticket when writing began */
	int messages;      /* of the ticket when writing began */
	char request_id[37];
	char *path;         /* owned */
	struct strbuf body; /* what would be sent, as last read from the file */
};

extern const char draft_cut_line[];

/* Names the draft of a ticket, makes its directory. An existing file is continued (*found says so); a new one gets `below` under
 * the cut line and `signature` above it. */
bool draft_open(struct draft *draft, const char *place, int64_t ticket_id, bool internal,
        const char *signature, const char *below, bool *found, struct error *err);

/* Reads the body from the file: everything above the cut line, trailing blank lines removed. */
bool draft_read(struct draft *draft, struct error *err);

/* Changes a reply into a note or back: renames the file. */
bool draft_make_internal(struct draft *draft, struct error *err);

/* Remembers that this request is on its way; draft_sent_not takes it back after a refusal. */
bool draft_sending(struct draft *draft, struct error *err);
void draft_sent_not(struct draft *draft);

/* Deletes the file and forgets the draft. */
void draft_discard(struct draft *draft);
/* Forgets the draft; the file stays. */
void draft_keep(struct draft *draft);

/* Whether there is a draft file for this ticket: "reply", "note" or NULL. */
const char *draft_exists(const char *place, int64_t ticket_id);

#endif
