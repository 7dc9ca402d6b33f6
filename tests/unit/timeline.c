/*
 * Working time against a counter that knows nothing: it walks from second to second (or minute to minute) and counts those
 * that lie in a span. The table is the agreement's own examples.
 */
#include "core/timeline.h"

#include "core/rfc3339.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>

enum { HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY };

static instant at(const char *text)
{
	instant t;
	struct error err;
	cr_assert(rfc3339_parse(text, &t, &err), "%s", err.text);
	return t;
}

/* ---- the agreement's examples -------------------------------------------------------------------- */

/* Weekdays 09:00-17:00 at UTC+2 from Monday 2026-11-16 on, for eight weeks, without the given day. */
static void make_tickets_calendar(struct timeline *line, instant holiday)
{
	instant monday = at("2026-11-16T00:00:00+02:00");
	timeline_init(line);
	for (int day = 0; day < 8 * 7; day++) {
		instant midnight = monday + day * DAY;
		if (day % 7 < 5 && midnight != holiday)
			cr_assert(timeline_add(line, midnight + 9 * HOUR, midnight + 17 * HOUR, 1000, NULL));
	}
}

static const struct {
	const char *plan;
	int hours;
	const char *written, *due, *breach;
} examples[] = {
        {"Enterprise", 2, "2026-11-23T10:00:00+02:00", "2026-11-23T12:00:00+02:00",
                "2026-11-23T12:00:00+02:00"},
        {"Enterprise", 2, "2026-11-23T15:00:00+02:00", "2026-11-23T17:00:00+02:00",
                "2026-11-24T09:00:00+02:00"},
        {"Enterprise", 2, "2026-11-23T16:59:00+02:00", "2026-11-24T10:59:00+02:00",
                "2026-11-24T10:59:00+02:00"},
        {"Enterprise", 2, "2026-11-23T17:00:00+02:00", "2026-11-24T11:00:00+02:00",
                "2026-11-24T11:00:00+02:00"},
        {"Enterprise", 2, "2026-11-28T13:00:00+02:00", "2026-11-30T11:00:00+02:00",
                "2026-11-30T11:00:00+02:00"},
        {"Reports & Attribution", 4, "2026-11-27T15:00:00+02:00", "2026-11-30T11:00:00+02:00",
                "2026-11-30T11:00:00+02:00"},
        {"Business", 4, "2026-12-24T14:30:00+02:00", "2026-12-28T10:30:00+02:00",
                "2026-12-28T10:30:00+02:00"},
        {"Marketing Data", 8, "2026-11-23T08:00:00+02:00", "2026-11-23T17:00:00+02:00",
                "2026-11-24T09:00:00+02:00"},
        {"Marketing Data", 8, "2026-11-23T09:01:00+02:00", "2026-11-24T09:01:00+02:00",
                "2026-11-24T09:01:00+02:00"},
        {"Cost Data", 12, "2026-11-23T10:00:00+02:00", "2026-11-24T14:00:00+02:00",
                "2026-11-24T14:00:00+02:00"},
        {"Cost Data", 12, "2026-11-27T16:00:00+02:00", "2026-12-01T12:00:00+02:00",
                "2026-12-01T12:00:00+02:00"},
};

Test(timeline, examples_of_the_agreement)
{
	struct timeline line;
	make_tickets_calendar(&line, at("2026-12-25T00:00:00+02:00"));
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		instant due, breach, written = at(examples[i].written);
		int64_t target = examples[i].hours * HOUR;
		cr_assert(timeline_add_work(&line, written, target, &due, &breach, NULL));
		cr_assert_eq(
		        due, at(examples[i].due), "%s, written %s", examples[i].plan, examples[i].written);
		cr_assert_eq(breach, at(examples[i].breach), "%s, written %s", examples[i].plan,
		        examples[i].written);
		cr_assert_eq(timeline_between(&line, written, breach), target,
		        "a reply at the last second is in time");
		cr_assert_gt(
		        timeline_between(&line, written, breach + 1), target, "a second later it is not");
	}
	timeline_release(&line);
}

/* ---- against a counter ---------------------------------------------------------------------------- */

enum { SECONDS = 4000 }; /* the stretch of time that the counter walks, from `origin` on */

static const instant origin = 1700000000;

struct oracle {
	struct random random;
	struct timeline line;
	bool open[SECONDS];
	int64_t work_before; /* before the first span */
};

