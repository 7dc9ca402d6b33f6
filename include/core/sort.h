/*
 * The orders in which a list can be shown. Each has a key of its own; tickets of the same key stand in the queue's total order
 * (core/ticket.h), so every order is a total one. Reversed, the keys go the other way and the tickets of one key stay as they
 * are; what has no key (nothing due, no organization, no message) is last both ways.
 */
#ifndef CORE_SORT_H
#define CORE_SORT_H

#include "core/directory.h"
#include "core/ticket.h"

enum sort_by {
	SORT_PRIORITY,     /* the queue's own order */
	SORT_DUE,          /* the earliest reply first */
	SORT_AGE,          /* the oldest ticket first */
	SORT_LAST,         /* the newest public message first */
	SORT_ORGANIZATION, /* by name */
	SORT_COUNT
};

struct sort_order {
	enum sort_by by;
	bool reversed;
};

/* The words of all orders, in the order of their numbers: "priority due ... -priority -due ...". */
#define SORT_WORDS "priority due age last organization -priority -due -age -last -organization"
struct sort_order sort_order_of(int number);
int sort_number(struct sort_order order);

/* "due", "-due". Valid for the program's life. */
const char *sort_word(struct sort_order order);
bool sort_parse(const char *word, struct sort_order *out);
bool sort_same(struct sort_order a, struct sort_order b);

/* An order with what it needs to know beside the rows: the places of the organizations' names. */
struct sorter {
	struct sort_order order;
	struct sort_place *places; /* owned; by organization id */
	size_t place_count;
};

/* Takes a copy of what it needs of the directory: whenever that is another, and for another order, set it again. */
void sorter_set(struct sorter *sorter, struct sort_order order, const struct directory *directory);
void sorter_release(struct sorter *sorter);
/* A queue_key (core/queue.h); the context is the sorter. */
int64_t sorter_key(const struct ticket_row *row, const void *sorter);

#endif
