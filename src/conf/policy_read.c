/*
 * A policy file becomes JSON in one walk that goes on after a mistake, so that one run of `policy check` names all of them.
 * What is built meanwhile is thrown away when there was any.
 */
#include "conf/policy.h"

#include "base/alloc.h"
#include "conf/policy_calendar.h"
#include "conf/policy_words.h"
#include "conf/source.h"
#include "core/duration.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct source source;
	json_t *calendars; /* borrowed from the policy */
};

/* ---- words ------------------------------------------------------------------------------------- */

static void list_words(const char *const *words, struct strbuf *out)
{
	for (const char *const *word = words; *word; word++)
		strbuf_addf(out, "%s%s", word == words ? "" : word[1] ? ", " : " and ", *word);
}

/* A word of the list; NULL and a problem when it is another. */
static const char *read_word(
        struct source *source, const config_setting_t *at, const char *what, const char *const *words)
{
	const char *text = source_text(source, at, what);
	if (!text || policy_word(words, text) >= 0)
		return text;
	struct strbuf list = STRBUF_INIT;
	list_words(words, &list);
	source_problem(source, at, "unknown %s \"%.60s\"; there are %s", what, text, list.data);
	strbuf_release(&list);
	return NULL;
}

/* The member `key`, a list of different words of `words`. Empty when it is not there. */
static json_t *read_words(struct source *source, const config_setting_t *group, const char *key,
        const char *what, const char *const *words)
{
	json_t *out = json_array();
	const config_setting_t *list = config_setting_get_member(group, key);
	if (!list || !source_is_list(source, list, key))
		return out;
	unsigned seen = 0;
	for (int i = 0; i < config_setting_length(list); i++) {
		const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
		const char *word = read_word(source, at, what, words);
		if (!word)
			continue;
		unsigned bit = 1U << policy_word(words, word);
		if (seen & bit)
			source_problem(source, at, "the %s %s twice", what, word);
		seen |= bit;
		json_array_append_new(out, json_string(word));
	}
	return out;
}

static json_t *read_optional_word(
        struct source *source, const config_setting_t *group, const char *key, const char *const *words)
{
	const config_setting_t *at = config_setting_get_member(group, key);
	const char *word = at ? read_word(source, at, key, words) : NULL;
	return word ? json_string(word) : json_null();
}

/* ---- targets ----------------------------------------------------------------------------------- */

static json_t *read_time(struct source *source, const config_setting_t *group)
{
	const config_setting_t *at = config_setting_get_member(group, "time");
	if (!at) {
		source_problem(source, group, "a target has no time; write time = \"2h\"");
		return json_null();
	}
	int type = config_setting_type(at);
	if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) {
		source_problem(source, at,
		        "time of a target is a bare number; write it with its unit, as \"90m\", \"2h\" or \"1h30m\"");
		return json_null();
	}
	const char *text = source_text(source, at, "time of a target");
	int64_t seconds = 0;
	struct error err;
	if (text && !duration_parse(text, &seconds, &err))
		source_problem(source, at, "time of a target: %s", err.text);
	return json_integer(seconds);
}

static json_t *read_target_calendar(struct reader *reader, const config_setting_t *group)
{
	static const char *const identity[] = {"name", NULL};
	const char *name = policy_read_line(&reader->source, group, "calendar", "a target");
	if (!name)
		return json_null();
	json_t *like = json_pack("{s:s}", "name", name);
	if (!policy_same(reader->calendars, like, identity))
		source_problem(&reader->source, config_setting_get_member(group, "calendar"),
		        "there is no calendar \"%.60s\" in this file", name);
	json_decref(like);
	return json_string(name);
}

/* What is no pause is refused rather than ignored: somebody who writes "open" here expects something. */
static json_t *read_pauses(struct source *source, const config_setting_t *group, const char *metric)
{
	static const char *const pausing[] = {"pending", "hold", NULL};
	if (config_setting_get_member(group, "pause_on"))
		return read_words(source, group, "pause_on", "status that pauses a clock", pausing);
	return strcmp(metric, "resolution") == 0 ? json_pack("[s, s]", "pending", "hold") : json_array();
}

