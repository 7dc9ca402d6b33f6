/*
 * The wording of a clock's explanation: one small function for each kind of fact, found in a table. Facts come in the
 * order in which they are told, so telling is one walk that keeps a running sum.
 */
#include "core/explain.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "core/civil.h"
#include "core/countdown.h"
#include "core/text.h"

#include <stdarg.h>
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
	civil_zone *offset;
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

/* A piece of a sentence. Sentences are whole texts with their pieces put in, because languages order them differently. */
struct piece {
	char text[240];
};

static struct piece piece_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

static struct piece piece_of(const char *format, ...)
{
	struct piece piece;
	va_list args;
	va_start(args, format);
	vsnprintf(piece.text, sizeof piece.text, format, args);
	va_end(args);
	return piece;
}

static struct piece length_of(int64_t seconds)
{
	struct piece piece;
	duration_label(seconds, piece.text, sizeof piece.text);
	return piece;
}

static struct piece hour_of(instant t, int offset_s)
{
	struct civil c = civil_of(t, offset_s);
	return c.second ? piece_of("%02d:%02d:%02d", c.hour, c.minute, c.second)
	                : piece_of("%02d:%02d", c.hour, c.minute);
}

static struct piece day_of(const struct teller *teller, instant t, int offset_s)
{
	struct civil c = civil_of(t, offset_s);
	const char *weekday = civil_weekday_name(c.weekday), *month = civil_month_name(c.month);
	return c.year == civil_of(teller->now, teller->offset(teller->now)).year
	               ? piece_of("%s %d %s", weekday, c.day, month)
	               : piece_of("%s %d %s %d", weekday, c.day, month, c.year);
}

static struct piece instant_of(const struct teller *teller, instant t)
{
	int offset_s = teller->offset(t);
	return piece_of("%s %s", day_of(teller, t, offset_s).text, hour_of(t, offset_s).text);
}

static bool same_zone(const struct teller *teller, const struct fact *fact, instant t)
{
	return !fact->has_zone || teller->offset(t) == fact->utc_offset_s;
}

/* "Mon 23 Nov 15:00-17:00", or "... until 17:00", the day of the end where it is another, and the calendar's own hours. */
static struct piece span_of(const struct teller *teller, const struct fact *fact, bool until)
{
	int from = teller->offset(fact->at), to = teller->offset(fact->until);
	bool one_day = civil_day(fact->at, from) == civil_day(fact->until, to);
	struct piece end = one_day ? hour_of(fact->until, to) : instant_of(teller, fact->until);
	struct piece here =
	        piece_of(until ? _("%s until %s") : "%s-%s", instant_of(teller, fact->at).text, end.text);
	return same_zone(teller, fact, fact->at) ? here
	                                         : piece_of(_("%s (%s-%s there)"), here.text,
	                                                   hour_of(fact->at, fact->utc_offset_s).text,
	                                                   hour_of(fact->until, fact->utc_offset_s).text);
}