static void make_random_line(struct oracle *oracle)
{
	struct random *r = &oracle->random;
	timeline_init(&oracle->line);
	for (int s = 0; s < SECONDS; s++)
		oracle->open[s] = false;
	oracle->work_before = random_one_in(r, 3) ? 0 : random_between(r, 0, 1000000);
	int64_t longest = random_between(r, 1, 400);
	int64_t second = random_between(r, 0, longest);
	while (second < SECONDS) {
		int64_t end = second + random_between(r, 1, longest);
		if (end > SECONDS)
			end = SECONDS;
		cr_assert(timeline_add(
		        &oracle->line, origin + second, origin + end, oracle->work_before, NULL));
		for (int64_t s = second; s < end; s++)
			oracle->open[s] = true;
		second = end + (random_one_in(r, 5) ? 0 : random_between(r, 1, longest));
	}
}

static bool counted_open(const struct oracle *oracle, instant t)
{
	return t >= origin && t < origin + SECONDS && oracle->open[t - origin];
}

static int64_t counted_between(const struct oracle *oracle, instant a, instant b)
{
	int64_t work = 0;
	for (instant t = a; t < b; t++)
		work += counted_open(oracle, t);
	for (instant t = b; t < a; t++)
		work -= counted_open(oracle, t);
	return work;
}

/* The earliest and the latest instant with W(from, t) = target, by walking; false when the stretch ends before. */
static bool counted_add(
        const struct oracle *oracle, instant from, int64_t target, instant *due, instant *breach)
{
	instant t = from;
	for (int64_t work = 0; work < target; t++) {
		if (t >= origin + SECONDS)
			return false;
		work += counted_open(oracle, t);
	}
	*due = t;
	while (!counted_open(oracle, t))
		if (t++ >= origin + SECONDS)
			return false;
	*breach = t;
	return true;
}

#define agree(condition, ...)                                                                                \
	cr_assert(condition, "seed 0x%" PRIx64 ": " #condition " at %" PRId64 ", %" PRId64,                  \
	        oracle->random.seed, a - origin, b - origin)

static void compare_once(struct oracle *oracle)
{
	struct random *r = &oracle->random;
	instant a = origin + random_between(r, -200, SECONDS + 200);
	instant b = origin + random_between(r, -200, SECONDS + 200);
	if (random_one_in(r, 3)) { /* at the very edge of a span */
		const struct span *span =
		        &oracle->line.spans[random_between(r, 0, (int64_t)oracle->line.count - 1)];
		a = random_one_in(r, 2) ? span->start : span->end;
	}
	agree(timeline_between(&oracle->line, a, b) == counted_between(oracle, a, b));
	agree(timeline_work_before(&oracle->line, b) ==
	        oracle->work_before + counted_between(oracle, b < origin ? b : origin, b));

	instant opens, t = a;
	while (t < origin + SECONDS && !counted_open(oracle, t))
		t++;
	bool is_open = timeline_is_open(&oracle->line, a, &opens);
	agree(is_open == counted_open(oracle, a));
	agree(is_open || opens == (t < origin + SECONDS ? t : INSTANT_NONE));

	/* Half of the targets end exactly where a span does: there due and breach differ. */
	int64_t target = random_between(r, 0, SECONDS / 2);
	if (random_one_in(r, 2)) {
		const struct span *span =
		        &oracle->line.spans[random_between(r, 0, (int64_t)oracle->line.count - 1)];
		int64_t exact = counted_between(oracle, a, span->end);
		target = exact > 0 ? exact : target;
	}
	instant due = 0, breach = 0, due_alone = 0, expected_due = 0, expected_breach = 0;
	struct error err = {ERROR_NONE, ""};
	bool expected = counted_add(oracle, a, target, &expected_due, &expected_breach);
	b = a + target;
	agree(timeline_add_work(&oracle->line, a, target, &due, &breach, &err) == expected);
	if (!expected) {
		agree(err.kind == ERROR_INPUT);
		return;
	}
	agree(due == expected_due);
	agree(breach == expected_breach);
	agree(timeline_add_work(&oracle->line, a, target, &due_alone, NULL, NULL) && due_alone == due);
}

Test(timeline, agrees_with_a_counter)
{
	static struct oracle oracle;
	oracle.random = random_start();
	for (int lines = 0; lines < 60; lines++) {
		do {
			timeline_release(&oracle.line);
			make_random_line(&oracle);
		} while (!oracle.line.count);
		for (int i = 0; i < 60; i++)
			compare_once(&oracle);
	}
	timeline_release(&oracle.line);
}

/* ---- edges ---------------------------------------------------------------------------------------- */

