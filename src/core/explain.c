/*
 * The wording of a clock's explanation: one small function for each kind of fact, found in a table. Facts come in the
 * order in which they are told, so telling is one walk that keeps a running sum.
 */
#include "core/explain.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "core/civil.h"
#include "core/duration.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- facts -------------------------------------------------------------------------------------- */

static const char *const kind_words[FACT_COUNT] = {
        [FACT_NOW] = "now",
        [FACT_WAIT] = "wait",
        [FACT_MESSAGE] = "message",
        [FACT_PLAN] = "plan",
        [FACT_CALENDAR] = "calendar",
        [FACT_WORK] = "work",
        [FACT_AHEAD] = "ahead",
        [FACT_CLOSED] = "closed",
        [FACT_HOLIDAY] = "holiday",
        [FACT_DAY_OFF] = "day_off",
        [FACT_EXCEPTION] = "exception",
        [FACT_PAUSED] = "paused",
        [FACT_LATE] = "late",
        [FACT_KEPT] = "kept",
        [FACT_USED] = "used",
        [FACT_TARGET] = "target",
        [FACT_DUE] = "due",
        [FACT_END] = "end",
};

enum fact_kind fact_kind_of(const char *word)
{
	enum fact_kind kind = 0;
	while (kind < FACT_COUNT && strcmp(kind_words[kind], word) != 0)
		kind++;
	return kind;
}

const char *fact_kind_word(enum fact_kind kind)
{
	return kind_words[kind];
}

void explanation_init(struct explanation *explanation)
{
	*explanation = (struct explanation){0};
}

void explanation_release(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->count; i++) {
		free(explanation->facts[i].name);
		free(explanation->facts[i].detail);
	}
	free(explanation->facts);
	explanation_init(explanation);
}

struct fact *explanation_add(struct explanation *explanation)
{
	size_t count = explanation->count;
	if (!(count & (count - 1)))
		explanation->facts =
		        alloc_grow(explanation->facts, count ? count * 2 : 1, sizeof *explanation->facts);
	struct fact *fact = &explanation->facts[explanation->count++];
	*fact = (struct fact){0};
	return fact;
}

/* ---- the teller --------------------------------------------------------------------------------- */

struct teller {
	explain_offset *offset;
	explain_say *say;
	void *context;
	instant now;
	int64_t merged_into;         /* INSTANT_NONE: it was not */
	const struct fact *wait;     /* the one being told */
	const struct fact *calendar; /* its calendar; NULL: none */
	int64_t sum;                 /* working time told so far */
	int64_t day;                 /* that was named last */
	bool paused;                 /* still */
	struct strbuf line;
};

static void begin(struct teller *teller)
{
	strbuf_clear(&teller->line);
}

static void finish(struct teller *teller, enum explain_style style, const char *key)
{
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, teller->line.data, teller->line.length, TEXT_ONE_LINE);
	teller->say(teller->context, style, key, clean.data);
	strbuf_release(&clean);
}

static void add_length(struct strbuf *out, int64_t seconds)
{
	char word[32];
	duration_word(seconds < 0 ? -seconds : seconds, word, sizeof word);
	strbuf_addf(out, "%s%s", seconds < 0 ? "-" : "", word);
}

static void add_hour(struct strbuf *out, instant t, int offset_s)
{
	struct civil c = civil_of(t, offset_s);
	strbuf_addf(out, "%02d:%02d", c.hour, c.minute);
	if (c.second)
		strbuf_addf(out, ":%02d", c.second);
}

static void add_day(struct teller *teller, instant t, int offset_s)
{
	struct civil c = civil_of(t, offset_s);
	strbuf_addf(
	        &teller->line, "%s %d %s", civil_weekday_name(c.weekday), c.day, civil_month_name(c.month));
	if (c.year != civil_of(teller->now, teller->offset(teller->now)).year)
		strbuf_addf(&teller->line, " %d", c.year);
}

static void add_instant(struct teller *teller, instant t)
{
	add_day(teller, t, teller->offset(t));
	strbuf_addc(&teller->line, ' ');
	add_hour(&teller->line, t, teller->offset(t));
}

