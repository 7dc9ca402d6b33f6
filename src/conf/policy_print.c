/* A policy as the file that would be read as the same. */
#include "conf/policy.h"

#include "conf/policy_words.h"
#include "core/duration.h"

#include <stdio.h>
#include <string.h>

/* libconfig's text: \" and \\ and the control characters that may stand in one. */
static void add_text(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addc(out, '\\');
		if ((unsigned char)*text < 0x20)
			strbuf_addf(out, "\\x%02x", (unsigned)*text);
		else
			strbuf_addc(out, *text);
	}
	strbuf_addc(out, '"');
}

static void add_member(struct strbuf *out, const json_t *object, const char *key)
{
	strbuf_addf(out, "    %s = ", key);
	add_text(out, policy_text(object, key));
	strbuf_adds(out, ";\n");
}

static void add_texts(struct strbuf *out, const json_t *array)
{
	size_t i;
	json_t *one;
	strbuf_addc(out, '[');
	json_array_foreach(array, i, one)
	{
		strbuf_adds(out, i ? ", " : "");
		add_text(out, json_string_value(one));
	}
	strbuf_addc(out, ']');
}

/* Begins each group of a list: the comma belongs to the one before. */
static void open_group(struct strbuf *out, size_t i)
{
	strbuf_adds(out, i ? ",\n  {\n" : "\n  {\n");
}

static void print_calendar(const json_t *calendar, struct strbuf *out)
{
	add_member(out, calendar, "name");
	add_member(out, calendar, "zone");
	strbuf_adds(out, "    week = {\n");
	for (int d = 0; d < POLICY_WEEK; d++) {
		const json_t *hours = json_object_get(json_object_get(calendar, "week"), policy_weekdays[d]);
		if (!hours)
			continue;
		strbuf_addf(out, "      %s = ", policy_weekdays[d]);
		add_texts(out, hours);
		strbuf_adds(out, ";\n");
	}
	strbuf_adds(out, "    };\n    holidays = ");
	add_texts(out, json_object_get(calendar, "holidays"));
	strbuf_adds(out, ";\n    exceptions = (");
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(calendar, "exceptions"), i, one)
	{
		strbuf_adds(out, i ? ",\n      { date = " : "\n      { date = ");
		add_text(out, policy_text(one, "date"));
		strbuf_adds(out, "; hours = ");
		add_texts(out, json_object_get(one, "hours"));
		strbuf_adds(out, "; }");
	}
	strbuf_adds(out, i ? "\n    );\n  }" : ");\n  }");
}

static void print_target(const json_t *target, struct strbuf *out)
{
	static const char *const optional[] = {"priority", "channel"};
	char time[32];
	duration_word(json_integer_value(json_object_get(target, "time_s")), time, sizeof time);
	strbuf_adds(out, "{ metric = ");
	add_text(out, policy_text(target, "metric"));
	strbuf_addf(out, "; time = \"%s\"; ", time);
	for (size_t i = 0; i < sizeof optional / sizeof *optional; i++)
		if (*policy_text(target, optional[i])) {
			strbuf_addf(out, "%s = ", optional[i]);
			add_text(out, policy_text(target, optional[i]));
			strbuf_adds(out, "; ");
		}
	strbuf_adds(out, "calendar = ");
	add_text(out, policy_text(target, "calendar"));
	const json_t *pauses = json_object_get(target, "pause_on");
	if (json_array_size(pauses) || strcmp(policy_text(target, "metric"), "resolution") == 0) {
		strbuf_adds(out, "; pause_on = ");
		add_texts(out, pauses);
	}
	strbuf_adds(out, "; }");
}

static void print_plan(const json_t *plan, struct strbuf *out)
{
	add_member(out, plan, "name");
	add_member(out, plan, "short");
	strbuf_addf(out, "    archived = %s;\n    entitlements = ",
	        json_is_true(json_object_get(plan, "archived")) ? "true" : "false");
	add_texts(out, json_object_get(plan, "entitlements"));
	strbuf_adds(out, ";\n    targets = (");
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(plan, "targets"), i, one)
	{
		strbuf_adds(out, i ? ",\n      " : "\n      ");
		print_target(one, out);
	}
	strbuf_adds(out, "\n    );\n  }");
}

static void print_meaning(const json_t *one, const char *sentence, struct strbuf *out)
{
	add_member(out, one, "name");
	add_member(out, one, "label");
	if (*policy_text(one, sentence))
		add_member(out, one, sentence);
	strbuf_adds(out, "  }");
}

static void print_priority(const json_t *priority, struct strbuf *out)
{
	print_meaning(priority, "when", out);
}

static void print_status(const json_t *status, struct strbuf *out)
{
	print_meaning(status, "meaning", out);
}

void policy_print(const json_t *policy, struct strbuf *out)
{
	static const struct {
		const char *key;
		void (*print)(const json_t *, struct strbuf *);
	} sections[] = {
	        {"calendars", print_calendar},
	        {"plans", print_plan},
	        {"priorities", print_priority},
	        {"statuses", print_status},
	};
	strbuf_adds(out, "# Written by sandglass policy export; sandglass policy apply FILE puts it back.\n");
	if (*policy_text(policy, "support_address")) {
		strbuf_adds(out, "\nsupport_address = ");
		add_text(out, policy_text(policy, "support_address"));
		strbuf_adds(out, ";\n");
	}
	const json_t *delay = json_object_get(policy, "send_delay_s");
	if (delay) {
		char word[32];
		duration_word(json_integer_value(delay), word, sizeof word);
		strbuf_addf(out, "\nsend_delay = \"%s\";\n", word);
	}
	for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
		const json_t *list = json_object_get(policy, sections[s].key);
		if (!list)
			continue;
		strbuf_addf(out, "\n%s = (", sections[s].key);
		size_t i;
		json_t *one;
		json_array_foreach(list, i, one)
		{
			open_group(out, i);
			sections[s].print(one, out);
		}
		strbuf_adds(out, "\n);\n");
	}
}
