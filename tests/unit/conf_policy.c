/* The policy file: what is wrong is named with its line, what is right survives every way round. */
#include "conf/policy.h"

#include "base/embedded.h"
#include "conf/policy_words.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#define CALENDAR "calendars = ( { name = \"c\"; zone = \"UTC\"; week = { mon = [\"09:00-17:00\"]; }; } );"
#define TARGET   "{ metric = \"first_reply\"; time = \"2h\"; calendar = \"c\"; }"
#define PLAN     "plans = ( { name = \"P\"; targets = ( " TARGET " ); } );"
/* The case's text stands from line 2 on. */
#define WITH_WEEK(week) "calendars = ( { name = \"c\"; zone = \"UTC\"; week = {\n" week " }; } );\n" PLAN
#define WITH_CALENDAR(members)                                                                               \
	"calendars = ( { name = \"c\"; zone = \"UTC\"; week = { mon = [\"09:00-17:00\"]; };\n" members       \
	" } );\n" PLAN
#define WITH_ZONE(zone)                                                                                      \
	"calendars = ( { name = \"c\"; week = { mon = [\"09:00-17:00\"]; };\nzone = \"" zone "\"; } );\n" PLAN
#define WITH_PLAN(members)   CALENDAR " plans = ( {\n" members " } );"
#define WITH_TARGET(members) CALENDAR " plans = ( { name = \"P\"; targets = ( {\n" members " } ); } );"

