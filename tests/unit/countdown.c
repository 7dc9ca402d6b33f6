/* The wording as a table, and next_change against a clock that is read every second. */
#include "core/countdown.h"

#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR, WARN = 30 * MINUTE };

static const instant monday = 1795392000; /* 2026-11-23T00:00:00Z */

/* Mon-Fri 07:00-15:00 UTC for four weeks: 09:00-17:00 at UTC+2. */
static void make_calendar(struct timeline *line)
{
	timeline_init(line);
	for (int day = 0; day < 28; day++)
		if (day % 7 < 5)
			timeline_add(
			        line, monday + day * DAY + 7 * HOUR, monday + day * DAY + 15 * HOUR, 0, NULL);
}

static struct ticket_row waiting(const struct timeline *line, instant started, int32_t target)
{
	struct ticket_row row = {
	        .id = 1, .metric = METRIC_FIRST_REPLY, .target_s = target, .started_at = started};
	cr_assert(timeline_add_work(line, started, target, &row.due_at, &row.breach_at, NULL));
	return row;
}

/* A wait of two hours that began on Monday 09:00 local, read so many working seconds later. */
static const struct {
	int64_t left;  /* working seconds */
	int64_t shift; /* seconds after the instant at which that much is left */
	int columns;
	enum urgency urgency;
	const char *text;
} wordings[] = {
        {2 * HOUR, 0, 8, URGENCY_CALM, "2h00"},
        {2 * HOUR - 1, 0, 8, URGENCY_CALM, "1h59"},
        {HOUR + 5 * MINUTE, 0, 8, URGENCY_CALM, "1h05"},
        {HOUR, 0, 8, URGENCY_CALM, "1h00"},
        {HOUR - 1, 0, 8, URGENCY_CALM, "59m"},
        {41 * MINUTE, 0, 8, URGENCY_CALM, "41m"},
        {WARN, 0, 8, URGENCY_CALM, "30m"},
        {WARN - 1, 0, 8, URGENCY_WARNING, "29m"},
        {10 * MINUTE, 0, 8, URGENCY_WARNING, "10m"},
        {10 * MINUTE - 1, 0, 8, URGENCY_WARNING, "9:59"},
        {9 * MINUTE + 12, 0, 6, URGENCY_WARNING, "9:12"},
        {7, 0, 6, URGENCY_WARNING, "0:07"},
        {0, 0, 6, URGENCY_WARNING, "0:00"},
        {-1, 0, 6, URGENCY_BREACHED, "-0:00"},
        {-14 * MINUTE, 0, 6, URGENCY_BREACHED, "-0:14"},
        {-14 * MINUTE - 59, 0, 16, URGENCY_BREACHED, "-0:14"},
        {-26 * HOUR - 10 * MINUTE, 0, 6, URGENCY_BREACHED, "-26:10"},
        {-126 * HOUR - 10 * MINUTE, 0, 7, URGENCY_BREACHED, "-126:10"},
        {-126 * HOUR - 10 * MINUTE, 0, 6, URGENCY_BREACHED, "-126h"},
};

Test(countdown, wordings)
{
	struct timeline line;
	make_calendar(&line);
	struct ticket_row row = waiting(&line, monday + 7 * HOUR, 2 * HOUR);
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
		instant now;
		char text[40];
		cr_assert(timeline_add_work(
		        &line, row.started_at, row.target_s - wordings[i].left, &now, NULL, NULL));
		struct countdown down = countdown_of(&row, &line, now, WARN);
		countdown_text(&down, wordings[i].columns, 2 * HOUR, text, sizeof text);
		cr_assert_str_eq(text, wordings[i].text);
		cr_assert_eq(down.urgency, wordings[i].urgency, "%s", text);
		cr_assert_eq(down.left_s, wordings[i].left, "%s", text);
		cr_assert(!down.stopped && !down.paused && down.opens_at == INSTANT_NONE);
	}
	timeline_release(&line);
}

