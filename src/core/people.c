/*
 * A hash table with linear probing; a removal moves the entries behind it up, so there are no tombstones to collect.
 */
#include "people.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void people_release(struct people *people)
{
	free(people->table);
	*people = (struct people){0};
}

/* FNV-1a over both strings, the NUL between them included. */
static uint32_t hash_of(const char *name, const char *email)
{
	uint32_t hash = 2166136261u;
	for (const char *c = name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	hash *= 16777619u;
	for (const char *c = email; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	return hash ^ hash >> 15;
}

const char *person_email(const struct person *person)
{
	return person->name + strlen(person->name) + 1;
}

static void place(struct people *people, struct person *person)
{
	size_t at = person->hash & (people->size - 1);
	while (people->table[at])
		at = (at + 1) & (people->size - 1);
	people->table[at] = person;
}

static void make_room(struct people *people)
{
	if (people->count * 4 < people->size * 3)
		return;
	struct people larger = {.size = people->size ? people->size * 2 : 64, .count = people->count};
	larger.table = alloc_array(larger.size, sizeof *larger.table);
	for (size_t i = 0; i < people->size; i++)
		if (people->table[i])
			place(&larger, people->table[i]);
	free(people->table);
	*people = larger;
}

static size_t person_size(size_t name_length, size_t email_length)
{
	return sizeof(struct person) + name_length + 1 + email_length + 1;
}

struct person *people_take(struct people *people, struct pool *pool, const char *name, const char *email)
{
	make_room(people);
	uint32_t hash = hash_of(name, email);
	for (size_t at = hash & (people->size - 1); people->table[at]; at = (at + 1) & (people->size - 1)) {
		struct person *known = people->table[at];
		if (known->hash == hash && strcmp(known->name, name) == 0 &&
		        strcmp(person_email(known), email) == 0) {
			known->uses++;
			return known;
		}
	}
	size_t name_length = strlen(name), email_length = strlen(email);
	struct person *person = pool_take(pool, person_size(name_length, email_length));
	person->uses = 1;
	person->hash = hash;
	memcpy(person->name, name, name_length + 1);
	memcpy(person->name + name_length + 1, email, email_length + 1);
	place(people, person);
	people->count++;
	return person;
}

/* Empties the place and closes the gap: whoever was pushed past it by probing moves back. */
static void remove_at(struct people *people, size_t gap)
{
	size_t mask = people->size - 1;
	for (size_t at = (gap + 1) & mask; people->table[at]; at = (at + 1) & mask) {
		size_t home = people->table[at]->hash & mask;
		if (((at - home) & mask) >= ((at - gap) & mask)) {
			people->table[gap] = people->table[at];
			gap = at;
		}
	}
	people->table[gap] = NULL;
	people->count--;
}

void people_give(struct people *people, struct pool *pool, struct person *person)
{
	if (--person->uses)
		return;
	size_t at = person->hash & (people->size - 1);
	while (people->table[at] != person)
		at = (at + 1) & (people->size - 1);
	remove_at(people, at);
	size_t name_length = strlen(person->name);
	pool_give(pool, person, person_size(name_length, strlen(person_email(person))));
}