static const struct {
	const char *text;
	const char *problem; /* the beginning of the only line; NULL: nothing is wrong */
} cases[] = {
        {CALENDAR "\n" PLAN, NULL},
        /* the whole file */
        {"", "f:1: there are no calendars; a policy has calendars and plans\nf:1: there are no plans"},
        {CALENDAR "\nplans = ();", "f:2: there are no plans"},
        {CALENDAR "\n" PLAN "\nplan = 1;",
                "f:3: unknown key plan in a policy; the keys are support_address, send_delay, calendars, plans"},
        {CALENDAR "\nplans = ( { name = \"P\"; targets = ( " TARGET ", ); } );", "f:2: syntax error"},
        {CALENDAR "\n" PLAN "\ncalendars = ();", "f:3: the same setting twice"},
        {CALENDAR "\n@include \"x\"\n" PLAN, "f:2: @include is not known here"},
        {CALENDAR "\n" PLAN "\nsupport_address = \"nobody\";", "f:3: \"nobody\" is no address"},
        {CALENDAR "\n" PLAN "\nsupport_address = [\"a@b\"];",
                "f:3: support_address of a policy must be a text in \" \", not a list"},
        {CALENDAR "\n" PLAN "\nsupport_address = \"a@b\\n.c\";",
                "f:3: support_address of a policy must be one line"},
        /* the delay of replies */
        {CALENDAR "\n" PLAN "\nsend_delay = \"0s\";", NULL},
        {CALENDAR "\n" PLAN "\nsend_delay = \"1h\";", NULL},
        {CALENDAR "\n" PLAN "\nsend_delay = 10;", "f:3: send_delay of a policy must be a text in \" \""},
        {CALENDAR "\n" PLAN "\nsend_delay = \"soon\";", "f:3: send_delay: \"soon\" is no length of time"},
        {CALENDAR "\n" PLAN "\nsend_delay = \"61m\";",
                "f:3: send_delay: \"61m\" is too long; the most is 1h"},
        /* hours */
        {WITH_WEEK("mon = [\"09:00-12:30\", \"13:00-17:00\"];"), NULL},
        {WITH_WEEK("mon = [\"09:00-13:00\", \"13:00-17:00\"];"), NULL},
        {WITH_WEEK("mon = [\"09:00-13:00\",\n\"12:00-17:00\"];"),
                "f:3: mon: 12:00-17:00 overlaps 09:00-13:00"},
        {WITH_WEEK("mon = [\"12:00-17:00\",\n\"09:00-12:01\"];"),
                "f:2: mon: 12:00-17:00 overlaps 09:00-12:01"},
        {WITH_WEEK("mon = [\"09:00-13:00\", \"09:00-13:00\"];"),
                "f:2: mon: 09:00-13:00 overlaps 09:00-13:00"},
        {WITH_WEEK("mon = [\"22:00-06:00\"];\ntue = [\"06:00-08:00\"];"), NULL},
        {WITH_WEEK("mon = [\"22:00-06:00\"];\ntue = [\"05:59-08:00\"];"),
                "f:3: 05:59-08:00 overlaps 22:00-06:00, which runs on into this day"},
        {WITH_WEEK("sun = [\"22:00-06:00\"];\nmon = [\"05:00-08:00\"];"),
                "f:3: 05:00-08:00 overlaps 22:00-06:00"},
        {WITH_WEEK("mon = [\"22:00-06:00\"];\nwed = [\"05:00-08:00\"];"), NULL},
        {WITH_WEEK("mon = [\"22:00-06:00\", \"23:00-23:30\"];"),
                "f:2: mon: 23:00-23:30 overlaps 22:00-06:00"},
        {WITH_WEEK("mon = [\"00:00-24:00\"]; tue = [\"00:00-24:00\"];"), NULL},
        {WITH_WEEK("mon = [\"25:00-26:00\"];"), "f:2: \"25:00-26:00\": there is no such time"},
        {WITH_WEEK("mon = [\"09:60-17:00\"];"), "f:2: \"09:60-17:00\": there is no such time"},
        {WITH_WEEK("mon = [\"24:00-06:00\"];"), "f:2: \"24:00-06:00\": there is no such time"},
        {WITH_WEEK("mon = [\"09:00-24:01\"];"), "f:2: \"09:00-24:01\": there is no such time"},
        {WITH_WEEK("mon = [\"09:00-09:00\"];"),
                "f:2: \"09:00-09:00\" is no time at all; a whole day is \"00:00-24:00\""},
        {WITH_WEEK("mon = [\"9-17\"];"), "f:2: \"9-17\" are no hours; write them as \"09:00-17:00\""},
        {WITH_WEEK("mon = [\"09:00-17:00 \"];"), "f:2: \"09:00-17:00 \" are no hours"},
        {WITH_WEEK("mon = \"09:00-17:00\";"), "f:2: mon must be a list, not a text"},
        {WITH_WEEK("mon = [9, 17];"), "f:2: hours must be a text in \" \", not a number\nf:2: hours must be"},
        {WITH_WEEK("monday = [\"09:00-17:00\"];"),
                "f:2: unknown key monday in a week; the keys are mon, tue"},
        {WITH_WEEK("mon = [];"), "f:1: a calendar without working hours"},
        /* dates */
        {WITH_CALENDAR("holidays = [\"2026-12-25\", \"2028-02-29\"];"), NULL},
        {WITH_CALENDAR("holidays = [\"2027-02-30\"];"),
                "f:2: there is no 2027-02-30; that month has 28 days"},
        {WITH_CALENDAR("holidays = [\"2027-02-29\"];"),
                "f:2: there is no 2027-02-29; that month has 28 days"},
        {WITH_CALENDAR("holidays = [\"2026-12-25\",\n\"2027-13-01\"];"),
                "f:3: there is no month 13 in 2027-13-01"},
        {WITH_CALENDAR("holidays = [\"2027-00-01\"];"), "f:2: there is no month 00"},
        {WITH_CALENDAR("holidays = [\"2027-01-00\"];"),
                "f:2: there is no 2027-01-00; that month has 31 days"},
        {WITH_CALENDAR("holidays = [\"1989-12-31\"];"),
                "f:2: 1989-12-31 is outside of the years 1990 to 2099"},
        {WITH_CALENDAR("holidays = [\"2100-01-01\"];"), "f:2: 2100-01-01 is outside"},
        {WITH_CALENDAR("holidays = [\"25.12.2026\"];"),
                "f:2: \"25.12.2026\" is no date; write it as \"2026-12-25\""},
        {WITH_CALENDAR("holidays = [\"2026-12-25\",\n\"2026-12-25\"];"), "f:3: the holiday 2026-12-25 twice"},
        {WITH_CALENDAR("exceptions = ( { date = \"2026-12-24\"; hours = [\"09:00-13:00\"]; } );"), NULL},
        {WITH_CALENDAR("exceptions = ( { date = \"2026-12-24\"; hours = []; } );"), NULL},
        {WITH_CALENDAR("exceptions = ( { date = \"2026-12-24\"; hours = [\"09:00-13:00\"]; },\n"
                       "{ date = \"2026-12-24\"; hours = []; } );"),
                "f:3: two exceptions on 2026-12-24"},
        {WITH_CALENDAR(
                 "holidays = [\"2026-12-24\"];\nexceptions = ( { date = \"2026-12-24\"; hours = []; } );"),
                "f:3: 2026-12-24 is a holiday and an exception"},
        {WITH_CALENDAR("exceptions = ( { hours = []; } );"), "f:2: an exception has a date and hours"},
        /* 2026-11-22 is a Sunday: its night shift runs into Monday's 09:00 */
        {WITH_CALENDAR("exceptions = ( { date = \"2026-11-22\"; hours = [\"22:00-09:00\"]; } );"), NULL},
        {WITH_CALENDAR("exceptions = ( { date = \"2026-11-22\"; hours = [\"22:00-09:01\"]; } );"),
                "f:1: 09:00-17:00 overlaps 22:00-09:01, which runs on into this day"},
        {WITH_CALENDAR(
                 "holidays = [\"2026-11-23\"];exceptions = ( { date = \"2026-11-22\"; hours = [\"22:00-09:01\"]; } );"),
                NULL},
        {WITH_WEEK(
                 "mon = [\"22:00-06:00\"]; };\nexceptions = ( { date = \"2026-11-24\"; hours = [\"05:00-08:00\"]; } ); x = {"),
                "f:3: unknown key x in a calendar; the keys are name, zone, week, holidays and exceptions\n"
                "f:3: 05:00-08:00 overlaps 22:00-06:00"},
        {WITH_CALENDAR("exceptions = ( { date = \"2026-11-21\"; hours = [\"20:00-04:00\"]; },\n"
                       "{ date = \"2026-11-22\"; hours = [\"03:00-05:00\"]; } );"),
                "f:3: 03:00-05:00 overlaps 20:00-04:00"},
        /* zones */
        {WITH_ZONE("Europe/Kyiv"), NULL},
        {WITH_ZONE("Etc/GMT-2"), NULL},
        {WITH_ZONE("Europe/Kiyv"), "f:2: unknown zone \"Europe/Kiyv\""},
        {WITH_ZONE("UTC+2"), "f:2: unknown zone \"UTC+2\""},
        {WITH_ZONE("+02:00"), "f:2: unknown zone \"+02:00\""},
        {WITH_ZONE("Europe"), "f:2: unknown zone \"Europe\""},
        {WITH_ZONE("Etc/../../../etc/passwd"), "f:2: unknown zone"},
        {WITH_ZONE("right/UTC"), "f:2: unknown zone"},
        {WITH_ZONE(""), "f:2: zone of a calendar must be one line"},
        {"calendars = (\n{ name = \"c\"; week = { mon = [\"09:00-17:00\"]; }; } );\n" PLAN,
                "f:2: a calendar has no zone"},
        {"calendars = ( { name = \"c\"; zone = \"UTC\"; week = { mon = [\"09:00-17:00\"]; }; },\n"
         "{ name = \"c\"; zone = \"UTC\"; week = { mon = [\"09:00-17:00\"]; }; } );\n" PLAN,
                "f:2: a second calendar \"c\""},
        /* plans */
        {WITH_PLAN("name = \"P\";"), "f:1: plan \"P\" has no target"},
        {WITH_PLAN("name = \"P\";\ntargets = ();"), "f:3: plan \"P\" has no target"},
        {WITH_PLAN("name = \"P\"; target = 1; targets = ( " TARGET " );"),
                "f:2: unknown key target in a plan; the keys are name, short"},
        {WITH_PLAN("targets = ( " TARGET " );"), "f:1: a plan has no name"},
        {WITH_PLAN("name = \"P\"; archived = \"no\"; targets = ( " TARGET " );"),
                "f:2: archived must be true or false, not a text"},
        {WITH_PLAN("name = \"P\"; targets = ( " TARGET
                   " ); }, { name = \"P\"; archived = true; targets = ( " TARGET " );"),
                NULL},
        {WITH_PLAN("name = \"P\"; targets = ( " TARGET " ); },\n{ name = \"P\"; targets = ( " TARGET " );"),
                "f:3: a second plan \"P\""},
        {WITH_PLAN("name = \"P\"; short = \"Plan\"; targets = ( " TARGET " );"), NULL},
        {WITH_PLAN("name = \"P\"; short = \"Plans\"; targets = ( " TARGET " );"),
                "f:2: \"Plans\" is wider than 4 cells"},
        {WITH_PLAN("name = \"P\"; short = \"計画計\"; targets = ( " TARGET " );"),
                "f:2: \"計画計\" is wider than 4 cells"},
        {WITH_PLAN("name = \"P\"; entitlements = (\"tickets\",\n\"fax\"); targets = ( " TARGET " );"),
                "f:3: unknown entitlement \"fax\"; there are tickets, chat, chat_billing_technical"},
        {WITH_PLAN("name = \"P\"; entitlements = [\"csm\", \"csm\"]; targets = ( " TARGET " );"),
                "f:2: the entitlement csm twice"},
        /* targets */
        {WITH_TARGET(
                 "metric = \"first_reply\"; time = \"1h30m\"; calendar = \"c\"; priority = \"urgent\"; channel = \"email\"; "
                 "pause_on = (\"hold\", \"pending\");"),
                NULL},
        {WITH_TARGET("metric = \"first_reply\"; time = \"0h\"; calendar = \"c\";"),
                "f:2: time of a target: \"0h\" is not positive"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"-2h\"; calendar = \"c\";"),
                "f:2: time of a target: \"-2h\" is not positive"},
        {WITH_TARGET("metric = \"first_reply\"; time = 0; calendar = \"c\";"),
                "f:2: time of a target is a bare number"},
        {WITH_TARGET("metric = \"first_reply\";\ntime = 3000000000; calendar = \"c\";"),
                "f:3: the number 3000000000 is too large"},
        {WITH_TARGET("metric = \"first_reply\"; time = 3000000000L; calendar = \"c\";"),
                "f:2: time of a target is a bare number"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"3000000000h\"; calendar = \"c\";"),
                "f:2: time of a target: \"3000000000h\" is too long"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"1d\"; calendar = \"c\";"),
                "f:2: time of a target: \"1d\" is no length of time"},
        {WITH_TARGET("metric = \"first_reply\"; calendar = \"c\";"), "f:1: a target has no time"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"2h\";"), "f:1: a target has no calendar"},
        {WITH_TARGET("time = \"2h\"; calendar = \"c\";"), "f:1: a target has no metric"},
        {WITH_TARGET("metric = \"reply\"; time = \"2h\"; calendar = \"c\";"),
                "f:2: unknown metric \"reply\"; there are first_reply, next_reply and resolution"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"2h\"; calendar = \"d\";"),
                "f:2: there is no calendar \"d\" in this file"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"2h\"; calendar = \"c\"; priority = \"low\";"),
                "f:2: unknown priority \"low\"; there are urgent, high and normal"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"2h\"; calendar = \"c\"; channel = \"fax\";"),
                "f:2: unknown channel \"fax\""},
        {WITH_TARGET("metric = \"first_reply\"; time = \"2h\"; calendar = \"c\"; pause_on = [\"open\"];"),
                "f:2: unknown status that pauses a clock \"open\"; there are pending and hold"},
        {WITH_TARGET("metric = \"first_reply\"; time = \"2h\"; calendar = \"c\"; pause = true;"),
                "f:2: unknown key pause in a target"},
        {WITH_PLAN("name = \"P\"; targets = ( " TARGET ",\n" TARGET " );"),
                "f:3: a second target for first_reply"},
        {WITH_PLAN(
                 "name = \"P\"; targets = ( " TARGET
                 ",\n{ metric = \"first_reply\"; time = \"1h\"; calendar = \"c\"; priority = \"urgent\"; } );"),
                NULL},
        /* words */
        {CALENDAR PLAN "priorities = ( { name = \"urgent\"; label = \"U\"; when = \"w\"; } );", NULL},
        {CALENDAR PLAN "priorities = (\n{ name = \"low\"; label = \"L\"; } );",
                "f:2: unknown priority \"low\""},
        {CALENDAR PLAN "priorities = (\n{ name = \"high\"; } );", "f:2: a priority has no label"},
        {CALENDAR PLAN
                "priorities = ( { name = \"high\"; label = \"H\"; },\n{ name = \"high\"; label = \"H\"; } );",
                "f:2: the priority high twice"},
        {CALENDAR PLAN "statuses = (\n{ name = \"solved\"; label = \"S\"; } );",
                "f:2: unknown status \"solved\"; there are new, open"},
        {CALENDAR PLAN "statuses = (\n{ name = \"new\"; label = \"N\"; when = \"\"; } );",
                "f:2: unknown key when in a status"},
};

