/* Texts that many rows have in common, each pair kept once however many rows have it: a requester's name and address, a set
 * of tags (and ""). Counted by use. */
#ifndef CORE_SHARED_H
#define CORE_SHARED_H

#include "core/pool.h"

#include <stdint.h>

struct shared_text {
	uint32_t uses;
	uint32_t hash;
	char first[]; /* the first text, its NUL, the second one, its NUL */
};

struct shared {
	struct shared_text **table; /* open addressing; the size is a power of two */
	size_t size, count;
};

void shared_release(struct shared *shared); /* the texts themselves go with the pool */

/* The pair, with one more use. */
struct shared_text *shared_take(
        struct shared *shared, struct pool *pool, const char *first, const char *second);
/* One use less; the last one removes it. */
void shared_give(struct shared *shared, struct pool *pool, struct shared_text *text);

const char *shared_second(const struct shared_text *text);
/* Back from its `first`, which is what a row points at. */
struct shared_text *shared_of(const char *first);

#endif
