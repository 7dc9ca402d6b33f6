/*
 * The canonical form: rebuilt member by member, so that what another writer left out or put in another order makes no
 * difference. Orders are those of the word lists; what is no known word (a newer server) comes last, by name.
 */
#include "conf/policy.h"

#include "base/alloc.h"
#include "conf/policy_words.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int json_order(const json_t *a, const json_t *b);

static int compare_pointers(const void *a, const void *b, void *order)
{
	json_t *const *x = a, *const *y = b;
	return (*(json_order **)order)(*x, *y);
}

static void sort(json_t *array, json_order *order)
{
	size_t count = json_array_size(array);
	json_t **all = alloc_array(count, sizeof(json_t *));
	for (size_t i = 0; i < count; i++)
		all[i] = json_incref(json_array_get(array, i));
	qsort_r(all, count, sizeof *all, compare_pointers, &order);
	json_array_clear(array);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, all[i]);
	free(all);
}

static int by_text(const json_t *a, const json_t *b)
{
	const char *x = json_string_value(a), *y = json_string_value(b);
	return strcmp(x ? x : "", y ? y : "");
}

static int by_key(const json_t *a, const json_t *b, const char *key)
{
	return strcmp(policy_text(a, key), policy_text(b, key));
}

static int by_name(const json_t *a, const json_t *b)
{
	return by_key(a, b, "name");
}

static int by_date(const json_t *a, const json_t *b)
{
	return by_key(a, b, "date");
}

static int by_plan(const json_t *a, const json_t *b)
{
	int archived =
	        json_is_true(json_object_get(a, "archived")) - json_is_true(json_object_get(b, "archived"));
	return archived ? archived : by_name(a, b);
}

/* "" (any) before the known words, unknown ones last. */
static int by_word(const char *const *words, const char *x, const char *y)
{
	int a = policy_word(words, x), b = policy_word(words, y);
	a = a < 0 && *x ? INT_MAX : a;
	b = b < 0 && *y ? INT_MAX : b;
	return a != b ? (a < b ? -1 : 1) : strcmp(x, y);
}

static int by_target(const json_t *a, const json_t *b)
{
	static const struct {
		const char *key;
		const char *const *words;
	} keys[] = {
	        {"metric", policy_metrics}, {"priority", policy_priorities}, {"channel", policy_channels}};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		int order = by_word(keys[i].words, policy_text(a, keys[i].key), policy_text(b, keys[i].key));
		if (order)
			return order;
	}
	return 0;
}

static int by_entitlement(const json_t *a, const json_t *b)
{
	return by_word(policy_entitlements, json_string_value(a), json_string_value(b));
}

static int by_status_word(const json_t *a, const json_t *b)
{
	return by_word(policy_statuses, json_string_value(a), json_string_value(b));
}

static int by_priority(const json_t *a, const json_t *b)
{
	return by_word(policy_priorities, policy_text(a, "name"), policy_text(b, "name"));
}

static int by_status(const json_t *a, const json_t *b)
{
	return by_word(policy_statuses, policy_text(a, "name"), policy_text(b, "name"));
}

/* ---- rebuilding -------------------------------------------------------------------------------- */

/* The texts of an array, sorted; anything else in it is left out. */
static json_t *texts(const json_t *array, json_order *order)
{
	json_t *out = json_array();
	size_t i;
	json_t *one;
	json_array_foreach(array, i, one)
	{
		if (json_is_string(one))
			json_array_append(out, one);
	}
	sort(out, order);
	return out;
}

static json_t *each(const json_t *array, json_t *(*rebuild)(const json_t *), json_order *order)
{
	json_t *out = json_array();
	size_t i;
	json_t *one;
	json_array_foreach(array, i, one) json_array_append_new(out, rebuild(one));
	sort(out, order);
	return out;
}

static json_t *text_or_null(const json_t *object, const char *key)
{
	const char *text = policy_text(object, key);
	return *text ? json_string(text) : json_null();
}

static json_t *rebuild_exception(const json_t *exception)
{
	return json_pack("{s:s, s:o}", "date", policy_text(exception, "date"), "hours",
	        texts(json_object_get(exception, "hours"), by_text));
}