Test(policy, mistakes_are_named_with_their_line)
{
	bool zones = access("/usr/share/zoneinfo/UTC", R_OK) == 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf problems = STRBUF_INIT;
		json_t *policy = policy_parse(cases[i].text, "f", &problems);
		const char *expected = cases[i].problem;
		if (!zones && expected && strstr(expected, "unknown zone \"Europe/"))
			expected = NULL;
		if (!expected) {
			cr_assert_not_null(policy, "%s\n gave %s", cases[i].text, problems.data);
			cr_assert_str_eq(problems.data, "");
		} else {
			cr_assert_null(policy, "taken: %s", cases[i].text);
			cr_assert(strncmp(problems.data, expected, strlen(expected)) == 0,
			        "%s\n gave %s expected %s", cases[i].text, problems.data, expected);
			const char *rest = problems.data + strlen(expected);
			cr_assert_str_eq(rest + strcspn(rest, "\n"), "\n", "%s\n gave more: %s",
			        cases[i].text, problems.data);
		}
		json_decref(policy);
		strbuf_release(&problems);
	}
}

Test(policy, all_mistakes_in_the_order_of_the_lines)
{
	struct strbuf problems = STRBUF_INIT;
	json_t *policy =
	        policy_parse("support_address = \"x\";\n"
	                     "calendars = ( { name = \"c\";\n"
	                     "  zone = \"Nowhere\\nEvil\";\n"
	                     "  week = { mon = [\"8-9\"]; }; } );\n"
	                     "plans = ( { name = \"P\"; targets = (\n"
	                     "  { metric = \"first_reply\"; time = \"x\"; calendar = \"d\"; } ); } );\n"
	                     "colour = 1;\n",
	                "a/b.conf", &problems);
	cr_assert_null(policy);
	cr_assert_str_eq(problems.data,
	        "a/b.conf:1: \"x\" is no address; write it as \"support@example.com\"\n"
	        "a/b.conf:3: zone of a calendar must be one line of at most 200 bytes, not empty, without blanks at its ends\n"
	        "a/b.conf:4: \"8-9\" are no hours; write them as \"09:00-17:00\"\n"
	        "a/b.conf:6: time of a target: \"x\" is no length of time; write it as 90m, 2h or 1h30m\n"
	        "a/b.conf:6: there is no calendar \"d\" in this file\n"
	        "a/b.conf:7: unknown key colour in a policy; the keys are support_address, send_delay, calendars, plans, priorities and "
	        "statuses\n");
	strbuf_release(&problems);
}

