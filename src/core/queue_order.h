/*
 * What a listing may see of a queue's inside: rows by slot, the order, and which slots changed since a revision.
 * Only queue.c and listing.c include this.
 */
#ifndef CORE_QUEUE_ORDER_H
#define CORE_QUEUE_ORDER_H

#include "core/queue.h"

/* Slots in order. The first *sorted of *count are in the total order; the rest came during a load. */
const uint32_t *queue_order(const struct queue *queue, size_t *count, size_t *sorted);

size_t queue_slots(const struct queue *queue);                                /* every slot is below */
const struct ticket_row *queue_row(const struct queue *queue, uint32_t slot); /* NULL when it is unused */
uint32_t queue_slot_of(const struct queue *queue, int64_t id); /* UINT32_MAX when there is none */

/* The slots that changed after `revision`, with repeats, into out[room]. Returns how many, or SIZE_MAX when that is not known
 * any more (or would not fit): look at everything. */
size_t queue_changes(const struct queue *queue, uint64_t revision, uint32_t *out, size_t room);

/* The first of `count` slots in order whose row does not come before `row`. */
size_t queue_search(
        const struct queue *queue, const uint32_t *slots, size_t count, const struct ticket_row *row);

#endif
