/*
 * What a clock says and when it will say something else. Time left is counted from due_at and not from started_at and
 * the target: that is the same number, and stays right for a clock that was paused for a while. Whether the wait is
 * breached is the server's word, breach_at, and not counted here: a breached wait keeps the calendar's revision that it
 * was breached by, and only the current one is known here, which may have made a holiday of that day.
 *
 * The wording is a list of candidates, the fullest first; the first that fits the column is shown.
 */
#include "core/countdown.h"

#include "base/i18n.h"
#include "core/civil.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, SECONDS_SHOWN_UNDER = 10 * MINUTE, WORDING_SIZE = 64 };

/* How many working seconds from now until the words or the urgency are others; at most 60. */
static int64_t until_change(const struct countdown *down, int64_t warn_s)
{
	int64_t left = down->left_s;
	if (down->urgency == URGENCY_BREACHED)
		return MINUTE - -left % MINUTE;
	int64_t words = left < SECONDS_SHOWN_UNDER ? 1 : left % MINUTE + 1;
	int64_t warning = down->urgency == URGENCY_CALM ? left - warn_s + 1 : words;
	return warning < words ? warning : words;
}

/* The instant at which `work` seconds are over, or the closing time that comes first. `now` is inside working time. */
static instant over_or_closed(const struct timeline *line, instant now, int64_t work)
{
	int64_t open = 0, shut = work; /* now + open is reached without a break, now + shut is not */
	if (timeline_between(line, now, now + work) == work)
		return now + work;
	while (shut - open > 1) {
		int64_t middle = open + (shut - open) / 2;
		if (timeline_between(line, now, now + middle) == middle)
			open = middle;
		else
			shut = middle;
	}
	return now + open;
}

/* Working time left until due_at, never less than none; after the breach, working time since then, as 0 or less. */
static int64_t left_of(const struct ticket_row *row, const struct timeline *line, instant now, bool breached)
{
	if (breached)
		return line ? -timeline_between(line, row->breach_at, now) : row->breach_at - now;
	if (now >= row->due_at)
		return 0;
	return line ? timeline_between(line, now, row->due_at) : row->due_at - now;
}

static void count_running(struct countdown *down, const struct ticket_row *row, const struct timeline *line,
        instant now, int64_t warn_s)
{
	bool breached = now > row->breach_at;
	down->left_s = left_of(row, line, now, breached);
	down->urgency = breached ? URGENCY_BREACHED : down->left_s < warn_s ? URGENCY_WARNING : URGENCY_CALM;
	down->stopped = line && !timeline_is_open(line, now, &down->opens_at);
	if (down->stopped)
		down->next_change = down->opens_at;
	else if (line)
		down->next_change = over_or_closed(line, now, until_change(down, warn_s));
	else
		down->next_change = now + until_change(down, warn_s);
	if (!breached && row->breach_at < down->next_change)
		down->next_change = row->breach_at + 1;
}

struct countdown countdown_of(
        const struct ticket_row *row, const struct timeline *line, instant now, int64_t warn_s)
{
	struct countdown down = {.opens_at = INSTANT_NONE, .next_change = INSTANT_NONE};
	if (row->metric == METRIC_NONE)
		return down;
	if (row->paused) {
		down.paused = true;
		down.left_s = row->remaining_s;
		down.urgency = row->remaining_s < 0 ? URGENCY_BREACHED : URGENCY_CALM;
		return down;
	}
	if (row->due_at == INSTANT_NONE) {
		down.unpromised = true;
		down.left_s = now > row->started_at ? now - row->started_at : 0;
		down.urgency = URGENCY_CALM;
		down.next_change = now + MINUTE - down.left_s % MINUTE;
		return down;
	}
	count_running(&down, row, line && line->count ? line : NULL, now, warn_s);
	return down;
}

/* ---- words -------------------------------------------------------------------------------------- */

static int cells_of(const char *text)
{
	return text_width(text, strlen(text));
}

/* The working time itself: "9:12", "41m", "1h05", "-0:14". Hours alone where minutes would not fit. */
static void left_words(const struct countdown *down, int columns, char *out, size_t size)
{
	int64_t left = down->left_s;
	int64_t length = left < 0 ? -left : left;
	int64_t hours = length / HOUR, minutes = length % HOUR / MINUTE;
	bool late = down->urgency == URGENCY_BREACHED;
	if (late)
		snprintf(out, size, "-%" PRId64 ":%02" PRId64, hours, minutes);
	else if (left < SECONDS_SHOWN_UNDER)
		snprintf(out, size, "%" PRId64 ":%02" PRId64, left / MINUTE, left % MINUTE);
	else if (left < HOUR)
		snprintf(out, size, _("%lldm"), (long long)minutes);
	else
		snprintf(out, size, _("%lldh%02lld"), (long long)hours, (long long)minutes);
	const char *sign = late ? "-" : "";
	if (cells_of(out) > columns)
		snprintf(out, size, _("%s%lldh"), sign, (long long)hours);
	if (cells_of(out) > columns)
		snprintf(out, size, _("%s%lldd"), sign, (long long)(hours / 24));
}