static json_t *parsed(const char *text)
{
	struct strbuf problems = STRBUF_INIT;
	json_t *policy = policy_parse(text, "f", &problems);
	cr_assert_not_null(policy, "%s", problems.data);
	strbuf_release(&problems);
	return policy;
}

static json_t *shipped(void)
{
	const struct embedded_file *file = embedded_find("schema/policy.conf");
	cr_assert_not_null(file);
	return parsed(file->bytes);
}

/* The agreement, row by row. */
Test(policy, the_shipped_one_is_the_agreement)
{
	static const struct {
		const char *name, *short_name;
		bool archived;
		int hours;
		const char *entitlements;
	} plans[] = {
	        {"Enterprise", "Ent", false, 2,
	                "tickets chat phone personal_mailbox priority_answers csm analyst "},
	        {"Reports & Attribution", "R&A", false, 4, "tickets chat personal_mailbox csm "},
	        {"Marketing Data", "MD", false, 8, "tickets chat_billing_technical "},
	        {"Enterprise", "Ent", true, 2,
	                "tickets chat phone personal_mailbox priority_answers csm analyst "},
	        {"Business", "Bus", true, 4, "tickets chat personal_mailbox csm "},
	        {"Basic", "Bas", true, 8, "tickets chat "},
	        {"Cost Data", "Cost", true, 12, "tickets chat_billing_technical "},
	};
	static const char *const identity[] = {"name", "archived", NULL};
	json_t *policy = shipped();
	cr_assert_eq(json_array_size(json_object_get(policy, "plans")), sizeof plans / sizeof *plans);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		json_t *like = json_pack("{s:s, s:b}", "name", plans[i].name, "archived", plans[i].archived);
		const json_t *plan = policy_same(json_object_get(policy, "plans"), like, identity);
		cr_assert_not_null(plan, "%s", plans[i].name);
		cr_assert_str_eq(policy_text(plan, "short"), plans[i].short_name);
		struct strbuf entitlements = STRBUF_INIT;
		size_t e;
		json_t *one;
		json_array_foreach(json_object_get(plan, "entitlements"), e, one)
		        strbuf_addf(&entitlements, "%s ", json_string_value(one));
		cr_assert_str_eq(entitlements.data, plans[i].entitlements, "%s", plans[i].name);
		strbuf_release(&entitlements);
		const json_t *targets = json_object_get(plan, "targets");
		cr_assert_eq(json_array_size(targets), 4);
		for (size_t t = 0; t < 4; t++) {
			const json_t *target = json_array_get(targets, t);
			bool chat = t % 2;
			cr_assert_str_eq(policy_text(target, "metric"), t < 2 ? "first_reply" : "next_reply");
			cr_assert_str_eq(policy_text(target, "channel"), chat ? "chat" : "");
			cr_assert_str_eq(policy_text(target, "calendar"), chat ? "chat" : "tickets");
			cr_assert_eq(
			        json_integer_value(json_object_get(target, "time_s")), plans[i].hours * 3600);
			cr_assert_eq(json_array_size(json_object_get(target, "pause_on")), 0);
		}
		json_decref(like);
	}
	json_t *hours = json_pack("{s:[s], s:[s], s:[s], s:[s], s:[s]}", "mon", "09:00-17:00", "tue",
	        "09:00-17:00", "wed", "09:00-17:00", "thu", "09:00-17:00", "fri", "09:00-17:00");
	const json_t *chat = json_array_get(json_object_get(policy, "calendars"), 0);
	const json_t *tickets = json_array_get(json_object_get(policy, "calendars"), 1);
	cr_assert_str_eq(policy_text(tickets, "name"), "tickets");
	cr_assert_str_eq(policy_text(tickets, "zone"), "Etc/GMT-2");
	cr_assert_str_eq(policy_text(chat, "zone"), "Etc/GMT-2");
	cr_assert(json_equal(json_object_get(tickets, "week"), hours));
	cr_assert_str_eq(
	        json_string_value(json_array_get(json_object_get(json_object_get(chat, "week"), "fri"), 0)),
	        "10:00-18:00");
	cr_assert_null(json_object_get(json_object_get(chat, "week"), "sat"));
	cr_assert_eq(json_array_size(json_object_get(policy, "priorities")), 3);
	cr_assert_eq(json_array_size(json_object_get(policy, "statuses")), 5);
	cr_assert_str_eq(
	        policy_text(json_array_get(json_object_get(policy, "priorities"), 0), "label"), "Срочный");
	cr_assert_str_eq(policy_text(json_array_get(json_object_get(policy, "statuses"), 2), "label"),
	        "Ждет вашего ответа");
	cr_assert_str_eq(policy_text(policy, "support_address"), "bi@owox.com");
	json_decref(hours);
	json_decref(policy);
}

