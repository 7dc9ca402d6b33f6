/*
 * What a search on the server has found, as a list of its own over the one before. The tickets live in the queue like all others,
 * where the closed ones among them are kept (queue_keep), so deltas keep them fresh and every key works on them; the queue's
 * views and counts do not show what is closed. Leaving the results leads back to the list before.
 */
#ifndef APP_FIND_H
#define APP_FIND_H

#include "core/sort.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stddef.h>

struct console;

struct found_place {
	int64_t id;
	int64_t place; /* 0: the best match */
};

struct find {
	char *asked;                /* owned: under way; NULL: nothing is */
	bool shown;                 /* the list shows the results */
	char *text;                 /* owned: of the results */
	struct found_place *places; /* owned; by id */
	size_t count;
	bool more;     /* there are more than were asked for */
	bool by_match; /* the best first; false when another order was chosen */
	char *offered; /* owned: not found in the list; the same text again is searched on the server */

	/* the list before */
	char *filter; /* owned; NULL: none */
	struct sort_order order;
	int64_t selected;
	size_t top;
};

void find_release(struct find *find);
/* Whether the ticket is one of those found. */
bool find_has(const struct find *find, int64_t id);
int64_t find_key(const struct ticket_row *row, const void *find); /* a queue_key: the best first */
/* Asks the server; the results are shown when they come. */
void find_start(struct console *console, const char *text);
/* Asks again for what is shown: after a reconnect, closed tickets may have changed unseen. */
void find_again(struct console *console);
/* The list before is on again, but not shown yet. False: nothing was found before. */
bool find_end(struct console *console);
/* `q`: back to the list before, with its cursor. False: it is shown already. */
bool find_back(struct console *console);
/* "FIND invoice  12 tickets" for the title; NULL: the list shows something else. */
const char *find_title(const struct console *console, char *out, size_t size);

#endif
