/*
 * Memory for very many small blocks of many sizes: no bookkeeping beside a block, and what is given back serves the
 * next one of its size at once. Whoever holds a block knows its size (a string's length tells it).
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include <stddef.h>

enum { POOL_GRAIN = 8, POOL_CLASSES = 64 }; /* sizes up to 512 bytes share chunks; larger ones are malloc's */

struct pool {
	void **chunks;
	size_t chunk_count;
	char *next; /* the unused rest of the last chunk */
	size_t room;
	void *unused[POOL_CLASSES + 1]; /* blocks given back, a list for each size */
	void *large;                    /* the large blocks, so that all can be released */
	size_t bytes;                   /* held from the system */
};

void pool_init(struct pool *pool);
void pool_release(struct pool *pool); /* and every block of it */

/* At least `size` bytes, aligned to 8, not zeroed. */
void *pool_take(struct pool *pool, size_t size);
/* Gives a block back; `size` is what it was taken with. */
void pool_give(struct pool *pool, void *block, size_t size);

#endif