static const char rich[] =
        "support_address = \"Help@Example.com\"; send_delay = \"0s\";\n"
        "calendars = ( { name = \"b \\\"quoted\\\" \\\\name\"; zone = \"Europe/Kyiv\";\n"
        "    week = { sun = [\"22:00-06:00\"]; mon = (\"13:00-17:00\", \"09:00-12:30\"); tue = []; };\n"
        "    holidays = [\"2027-01-01\", \"2026-12-25\"];\n"
        "    exceptions = ( { date = \"2026-12-31\"; hours = []; }, { date = \"2026-12-24\"; hours = [\"09:00-13:00\"]; } ); },\n"
        "  { name = \"a\"; zone = \"UTC\"; week = { mon = [\"00:00-24:00\"]; }; } );\n"
        "plans = ( { name = \"Золотой план\"; archived = true; targets = (\n"
        "    { metric = \"resolution\"; time = \"90m\"; calendar = \"a\"; },\n"
        "    { metric = \"resolution\"; time = \"61s\"; calendar = \"a\"; channel = \"chat\"; pause_on = []; },\n"
        "    { metric = \"next_reply\"; time = \"2h\"; calendar = \"a\"; pause_on = [\"hold\", \"pending\"]; } ); } );\n"
        "statuses = ( { name = \"hold\"; label = \"H\"; } );\n";

