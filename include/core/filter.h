/*
 * The filter language: what an agent types to see fewer tickets.
 *
 *   status:new,open plan:enterprise due<30m -assignee:none org:"Kite & Co" error
 *
 * Terms stand between blanks and all of them hold for a row that is shown. A comma means any of, a minus sign before a
 * term turns it round, a word without a key is looked for in subject, requester and organization. Words, names and
 * texts are compared without regard to case. Double quotes keep blanks, commas and special words (me, none) as plain
 * text; \" and \\ inside of them are a quote and a backslash. core/filter_keys.def lists the keys.
 *
 * Whether a row matches may change with time alone (due, sla, age, wait). A filter is set to an instant (filter_at) and
 * remembers, of the rows that it was asked about, when the first of them would be answered otherwise: until then no row
 * need be looked at again. That costs one threshold a calendar and no arithmetic per row.
 */
#ifndef CORE_FILTER_H
#define CORE_FILTER_H

#include "base/strbuf.h"
#include "core/directory.h"
#include "core/queue.h"
#include "core/ticket.h"

#include <stddef.h>

/* Whose names and whose "me" a filter is about. */
struct filter_desk {
	const struct directory
	        *directory;        /* must outlive the filter; its content may be replaced (filter_resolve) */
	int32_t self;              /* the agent that "me" is; 0: none */
	int64_t warn_s;            /* working seconds under which a clock is "soon" */
	const struct queue *queue; /* whose tags completion offers; NULL: none */
};

struct filter_mistake {
	size_t start,
	        end; /* bytes of the text that is wrong; both the text's length: something is missing at its end */
	char text
	        [320]; /* one line: column 8: "opne" is no status; new, open, pending, hold or closed (columns are cells) */
};

struct filter;

/* The filter that the text says, or NULL and *mistake. A text of blanks is a filter without terms: everything matches.
 * Ask filter_at before its first row. */
struct filter *filter_parse(const char *text, const struct filter_desk *desk, struct filter_mistake *mistake);
void filter_free(struct filter *filter);

/* Appends the filter as text that parses to the same: one blank between terms, short keys, small letters, quotes only
 * where they are needed. */
void filter_text(const struct filter *filter, struct strbuf *out);

/* After names, calendars or the desk have changed: looks names up again. What is not there any more matches nothing.
 * Ask filter_at again, which says that every row must be looked at. */
void filter_resolve(struct filter *filter, const struct filter_desk *desk);

/* The filter answers for `now` from here on. True: rows that were looked at before may be answered otherwise, look at
 * all of them again. */
bool filter_at(struct filter *filter, instant now);

/* Whether the row is shown at that instant. */
bool filter_matches(struct filter *filter, const struct ticket_row *row);

/* Whether it asks who has a ticket. */
bool filter_asks_assignee(const struct filter *filter);

/* The first instant at which a row that was looked at is answered otherwise, or earlier; INSTANT_NONE: never by itself. */
instant filter_changes_at(const struct filter *filter);

/* ---- completion --------------------------------------------------------------------------------- */

struct filter_candidate {
	char *text; /* owned: the whole text with its last word completed */
	char *word; /* owned: that word alone, for a list */
	char *help; /* owned: "the ticket's status", an agent's name; "" for none */
};

struct filter_candidates {
	struct filter_candidate *list;
	size_t count;
};

/* What may follow `text` (up to the cursor): keys, then their values from the desk's names, at most `most`. */
void filter_complete(
        const char *text, const struct filter_desk *desk, size_t most, struct filter_candidates *out);
void filter_candidates_release(struct filter_candidates *candidates);

#endif
