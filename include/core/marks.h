/*
 * The tickets that the agent has marked: a set of ids. It knows nothing of lists and views, so it survives both: whoever
 * acts on marks asks which of them a list shows.
 */
#ifndef CORE_MARKS_H
#define CORE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All bytes 0: nothing is marked. */
struct marks {
	int64_t *ids; /* owned; ascending, each once */
	size_t count, room;
	uint64_t revision; /* another number after every change */
};

void marks_release(struct marks *marks);

bool marks_has(const struct marks *marks, int64_t id);

/* Adds these ids, in any order. Returns how many are new; their ids stand at the beginning of `ids` then, in ascending order. */
size_t marks_add(struct marks *marks, int64_t *ids, size_t count);

/* The same the other way: those that were marked stand at the beginning then. */
size_t marks_remove(struct marks *marks, int64_t *ids, size_t count);

/* Drops those for which `keep` says no. Returns how many. */
typedef bool marks_keep(void *context, int64_t id);
size_t marks_retain(struct marks *marks, marks_keep *keep, void *context);

#endif