/* The time waited: "+41m", "+2h05", "+3d". */
static void waited_words(const struct countdown *down, int columns, char *out, size_t size)
{
	int64_t hours = down->left_s / HOUR, minutes = down->left_s % HOUR / MINUTE;
	if (!hours)
		snprintf(out, size, _("+%lldm"), (long long)minutes);
	else if (hours < 24)
		snprintf(out, size, _("+%lldh%02lld"), (long long)hours, (long long)minutes);
	else
		snprintf(out, size, _("+%lldd"), (long long)(hours / 24));
}

/* Takes the wording when it fits and nothing fuller was taken before. */
static bool take(const char *wording, int columns, char *out, size_t size)
{
	if (cells_of(wording) > columns || strlen(wording) >= size)
		return false;
	memcpy(out, wording, strlen(wording) + 1);
	return true;
}

static bool take_stopped(
        const struct countdown *down, const char *left, int columns, int utc_offset_s, char *out, size_t size)
{
	struct civil wall = civil_of(down->opens_at, utc_offset_s);
	const char *weekday = civil_weekday_name(wall.weekday);
	char hour[16], words[WORDING_SIZE];
	snprintf(hour, sizeof hour, wall.minute ? "%d:%02d" : "%d", wall.hour, wall.minute);
	snprintf(words, sizeof words, "%s ·%s %02d:%02d", left, weekday, wall.hour, wall.minute);
	if (take(words, columns, out, size))
		return true;
	snprintf(words, sizeof words, "%s ·%s %s", left, weekday, hour);
	if (take(words, columns, out, size))
		return true;
	if (down->urgency == URGENCY_BREACHED)
		return false; /* how late it is comes before when it goes on */
	snprintf(words, sizeof words, "·%s %s", weekday, hour);
	if (take(words, columns, out, size))
		return true;
	snprintf(words, sizeof words, "·%s %d", weekday, wall.hour);
	if (take(words, columns, out, size))
		return true;
	snprintf(words, sizeof words, "·%s%d", weekday, wall.hour);
	return take(words, columns, out, size);
}

void countdown_text(const struct countdown *down, int columns, int utc_offset_s, char *out, size_t size)
{
	char left[WORDING_SIZE / 2], words[WORDING_SIZE];
	if (!size)
		return;
	*out = '\0';
	if (down->urgency == URGENCY_NONE) {
		take("-", columns, out, size);
		return;
	}
	left_words(down, columns, left, sizeof left);
	if (down->unpromised) {
		waited_words(down, columns, words, sizeof words);
		take(words, columns, out, size);
		return;
	}
	if (down->paused) {
		snprintf(words, sizeof words, _("%s paused"), left);
		if (take(words, columns, out, size) || take(C_("clock", "paused"), columns, out, size))
			return;
	}
	if (down->stopped && down->opens_at != INSTANT_NONE &&
	        take_stopped(down, left, columns, utc_offset_s, out, size))
		return;
	take(left, columns, out, size);
}

/* One unit of a duration: of hours, minutes, seconds the `unit`-th. */
static void unit_words(int unit, bool wide, long long count, char *out, size_t size)
{
	if (unit == 0)
		snprintf(out, size, wide ? _("%lld h") : _("%lldh"), count);
	else if (unit == 1)
		snprintf(out, size, wide ? _("%lld min") : _("%lldm"), count);
	else
		snprintf(out, size, wide ? _("%lld s") : _("%llds"), count);
}

static void duration_words(int64_t seconds, bool wide, char *out, size_t size)
{
	static const int64_t units[] = {HOUR, MINUTE, 1};
	const char *before = seconds < 0 ? "-" : "";
	int64_t rest = seconds < 0 ? -seconds : seconds;
	size_t length = 0;
	if (!rest)
		unit_words(2, wide, 0, out, size);
	for (int unit = 0; unit < 3; unit++) {
		char words[WORDING_SIZE];
		int64_t count = rest / units[unit];
		rest %= units[unit];
		if (!count || length >= size)
			continue;
		unit_words(unit, wide, (long long)count, words, sizeof words);
		length += (size_t)snprintf(out + length, size - length, "%s%s", before, words);
		before = wide ? " " : "";
	}
}

void duration_text(int64_t seconds, char *out, size_t size)
{
	duration_words(seconds, true, out, size);
}

void duration_label(int64_t seconds, char *out, size_t size)
{
	duration_words(seconds, false, out, size);
}
