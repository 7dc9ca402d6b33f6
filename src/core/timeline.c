/*
 * Working time by look-up. Both questions are the same search over a rising column of the spans: by `start` to find P(t),
 * by `work_before` to find the instant at which an amount of work is reached. Calendars are regular (the same
 * hours each week), so the place is guessed by proportion and then corrected by doubling steps: a few
 * comparisons where a calendar is even, and never more than O(log n) where it is not.
 */
#include "core/timeline.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>

void timeline_init(struct timeline *line)
{
	*line = (struct timeline){NULL, 0, 0};
}

void timeline_release(struct timeline *line)
{
	free(line->spans);
	timeline_init(line);
}

bool timeline_add(struct timeline *line, instant start, instant end, int64_t work_before, struct error *err)
{
	if (end <= start)
		return error_set(err, ERROR_INPUT,
		        "a span of working time must end after its beginning: %" PRId64 " to %" PRId64, start,
		        end);
	if (line->count) {
		const struct span *last = &line->spans[line->count - 1];
		if (start < last->end)
			return error_set(err, ERROR_INPUT,
			        "a span of working time begins at %" PRId64
			        ", before the one before it ends (%" PRId64 ")",
			        start, last->end);
		work_before = last->work_before + (last->end - last->start);
	}
	if (line->count == line->capacity) {
		line->capacity = line->capacity ? line->capacity * 2 : 64;
		line->spans = alloc_grow(line->spans, line->capacity, sizeof *line->spans);
	}
	line->spans[line->count++] = (struct span){start, end, work_before};
	return true;
}

/* The two rising columns that are searched. */
enum column { BY_START = offsetof(struct span, start), BY_WORK = offsetof(struct span, work_before) };

static inline __attribute__((always_inline)) int64_t value_at(
        const struct timeline *line, enum column column, size_t i)
{
	return *(const int64_t *)((const char *)&line->spans[i] + column);
}

/* The last i in [low, high) whose value is at most `sought`; that of `low` is. */
static inline __attribute__((always_inline)) size_t bisect(
        const struct timeline *line, enum column column, size_t low, size_t high, int64_t sought)
{
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (value_at(line, column, middle) <= sought)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The last span whose value in `column` is at most `sought`, looked for around `guess`. The first span's is. */
static inline __attribute__((always_inline)) size_t find_near(
        const struct timeline *line, enum column column, size_t guess, int64_t sought)
{
	size_t step = 1;
	if (value_at(line, column, guess) <= sought) {
		size_t low = guess;
		while (low + step < line->count && value_at(line, column, low + step) <= sought) {
			low += step;
			step *= 2;
		}
		size_t high = low + step < line->count ? low + step : line->count;
		return bisect(line, column, low, high, sought);
	}
	size_t high = guess;
	while (high > step && value_at(line, column, high - step) > sought) {
		high -= step;
		step *= 2;
	}
	return bisect(line, column, high > step ? high - step : 0, high, sought);
}

/* The last span that starts at or before t. The first one does. */
static size_t span_at(const struct timeline *line, instant t)
{
	size_t last = line->count - 1;
	double first = (double)line->spans[0].start;
	double whole = (double)line->spans[last].start - first;
	double share = whole > 0 ? ((double)t - first) / whole : 0;
	size_t guess = share >= 1 ? last : (size_t)(share * (double)last);
	return find_near(line, BY_START, guess, t);
}

/* P(t), and the span that it was found in. Before the first span that is the first one. */
static int64_t work_before(const struct timeline *line, instant t, size_t *found)
{
	*found = 0;
	if (t <= line->spans[0].start)
		return line->spans[0].work_before;
	*found = span_at(line, t);
	const struct span *span = &line->spans[*found];
	return span->work_before + ((t < span->end ? t : span->end) - span->start);
}

int64_t timeline_work_before(const struct timeline *line, instant t)
{
	size_t found;
	return line->count ? work_before(line, t, &found) : 0;
}

int64_t timeline_between(const struct timeline *line, instant a, instant b)
{
	return timeline_work_before(line, b) - timeline_work_before(line, a);
}

static bool ends_early(struct error *err)
{
	return error_set(err, ERROR_INPUT, "the calendar ends before that much working time is over");
}

/* Target 0: used up at once, and not breached until working time goes on. */
static bool add_nothing(const struct timeline *line, instant from, size_t at, instant *due, instant *breach,
        struct error *err)
{
	instant opens = from;
	if (!line->count)
		opens = INSTANT_NONE;
	else if (from < line->spans[0].start)
		opens = line->spans[0].start;
	else if (from >= line->spans[at].end)
		opens = at + 1 < line->count ? line->spans[at + 1].start : INSTANT_NONE;
	if (breach && opens == INSTANT_NONE)
		return ends_early(err);
	if (due)
		*due = from;
	if (breach)
		*breach = opens;
	return true;
}

bool timeline_add_work(const struct timeline *line, instant from, int64_t target_s, instant *due,
        instant *breach, struct error *err)
{
	if (target_s < 0)
		return error_set(err, ERROR_INPUT,
		        "working time is counted forwards: %" PRId64 " s is less than none", target_s);
	size_t at = 0;
	int64_t done = line->count ? work_before(line, from, &at) : 0;
	if (target_s == 0)
		return add_nothing(line, from, at, due, breach, err);
	int64_t goal;
	if (!line->count || __builtin_add_overflow(done, target_s, &goal))
		return ends_early(err);

	/* The span in which the goal is reached: the last one with less than `goal` done before it. */
	at = find_near(line, BY_WORK, at, goal - 1);
	const struct span *span = &line->spans[at];
	int64_t rest = goal - span->work_before;
	if (rest > span->end - span->start)
		return ends_early(err);
	instant used_up = span->start + rest;
	instant latest = used_up;
	if (used_up == span->end) {
		if (breach && at + 1 == line->count)
			return ends_early(err);
		latest = at + 1 < line->count ? line->spans[at + 1].start : INSTANT_NONE;
	}
	if (due)
		*due = used_up;
	if (breach)
		*breach = latest;
	return true;
}

bool timeline_is_open(const struct timeline *line, instant t, instant *opens)
{
	instant next = INSTANT_NONE;
	if (line->count) {
		if (t < line->spans[0].start) {
			next = line->spans[0].start;
		} else {
			size_t at = span_at(line, t);
			if (t < line->spans[at].end)
				return true;
			if (at + 1 < line->count)
				next = line->spans[at + 1].start;
		}
	}
	if (opens)
		*opens = next;
	return false;
}
