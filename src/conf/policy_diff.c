/* What is different between two policies, in lines for a person. The order is that of the file: hours, plans, words. */
#include "conf/policy.h"

#include "conf/policy_words.h"
#include "core/duration.h"

#include <stdio.h>
#include <string.h>

struct diff {
	struct strbuf *out;
	size_t count;
};

__attribute__((format(printf, 2, 3))) static void line(struct diff *diff, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	strbuf_addv(diff->out, format, args);
	va_end(args);
	strbuf_addc(diff->out, '\n');
	diff->count++;
}

static const char *const by_name[] = {"name", NULL};
static const char *const by_date[] = {"date", NULL};
static const char *const by_plan[] = {"name", "archived", NULL};
static const char *const by_target[] = {"metric", "priority", "channel", NULL};

/* "09:00-12:00 13:00-17:00", or what stands for nothing. The caller releases it. */
static struct strbuf joined(const json_t *array, const char *nothing)
{
	struct strbuf text = STRBUF_INIT;
	size_t i;
	json_t *one;
	json_array_foreach(array, i, one) strbuf_addf(&text, "%s%s", i ? " " : "", json_string_value(one));
	if (!text.length)
		strbuf_adds(&text, nothing);
	return text;
}

static bool has_text(const json_t *array, const json_t *text)
{
	size_t i;
	json_t *one;
	json_array_foreach(array, i, one) if (json_equal(one, text)) return true;
	return false;
}

/* "+ holiday tickets 2027-01-01" for the texts of one array that the other does not have. */
static void diff_texts(
        struct diff *diff, const json_t *from, const json_t *to, const char *format_what, const char *name)
{
	size_t i;
	json_t *one;
	json_array_foreach(from, i, one) if (!has_text(to, one))
	        line(diff, "- %s %s %s", format_what, name, json_string_value(one));
	json_array_foreach(to, i, one) if (!has_text(from, one))
	        line(diff, "+ %s %s %s", format_what, name, json_string_value(one));
}

/* Calls each(diff, before, after) for what is in both, and with NULL for the side on which it is not. */
static void pair(struct diff *diff, const json_t *from, const json_t *to, const char *const *keys,
        const char *owner,
        void (*each)(struct diff *, const char *owner, const json_t *before, const json_t *after))
{
	size_t i;
	json_t *one;
	json_array_foreach(from, i, one) each(diff, owner, one, policy_same(to, one, keys));
	json_array_foreach(to, i, one) if (!policy_same(from, one, keys)) each(diff, owner, NULL, one);
}

/* ---- calendars --------------------------------------------------------------------------------- */

static void diff_exception(struct diff *diff, const char *calendar, const json_t *before, const json_t *after)
{
	struct strbuf old = joined(json_object_get(before, "hours"), "closed");
	struct strbuf new = joined(json_object_get(after, "hours"), "closed");
	const char *date = policy_text(before ? before : after, "date");
	if (!after)
		line(diff, "- exception %s %s %s", calendar, date, old.data);
	else if (!before)
		line(diff, "+ exception %s %s %s", calendar, date, new.data);
	else if (strcmp(old.data, new.data) != 0)
		line(diff, "exception %s %s: %s → %s", calendar, date, old.data, new.data);
	strbuf_release(&old);
	strbuf_release(&new);
}

static void diff_calendar(struct diff *diff, const char *owner, const json_t *before, const json_t *after)
{
	const char *name = policy_text(before ? before : after, "name");
	if (!after) {
		line(diff, "- calendar %s", name);
		return;
	}
	if (!before)
		line(diff, "+ calendar %s: zone %s", name, policy_text(after, "zone"));
	else if (strcmp(policy_text(before, "zone"), policy_text(after, "zone")) != 0)
		line(diff, "calendar %s: zone %s → %s", name, policy_text(before, "zone"),
		        policy_text(after, "zone"));
	for (int d = 0; d < POLICY_WEEK; d++) {
		const char *day = policy_weekdays[d];
		struct strbuf old = joined(json_object_get(json_object_get(before, "week"), day), "closed");
		struct strbuf new = joined(json_object_get(json_object_get(after, "week"), day), "closed");
		if (strcmp(old.data, new.data) != 0)
			line(diff, "calendar %s: %s %s → %s", name, day, old.data, new.data);
		strbuf_release(&old);
		strbuf_release(&new);
	}
	diff_texts(diff, json_object_get(before, "holidays"), json_object_get(after, "holidays"), "holiday",
	        name);
	pair(diff, json_object_get(before, "exceptions"), json_object_get(after, "exceptions"), by_date, name,
	        diff_exception);
}

/* ---- plans ------------------------------------------------------------------------------------- */

/* "first_reply", "first_reply (urgent, chat)". */
static struct strbuf target_name(const json_t *target)
{
	struct strbuf text = STRBUF_INIT;
	const char *priority = policy_text(target, "priority"), *channel = policy_text(target, "channel");
	strbuf_adds(&text, policy_text(target, "metric"));
	if (*priority || *channel)
		strbuf_addf(&text, " (%s%s%s)", priority, *priority && *channel ? ", " : "", channel);
	return text;
}

