/*
 * The header of a message or a part: its fields, and what stands in them. Everything returned is valid UTF-8 and
 * belongs to the caller.
 */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include "base/strbuf.h"
#include "mail/slice.h"

struct header_field {
	struct slice name;
	struct slice value; /* folded, as it came; without the last line end */
};

struct header {
	struct header_field *fields; /* owned; the slices are not */
	size_t count;
};

struct text_list {
	char **items; /* owned */
	size_t count;
};

void text_list_add(struct text_list *list, const char *text);
void text_list_release(struct text_list *list);

/*
 * Reads fields from the front of *bytes, which then holds the body. A line that is no field ends the header and is
 * the body's first line. An mbox or MTA envelope line ("From ...") at the top is passed over.
 */
void header_read(struct header *header, struct slice *bytes);
void header_release(struct header *header);

/* The first field of that name (RFC 5322 allows one of most); NULL when there is none. */
const struct header_field *header_find(const struct header *header, const char *name);

/* The next field of that name from *from on, which moves; NULL at the end. */
const struct header_field *header_next(const struct header *header, const char *name, size_t *from);

/* The value unfolded in one line, as UTF-8, RFC 2047 words not decoded: for structured fields. `charset` is what
 * raw 8-bit bytes are tried in after UTF-8 (NULL: guess). "" when there is no such field. Cut at 64 KiB. */
void header_value(struct strbuf *out, const struct header_field *field, const char *charset);

/* The same with encoded words decoded (RFC 2047 and its common misspellings), blanks joined, controls gone. */
void header_text(struct strbuf *out, const struct header_field *field, const char *charset);

/* Encoded words of `value`: decoded, or (reencode) each run made one UTF-8 word, so that an address parser that
 * knows no broken charsets reads it. */
void header_words(struct strbuf *out, const char *value, bool reencode);

struct mail_address {
	char *name;  /* "" when none */
	char *email; /* without brackets, as it was written */
};

/* Mailboxes of every field of that name, groups opened. Calls `each` for at most 1,000. */
void header_addresses(const struct header *header, const char *name, const char *charset,
        void (*each)(void *context, const char *display, const char *email), void *context);

/* The first thing with an @ in the field, for values that are no address by any grammar: "Foo" foo@example.com. The
 * caller frees it; NULL when there is none. */
char *header_rough_address(const struct header *header, const char *name);

/* Message ids of the field without angle brackets; ids over 500 bytes become a hash of themselves. */
void header_ids(struct text_list *out, const struct header *header, const char *name);

/* Blanks, controls and line ends of `text` joined to single blanks, none at the ends. */
void header_one_line(struct strbuf *out, const char *text);

#endif
