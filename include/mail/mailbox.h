/*
 * Where messages come from: one message in a file or on stdin, an mbox, a maildir. Read one at a time; never more than one
 * message is in memory.
 */
#ifndef MAIL_MAILBOX_H
#define MAIL_MAILBOX_H

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum mailbox_format {
	MAILBOX_ONE, /* the file is the message (a mail, a form) */
	MAILBOX_MBOX, /* mboxo and mboxrd: a line "From " after a blank line begins the next; ">From " is unquoted */
	MAILBOX_MAILDIR, /* what is in new/; a message that was taken moves to cur/ */
};

struct mailbox;

/* `path` NULL is stdin. `most`: bytes of a message that are kept. ERROR_NO_INPUT when it cannot be opened. */
struct mailbox *mailbox_open(const char *path, enum mailbox_format format, size_t most, struct error *err);
void mailbox_close(struct mailbox *box);

enum mailbox_read {
	MAILBOX_MESSAGE,
	MAILBOX_END,
	MAILBOX_FAILED, /* reading failed; in a maildir the next call goes on with the next file */
};

/*
 * Fills *raw with the next message (cleared first); *cut says that it was longer than `most`. In a maildir a file that
 * vanished or that another sandglass is working on is passed over.
 */
enum mailbox_read mailbox_next(struct mailbox *box, struct strbuf *raw, bool *cut, struct error *err);

/* The message read last is safe where it was brought: a maildir's file goes to cur/. Without it the file stays in new/ and
 * comes again. */
bool mailbox_taken(struct mailbox *box, struct error *err);

#endif