Test(policy, printed_and_read_again_it_is_the_same)
{
	json_t *policies[] = {shipped(), parsed(rich)};
	for (size_t i = 0; i < 2; i++) {
		struct strbuf text = STRBUF_INIT, lines = STRBUF_INIT;
		policy_print(policies[i], &text);
		json_t *again = parsed(text.data);
		cr_assert(json_equal(policies[i], again), "%s", text.data);
		cr_assert_eq(policy_diff(policies[i], again, &lines), 0, "%s", lines.data);
		json_decref(again);
		strbuf_release(&text);
	}
	const json_t *calendar = json_array_get(json_object_get(policies[1], "calendars"), 1);
	const json_t *plan = json_array_get(json_object_get(policies[1], "plans"), 0);
	cr_assert_str_eq(policy_text(policies[1], "support_address"), "help@example.com");
	cr_assert_str_eq(policy_text(calendar, "name"), "b \"quoted\" \\name");
	cr_assert_str_eq(
	        json_string_value(json_array_get(json_object_get(calendar, "holidays"), 0)), "2026-12-25");
	cr_assert_null(json_object_get(json_object_get(calendar, "week"), "tue"));
	cr_assert_str_eq(policy_text(plan, "short"), "Зп");
	const json_t *resolution = json_array_get(json_object_get(plan, "targets"), 1);
	cr_assert_str_eq(policy_text(resolution, "metric"), "resolution");
	cr_assert_eq(json_array_size(json_object_get(resolution, "pause_on")), 2,
	        "resolution pauses unless it says otherwise");
	json_decref(policies[0]);
	json_decref(policies[1]);
}

