/*
 * When a console asks for what changed: pure arithmetic on instants, so that the guarantees can be tested without waiting.
 */
#include "core/pace.h"

#include <stdlib.h>

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void pace_start(struct pace *pace, int64_t now)
{
	*pace = (struct pace){
	        .asked_at = now, .interval = PACE_WAKE_MS, .covers_at = now, .due_at = INT64_MAX};
}

void pace_wake(struct pace *pace, int64_t now, uint32_t chance)
{
	int64_t soon = later(now + chance % (PACE_SPREAD_MS + 1), pace->asked_at + pace->interval);
	pace->covers_at = now + PACE_WAKE_MS;
	if (soon < pace->due_at)
		pace->due_at = soon;
}

void pace_asked(struct pace *pace, int64_t now)
{
	bool covered = now >= pace->covers_at;
	pace->asked_at = now;
	pace->interval = PACE_WAKE_MS;
	pace->due_at = covered ? INT64_MAX : later(pace->covers_at, now + PACE_WAKE_MS);
}

void pace_answered(struct pace *pace, int64_t rows)
{
	int64_t wanted = rows * 3 / 2;
	pace->interval = wanted < PACE_WAKE_MS      ? PACE_WAKE_MS
	                 : wanted < PACE_SLOWEST_MS ? wanted
	                                            : PACE_SLOWEST_MS;
	if (pace->due_at != INT64_MAX)
		pace->due_at = later(pace->due_at, pace->asked_at + pace->interval);
}

int64_t pace_due(const struct pace *pace)
{
	int64_t safety = pace->asked_at + PACE_SAFETY_MS;
	return pace->due_at < safety ? pace->due_at : safety;
}

bool pace_went_back(const char *cursor_before, const char *cursor_now)
{
	return strtoull(cursor_now, NULL, 10) < strtoull(cursor_before, NULL, 10);
}