/* Stopped clocks: what is left on Friday evening, for each width. The calendar opens on Monday 09:00 local. */
static const struct {
	int64_t left;
	int offset_s;
	int columns;
	const char *text;
} stopped[] = {
        {3 * HOUR + 41 * MINUTE, 2 * HOUR, 16, "3h41 ·Mon 09:00"},
        {12 * HOUR + 41 * MINUTE, 2 * HOUR, 16, "12h41 ·Mon 09:00"},
        {3 * HOUR + 41 * MINUTE, 2 * HOUR, 14, "3h41 ·Mon 9"},
        {3 * HOUR + 41 * MINUTE, 2 * HOUR, 8, "·Mon 9"},
        {3 * HOUR + 41 * MINUTE, 2 * HOUR, 6, "·Mon 9"},
        {3 * HOUR + 41 * MINUTE, 3 * HOUR, 8, "·Mon 10"},
        {3 * HOUR + 41 * MINUTE, 3 * HOUR, 6, "·Mon10"},
        {3 * HOUR + 41 * MINUTE, 5 * HOUR + 30 * MINUTE, 16, "3h41 ·Mon 12:30"},
        {3 * HOUR + 41 * MINUTE, 5 * HOUR + 30 * MINUTE, 10, "·Mon 12:30"},
        {3 * HOUR + 41 * MINUTE, 5 * HOUR + 30 * MINUTE, 8, "·Mon 12"},
        {3 * HOUR + 41 * MINUTE, -8 * HOUR, 16, "3h41 ·Sun 23:00"},
        {9 * MINUTE + 12, 2 * HOUR, 16, "9:12 ·Mon 09:00"},
        {9 * MINUTE + 12, 2 * HOUR, 8, "·Mon 9"},
        {-14 * MINUTE, 2 * HOUR, 16, "-0:14 ·Mon 09:00"},
        {-14 * MINUTE, 2 * HOUR, 12, "-0:14 ·Mon 9"},
        {-14 * MINUTE, 2 * HOUR, 11, "-0:14"},
};

Test(countdown, stopped_and_paused)
{
	struct timeline line;
	make_calendar(&line);
	instant friday_evening = monday + 4 * DAY + 18 * HOUR, opens = monday + 7 * DAY + 7 * HOUR;
	char text[40];
	for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++) {
		struct ticket_row row =
		        waiting(&line, monday + 2 * DAY + 7 * HOUR, (int32_t)(24 * HOUR + stopped[i].left));
		struct countdown down = countdown_of(&row, &line, friday_evening, WARN);
		countdown_text(&down, stopped[i].columns, stopped[i].offset_s, text, sizeof text);
		cr_assert_str_eq(text, stopped[i].text);
		cr_assert(down.stopped && down.opens_at == opens && down.next_change == opens);
		cr_assert_eq(down.left_s, stopped[i].left);
	}
	/* A wait that is used up exactly at closing time is not breached until the next opening is over. */
	struct ticket_row sharp = waiting(&line, monday + 13 * HOUR, 2 * HOUR);
	struct countdown down = countdown_of(&sharp, &line, sharp.breach_at, WARN);
	cr_assert(down.urgency == URGENCY_WARNING && down.left_s == 0);
	down = countdown_of(&sharp, &line, sharp.breach_at + 1, WARN);
	cr_assert_eq(down.urgency, URGENCY_BREACHED);

	struct ticket_row paused = {.metric = METRIC_NEXT_REPLY,
	        .paused = true,
	        .remaining_s = HOUR + 20 * MINUTE,
	        .due_at = INSTANT_NONE,
	        .breach_at = INSTANT_NONE};
	down = countdown_of(&paused, &line, monday, WARN);
	cr_assert(down.paused && down.urgency == URGENCY_CALM && down.next_change == INSTANT_NONE);
	countdown_text(&down, 16, 0, text, sizeof text);
	cr_assert_str_eq(text, "1h20 paused");
	countdown_text(&down, 8, 0, text, sizeof text);
	cr_assert_str_eq(text, "paused");

	struct ticket_row nobody = {.metric = METRIC_NONE, .due_at = INSTANT_NONE};
	down = countdown_of(&nobody, &line, monday, WARN);
	countdown_text(&down, 8, 0, text, sizeof text);
	cr_assert(strcmp(text, "-") == 0 && down.urgency == URGENCY_NONE && down.next_change == INSTANT_NONE);

	/* Without spans, time runs on the wall; due and breach may lie apart all the same. */
	down = countdown_of(&sharp, NULL, sharp.due_at - 90, WARN);
	cr_assert(down.left_s == 90 && !down.stopped);
	cr_assert_eq(countdown_of(&sharp, NULL, sharp.due_at + 90, WARN).left_s, 0);
	cr_assert_eq(countdown_of(&sharp, NULL, sharp.breach_at + 90, WARN).left_s, -90);
	countdown_text(&down, 8, 0, text, 3);
	cr_assert_lt(strlen(text), 3, "never longer than there is room");
	timeline_release(&line);
}

/* Breached by the calendar of then, and today's made a holiday of that Monday: the breach stands, and what is counted since
 * is counted by today's calendar. */
