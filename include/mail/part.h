/*
 * The MIME tree of a message (RFC 2045, 2046) as slices of the raw bytes: nothing is copied or decoded until it is asked for.
 */
#ifndef MAIL_PART_H
#define MAIL_PART_H

#include "base/strbuf.h"
#include "mail/header.h"
#include "mail/slice.h"

#include <stdbool.h>

enum { PART_DEPTH_MOST = 32, PART_COUNT_MOST = 2000 };

struct part {
	struct header header;
	struct slice raw;  /* header and body */
	struct slice body; /* still in its transfer encoding */
	char *type;        /* "text/plain", lower case; owned, never NULL */
	char *charset;     /* "" when none */
	char *name;        /* filename or name, decoded; "" when none */
	char *content_id;  /* "" when none */
	bool attached;     /* Content-Disposition: attachment */
	bool flowed;       /* format=flowed */
	bool delsp;
	struct part *parts; /* of a multipart; of message/rfc822: the one message in it */
	size_t count;
};

/*
 * Reads a message. Nesting deeper than PART_DEPTH_MOST and more than PART_COUNT_MOST parts are left unopened: such a part
 * stays a leaf, so nothing is lost. A multipart in which no boundary is found becomes text/plain.
 */
void part_read(struct part *part, struct slice raw);
void part_release(struct part *part);

/* Whether the type is "kind/..." ("text", "image"). */
bool part_is_a(const struct part *part, const char *kind);

/* Appends the body with its transfer encoding undone. */
void part_decode(const struct part *part, struct strbuf *out);

#endif