/* Whatever order and defaults the server writes. */
Test(policy, the_canonical_form_knows_no_order)
{
	json_t *one = json_loads(
	        "{\"plans\":[{\"name\":\"b\",\"short\":\"b\",\"archived\":false,\"entitlements\":[\"csm\",\"tickets\"],"
	        "\"targets\":[{\"metric\":\"next_reply\",\"time_s\":60,\"calendar\":\"c\"},{\"metric\":\"first_reply\","
	        "\"time_s\":60,\"calendar\":\"c\",\"priority\":null,\"channel\":null,\"pause_on\":[\"hold\",\"pending\"]}]},"
	        "{\"name\":\"a\",\"short\":\"a\",\"archived\":true,\"targets\":[]}],"
	        "\"calendars\":[{\"name\":\"c\",\"zone\":\"UTC\",\"week\":{\"sun\":[],\"mon\":[\"b\",\"a\"]}}],"
	        "\"priorities\":[],\"support_address\":\"\"}",
	        0, NULL);
	json_t *other = json_loads(
	        "{\"calendars\":[{\"zone\":\"UTC\",\"name\":\"c\",\"week\":{\"mon\":[\"a\",\"b\"]},\"holidays\":[],"
	        "\"exceptions\":[]}],\"plans\":[{\"name\":\"a\",\"short\":\"a\",\"archived\":true,\"entitlements\":[],"
	        "\"targets\":[]},{\"name\":\"b\",\"short\":\"b\",\"entitlements\":[\"tickets\",\"csm\"],\"targets\":["
	        "{\"metric\":\"first_reply\",\"time_s\":60,\"calendar\":\"c\",\"pause_on\":[\"pending\",\"hold\"]},"
	        "{\"metric\":\"next_reply\",\"time_s\":60,\"calendar\":\"c\"}]}]}",
	        0, NULL);
	cr_assert(one && other);
	json_t *a = policy_canonical(one, NULL), *b = policy_canonical(other, NULL);
	cr_assert(json_equal(a, b));
	cr_assert_str_eq(policy_text(json_array_get(json_object_get(a, "plans"), 0), "name"), "b",
	        "archived plans come last");
	struct error err;
	json_t *nothing = json_object();
	cr_assert_null(policy_canonical(nothing, &err));
	cr_assert_null(policy_canonical(NULL, &err));
	json_decref(nothing);
	json_decref(one);
	json_decref(other);
	json_decref(a);
	json_decref(b);
}

