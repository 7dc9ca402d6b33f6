/*
 * Working-time arithmetic: the same spans that PostgreSQL made of a calendar, and two binary searches.
 *
 * A timeline is a sorted run of half-open spans [start, end) in UTC seconds that do not overlap, each
 * with the working seconds accumulated before it since the calendar's first span. With P(t) = working
 * seconds before t, W(a, b) = P(b) - P(a), and due is the smallest t with P(t) = P(a) + target.
 *
 * Source of the rules: a target is used up at `due`, the earliest instant with W = target; it is breached
 * if and only if W > target, so `breach` is the latest instant with W = target. The two differ only
 * where a target runs out exactly when a span closes: then breach is the next opening.
 */
#ifndef CORE_TIMELINE_H
#define CORE_TIMELINE_H

#include "base/error.h"
#include "core/ticket.h"

#include <stddef.h>

struct span {
	instant start;
	instant end;
	int64_t work_before;
};

struct timeline {
	struct span *spans; /* owned; sorted by start */
	size_t count;
	size_t capacity;
};

void timeline_init(struct timeline *line);
void timeline_release(struct timeline *line);

/* Appends [start, end), which must not begin before the last span's end; adjoining spans stay two.
 * work_before continues from the last span; for the first one it is `work_before`. */
bool timeline_add(struct timeline *line, instant start, instant end, int64_t work_before, struct error *err);

/* P(t): working seconds from the first span's start to t, plus the first span's work_before. */
int64_t timeline_work_before(const struct timeline *line, instant t);

/* W(a, b) in seconds; negative of W(b, a) when b is before a. */
int64_t timeline_between(const struct timeline *line, instant a, instant b);

/*
 * When target_s working seconds (>= 0) counted from `from` are used up. `*due` is the earliest such instant,
 * `*breach` the latest; either may be NULL. ERROR_INPUT when the spans end before the target does. For target
 * 0, due is `from` itself and breach the next opening (or `from` inside working time).
 */
bool timeline_add_work(const struct timeline *line, instant from, int64_t target_s, instant *due,
        instant *breach, struct error *err);

/* Whether t is inside working time; when it is not, *opens (may be NULL) is the next start, or INSTANT_NONE.
 */
bool timeline_is_open(const struct timeline *line, instant t, instant *opens);

#endif