static bool same_zone(const struct teller *teller, const struct fact *fact, instant t)
{
	return !fact->has_zone || teller->offset(t) == fact->utc_offset_s;
}

/* "Mon 23 Nov 15:00-17:00", the day of the end where it is another, and the calendar's own hours. */
static void add_span(struct teller *teller, const struct fact *fact, const char *joint)
{
	struct strbuf *line = &teller->line;
	int from = teller->offset(fact->at), to = teller->offset(fact->until);
	add_instant(teller, fact->at);
	strbuf_adds(line, joint);
	if (civil_day(fact->at, from) == civil_day(fact->until, to))
		add_hour(line, fact->until, to);
	else
		add_instant(teller, fact->until);
	if (same_zone(teller, fact, fact->at))
		return;
	strbuf_adds(line, " (");
	add_hour(line, fact->at, fact->utc_offset_s);
	strbuf_addc(line, '-');
	add_hour(line, fact->until, fact->utc_offset_s);
	strbuf_adds(line, " there)");
}

static void add_utc(struct strbuf *out, int offset_s)
{
	int minutes = abs(offset_s) / 60;
	strbuf_addf(out, "UTC%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* ---- one function for each kind ------------------------------------------------------------------- */

static const char *metric_words(const char *metric)
{
	return strcmp(metric, "first_reply") == 0  ? "First reply"
	       : strcmp(metric, "next_reply") == 0 ? "Next reply"
	                                           : "Resolution";
}

static const char *outcome_words(const char *outcome)
{
	return strcmp(outcome, "closed_unanswered") == 0 ? "closed without an answer"
	       : strcmp(outcome, "dismissed") == 0       ? "no reply was needed"
	                                                 : outcome;
}

static void tell_now(struct teller *teller, const struct fact *fact)
{
	teller->now = fact->at;
	teller->merged_into = fact->was;
	strbuf_addf(&teller->line, "Ticket %" PRId64 ": %s", fact->seconds, fact->name);
	finish(teller, EXPLAIN_HEADING, "");
}

static void tell_wait(struct teller *teller, const struct fact *fact)
{
	teller->wait = fact;
	teller->calendar = NULL;
	teller->sum = 0;
	teller->day = INT64_MIN;
	teller->paused = false;
	strbuf_addf(&teller->line, "%s: ", metric_words(fact->name));
	strbuf_adds(&teller->line, *fact->detail ? outcome_words(fact->detail) : "the customer is waiting");
	finish(teller, EXPLAIN_HEADING, "");
}

static void tell_message(struct teller *teller, const struct fact *fact)
{
	add_instant(teller, fact->at);
	strbuf_addf(&teller->line, ", by a message of %s", fact->name);
	if (teller->wait->at != fact->at) {
		strbuf_adds(&teller->line, "; counted from ");
		add_instant(teller, teller->wait->at);
	}
	finish(teller, EXPLAIN_TEXT, "opened");
}

static void tell_plan(struct teller *teller, const struct fact *fact)
{
	struct strbuf *line = &teller->line;
	if (fact->seconds == INSTANT_NONE) {
		strbuf_adds(line, *fact->name ? "none by the plan " : "none, the organization has no plan");
		strbuf_adds(line, fact->name);
	} else {
		add_length(line, fact->seconds);
		strbuf_addf(line, " of working time by the plan %s", fact->name);
		if (strcmp(fact->detail, "then") == 0)
			strbuf_adds(line, ", as it was promised then; the policy has changed since");
		else if (strcmp(fact->detail, "plan") == 0)
			strbuf_adds(line, ", its general target");
		else
			strbuf_addf(line, ", its own target for %s", fact->detail);
	}
	finish(teller, EXPLAIN_TEXT, "promise");
}

static void tell_calendar(struct teller *teller, const struct fact *fact)
{
	struct strbuf *line = &teller->line;
	teller->calendar = fact;
	strbuf_addf(line, "%s, hours of %s (", fact->name, fact->detail);
	add_utc(line, fact->utc_offset_s);
	strbuf_addc(line, ')');
	if (!same_zone(teller, fact, fact->at)) {
		strbuf_adds(line, "; times here are yours (");
		add_utc(line, teller->offset(fact->at));
		strbuf_adds(line, "), the calendar's stand behind them");
	}
	if (fact->seconds != fact->was)
		strbuf_addf(line, "; measured with its revision %" PRId64 ", now it has %" PRId64,
		        fact->seconds, fact->was);
	finish(teller, EXPLAIN_TEXT, "calendar");
}

static void tell_work(struct teller *teller, const struct fact *fact)
{
	bool ahead = fact->kind == FACT_AHEAD;
	teller->sum += fact->seconds;
	add_span(teller, fact, "-");
	strbuf_adds(&teller->line, ": ");
	add_length(&teller->line, fact->seconds);
	strbuf_adds(&teller->line, ", together ");
	add_length(&teller->line, teller->sum);
	finish(teller, ahead ? EXPLAIN_DIM : EXPLAIN_TEXT, ahead ? "to come" : "worked");
}

static void tell_closed(struct teller *teller, const struct fact *fact)
{
	add_span(teller, fact, " until ");
	finish(teller, EXPLAIN_DIM, "closed");
}

static void tell_day(struct teller *teller, const struct fact *fact)
{
	int64_t day = civil_day(fact->at, fact->utc_offset_s);
	if (day == teller->day) /* two closed spans can touch one day */
		return;
	teller->day = day;
	add_day(teller, fact->at, fact->utc_offset_s);
	if (fact->kind == FACT_HOLIDAY)
		strbuf_adds(&teller->line, " is a holiday");
	else if (fact->kind == FACT_DAY_OFF)
		strbuf_adds(&teller->line, " is no working day");
	else if (*fact->detail)
		strbuf_addf(&teller->line, " has hours of its own: %s", fact->detail);
	else
		strbuf_adds(&teller->line, " is closed by an exception");
	finish(teller, EXPLAIN_DIM,
	        fact->kind == FACT_HOLIDAY   ? "holiday"
	        : fact->kind == FACT_DAY_OFF ? "day off"
	                                     : "hours");
}

static void tell_paused(struct teller *teller, const struct fact *fact)
{
	teller->paused = fact->until == INSTANT_NONE;
	if (teller->paused) {
		strbuf_adds(&teller->line, "since ");
		add_instant(teller, fact->at);
	} else {
		add_span(teller, fact, " until ");
	}
	if (*fact->name)
		strbuf_addf(&teller->line, ": %s set it to %s", fact->name, fact->detail);
	else
		strbuf_addf(&teller->line, ": the status was %s", fact->detail);
	finish(teller, EXPLAIN_DIM, "paused");
}

static void tell_late(struct teller *teller, const struct fact *fact)
{
	teller->sum += fact->seconds;
	add_instant(teller, fact->at);
	strbuf_adds(&teller->line, " until ");
	add_instant(teller, fact->until);
	strbuf_adds(&teller->line, ": ");
	add_length(&teller->line, fact->seconds);
	strbuf_adds(&teller->line, " of working time over the target, together ");
	add_length(&teller->line, teller->sum);
	finish(teller, EXPLAIN_LATE, "late");
}

static void tell_kept(struct teller *teller, const struct fact *fact)
{
	add_length(&teller->line, fact->seconds);
	strbuf_adds(&teller->line, " by what an earlier calendar or policy counted otherwise");
	finish(teller, EXPLAIN_TEXT, "earlier");
}

static void tell_used(struct teller *teller, const struct fact *fact)
{
	int64_t left = teller->wait->seconds - fact->seconds;
	add_length(&teller->line, fact->seconds);
	strbuf_adds(&teller->line, " of ");
	add_length(&teller->line, teller->wait->seconds);
	strbuf_adds(&teller->line, left < 0 ? ", late by " : ", left ");
	add_length(&teller->line, left < 0 ? -left : left);
	if (!*teller->wait->detail && teller->paused)
		strbuf_adds(&teller->line, "; the clock stands still");
	finish(teller, left < 0 ? EXPLAIN_LATE : EXPLAIN_TEXT, "used");
}

static void add_target(struct strbuf *out, int64_t seconds)
{
	if (seconds == INSTANT_NONE)
		strbuf_adds(out, "none");
	else
		add_length(out, seconds);
}

static void tell_target(struct teller *teller, const struct fact *fact)
{
	struct strbuf *line = &teller->line;
	add_instant(teller, fact->at);
	strbuf_addf(line, ": %s changed the %s; target ", fact->name, fact->detail);
	add_target(line, fact->was);
	strbuf_adds(line, " -> ");
	add_target(line, fact->seconds);
	if (fact->until != INSTANT_NONE) {
		strbuf_adds(line, ", due ");
		add_instant(teller, fact->until);
	}
	finish(teller, EXPLAIN_TEXT, "changed");
}

static void tell_due(struct teller *teller, const struct fact *fact)
{
	add_instant(teller, fact->at);
	finish(teller, EXPLAIN_TEXT, "due");
	begin(teller);
	strbuf_adds(&teller->line, "after ");
	add_instant(teller, fact->until);
	if (fact->until != fact->at)
		strbuf_adds(&teller->line,
		        ": the target runs out exactly at closing time, and closed hours do not count, "
		        "so a reply before the next opening is in time");
	finish(teller, EXPLAIN_TEXT, "breach");
}

static void tell_end(struct teller *teller, const struct fact *fact)
{
	add_instant(teller, fact->at);
	if (*fact->name)
		strbuf_addf(&teller->line, " by %s", fact->name);
	if (*fact->detail)
		strbuf_addf(&teller->line, ": %s", fact->detail);
	finish(teller, EXPLAIN_TEXT, "ended");
}

typedef void tell(struct teller *teller, const struct fact *fact);

static tell *const tells[FACT_COUNT] = {
        [FACT_NOW] = tell_now,
        [FACT_WAIT] = tell_wait,
        [FACT_MESSAGE] = tell_message,
        [FACT_PLAN] = tell_plan,
        [FACT_CALENDAR] = tell_calendar,
        [FACT_WORK] = tell_work,
        [FACT_AHEAD] = tell_work,
        [FACT_CLOSED] = tell_closed,
        [FACT_HOLIDAY] = tell_day,
        [FACT_DAY_OFF] = tell_day,
        [FACT_EXCEPTION] = tell_day,
        [FACT_PAUSED] = tell_paused,
        [FACT_LATE] = tell_late,
        [FACT_KEPT] = tell_kept,
        [FACT_USED] = tell_used,
        [FACT_TARGET] = tell_target,
        [FACT_DUE] = tell_due,
        [FACT_END] = tell_end,
};

/* ---- the whole ---------------------------------------------------------------------------------- */

static void tell_rule(struct teller *teller)
{
	begin(teller);
	if (!teller->calendar)
		strbuf_adds(&teller->line,
		        "nothing was promised, so nothing counts down; the customer waits all the same");
	else if (strcmp(teller->wait->name, "resolution") == 0)
		strbuf_adds(&teller->line,
		        "working hours count from the customer's message until the ticket is closed");
	else
		strbuf_adds(&teller->line,
		        "working hours count from the oldest unanswered message until an agent's "
		        "public reply; the target used up is due, one second more a breach");
	finish(teller, EXPLAIN_DIM, "rule");
}

void explain_words(
        const struct explanation *explanation, explain_offset *offset, explain_say *say, void *context)
{
	struct teller teller = {.offset = offset,
	        .say = say,
	        .context = context,
	        .line = STRBUF_INIT,
	        .merged_into = INSTANT_NONE};
	for (size_t i = 0; i < explanation->count; i++) {
		const struct fact *fact = &explanation->facts[i];
		if (fact->kind == FACT_WAIT && teller.wait)
			tell_rule(&teller);
		begin(&teller);
		tells[fact->kind](&teller, fact);
	}
	if (teller.wait) {
		tell_rule(&teller);
	} else {
		begin(&teller);
		if (teller.merged_into != INSTANT_NONE)
			strbuf_addf(&teller.line,
			        "It was merged into ticket %" PRId64 ": its waits are told there.",
			        teller.merged_into);
		else
			strbuf_adds(&teller.line,
			        "No customer's message has opened a wait on this ticket: no clock runs.");
		finish(&teller, EXPLAIN_TEXT, "");
	}
	strbuf_release(&teller.line);
}
