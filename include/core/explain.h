/*
 * Why a reply clock shows what it shows: the facts as the server tells them (function clock_explain) and their wording.
 * Instants are said in the agent's zone; where the calendar's zone differs, its hours stand beside them.
 */
#ifndef CORE_EXPLAIN_H
#define CORE_EXPLAIN_H

#include "core/civil.h"

#include <stddef.h>

/* What `at`, `until`, `seconds`, `was`, `name` and `detail` of each kind are. */
enum fact_kind {
	FACT_NOW, /* at: of the explanation; seconds: ticket; was: the one that it was merged into; name: subject */
	FACT_WAIT,    /* at, until (none: runs); seconds: target; name: metric; detail: outcome */
	FACT_MESSAGE, /* what opened it. at; name: author */
	FACT_PLAN, /* seconds: target; name: plan; detail: "plan", "priority urgent", "then" for an earlier policy */
	FACT_CALENDAR,  /* seconds: revision; was: the calendar's revision now; name; detail: zone */
	FACT_WORK,      /* at, until, seconds: working time that is over */
	FACT_AHEAD,     /* the same, still to come */
	FACT_CLOSED,    /* at, until: no working time */
	FACT_HOLIDAY,   /* at: noon of a day in it, by the calendar's zone; also of the two below */
	FACT_DAY_OFF,   /* a weekday without hours */
	FACT_EXCEPTION, /* detail: the day's own hours, "" for none */
	FACT_PAUSED, /* at, until (none: still); name: who set the status, "" unknown; detail: the status */
	FACT_LATE,   /* at: due; until; seconds: working time over the target */
	FACT_KEPT,   /* seconds: counted under an earlier calendar or policy, beside what is told above */
	FACT_USED,   /* at; seconds: working time used by then */
	FACT_TARGET, /* at; until: due by it; seconds, was: target and the one before; name: who; detail: what changed */
	FACT_DUE, /* at: due; until: breach */
	FACT_END, /* at; name: who ended it; detail: reason of a dismissal */
	FACT_COUNT
};

struct fact {
	enum fact_kind kind;
	instant at, until; /* INSTANT_NONE for none, like the two below */
	int64_t seconds, was;
	int32_t utc_offset_s; /* of the calendar's zone at `at` */
	bool has_zone;        /* there is a calendar */
	char *name, *detail;  /* owned; "" for none. Hostile: sanitise before a sink */
};

struct explanation {
	struct fact *facts; /* of one wait after the other, each from its FACT_WAIT on */
	size_t count;
};

void explanation_init(struct explanation *explanation);
void explanation_release(struct explanation *explanation);
/* Appends an empty fact (valid until the next add). */
struct fact *explanation_add(struct explanation *explanation);
/* FACT_COUNT: no such word. */
enum fact_kind fact_kind_of(const char *word);
const char *fact_kind_word(enum fact_kind kind);

enum explain_style { EXPLAIN_HEADING, EXPLAIN_TEXT, EXPLAIN_DIM, EXPLAIN_LATE };

/* Calls `say` for each line; `key` is the word at its left, "" for a heading. The text is sanitised. */
typedef void explain_say(void *context, enum explain_style style, const char *key, const char *text);
void explain_words(
        const struct explanation *explanation, civil_zone *offset, explain_say *say, void *context);

#endif