static void read_target(struct reader *reader, const config_setting_t *group, json_t *targets)
{
	static const char *const keys[] = {
	        "metric", "time", "calendar", "priority", "channel", "pause_on", NULL};
	static const char *const identity[] = {"metric", "priority", "channel", NULL};
	struct source *source = &reader->source;
	if (!source_is_group(source, group, "a target"))
		return;
	source_check_keys(source, group, "a target", keys);
	const config_setting_t *at = config_setting_get_member(group, "metric");
	const char *metric = at ? read_word(source, at, "metric", policy_metrics) : NULL;
	if (!at)
		source_problem(
		        source, group, "a target has no metric; it is first_reply, next_reply or resolution");
	/* One after the other: the order of a call's arguments, and so of the problems, would be the compiler's. */
	json_t *target = json_pack("{s:s}", "metric", metric ? metric : "");
	json_object_set_new(target, "time_s", read_time(source, group));
	json_object_set_new(target, "calendar", read_target_calendar(reader, group));
	json_object_set_new(
	        target, "priority", read_optional_word(source, group, "priority", policy_priorities));
	json_object_set_new(target, "channel", read_optional_word(source, group, "channel", policy_channels));
	json_object_set_new(target, "pause_on", read_pauses(source, group, metric ? metric : ""));
	if (metric && policy_same(targets, target, identity))
		source_problem(
		        source, group, "a second target for %s of the same priority and channel", metric);
	json_array_append_new(targets, target);
}

/* ---- plans ------------------------------------------------------------------------------------- */

/* "R&A" of "Reports & Attribution": the first letters of several words, or the first three of one. */
static void make_short(const char *name, struct strbuf *out)
{
	bool several = strchr(name, ' ') != NULL;
	for (const char *at = name;
	        *at && text_width(out->data, out->length) < (several ? POLICY_SHORT_CELLS : 3);) {
		int used;
		size_t size = text_fit(at, strlen(at), 2, &used);
		if (used == 2 && text_fit(at, size, 1, &used))
			size = text_fit(at, size, 1, &used);
		if (!size)
			break;
		if (*at != ' ' && (!several || at == name || at[-1] == ' '))
			strbuf_add(out, at, size);
		at += size;
	}
	size_t fits = text_fit(out->data, out->length, POLICY_SHORT_CELLS, &(int){0});
	strbuf_truncate(out, fits);
}

static json_t *read_short(struct source *source, const config_setting_t *group, const char *name)
{
	const config_setting_t *at = config_setting_get_member(group, "short");
	if (at) {
		const char *text = policy_read_line(source, group, "short", "a plan");
		if (text && text_width(text, strlen(text)) > POLICY_SHORT_CELLS)
			source_problem(
			        source, at, "\"%.40s\" is wider than %d cells", text, POLICY_SHORT_CELLS);
		return json_string(text ? text : "");
	}
	struct strbuf made = STRBUF_INIT;
	make_short(name, &made);
	json_t *json = json_string(made.data);
	strbuf_release(&made);
	return json;
}

static json_t *read_targets(struct reader *reader, const config_setting_t *group, const char *name)
{
	json_t *targets = json_array();
	const config_setting_t *list = config_setting_get_member(group, "targets");
	if (list && !source_is_list(&reader->source, list, "targets"))
		return targets;
	int count = list ? config_setting_length(list) : 0;
	if (!count)
		source_problem(&reader->source, list ? list : group,
		        "plan \"%.60s\" has no target; write targets = ( { metric = \"first_reply\"; time = \"2h\"; calendar = "
		        "\"...\"; } )",
		        name);
	for (int i = 0; i < count; i++)
		read_target(reader, config_setting_get_elem(list, (unsigned)i), targets);
	return targets;
}

