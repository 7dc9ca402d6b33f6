/*
 * The conversation as lines: wrapped, each with its gutter (who speaks), its role, and where its text lies.
 *
 * The lines of a message, or of a part of a very long one, are a block. Blocks are kept as long as what they are made of is
 * the same: when older messages come, or something new at the end, only those are wrapped, so a frame costs as much as what
 * is new in it, however long the thread. Every line has a place in its message's text, which stays when folds open and the
 * width changes: by it the view finds its first line again.
 */
#ifndef UI_TICKET_TEXT_H
#define UI_TICKET_TEXT_H

#include "base/strbuf.h"
#include "core/conversation.h"
#include "core/fold.h"
#include "ui/draw.h"

/* Cells before the gutter, and from the gutter to the text. */
enum { TICKET_MARGIN = 1, TICKET_GUTTER = 2 };

enum line_kind {
	LINE_BLANK,
	LINE_HEADING,
	LINE_BODY,
	LINE_FOLD, /* stands for what is folded; `start` is the fold's number */
	LINE_COMPACT,
	LINE_UNREAD,
	LINE_OLDER, /* there are older messages that were not loaded */
	LINE_REST   /* the message goes on, and that was not loaded */
};
enum gutter { GUTTER_NONE, GUTTER_CUSTOMER, GUTTER_AGENT, GUTTER_NOTE, GUTTER_THIRD_PARTY };

struct ticket_line {
	enum line_kind kind;
	enum gutter gutter;
	enum theme_role role;
	size_t place; /* in the block's text, for all kinds: grows from line to line */
	size_t start; /* in the block's bytes; of LINE_BODY only */
	size_t length;
	bool link_goes_on; /* the line before broke inside a link */
};

/* Which block: of which message or event, and which part of it. */
struct block_name {
	enum entry_kind kind;
	int64_t id; /* 0: the line about older messages */
	int part;
};

struct ticket_block {
	struct block_name name;
	int entry;                 /* index in the conversation; -1: none */
	bool open;                 /* a search has unfolded it */
	int first;                 /* number of its first line */
	struct ticket_line *lines; /* owned */
	int count, capacity;
	struct strbuf bytes; /* sanitised */
	struct fold_list folds;
	uint64_t made_of;
};

/* What lines are made of. */
struct ticket_text_source {
	int64_t ticket_id;
	uint64_t revision;
	const struct conversation *conversation;
	int columns;
	int utc_offset_s;
	int64_t day;
	bool unfolded;
};

/* All bytes 0 is an empty one. */
struct ticket_text {
	struct ticket_block *blocks; /* owned */
	size_t block_count;
	int count; /* lines */
	struct ticket_text_source source;
	bool made;
};

void ticket_text_release(struct ticket_text *text);

/* Makes the lines unless those of the same source are there. */
void ticket_text_make(struct ticket_text *text, const struct ticket_text_source *source);

/* A line by its number, and its block. */
const struct ticket_line *ticket_text_line(
        const struct ticket_text *text, int number, const struct ticket_block **block);

/* Where a line is, by what it says; and the line that is there now, or the nearest before it. */
struct ticket_place {
	struct block_name name;
	enum line_kind kind;
	size_t place;
};
struct ticket_place ticket_text_place(const struct ticket_text *text, int number);
int ticket_text_find(const struct ticket_text *text, const struct ticket_place *place);

/* The next line in the direction of `step` (1, -1) in which the needle stands, from `from` on and around the ends; what hides
 * it is unfolded. -1: it is nowhere. */
int ticket_text_search(struct ticket_text *text, const char *needle, int from, int step);
/* The first line of a message or note in which a word of the server's query stands and is not folded away; -1: none. */
int ticket_text_sought(const struct ticket_text *text, const char *query);

/* The first line to show when a ticket is opened: the unread rule, or the beginning of the last message. */
int ticket_text_unread(const struct ticket_text *text, const struct conversation *conversation);

/* How many of so many cells a line of text takes: lines that are too long are hard to read. */
int ticket_text_columns(int columns);

enum gutter ticket_gutter(const struct entry *entry);
enum theme_role ticket_gutter_role(enum gutter gutter);
const char *ticket_gutter_glyph(struct terminal *terminal, enum gutter gutter);

/* What stands for a fold: "[+] 12 quoted lines". */
void ticket_fold_words(const struct fold *fold, char *out, size_t size);

/* Whether a paragraph that begins so is a quotation: "> ". */
bool ticket_text_quoted(const char *text, size_t length);
/* Where the next link begins, or `length`. */
size_t ticket_text_link(const char *text, size_t length);
/* The bytes of the link that the text begins with. */
size_t ticket_text_link_length(const char *text, size_t length);

#endif
