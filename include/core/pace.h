/*
 * When a console asks for what changed.
 *
 * A wake-up says that something was committed, and the server sends at most one in 50 ms: what was committed in the rest
 * of those 50 ms has none of its own. So a wake-up is answered at once and once more when that time is over, unless
 * a later question comes anyway: in a row of wake-ups the second answer to one is the first to the next.
 *
 * No console asks twice in 50 ms, and one that gets many rows asks less often (two rows in three milliseconds: it follows some 600 changes a second at once), so that a storm
 * of changes costs the server no more than a busy day. All consoles hear a wake-up in the same moment, so each waits a
 * little, by chance. Without any wake-up one question a second is asked: a standby has none, and a transaction that
 * was slow to commit may have missed its own.
 */
#ifndef CORE_PACE_H
#define CORE_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_WAKE_MS = 50,     /* the server's throttle (SQL function wake) */
	PACE_SPREAD_MS = 20,   /* the longest wait by chance */
	PACE_SLOWEST_MS = 500, /* however many rows come */
	PACE_SAFETY_MS = 1000,
};

/* Milliseconds of a monotonic clock; what is zero counts as long ago. */
struct pace {
	int64_t asked_at;
	int64_t interval;  /* to the next question */
	int64_t covers_at; /* a question asked from then on sees all that the last wake-up spoke of */
	int64_t due_at;    /* of the next question that a wake-up wants; INT64_MAX: none */
};

/* Nothing is wanted but the safety question, a second from now. */
void pace_start(struct pace *pace, int64_t now);
/* chance: any number; it says how long this one waits. */
void pace_wake(struct pace *pace, int64_t now, uint32_t chance);
void pace_asked(struct pace *pace, int64_t now);
void pace_answered(struct pace *pace, int64_t rows);
/* When to ask next. */
int64_t pace_due(const struct pace *pace);

/* Whether the server knows less than it did: its oldest running transaction (xid8, decimal) is older than one that was
 * seen before. It has lost commits, as after a failover or a restore, and what is shown may not exist there any more. */
bool pace_went_back(const char *cursor_before, const char *cursor_now);

#endif