Test(timeline, edges)
{
	struct timeline line;
	struct error err = {ERROR_NONE, ""};
	instant due, breach, opens;
	timeline_init(&line);
	cr_assert_eq(timeline_between(&line, 0, 100), 0, "nothing is open in an empty calendar");
	cr_assert(!timeline_add_work(&line, 0, 1, &due, &breach, &err));
	cr_assert(!timeline_is_open(&line, 0, &opens) && opens == INSTANT_NONE);

	cr_assert(timeline_add(&line, 100, 200, 7, NULL));
	cr_assert(!timeline_add(&line, 199, 300, 0, &err), "overlaps");
	cr_assert_eq(err.kind, ERROR_INPUT);
	cr_assert(!timeline_add(&line, 300, 300, 0, &err), "is empty");
	cr_assert(!timeline_add(&line, 310, 305, 0, &err), "runs backwards");
	cr_assert(
	        timeline_add(&line, 300, 400, 999, NULL), "only the first span says where the count begins");
	cr_assert_eq(line.count, 2);
	cr_assert_eq(timeline_work_before(&line, INT64_MIN), 7);
	cr_assert_eq(timeline_work_before(&line, 100), 7);
	cr_assert_eq(timeline_work_before(&line, 250), 107);
	cr_assert_eq(timeline_work_before(&line, INSTANT_NONE), 207);
	cr_assert_eq(timeline_between(&line, INT64_MIN, INT64_MAX), 200);
	cr_assert_eq(timeline_between(&line, 350, 150), -100);

	cr_assert(timeline_add_work(&line, 50, 0, &due, &breach, NULL));
	cr_assert(due == 50 && breach == 100, "target 0 before opening");
	cr_assert(timeline_add_work(&line, 150, 0, &due, &breach, NULL));
	cr_assert(due == 150 && breach == 150, "target 0 in working time");
	cr_assert(timeline_add_work(&line, 200, 0, &due, &breach, NULL));
	cr_assert(due == 200 && breach == 300, "target 0 at closing time");
	cr_assert(timeline_add_work(&line, 100, 100, &due, &breach, NULL));
	cr_assert(due == 200 && breach == 300,
	        "a target that runs out at closing time is breached only after the next opening");
	cr_assert(timeline_add_work(&line, 100, 101, &due, &breach, NULL));
	cr_assert(due == 301 && breach == 301);
	cr_assert(timeline_add_work(&line, 100, 200, &due, NULL, NULL) && due == 400, "exactly all there is");
	cr_assert(!timeline_add_work(&line, 100, 200, &due, &breach, &err),
	        "and when it is breached nobody can say");
	cr_assert(!timeline_add_work(&line, 100, 201, &due, NULL, &err));
	cr_assert(!timeline_add_work(&line, 100, INT64_MAX, &due, NULL, &err));
	cr_assert(!timeline_add_work(&line, 100, -1, &due, NULL, &err));
	cr_assert(!timeline_add_work(&line, 400, 1, &due, NULL, &err));
	timeline_release(&line);
}

/* A century of office hours: the guess of a span's place must be right far from its own neighbourhood as well. */
Test(timeline, long_and_uneven)
{
	struct random r = random_start();
	struct timeline line;
	timeline_init(&line);
	instant t = 0;
	for (int i = 0; i < 30000; i++) {
		bool dense = i % 10000 < 300;
		instant start = t + (dense ? 1 : random_between(&r, 1, 3 * DAY));
		instant end = start + (dense ? 1 : 8 * HOUR);
		cr_assert(timeline_add(&line, start, end, 0, NULL));
		t = end;
	}
	for (int i = 0; i < 200000; i++) {
		size_t in = (size_t)random_between(&r, 0, (int64_t)line.count - 2);
		const struct span *span = &line.spans[in];
		instant inside = random_between(&r, span->start, span->end - 1);
		instant closed = random_between(&r, span->end, line.spans[in + 1].start);
		cr_assert_eq(timeline_work_before(&line, inside), span->work_before + inside - span->start,
		        "seed 0x%" PRIx64, r.seed);
		cr_assert_eq(timeline_work_before(&line, closed), line.spans[in + 1].work_before,
		        "seed 0x%" PRIx64, r.seed);
		instant from = random_between(&r, 0, inside), due;
		int64_t work = timeline_between(&line, from, inside);
		cr_assert(timeline_add_work(&line, from, work + 1, &due, NULL, NULL));
		cr_assert_eq(due, inside + 1, "seed 0x%" PRIx64, r.seed);
	}
	timeline_release(&line);
}
