/*
 * Tags: words that agents put on tickets. A ticket's tags are one text: small letters, parted by commas, in the order of
 * their bytes, "" for none. The server has the same rules (function tags_normal).
 */
#ifndef CORE_TAGS_H
#define CORE_TAGS_H

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum { TAGS_MOST = 20, TAG_CHARACTERS_MOST = 40 };

/* The next tag at *tags, which is moved behind it; false when there is none. NULL is no tags. */
bool tags_next(const char **tags, const char **tag, size_t *length);
/* Whether the tag is one of them; both as they are kept. */
bool tags_have(const char *tags, const char *tag);

/* Appends the tag as it is kept: small letters. False, and what is wrong, when it is none: 1 to 40 letters, digits, dots, - and
 * _. */
bool tag_normal(const char *tag, size_t length, struct strbuf *out, struct error *err);

/* What was typed: "+billing -spam refund", parted by blanks; without a sign it is added. Each list as tags are kept. */
struct tag_change {
	char *add;    /* owned */
	char *remove; /* owned */
};
bool tag_change_read(const char *text, struct tag_change *out, struct error *err);
void tag_change_release(struct tag_change *change);

/* Appends the tags as they are after a change; what is in both lists is there. */
void tags_changed(const char *tags, const char *add, const char *remove, struct strbuf *out);

/* ---- the tags that there are --------------------------------------------------------------------- */

struct known_tag {
	char *tag; /* owned */
	size_t tickets;
};

struct known_tags {
	struct known_tag *list;
	size_t count;
};

/* Counts every tag of the set; `known` is a struct known_tags (a callback of queue_tags()). */
void known_tags_count(void *known, const char *tags, size_t tickets);
/* Those that are used most come first. */
void known_tags_sort(struct known_tags *known);
void known_tags_release(struct known_tags *known);

#endif
