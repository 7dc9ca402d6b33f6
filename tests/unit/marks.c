/*
 * Marks as a set: against one bit an id, with random additions and removals.
 */
#include "core/marks.h"

#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

enum { IDS = 60, STEPS = 3000 };

static bool is_even(void *context, int64_t id)
{
	return id % 2 == 0;
}

Test(marks, are_a_set)
{
	struct random dice = random_start();
	struct marks marks = {.count = 0};
	bool marked[IDS] = {false};
	for (int step = 0; step < STEPS; step++) {
		int64_t ids[20], asked[20];
		size_t count = (size_t)random_between(&dice, 0, 20), expected = 0;
		const bool add = random_one_in(&dice, 2);
		const uint64_t revision = marks.revision;
		for (size_t i = 0; i < count; i++)
			asked[i] = ids[i] = random_between(&dice, 0, IDS - 1);
		size_t changed = (add ? marks_add : marks_remove)(&marks, ids, count);
		for (size_t i = 0; i < count; i++) {
			expected += marked[asked[i]] != add;
			marked[asked[i]] = add;
		}
		cr_assert_eq(changed, expected, "seed %" PRIu64, dice.seed);
		cr_assert_eq(marks.revision != revision, changed > 0, "seed %" PRIu64, dice.seed);
		for (size_t i = 0; i < changed; i++)
			cr_assert(marked[ids[i]] == add && (!i || ids[i - 1] < ids[i]), "seed %" PRIu64,
			        dice.seed);
		if (random_one_in(&dice, 50)) {
			marks_retain(&marks, is_even, NULL);
			for (int id = 1; id < IDS; id += 2)
				marked[id] = false;
		}
		size_t all = 0;
		for (int id = 0; id < IDS; id++) {
			all += marked[id];
			cr_assert_eq(
			        marks_has(&marks, id), marked[id], "seed %" PRIu64 ": %d", dice.seed, id);
		}
		cr_assert_eq(marks.count, all, "seed %" PRIu64, dice.seed);
	}
	marks_release(&marks);
	cr_assert_not(marks_has(&marks, 2));
}
