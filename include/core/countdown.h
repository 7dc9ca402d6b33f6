/*
 * What a reply clock says on the screen. All in working time; it says so when the clock stands still.
 *
 *   9:12          under ten minutes: minutes and seconds
 *   41m           under an hour: minutes
 *   1h05          hours and minutes
 *   3h41 ·Mon 9   stopped until then (the calendar is closed); short form in a narrow column: ·Mon 9
 *   1h20 paused   the policy pauses this clock in this status
 *   -0:14         breached: hours and minutes of working time since, counting up (-0:14 is 14 minutes);
 * -26:10
 *   -             nobody is waiting
 */
#ifndef CORE_COUNTDOWN_H
#define CORE_COUNTDOWN_H

#include "core/ticket.h"
#include "core/timeline.h"

#include <stddef.h>

enum urgency { URGENCY_NONE, URGENCY_CALM, URGENCY_WARNING, URGENCY_BREACHED };

struct countdown {
	enum urgency urgency;
	bool stopped; /* the calendar is closed now */
	bool paused;
	int64_t left_s;      /* working seconds left; negative: working seconds since the breach began */
	instant opens_at;    /* when a stopped clock goes on; INSTANT_NONE otherwise */
	instant next_change; /* when the shortest wording changes next, for arming a timer; INSTANT_NONE:
	                        never by itself */
};

/*
 * The state of a row's clock at `now` (server time). `line` is the timeline of row->calendar_id; with NULL
 * (spans not loaded) wall-clock time until due_at is used and nothing is stopped. warn_s: working seconds
 * under which it warns. Breached if and only if W(started_at, now) > target_s.
 */
struct countdown countdown_of(
        const struct ticket_row *row, const struct timeline *line, instant now, int64_t warn_s);

/* Words it in at most `columns` cells (6 or more); utc_offset_s turns opens_at into a wall clock (weekday and
 * hour). Never longer than `size` bytes; always NUL-terminated. */
void countdown_text(const struct countdown *down, int columns, int utc_offset_s, char *out, size_t size);

/* A duration of working time for sentences: "2 h", "1 h 30 min", "45 min", "30 s". */
void duration_text(int64_t seconds, char *out, size_t size);

#endif
