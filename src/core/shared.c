/*
 * A hash table with linear probing; a removal moves the entries behind it up, so there are no tombstones to collect.
 */
#include "shared.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void shared_release(struct shared *shared)
{
	free(shared->table);
	*shared = (struct shared){0};
}

/* FNV-1a over both texts, the NUL between them included. */
static uint32_t hash_of(const char *first, const char *second)
{
	uint32_t hash = 2166136261u;
	for (const char *c = first; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	hash *= 16777619u;
	for (const char *c = second; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	return hash ^ hash >> 15;
}

const char *shared_second(const struct shared_text *text)
{
	return text->first + strlen(text->first) + 1;
}

struct shared_text *shared_of(const char *first)
{
	return (struct shared_text *)((uintptr_t)first - offsetof(struct shared_text, first));
}

static void place(struct shared *shared, struct shared_text *text)
{
	size_t at = text->hash & (shared->size - 1);
	while (shared->table[at])
		at = (at + 1) & (shared->size - 1);
	shared->table[at] = text;
}

static void make_room(struct shared *shared)
{
	if (shared->count * 4 < shared->size * 3)
		return;
	struct shared larger = {.size = shared->size ? shared->size * 2 : 64, .count = shared->count};
	larger.table = alloc_array(larger.size, sizeof *larger.table);
	for (size_t i = 0; i < shared->size; i++)
		if (shared->table[i])
			place(&larger, shared->table[i]);
	free(shared->table);
	*shared = larger;
}

static size_t size_of(size_t first_length, size_t second_length)
{
	return sizeof(struct shared_text) + first_length + 1 + second_length + 1;
}

struct shared_text *shared_take(
        struct shared *shared, struct pool *pool, const char *first, const char *second)
{
	make_room(shared);
	uint32_t hash = hash_of(first, second);
	for (size_t at = hash & (shared->size - 1); shared->table[at]; at = (at + 1) & (shared->size - 1)) {
		struct shared_text *known = shared->table[at];
		if (known->hash == hash && strcmp(known->first, first) == 0 &&
		        strcmp(shared_second(known), second) == 0) {
			known->uses++;
			return known;
		}
	}
	size_t first_length = strlen(first), second_length = strlen(second);
	struct shared_text *text = pool_take(pool, size_of(first_length, second_length));
	text->uses = 1;
	text->hash = hash;
	memcpy(text->first, first, first_length + 1);
	memcpy(text->first + first_length + 1, second, second_length + 1);
	place(shared, text);
	shared->count++;
	return text;
}

/* Empties the place and closes the gap: whoever was pushed past it by probing moves back. */
static void remove_at(struct shared *shared, size_t gap)
{
	size_t mask = shared->size - 1;
	for (size_t at = (gap + 1) & mask; shared->table[at]; at = (at + 1) & mask) {
		size_t home = shared->table[at]->hash & mask;
		if (((at - home) & mask) >= ((at - gap) & mask)) {
			shared->table[gap] = shared->table[at];
			gap = at;
		}
	}
	shared->table[gap] = NULL;
	shared->count--;
}

void shared_give(struct shared *shared, struct pool *pool, struct shared_text *text)
{
	if (--text->uses)
		return;
	size_t at = text->hash & (shared->size - 1);
	while (shared->table[at] != text)
		at = (at + 1) & (shared->size - 1);
	remove_at(shared, at);
	pool_give(pool, text, size_of(strlen(text->first), strlen(shared_second(text))));
}
