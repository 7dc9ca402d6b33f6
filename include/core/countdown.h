/*
 * What a reply clock says on the screen. All in working time; it says so when the clock stands still.
 *
 *   9:12             under ten minutes: minutes and seconds
 *   41m              under an hour: minutes
 *   1h05             hours and minutes
 *   3h41 ·Mon 09:00  stopped until then (the calendar is closed); where there is no room: 3h41 ·Mon 9, ·Mon 9, ·Mon9
 *   1h20 paused      the policy pauses this clock in this status
 *   -0:14            breached: hours and minutes of working time since (-0:14 is 14 minutes, -0:00 less than one); -26:10;
 *                    stopped as well, and there is room: -0:14 ·Mon 9
 *   +2h05            waiting for 2 h 05 by the wall; no plan promises this customer a time
 *   -                nobody is waiting
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
	bool unpromised; /* a customer waits, but no plan promises a time: left_s counts the seconds waited, by the wall */
	int64_t left_s;   /* working seconds left; when breached, 0 or less: working seconds since then */
	instant opens_at; /* when a stopped clock goes on; INSTANT_NONE otherwise */
	/* The first instant at which a wording or the urgency is another, for arming a timer; INSTANT_NONE: never by
	 * itself. When a breached clock stops or goes on, only its fuller wordings change. */
	instant next_change;
};

/*
 * The state of a row's clock at `now` (server time). `line` is the timeline of row->calendar_id; with NULL or an empty
 * one (spans not loaded) wall-clock time until due_at is used and nothing is stopped. warn_s: working seconds
 * under which it warns.
 *
 * Breached if and only if now > breach_at: that instant is the server's, by the calendar that held when the wait was
 * breached, and no later holiday takes it back. How long ago that is in working time is counted by `line`, the calendar
 * of today.
 */
struct countdown countdown_of(
        const struct ticket_row *row, const struct timeline *line, instant now, int64_t warn_s);

/* Words it in at most `columns` cells (6 or more); utc_offset_s turns opens_at into a wall clock (weekday and
 * hour). Never longer than `size` bytes; always NUL-terminated. */
void countdown_text(const struct countdown *down, int columns, int utc_offset_s, char *out, size_t size);

/* A duration of working time for sentences: "2 h", "1 h 30 min", "45 min", "30 s". */
void duration_text(int64_t seconds, char *out, size_t size);
/* The same where room is dear: "1h30m". What is written to files and scripts is duration_word(). */
void duration_label(int64_t seconds, char *out, size_t size);

#endif
