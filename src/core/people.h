/* Requesters, each kept once however many tickets are theirs: name and address side by side, counted by use. */
#ifndef CORE_PEOPLE_H
#define CORE_PEOPLE_H

#include "core/pool.h"

#include <stdint.h>

struct person {
	uint32_t uses;
	uint32_t hash;
	char name[]; /* the name, its NUL, the address, its NUL */
};

struct people {
	struct person **table; /* open addressing; the size is a power of two */
	size_t size, count;
};

void people_release(struct people *people); /* the persons themselves go with the pool */

/* The person of that name and address, with one more use. */
struct person *people_take(struct people *people, struct pool *pool, const char *name, const char *email);
/* One use less; the last one removes the person. */
void people_give(struct people *people, struct pool *pool, struct person *person);

const char *person_email(const struct person *person);

#endif
