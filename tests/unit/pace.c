/* When a console asks for what changed: a simulated clock, millisecond by millisecond. */
#include "core/pace.h"

#include <criterion/criterion.h>
#include <stddef.h>

enum { START = 1000000, MOST_ASKED = 200 };

/* What happens from START on: when wake-ups come, how many rows each answer has, how long it takes. */
struct course {
	const char *name;
	int wake_from, wake_until, wake_every; /* ms after START */
	int64_t rows;
	int answer_ms;
	int run_ms;
	int asked_least, asked_most;
};

struct asked {
	int64_t at[MOST_ASKED];
	int count;
};

static struct asked simulate(const struct course *course, uint32_t chance)
{
	struct pace pace;
	struct asked asked = {.count = 0};
	int64_t answer_at = INT64_MAX;
	pace_start(&pace, START - 500);
	for (int ms = 0; ms < course->run_ms; ms++) {
		int64_t now = START + ms;
		if (now >= answer_at) {
			pace_answered(&pace, course->rows);
			answer_at = INT64_MAX;
		}
		if (ms >= course->wake_from && ms <= course->wake_until &&
		        (ms - course->wake_from) % course->wake_every == 0)
			pace_wake(&pace, now, chance + (uint32_t)ms);
		if (answer_at == INT64_MAX && now >= pace_due(&pace)) {
			cr_assert_lt(asked.count, MOST_ASKED);
			asked.at[asked.count++] = now;
			pace_asked(&pace, now);
			answer_at = now + course->answer_ms;
		}
	}
	return asked;
}

static void check_course(const struct course *course, uint32_t chance)
{
	struct asked asked = simulate(course, chance);
	cr_assert(asked.count >= course->asked_least && asked.count <= course->asked_most,
	        "%s: asked %d times", course->name, asked.count);
	for (int i = 1; i < asked.count; i++)
		cr_assert_geq(asked.at[i] - asked.at[i - 1], PACE_WAKE_MS, "%s", course->name);
	if (course->wake_until < 0)
		return;
	/* The first wake-up is answered soon; what the last one's throttle hid is asked for when it is over. */
	int64_t first = START + course->wake_from,
	        hidden = START + course->wake_until -
	                 (course->wake_until - course->wake_from) % course->wake_every + PACE_WAKE_MS;
	cr_assert(asked.at[0] >= first && asked.at[0] <= first + PACE_SPREAD_MS, "%s", course->name);
	bool covered = false;
	for (int i = 0; i < asked.count; i++)
		covered |= asked.at[i] >= hidden && asked.at[i] <= hidden + PACE_SLOWEST_MS;
	cr_assert(covered, "%s: nothing asked after %d", course->name, (int)(hidden - START));
}

Test(pace, asks_soon_seldom_and_once_more)
{
	static const struct course courses[] = {
	        {"nothing happens", 0, -1, 1, 0, 1, 5000, 5, 5},
	        {"one wake-up", 100, 100, 1, 1, 1, 400, 2, 2},
	        {"some within a few ms", 100, 101, 1, 1, 1, 400, 2, 3},
	        {"thirty in 50 ms", 100, 129, 1, 1, 1, 400, 2, 3},
	        {"a row of them, one delta each", 100, 1050, 50, 25, 2, 1300, 17, 22},
	        {"answers that take longer than the throttle", 100, 1050, 50, 25, 80, 1300, 11, 14},
	        {"a storm: 200 rows each", 100, 2050, 50, 200, 2, 2500, 6, 9},
	        {"many more rows do not make it slower than twice a second", 100, 4050, 50, 100000, 2, 5000,
	                8, 11},
	};
	for (size_t i = 0; i < sizeof courses / sizeof *courses; i++)
		for (uint32_t chance = 0; chance < 60; chance += 7)
			check_course(&courses[i], chance);
}

Test(pace, consoles_do_not_ask_all_at_once)
{
	static const struct course wake = {"one", 100, 100, 1, 0, 1, 300, 2, 2};
	bool used[PACE_SPREAD_MS + 1] = {false};
	int different = 0;
	for (uint32_t chance = 0; chance < 50; chance++) {
		struct asked asked = simulate(&wake, chance * 2654435761u);
		int64_t wait = asked.at[0] - START - 100;
		different += !used[wait];
		used[wait] = true;
	}
	cr_assert_geq(different, PACE_SPREAD_MS / 2);
}

Test(pace, a_cursor_that_goes_back)
{
	static const struct {
		const char *before, *now;
		bool back;
	} cases[] = {
	        {"", "5", false},
	        {"5", "5", false},
	        {"99", "100", false},
	        {"100", "99", true},
	        {"9223372036854775808", "9223372036854775809", false},
	        {"18446744073709551615", "18446744073709551614", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_assert_eq(pace_went_back(cases[i].before, cases[i].now), cases[i].back, "%s, %s",
		        cases[i].before, cases[i].now);
}