static void read_plan(struct reader *reader, const config_setting_t *group, json_t *plans)
{
	static const char *const keys[] = {"name", "short", "archived", "entitlements", "targets", NULL};
	static const char *const identity[] = {"name", "archived", NULL};
	struct source *source = &reader->source;
	if (!source_is_group(source, group, "a plan"))
		return;
	source_check_keys(source, group, "a plan", keys);
	const char *name = policy_read_line(source, group, "name", "a plan");
	name = name ? name : "";
	bool archived = false;
	const config_setting_t *at = config_setting_get_member(group, "archived");
	if (at)
		source_bool(source, at, "archived", &archived);
	json_t *plan = json_pack("{s:s, s:b}", "name", name, "archived", archived);
	json_object_set_new(plan, "short", read_short(source, group, name));
	json_object_set_new(plan, "entitlements",
	        read_words(source, group, "entitlements", "entitlement", policy_entitlements));
	json_object_set_new(plan, "targets", read_targets(reader, group, name));
	if (*name && policy_same(plans, plan, identity))
		source_problem(source, group, "a second %splan \"%.60s\"", archived ? "archived " : "", name);
	json_array_append_new(plans, plan);
}

/* ---- the words of priorities and statuses ------------------------------------------------------ */

struct meanings {
	const char *section;  /* "priorities" */
	const char *what;     /* "a priority" */
	const char *noun;     /* "priority" */
	const char *sentence; /* the key of the sentence */
	const char *const *words;
};

static void read_meaning(
        struct source *source, const config_setting_t *group, const struct meanings *kind, json_t *list)
{
	static const char *const identity[] = {"name", NULL};
	const char *const keys[] = {"name", "label", kind->sentence, NULL};
	if (!source_is_group(source, group, kind->what))
		return;
	source_check_keys(source, group, kind->what, keys);
	const config_setting_t *at = config_setting_get_member(group, "name");
	const char *name = at ? read_word(source, at, kind->noun, kind->words) : NULL;
	if (!at)
		source_problem(source, group, "%s has no name", kind->what);
	const char *label = policy_read_line(source, group, "label", kind->what);
	const config_setting_t *sentence = config_setting_get_member(group, kind->sentence);
	const char *text = sentence ? policy_read_line(source, group, kind->sentence, kind->what) : "";
	json_t *one = json_pack("{s:s, s:s, s:s}", "name", name ? name : "", "label", label ? label : "",
	        kind->sentence, text ? text : "");
	if (name && policy_same(list, one, identity))
		source_problem(source, group, "the %s %s twice", kind->noun, name);
	json_array_append_new(list, one);
}

static void read_meanings(struct source *source, const struct meanings *kind, json_t *policy)
{
	const config_setting_t *list = config_setting_get_member(source_root(source), kind->section);
	if (!list || !source_is_list(source, list, kind->section))
		return;
	json_t *out = json_array();
	for (int i = 0; i < config_setting_length(list); i++)
		read_meaning(source, config_setting_get_elem(list, (unsigned)i), kind, out);
	json_object_set_new(policy, kind->section, out);
}

/* ---- the whole --------------------------------------------------------------------------------- */

static void read_address(struct source *source, json_t *policy)
{
	const config_setting_t *root = source_root(source);
	const config_setting_t *at = config_setting_get_member(root, "support_address");
	const char *text = at ? policy_read_line(source, root, "support_address", "a policy") : NULL;
	if (!text)
		return;
	const char *sign = strchr(text, '@');
	if (!sign || sign == text || !sign[1] || strchr(sign + 1, '@') || strpbrk(text, " <>,;\"()"))
		source_problem(
		        source, at, "\"%.60s\" is no address; write it as \"support@example.com\"", text);
	char *lower = alloc_copy(text); /* as the server keeps it: addresses are compared without case */
	for (char *c = lower; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + ('a' - 'A') : *c);
	json_object_set_new(policy, "support_address", json_string(lower));
	free(lower);
}

