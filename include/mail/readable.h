/*
 * The text of a message that an agent reads, chosen and made from its parts; and which parts are attachments.
 */
#ifndef MAIL_READABLE_H
#define MAIL_READABLE_H

#include "base/strbuf.h"
#include "mail/part.h"

struct readable {
	struct strbuf text;
	bool html;   /* at least one piece was made from HTML */
	size_t most; /* bytes of text; what is beyond is left out, and the text says so */
	bool full;
	void (*attach)(void *context, const struct part *part);
	void *context;
};

/* Walks the parts: appends to text, and calls `attach` for each part that is an attachment. */
void readable_walk(struct readable *readable, const struct part *message);

/* Takes "format=flowed" (RFC 3676) back to paragraphs: soft line ends joined, stuffing removed, quotes kept as "> ". */
void readable_unflow(struct strbuf *out, const char *text, bool delsp);

#endif