Test(policy, the_difference_in_words)
{
	json_t *from = parsed(
	        "support_address = \"a@b\"; send_delay = \"10s\"; calendars = (\n"
	        "{ name = \"c\"; zone = \"UTC\"; week = { mon = [\"09:00-17:00\"]; tue = [\"09:00-17:00\"]; };\n"
	        "  holidays = [\"2026-12-25\"]; exceptions = ( { date = \"2026-12-24\"; hours = [\"09:00-13:00\"]; } ); },\n"
	        "{ name = \"old\"; zone = \"UTC\"; week = { mon = [\"09:00-17:00\"]; }; } );\n"
	        "plans = ( { name = \"P\"; entitlements = [\"tickets\", \"csm\"]; targets = (\n"
	        "  { metric = \"first_reply\"; time = \"2h\"; calendar = \"c\"; },\n"
	        "  { metric = \"next_reply\"; time = \"2h\"; calendar = \"c\"; } ); },\n"
	        "  { name = \"Gone\"; archived = true; targets = ( " TARGET " ); } );\n"
	        "priorities = ( { name = \"high\"; label = \"H\"; }, { name = \"normal\"; label = \"N\"; } );\n");
	json_t *to = parsed(
	        "calendars = (\n"
	        "{ name = \"c\"; zone = \"Europe/Kyiv\"; week = { mon = [\"09:00-12:00\", \"13:00-17:00\"]; };\n"
	        "  holidays = [\"2027-01-01\"]; exceptions = ( { date = \"2026-12-24\"; hours = []; },\n"
	        "  { date = \"2026-12-26\"; hours = [\"10:00-11:00\"]; } ); } );\n"
	        "plans = ( { name = \"P\"; short = \"PP\"; entitlements = [\"tickets\", \"phone\"]; targets = (\n"
	        "  { metric = \"first_reply\"; time = \"1h30m\"; calendar = \"c\"; pause_on = [\"hold\"]; },\n"
	        "  { metric = \"first_reply\"; time = \"30m\"; calendar = \"c\"; priority = \"urgent\"; channel = \"chat\"; } ); },\n"
	        "  { name = \"Gone\"; targets = ( " TARGET " ); } );\n"
	        "priorities = ( { name = \"high\"; label = \"HH\"; } );\nsend_delay = \"1m30s\";\n");
	struct strbuf lines = STRBUF_INIT;
	cr_assert_eq(policy_diff(from, to, &lines), 20);
	cr_assert_str_eq(lines.data, "send_delay 10s → 1m30s\n"
	                             "calendar c: zone UTC → Europe/Kyiv\n"
	                             "calendar c: mon 09:00-17:00 → 09:00-12:00 13:00-17:00\n"
	                             "calendar c: tue 09:00-17:00 → closed\n"
	                             "- holiday c 2026-12-25\n"
	                             "+ holiday c 2027-01-01\n"
	                             "exception c 2026-12-24: 09:00-13:00 → closed\n"
	                             "+ exception c 2026-12-26 10:00-11:00\n"
	                             "- calendar old\n"
	                             "plan P: short P → PP\n"
	                             "- entitlement P csm\n"
	                             "+ entitlement P phone\n"
	                             "plan P: first_reply 2h → 1h30m\n"
	                             "plan P: first_reply pauses on nothing → hold\n"
	                             "- target P: next_reply 2h\n"
	                             "+ target P: first_reply (urgent, chat) 30m, calendar c\n"
	                             "- plan Gone (archived)\n"
	                             "+ plan Gone: short Gon\n"
	                             "+ target Gone: first_reply 2h, calendar c\n"
	                             "priority high: label \"H\" → \"HH\"\n");
	strbuf_release(&lines);
	json_t *whole = policy_over(to, from), *back = policy_over(from, to);
	cr_assert_eq(json_integer_value(json_object_get(whole, "send_delay_s")), 90);
	cr_assert_eq(json_integer_value(json_object_get(back, "send_delay_s")), 10);
	json_object_del(back, "send_delay_s");
	json_t *stays = policy_over(back, to);
	cr_assert_eq(json_integer_value(json_object_get(stays, "send_delay_s")), 90);
	json_decref(stays);
	json_decref(back);
	cr_assert_str_eq(policy_text(whole, "support_address"), "a@b", "what the file does not say stays");
	cr_assert_eq(json_array_size(json_object_get(whole, "priorities")), 2);
	cr_assert_str_eq(policy_text(json_array_get(json_object_get(whole, "priorities"), 0), "label"), "HH");
	cr_assert_str_eq(policy_text(json_array_get(json_object_get(whole, "priorities"), 1), "label"), "N");
	cr_assert_eq(policy_diff(to, whole, &lines), 2,
	        "the address and one priority are news to the file: %s", lines.data);
	strbuf_release(&lines);
	json_decref(whole);
	json_decref(from);
	json_decref(to);
}