/* Unlike a target's time it may be none: "0s". */
static void read_send_delay(struct source *source, json_t *policy)
{
	const config_setting_t *at = config_setting_get_member(source_root(source), "send_delay");
	const char *text = at ? source_text(source, at, "send_delay of a policy") : NULL;
	int64_t seconds = 0;
	struct error err;
	if (!text)
		return;
	if (strcmp(text, "0s") != 0 && !duration_parse(text, &seconds, &err))
		source_problem(source, at, "send_delay: %s", err.text);
	else if (seconds > POLICY_SEND_DELAY_MOST)
		source_problem(source, at, "send_delay: \"%.40s\" is too long; the most is 1h", text);
	json_object_set_new(policy, "send_delay_s", json_integer(seconds));
}

static void read_list(struct reader *reader, const char *key, json_t *out,
        void (*each)(struct reader *, const config_setting_t *, json_t *))
{
	const config_setting_t *root = source_root(&reader->source);
	const config_setting_t *list = config_setting_get_member(root, key);
	if (list && !source_is_list(&reader->source, list, key))
		return;
	if (!list || !config_setting_length(list))
		source_problem(&reader->source, list ? list : root,
		        "there are no %s; a policy has calendars and plans", key);
	for (int i = 0; list && i < config_setting_length(list); i++)
		each(reader, config_setting_get_elem(list, (unsigned)i), out);
}

static void each_calendar(struct reader *reader, const config_setting_t *group, json_t *out)
{
	policy_read_calendar(&reader->source, group, out);
}

static json_t *read_policy(struct reader *reader)
{
	static const char *const keys[] = {
	        "support_address", "send_delay", "calendars", "plans", "priorities", "statuses", NULL};
	static const struct meanings priorities = {
	        "priorities", "a priority", "priority", "when", policy_priorities};
	static const struct meanings statuses = {
	        "statuses", "a status", "status", "meaning", policy_statuses};
	struct source *source = &reader->source;
	json_t *plans = json_array();
	reader->calendars = json_array();
	json_t *policy = json_pack("{s:o, s:o}", "calendars", reader->calendars, "plans", plans);
	source_check_keys(source, source_root(source), "a policy", keys);
	read_address(source, policy);
	read_send_delay(source, policy);
	read_list(reader, "calendars", reader->calendars, each_calendar);
	read_list(reader, "plans", plans, read_plan);
	read_meanings(source, &priorities, policy);
	read_meanings(source, &statuses, policy);
	return policy;
}

/* Lines are sorted by their number: a check that looks across groups speaks later than the line it speaks of. */
struct problem_line {
	long line;
	size_t order;
	const char *text;
	size_t length;
};

static int by_line(const void *a, const void *b)
{
	const struct problem_line *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void add_sorted(const struct strbuf *found, size_t count, const char *file, struct strbuf *out)
{
	struct problem_line *lines = alloc_array(count, sizeof *lines);
	const char *at = found->data;
	for (size_t i = 0; i < count; i++) {
		size_t length = strcspn(at, "\n") + 1;
		lines[i] = (struct problem_line){strtol(at + strlen(file) + 1, NULL, 10), i, at, length};
		at += length;
	}
	qsort(lines, count, sizeof *lines, by_line);
	for (size_t i = 0; i < count; i++)
		strbuf_add(out, lines[i].text, lines[i].length);
	free(lines);
}

json_t *policy_parse(const char *text, const char *file, struct strbuf *problems)
{
	struct strbuf found = STRBUF_INIT;
	struct reader reader;
	json_t *read = NULL, *policy = NULL;
	if (source_open(&reader.source, text, file, &found))
		read = read_policy(&reader);
	if (reader.source.problem_count)
		add_sorted(&found, reader.source.problem_count, file, problems);
	else
		policy = policy_canonical(read, NULL);
	json_decref(read);
	source_close(&reader.source);
	strbuf_release(&found);
	return policy;
}