static void target_time(const json_t *target, char out[32])
{
	duration_word(json_integer_value(json_object_get(target, "time_s")), out, 32);
}

static void diff_both_targets(
        struct diff *diff, const char *plan, const char *target, const json_t *before, const json_t *after)
{
	char old_time[32], new_time[32];
	target_time(before, old_time);
	target_time(after, new_time);
	if (strcmp(old_time, new_time) != 0)
		line(diff, "plan %s: %s %s → %s", plan, target, old_time, new_time);
	const char *old_calendar = policy_text(before, "calendar"),
	           *new_calendar = policy_text(after, "calendar");
	if (strcmp(old_calendar, new_calendar) != 0)
		line(diff, "plan %s: %s calendar %s → %s", plan, target, old_calendar, new_calendar);
	struct strbuf old = joined(json_object_get(before, "pause_on"), "nothing");
	struct strbuf new = joined(json_object_get(after, "pause_on"), "nothing");
	if (strcmp(old.data, new.data) != 0)
		line(diff, "plan %s: %s pauses on %s → %s", plan, target, old.data, new.data);
	strbuf_release(&old);
	strbuf_release(&new);
}

static void diff_target(struct diff *diff, const char *plan, const json_t *before, const json_t *after)
{
	struct strbuf name = target_name(before ? before : after);
	char time[32];
	target_time(before ? before : after, time);
	if (!after) {
		line(diff, "- target %s: %s %s", plan, name.data, time);
	} else if (before) {
		diff_both_targets(diff, plan, name.data, before, after);
	} else {
		struct strbuf pauses = joined(json_object_get(after, "pause_on"), "");
		line(diff, "+ target %s: %s %s, calendar %s%s%s", plan, name.data, time,
		        policy_text(after, "calendar"), pauses.length ? ", pauses on " : "", pauses.data);
		strbuf_release(&pauses);
	}
	strbuf_release(&name);
}

static void diff_plan(struct diff *diff, const char *owner, const json_t *before, const json_t *after)
{
	const json_t *any = before ? before : after;
	struct strbuf name = STRBUF_INIT;
	strbuf_addf(&name, "%s%s", policy_text(any, "name"),
	        json_is_true(json_object_get(any, "archived")) ? " (archived)" : "");
	const char *old_short = policy_text(before, "short"), *new_short = policy_text(after, "short");
	if (!after)
		line(diff, "- plan %s", name.data);
	else if (!before)
		line(diff, "+ plan %s: short %s", name.data, new_short);
	else if (strcmp(old_short, new_short) != 0)
		line(diff, "plan %s: short %s → %s", name.data, old_short, new_short);
	if (after) {
		diff_texts(diff, json_object_get(before, "entitlements"),
		        json_object_get(after, "entitlements"), "entitlement", name.data);
		pair(diff, json_object_get(before, "targets"), json_object_get(after, "targets"), by_target,
		        name.data, diff_target);
	}
	strbuf_release(&name);
}

/* ---- words ------------------------------------------------------------------------------------- */

static void diff_member(
        struct diff *diff, const char *what, const char *key, const json_t *before, const json_t *after)
{
	const char *old = policy_text(before, key), *new = policy_text(after, key);
	if (strcmp(old, new) != 0)
		line(diff, "%s %s: %s \"%s\" → \"%s\"", what, policy_text(after, "name"), key, old, new);
}

/* What the new policy does not name stays, so `after` NULL is no difference. */
static void diff_meaning(struct diff *diff, const char *what, const json_t *before, const json_t *after)
{
	static const char *const keys[] = {"label", "when", "meaning"};
	for (size_t i = 0; after && i < sizeof keys / sizeof *keys; i++)
		diff_member(diff, what, keys[i], before, after);
}

/* What the new policy does not say stays. */
static void diff_send_delay(struct diff *diff, const json_t *from, const json_t *to)
{
	const json_t *old = json_object_get(from, "send_delay_s"), *new = json_object_get(to, "send_delay_s");
	char old_word[32] = "(none)", new_word[32];
	if (!new || json_equal(old, new))
		return;
	if (old)
		duration_word(json_integer_value(old), old_word, sizeof old_word);
	duration_word(json_integer_value(new), new_word, sizeof new_word);
	line(diff, "send_delay %s → %s", old_word, new_word);
}

size_t policy_diff(const json_t *from, const json_t *to, struct strbuf *out)
{
	struct diff diff = {.out = out};
	const char *old = policy_text(from, "support_address"), *new = policy_text(to, "support_address");
	if (*new &&strcmp(old, new) != 0)
		line(&diff, "support_address %s → %s", *old ? old : "(none)", new);
	diff_send_delay(&diff, from, to);
	pair(&diff, json_object_get(from, "calendars"), json_object_get(to, "calendars"), by_name, "",
	        diff_calendar);
	pair(&diff, json_object_get(from, "plans"), json_object_get(to, "plans"), by_plan, "", diff_plan);
	pair(&diff, json_object_get(from, "priorities"), json_object_get(to, "priorities"), by_name,
	        "priority", diff_meaning);
	pair(&diff, json_object_get(from, "statuses"), json_object_get(to, "statuses"), by_name, "status",
	        diff_meaning);
	return diff.count;
}
