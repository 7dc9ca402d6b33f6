/*
 * A sorted array. Asking is a binary search, and it is asked for every row that is drawn; changes come by the hand of a
 * person, one id or a whole list at once, and cost one pass.
 */
#include "core/marks.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void marks_release(struct marks *marks)
{
	free(marks->ids);
	*marks = (struct marks){.revision = marks->revision + 1};
}

/* Where the id stands, or would. */
static size_t place_of(const struct marks *marks, int64_t id)
{
	size_t low = 0, high = marks->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (marks->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool marks_has(const struct marks *marks, int64_t id)
{
	size_t at = place_of(marks, id);
	return at < marks->count && marks->ids[at] == id;
}

static int compare(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* Sorts the ids and brings to the front, once each, those that are marked or that are not. */
static size_t choose(const struct marks *marks, int64_t *ids, size_t count, bool marked)
{
	size_t chosen = 0;
	if (!count)
		return 0;
	qsort(ids, count, sizeof *ids, compare);
	for (size_t i = 0; i < count; i++)
		if (marks_has(marks, ids[i]) == marked && (!chosen || ids[chosen - 1] != ids[i]))
			ids[chosen++] = ids[i];
	return chosen;
}

size_t marks_add(struct marks *marks, int64_t *ids, size_t count)
{
	size_t added = choose(marks, ids, count, false);
	if (!added)
		return 0;
	if (marks->count + added > marks->room) {
		marks->room = (marks->count + added) * 3 / 2 + 16;
		marks->ids = alloc_grow(marks->ids, marks->room, sizeof *marks->ids);
	}
	/* From behind, so that nothing is overwritten before it was moved. */
	size_t before = marks->count, left = added, at = before + added;
	while (left) {
		if (before && marks->ids[before - 1] > ids[left - 1])
			marks->ids[--at] = marks->ids[--before];
		else
			marks->ids[--at] = ids[--left];
	}
	marks->count += added;
	marks->revision++;
	return added;
}

size_t marks_remove(struct marks *marks, int64_t *ids, size_t count)
{
	size_t removed = choose(marks, ids, count, true), next = 0, kept = 0;
	for (size_t i = 0; i < marks->count; i++) {
		if (next < removed && marks->ids[i] == ids[next])
			next++;
		else
			marks->ids[kept++] = marks->ids[i];
	}
	marks->count = kept;
	marks->revision += removed != 0;
	return removed;
}

size_t marks_retain(struct marks *marks, marks_keep *keep, void *context)
{
	size_t kept = 0, dropped;
	for (size_t i = 0; i < marks->count; i++)
		if (keep(context, marks->ids[i]))
			marks->ids[kept++] = marks->ids[i];
	dropped = marks->count - kept;
	marks->count = kept;
	marks->revision += dropped != 0;
	return dropped;
}
