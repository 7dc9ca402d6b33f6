/*
 * An order is one number a row, less is first. Names of organizations become numbers when the sorter is set: comparing two rows is
 * then comparing two numbers, and while a sorter stays as it is the key of a row depends on nothing but the row.
 */
#include "core/sort.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const char *const words[2 * SORT_COUNT] = {"priority", "due", "age", "last", "organization",
        "-priority", "-due", "-age", "-last", "-organization"};

struct sort_order sort_order_of(int number)
{
	return (struct sort_order){(enum sort_by)(number % SORT_COUNT), number >= SORT_COUNT};
}

int sort_number(struct sort_order order)
{
	return (int)order.by + (order.reversed ? SORT_COUNT : 0);
}

const char *sort_word(struct sort_order order)
{
	return words[sort_number(order)];
}

bool sort_parse(const char *word, struct sort_order *out)
{
	for (int number = 0; number < 2 * SORT_COUNT; number++)
		if (strcmp(words[number], word) == 0) {
			*out = sort_order_of(number);
			return true;
		}
	return false;
}

bool sort_same(struct sort_order a, struct sort_order b)
{
	return a.by == b.by && a.reversed == b.reversed;
}

/* ---- names -------------------------------------------------------------------------------------- */

struct sort_place {
	int32_t organization_id;
	int64_t place;
};

struct name {
	char *folded; /* malloc'd */
	size_t at;    /* in the directory */
};

/* Letters without their case, accents behind them: "Ёлка" stands among the E, not before the A. */
static char *fold(const char *name)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_map((const utf8proc_uint8_t *)name, 0, &folded,
	        UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	return folded ? (char *)folded : alloc_copy(name);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->folded, ((const struct name *)b)->folded);
}

static void number_names(struct sorter *sorter, const struct directory *directory)
{
	size_t count = directory->organization_count;
	struct name *names = alloc_array(count, sizeof *names);
	sorter->places = alloc_array(count, sizeof *sorter->places);
	sorter->place_count = count;
	for (size_t i = 0; i < count; i++)
		names[i] = (struct name){fold(directory->organizations[i].name), i};
	qsort(names, count, sizeof *names, compare_names);
	int64_t place = 0;
	for (size_t i = 0; i < count; i++) {
		place += i && strcmp(names[i - 1].folded, names[i].folded) != 0;
		sorter->places[names[i].at] =
		        (struct sort_place){directory->organizations[names[i].at].id, place};
	}
	for (size_t i = 0; i < count; i++)
		free(names[i].folded);
	free(names);
}

static int compare_ids(const void *a, const void *b)
{
	const struct sort_place *left = a, *right = b;
	return (left->organization_id > right->organization_id) -
	       (left->organization_id < right->organization_id);
}

static int64_t place_of(const struct sorter *sorter, int32_t organization_id)
{
	const struct sort_place wanted = {.organization_id = organization_id};
	const struct sort_place *found =
	        sorter->place_count
	                ? bsearch(&wanted, sorter->places, sorter->place_count, sizeof wanted, compare_ids)
	                : NULL;
	return found ? found->place : INSTANT_NONE;
}

/* ---- keys --------------------------------------------------------------------------------------- */

void sorter_set(struct sorter *sorter, struct sort_order order, const struct directory *directory)
{
	sorter_release(sorter);
	sorter->order = order;
	if (order.by == SORT_ORGANIZATION)
		number_names(sorter, directory);
}

void sorter_release(struct sorter *sorter)
{
	free(sorter->places);
	*sorter = (struct sorter){.places = NULL};
}

int64_t sorter_key(const struct ticket_row *row, const void *context)
{
	const struct sorter *sorter = context;
	int64_t key = INSTANT_NONE;
	bool reversed = sorter->order.reversed;
	switch (sorter->order.by) {
	case SORT_PRIORITY:
		key = row->priority;
		break;
	case SORT_DUE:
		key = row->due_at;
		break;
	case SORT_AGE:
		key = row->created_at;
		break;
	case SORT_LAST:
		key = row->last_message_at;
		reversed = !reversed;
		break;
	case SORT_ORGANIZATION:
		key = place_of(sorter, row->organization_id);
		break;
	case SORT_COUNT:
		break;
	}
	return reversed && key != INSTANT_NONE ? -key : key;
}