static struct piece utc_of(int offset_s)
{
	int minutes = abs(offset_s) / 60;
	return piece_of("UTC%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* ---- one function for each kind ------------------------------------------------------------------- */

static const char *metric_words(const char *metric)
{
	return strcmp(metric, "first_reply") == 0  ? _("First reply")
	       : strcmp(metric, "next_reply") == 0 ? _("Next reply")
	                                           : _("Resolution");
}

static const char *outcome_words(const char *outcome)
{
	static const struct {
		const char *word, *said;
	} outcomes[] = {{"", N_("the customer is waiting")}, {"met", N_("met")}, {"breached", N_("breached")},
	        {"closed_unanswered", N_("closed without an answer")},
	        {"dismissed", N_("no reply was needed")}};
	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
		if (strcmp(outcomes[i].word, outcome) == 0)
			return _(outcomes[i].said);
	return outcome;
}

static const char *status_words(const char *word)
{
	enum status status;
	return status_parse(word, &status) ? status_label(status) : word;
}

static void tell_now(struct teller *teller, const struct fact *fact)
{
	teller->now = fact->at;
	teller->merged_into = fact->was;
	strbuf_addf(&teller->line, _("Ticket %lld: %s"), (long long)fact->seconds, fact->name);
	finish(teller, EXPLAIN_HEADING, "");
}

static void tell_wait(struct teller *teller, const struct fact *fact)
{
	teller->wait = fact;
	teller->calendar = NULL;
	teller->sum = 0;
	teller->day = INT64_MIN;
	teller->paused = false;
	strbuf_addf(&teller->line, "%s: %s", metric_words(fact->name), outcome_words(fact->detail));
	finish(teller, EXPLAIN_HEADING, "");
}

static void tell_message(struct teller *teller, const struct fact *fact)
{
	if (teller->wait->at == fact->at)
		strbuf_addf(&teller->line, _("%s, by a message of %s"), instant_of(teller, fact->at).text,
		        fact->name);
	else
		strbuf_addf(&teller->line, _("%s, by a message of %s; counted from %s"),
		        instant_of(teller, fact->at).text, fact->name,
		        instant_of(teller, teller->wait->at).text);
	finish(teller, EXPLAIN_TEXT, _("opened"));
}

/* "priority urgent, channel phone": what a target of its own is for. */
static void add_narrowing(struct strbuf *out, const char *detail)
{
	while (*detail) {
		char word[32];
		enum priority priority;
		enum channel channel;
		const size_t length = strcspn(detail, ",");
		const char *value = memchr(detail, ' ', length);
		snprintf(word, sizeof word, "%.*s", value ? (int)(detail + length - value - 1) : 0,
		        value ? value + 1 : "");
		strbuf_adds(out, out->length ? ", " : "");
		if (strncmp(detail, "priority ", 9) == 0 && priority_parse(word, &priority))
			strbuf_addf(out, _("priority %s"), priority_label(priority));
		else if (strncmp(detail, "channel ", 8) == 0 && channel_parse(word, &channel))
			strbuf_addf(out, _("channel %s"), channel_label(channel));
		else
			strbuf_add(out, detail, length);
		detail += length + strspn(detail + length, ", ");
	}
}

static void tell_promise(struct teller *teller, const struct fact *fact)
{
	struct piece time = length_of(fact->seconds);
	if (strcmp(fact->detail, "then") == 0) {
		strbuf_addf(&teller->line,
		        _("%s of working time by the plan %s, as it was promised then; the policy has changed since"),
		        time.text, fact->name);
	} else if (strcmp(fact->detail, "plan") == 0) {
		strbuf_addf(&teller->line, _("%s of working time by the plan %s, its general target"),
		        time.text, fact->name);
	} else {
		struct strbuf narrowing = STRBUF_INIT;
		add_narrowing(&narrowing, fact->detail);
		strbuf_addf(&teller->line, _("%s of working time by the plan %s, its own target for %s"),
		        time.text, fact->name, narrowing.data);
		strbuf_release(&narrowing);
	}
}

static void tell_plan(struct teller *teller, const struct fact *fact)
{
	if (fact->seconds != INSTANT_NONE)
		tell_promise(teller, fact);
	else if (*fact->name)
		strbuf_addf(&teller->line, _("none by the plan %s"), fact->name);
	else
		strbuf_adds(&teller->line, _("none, the organization has no plan"));
	finish(teller, EXPLAIN_TEXT, _("promise"));
}

static void tell_calendar(struct teller *teller, const struct fact *fact)
{
	struct strbuf *line = &teller->line;
	struct piece there = utc_of(fact->utc_offset_s);
	teller->calendar = fact;
	if (same_zone(teller, fact, fact->at))
		strbuf_addf(line, _("%s, hours of %s (%s)"), fact->name, fact->detail, there.text);
	else
		strbuf_addf(line,
		        _("%s, hours of %s (%s); times here are yours (%s), the calendar's stand behind them"),
		        fact->name, fact->detail, there.text, utc_of(teller->offset(fact->at)).text);
	if (fact->seconds != fact->was)
		strbuf_addf(line, _("; measured with its revision %lld, now it has %lld"),
		        (long long)fact->seconds, (long long)fact->was);
	finish(teller, EXPLAIN_TEXT, _("calendar"));
}

static void tell_work(struct teller *teller, const struct fact *fact)
{
	bool ahead = fact->kind == FACT_AHEAD;
	teller->sum += fact->seconds;
	strbuf_addf(&teller->line, _("%s: %s, together %s"), span_of(teller, fact, false).text,
	        length_of(fact->seconds).text, length_of(teller->sum).text);
	finish(teller, ahead ? EXPLAIN_DIM : EXPLAIN_TEXT, ahead ? _("to come") : _("worked"));
}

static void tell_closed(struct teller *teller, const struct fact *fact)
{
	strbuf_adds(&teller->line, span_of(teller, fact, true).text);
	finish(teller, EXPLAIN_DIM, C_("desk", "closed"));
}

static void tell_day(struct teller *teller, const struct fact *fact)
{
	int64_t day = civil_day(fact->at, fact->utc_offset_s);
	if (day == teller->day) /* two closed spans can touch one day */
		return;
	teller->day = day;
	struct piece date = day_of(teller, fact->at, fact->utc_offset_s);
	if (fact->kind == FACT_HOLIDAY)
		strbuf_addf(&teller->line, _("%s is a holiday"), date.text);
	else if (fact->kind == FACT_DAY_OFF)
		strbuf_addf(&teller->line, _("%s is no working day"), date.text);
	else if (*fact->detail)
		strbuf_addf(&teller->line, _("%s has hours of its own: %s"), date.text, fact->detail);
	else
		strbuf_addf(&teller->line, _("%s is closed by an exception"), date.text);
	finish(teller, EXPLAIN_DIM,
	        fact->kind == FACT_HOLIDAY   ? _("holiday")
	        : fact->kind == FACT_DAY_OFF ? _("day off")
	                                     : _("hours"));
}

static void tell_paused(struct teller *teller, const struct fact *fact)
{
	struct piece span;
	teller->paused = fact->until == INSTANT_NONE;
	if (teller->paused)
		span = piece_of(_("since %s"), instant_of(teller, fact->at).text);
	else
		span = span_of(teller, fact, true);
	if (*fact->name)
		strbuf_addf(&teller->line, _("%s: %s set it to %s"), span.text, fact->name,
		        status_words(fact->detail));
	else
		strbuf_addf(&teller->line, _("%s: the status was %s"), span.text, status_words(fact->detail));
	finish(teller, EXPLAIN_DIM, _("paused"));
}

static void tell_late(struct teller *teller, const struct fact *fact)
{
	teller->sum += fact->seconds;
	strbuf_addf(&teller->line, _("%s until %s: %s of working time over the target, together %s"),
	        instant_of(teller, fact->at).text, instant_of(teller, fact->until).text,
	        length_of(fact->seconds).text, length_of(teller->sum).text);
	finish(teller, EXPLAIN_LATE, _("late"));
}

static void tell_kept(struct teller *teller, const struct fact *fact)
{
	strbuf_addf(&teller->line, _("%s by what an earlier calendar or policy counted otherwise"),
	        length_of(fact->seconds).text);
	finish(teller, EXPLAIN_TEXT, _("earlier"));
}

static void tell_used(struct teller *teller, const struct fact *fact)
{
	int64_t left = teller->wait->seconds - fact->seconds;
	strbuf_addf(&teller->line, left < 0 ? _("%s of %s, late by %s") : _("%s of %s, left %s"),
	        length_of(fact->seconds).text, length_of(teller->wait->seconds).text,
	        length_of(left < 0 ? -left : left).text);
	if (!*teller->wait->detail && teller->paused)
		strbuf_adds(&teller->line, _("; the clock stands still"));
	finish(teller, left < 0 ? EXPLAIN_LATE : EXPLAIN_TEXT, _("used"));
}

static struct piece target_of(int64_t seconds)
{
	return seconds == INSTANT_NONE ? piece_of("%s", C_("target", "none")) : length_of(seconds);
}

/* What was changed, as the server calls it. */
static const char *cause_words(const char *cause)
{
	static const char *const causes[] = {
	        N_("plan"), N_("policy"), N_("priority"), N_("status"), N_("calendar")};
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (strcmp(causes[i], cause) == 0)
			return _(causes[i]);
	return cause;
}

static void tell_target(struct teller *teller, const struct fact *fact)
{
	struct piece at = instant_of(teller, fact->at);
	if (fact->until == INSTANT_NONE)
		strbuf_addf(&teller->line, _("%s: %s changed the %s; target %s -> %s"), at.text, fact->name,
		        cause_words(fact->detail), target_of(fact->was).text, target_of(fact->seconds).text);
	else
		strbuf_addf(&teller->line, _("%s: %s changed the %s; target %s -> %s, due %s"), at.text,
		        fact->name, cause_words(fact->detail), target_of(fact->was).text,
		        target_of(fact->seconds).text, instant_of(teller, fact->until).text);
	finish(teller, EXPLAIN_TEXT, _("changed"));
}

static void tell_due(struct teller *teller, const struct fact *fact)
{
	strbuf_adds(&teller->line, instant_of(teller, fact->at).text);
	finish(teller, EXPLAIN_TEXT, _("due"));
	begin(teller);
	strbuf_addf(&teller->line,
	        fact->until == fact->at
	                ? _("after %s")
	                : _("after %s: the target runs out exactly at closing time, and closed hours do not "
	                    "count, so a reply before the next opening is in time"),
	        instant_of(teller, fact->until).text);
	finish(teller, EXPLAIN_TEXT, _("breach"));
}

static void tell_end(struct teller *teller, const struct fact *fact)
{
	struct piece at = instant_of(teller, fact->at);
	if (*fact->name)
		strbuf_addf(&teller->line, _("%s by %s"), at.text, fact->name);
	else
		strbuf_adds(&teller->line, at.text);
	if (*fact->detail)
		strbuf_addf(&teller->line, ": %s", fact->detail);
	finish(teller, EXPLAIN_TEXT, _("ended"));
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
		        _("nothing was promised, so nothing counts down; the customer waits all the same"));
	else if (strcmp(teller->wait->name, "resolution") == 0)
		strbuf_adds(&teller->line,
		        _("working hours count from the customer's message until the ticket is closed"));
	else
		strbuf_adds(&teller->line,
		        _("working hours count from the oldest unanswered message until an agent's "
		          "public reply; the target used up is due, one second more a breach"));
	finish(teller, EXPLAIN_DIM, _("rule"));
}

void explain_words(const struct explanation *explanation, civil_zone *offset, explain_say *say, void *context)
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
			        _("It was merged into ticket %lld: its waits are told there."),
			        (long long)teller.merged_into);
		else
			strbuf_adds(&teller.line,
			        _("No customer's message has opened a wait on this ticket: no clock runs."));
		finish(&teller, EXPLAIN_TEXT, "");
	}
	strbuf_release(&teller.line);
}
