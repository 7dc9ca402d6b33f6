/*
 * The queue: every open ticket, in the server's total order, in memory.
 *
 * Rows are compact structs in chunks, strings in a pool (core/pool.h) with each requester and each set of tags kept once; an index by id
 * finds a row, and the order is an array of row numbers kept sorted by binary search (a bulk load sorts once at its end).
 * A caller keeps ticket ids, never pointers: any change may change or free a row.
 *
 * A queue holds tickets; a *listing* (below) is what one view shows of them: filtered, in order, with marks.
 */
#ifndef CORE_QUEUE_H
#define CORE_QUEUE_H

#include "core/directory.h"
#include "core/ticket.h"

#include <stddef.h>

struct queue;

struct queue *queue_new(void);
void queue_free(struct queue *queue);

/* Puts a row of the server's in, or replaces the one of the same id unless that is of a higher version; during a load the
 * first row of each id always does, because a server that took over or was restored may know less than the snapshot. A
 * closed ticket stays only while something pins it (queue_pin). Returns whether anything that a view shows has changed. */
bool queue_put(struct queue *queue, const struct ticket_row *row);

/* The same for a row that is not the server's, such as a preview: a load takes no notice of it. */
bool queue_overlay(struct queue *queue, const struct ticket_row *row);

/* Whether the ticket is not here only because an overlay closed it: as far as the server has said, it is in the queue. */
bool queue_is_hidden(const struct queue *queue, int64_t id);

/* Between begin and end many rows come in any order; the order is made once at the end. Nothing is missing
 * meanwhile: rows put before stay in order, new ones are appended. */
void queue_load_begin(struct queue *queue);
void queue_load_end(struct queue *queue);

/* Drops every row that was not put since queue_load_begin: after a reconnect a full load replaces the
 * snapshot. */
void queue_load_sweep(struct queue *queue);

/* Keeps the ticket's row although it is closed (the one that is open on the screen). 0 unpins. */
void queue_pin(struct queue *queue, int64_t id);

/* The same for many, such as what a search has found, in place of those of before; count 0 keeps none. */
void queue_keep(struct queue *queue, const int64_t *ids, size_t count);

size_t queue_count(const struct queue *queue); /* rows held; for tests, views ask a listing */

/* The row, or NULL. Valid until the next call that changes the queue. */
const struct ticket_row *queue_find(const struct queue *queue, int64_t id);

/* A counter that changes with every change: a view that remembers it knows whether to look again. */
uint64_t queue_revision(const struct queue *queue);

/* Each different set of tags once, in no order, with the number of tickets that have it. */
void queue_tags(const struct queue *queue, void (*each)(void *context, const char *tags, size_t tickets),
        void *context);

size_t queue_memory(const struct queue *queue); /* bytes held; for the benchmark and the test of leaks */

/* ---- one view's selection of the queue ------------------------------------------------------- */

/* Says whether a row belongs to a listing. */
typedef bool queue_filter(const struct ticket_row *row, const void *context);

struct listing;

struct listing *listing_new(const struct queue *queue);
void listing_free(struct listing *listing);

/* NULL shows all. The context must stay valid until it is replaced; when what it says changes, set the filter again. */
void listing_filter(struct listing *listing, queue_filter *filter, const void *context);

/* What a listing is ordered by: less is first, rows of the same key are in the queue's order. */
typedef int64_t queue_key(const struct ticket_row *row, const void *context);

/* NULL: the queue's own order. The key of a row must depend on nothing but the row until it is set again; when what it says
 * changes, set it again. */
void listing_sort(struct listing *listing, queue_key *key, const void *context);

/* Brings the listing up to date with the queue: incremental where few rows changed. Whatever a listing is asked, it does
 * this first, so it is never stale; calling it only chooses when. */
void listing_refresh(struct listing *listing);

/* Another number whenever the listing may show something else. */
uint64_t listing_revision(const struct listing *listing);

size_t listing_count(const struct listing *listing);
int64_t listing_id(const struct listing *listing, size_t position);                   /* 0 past the end */
const struct ticket_row *listing_row(const struct listing *listing, size_t position); /* NULL past the end */
size_t listing_position(const struct listing *listing, int64_t id); /* SIZE_MAX when not in it */
bool listing_has(const struct listing *listing, int64_t id);        /* the same question, without a search */
/* Where the ticket would stand; when it has left, where its successor stands: keeps a cursor near. */
size_t listing_near(const struct listing *listing, const struct ticket_row *row);

/* Counts over a listing for the title line. */
struct queue_counts {
	size_t open;     /* not closed */
	size_t breached; /* W > target */
	size_t soon;     /* not breached, less than warn_s working seconds left */
};

/* One threshold instant a calendar, so no arithmetic per row; and only the rows that changed are counted again until a
 * clock passes a threshold: then all are, in one pass. */
struct queue_counts listing_counts(
        const struct listing *listing, const struct directory *directory, instant now, int64_t warn_s);

#endif