Test(countdown, a_breach_outlives_its_calendar)
{
	struct timeline then, today;
	make_calendar(&then);
	timeline_init(&today);
	for (size_t i = 1; i < then.count; i++)
		timeline_add(&today, then.spans[i].start, then.spans[i].end, 0, NULL);
	struct ticket_row row =
	        waiting(&then, monday + 8 * HOUR, HOUR); /* Monday 10:00 local, due at 11:00 */
	instant tuesday = monday + DAY + 7 * HOUR;
	const struct {
		instant now;
		int columns;
		const char *text;
	} cases[] = {
	        {row.breach_at + 1, 8, "-0:00"},
	        {row.breach_at + HOUR, 8, "-0:00"},
	        {row.breach_at + HOUR, 16, "-0:00 ·Tue 09:00"},
	        {tuesday + 59, 8, "-0:00"},
	        {tuesday + 14 * MINUTE, 8, "-0:14"},
	};
	char text[40];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct countdown down = countdown_of(&row, &today, cases[i].now, WARN);
		countdown_text(&down, cases[i].columns, 2 * HOUR, text, sizeof text);
		cr_expect_str_eq(text, cases[i].text, "%zu: %s", i, text);
		cr_expect_eq(down.urgency, URGENCY_BREACHED, "%zu", i);
	}
	/* Until breach_at it is not breached, however much today's calendar would have counted, and that instant wakes. */
	struct ticket_row kept = waiting(&today, tuesday, HOUR);
	struct countdown down = countdown_of(&kept, &then, kept.due_at, WARN);
	cr_assert(down.urgency == URGENCY_WARNING && down.left_s == 0);
	kept.breach_at = kept.due_at + DAY;
	down = countdown_of(&kept, &then, kept.due_at + HOUR, WARN);
	countdown_text(&down, 8, 0, text, sizeof text);
	cr_assert(down.urgency == URGENCY_WARNING && strcmp(text, "0:00") == 0, "%s", text);
	down = countdown_of(&row, &today, row.breach_at - 5, WARN);
	cr_assert(
	        down.stopped && down.next_change == row.breach_at + 1, "the breach comes before the opening");
	timeline_release(&then);
	timeline_release(&today);
}

/* Everything that a screen of any width shows of a clock. */
static void look(
        const struct ticket_row *row, const struct timeline *line, instant now, int64_t warn, char out[160])
{
	struct countdown down = countdown_of(row, line, now, warn);
	int length = snprintf(out, 160, "%d", (int)down.urgency);
	static const int widths[] = {6, 8, 11, 12, 16};
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		char text[40];
		countdown_text(&down, widths[i], 2 * HOUR, text, sizeof text);
		length += snprintf(out + length, 160 - (size_t)length, "|%s", text);
	}
}

Test(countdown, next_change_is_the_first_change)
{
	struct random r = random_start();
	for (int i = 0; i < 400; i++) {
		struct timeline line;
		timeline_init(&line);
		instant t = monday;
		for (int span = 0; span < 60; span++) { /* short days and long ones, some adjoining */
			instant end = t + random_between(&r, 1, random_one_in(&r, 2) ? 90 : 2 * HOUR);
			timeline_add(&line, t, end, 0, NULL);
			t = end + (random_one_in(&r, 3) ? 0 : random_between(&r, 1, 600));
		}
		const struct timeline *used = random_one_in(&r, 8) ? NULL : &line;
		struct ticket_row row = waiting(
		        &line, monday + random_between(&r, 0, 2000), (int32_t)random_between(&r, 0, 3000));
		instant now = row.started_at + random_between(&r, 0, 6000);
		int64_t warn = random_one_in(&r, 2) ? WARN : random_between(&r, 0, 2000);
		char before[160], after[160];
		look(&row, used, now, warn, before);
		instant change = countdown_of(&row, used, now, warn).next_change;
		cr_assert_gt(change, now);
		for (instant s = now + 1; s < change; s++) {
			look(&row, used, s, warn, after);
			cr_assert_str_eq(after, before,
			        "seed 0x%" PRIx64 ": changed %" PRId64 " s before it was said", r.seed,
			        change - s);
		}
		look(&row, used, change, warn, after);
		cr_assert_str_neq(after, before, "seed 0x%" PRIx64 ": woken for nothing", r.seed);
		timeline_release(&line);
	}
}

Test(countdown, durations)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
	        {0, "0 s"},
	        {30, "30 s"},
	        {45 * MINUTE, "45 min"},
	        {90, "1 min 30 s"},
	        {2 * HOUR, "2 h"},
	        {HOUR + 30 * MINUTE, "1 h 30 min"},
	        {HOUR + 1, "1 h 1 s"},
	        {-45 * MINUTE, "-45 min"},
	        {100 * HOUR, "100 h"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[40];
		duration_text(cases[i].seconds, text, sizeof text);
		cr_assert_str_eq(text, cases[i].text);
	}
}