static json_t *rebuild_calendar(const json_t *calendar)
{
	json_t *week = json_object();
	for (int d = 0; d < POLICY_WEEK; d++) {
		json_t *hours = texts(
		        json_object_get(json_object_get(calendar, "week"), policy_weekdays[d]), by_text);
		if (json_array_size(hours))
			json_object_set(week, policy_weekdays[d], hours);
		json_decref(hours);
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", policy_text(calendar, "name"), "zone",
	        policy_text(calendar, "zone"), "week", week, "holidays",
	        texts(json_object_get(calendar, "holidays"), by_text), "exceptions",
	        each(json_object_get(calendar, "exceptions"), rebuild_exception, by_date));
}

static json_t *rebuild_target(const json_t *target)
{
	return json_pack("{s:s, s:I, s:s, s:o, s:o, s:o}", "metric", policy_text(target, "metric"), "time_s",
	        json_integer_value(json_object_get(target, "time_s")), "calendar",
	        policy_text(target, "calendar"), "priority", text_or_null(target, "priority"), "channel",
	        text_or_null(target, "channel"), "pause_on",
	        texts(json_object_get(target, "pause_on"), by_status_word));
}

static json_t *rebuild_plan(const json_t *plan)
{
	return json_pack("{s:s, s:s, s:b, s:o, s:o}", "name", policy_text(plan, "name"), "short",
	        policy_text(plan, "short"), "archived", json_is_true(json_object_get(plan, "archived")),
	        "entitlements", texts(json_object_get(plan, "entitlements"), by_entitlement), "targets",
	        each(json_object_get(plan, "targets"), rebuild_target, by_target));
}

static json_t *rebuild_priority(const json_t *priority)
{
	return json_pack("{s:s, s:s, s:s}", "name", policy_text(priority, "name"), "label",
	        policy_text(priority, "label"), "when", policy_text(priority, "when"));
}

static json_t *rebuild_status(const json_t *status)
{
	return json_pack("{s:s, s:s, s:s}", "name", policy_text(status, "name"), "label",
	        policy_text(status, "label"), "meaning", policy_text(status, "meaning"));
}

json_t *policy_canonical(const json_t *policy, struct error *err)
{
	const json_t *calendars = json_object_get(policy, "calendars"),
	             *plans = json_object_get(policy, "plans");
	if (!json_is_array(calendars) || !json_is_array(plans)) {
		error_set(err, ERROR_INTERNAL, "this is no policy: it has no calendars or no plans");
		return NULL;
	}
	json_t *out = json_pack("{s:o, s:o}", "calendars", each(calendars, rebuild_calendar, by_name),
	        "plans", each(plans, rebuild_plan, by_plan));
	const json_t *priorities = json_object_get(policy, "priorities"),
	             *statuses = json_object_get(policy, "statuses");
	if (*policy_text(policy, "support_address"))
		json_object_set(out, "support_address", json_object_get(policy, "support_address"));
	if (json_is_integer(json_object_get(policy, "send_delay_s")))
		json_object_set(out, "send_delay_s", json_object_get(policy, "send_delay_s"));
	if (json_array_size(priorities))
		json_object_set_new(out, "priorities", each(priorities, rebuild_priority, by_priority));
	if (json_array_size(statuses))
		json_object_set_new(out, "statuses", each(statuses, rebuild_status, by_status));
	return out;
}

/* The members of `mine`, then those of `theirs` whose name it does not have. */
static json_t *over(const json_t *mine, const json_t *theirs)
{
	static const char *const identity[] = {"name", NULL};
	json_t *out = json_array();
	if (mine)
		json_array_extend(out, (json_t *)(uintptr_t)mine);
	size_t i;
	json_t *one;
	json_array_foreach(theirs, i, one) if (!policy_same(mine, one, identity)) json_array_append(out, one);
	return out;
}

json_t *policy_over(const json_t *policy, const json_t *there)
{
	static const char *const sections[] = {"priorities", "statuses"};
	json_t *whole = json_copy((json_t *)(uintptr_t)policy);
	if (!*policy_text(policy, "support_address"))
		json_object_set(whole, "support_address", json_object_get(there, "support_address"));
	if (!json_object_get(policy, "send_delay_s"))
		json_object_set(whole, "send_delay_s", json_object_get(there, "send_delay_s"));
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		json_object_set_new(whole, sections[i],
		        over(json_object_get(policy, sections[i]), json_object_get(there, sections[i])));
	json_t *out = policy_canonical(whole, NULL);
	json_decref(whole);
	return out;
}
