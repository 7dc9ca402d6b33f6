/*
 * The conversation as lines: wrapped, each with its gutter (who speaks), its role, and where its text lies. They
 * are made once for a conversation and a width, and kept: wrapping a long conversation costs more than drawing a
 * screen of it.
 */
#ifndef UI_TICKET_TEXT_H
#define UI_TICKET_TEXT_H

#include "base/strbuf.h"
#include "core/conversation.h"
#include "ui/draw.h"

/* Cells before the gutter, and from the gutter to the text. */
enum { TICKET_MARGIN = 1, TICKET_GUTTER = 2 };

enum line_kind { LINE_BLANK, LINE_HEADING, LINE_BODY, LINE_COMPACT, LINE_UNREAD };
enum gutter { GUTTER_NONE, GUTTER_CUSTOMER, GUTTER_AGENT, GUTTER_NOTE, GUTTER_THIRD_PARTY };

struct ticket_line {
	enum line_kind kind;
	enum gutter gutter;
	enum theme_role role;
	int entry;    /* index in the conversation */
	size_t start; /* in the text's bytes; of LINE_BODY only */
	size_t length;
	bool link_goes_on; /* the line before broke inside a link */
};

/* What lines are made of. */
struct ticket_text_source {
	int64_t ticket_id;
	uint64_t revision;
	const struct conversation *conversation;
	int columns;
	int utc_offset_s;
	int64_t day;
};

/* All bytes 0 but for `bytes` (strbuf_init) is an empty one. */
struct ticket_text {
	struct ticket_line *lines; /* owned */
	size_t count, capacity;
	struct strbuf bytes; /* sanitised */
	struct ticket_text_source source;
	bool made;
};

void ticket_text_release(struct ticket_text *text);

/* Makes the lines unless those of the same source are there. */
void ticket_text_make(struct ticket_text *text, const struct ticket_text_source *source);

/* The first line to show when a ticket is opened: the unread rule, or the beginning of the last message. */
int ticket_text_unread(const struct ticket_text *text, const struct conversation *conversation);

/* How many of so many cells a line of text takes: lines that are too long are hard to read. */
int ticket_text_columns(int columns);

enum gutter ticket_gutter(const struct entry *entry);
enum theme_role ticket_gutter_role(enum gutter gutter);
const char *ticket_gutter_glyph(struct terminal *terminal, enum gutter gutter);

/* Whether a paragraph that begins so is a quotation: "> ". */
bool ticket_text_quoted(const char *text, size_t length);
/* Where the next link begins, or `length`. */
size_t ticket_text_link(const char *text, size_t length);
/* The bytes of the link that the text begins with. */
size_t ticket_text_link_length(const char *text, size_t length);

#endif
