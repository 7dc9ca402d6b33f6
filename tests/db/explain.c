/*
 * clock_explain: the facts behind a clock. The worked examples of the reply clocks, each with the working time that the
 * facts add up to, and the days that are named; pauses, changes of target, ends.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

/* "work 15:00-17:00 7200" for each fact of these kinds, in the agreement's zone, as told at the instant. */
static const char *facts(PGconn *conn, int64_t ticket, const char *when, const char *kinds)
{
	return testdb_text(conn,
	        "SELECT string_agg(concat_ws(' ', kind, to_char(to_timestamp(at) AT TIME ZONE 'Etc/GMT-2', 'MM-DD HH24:MI'),"
	        " to_char(to_timestamp(until) AT TIME ZONE 'Etc/GMT-2', '- MM-DD HH24:MI'), was, seconds, nullif(name, ''), detail),"
	        " ', ' ORDER BY n) FROM clock_explain_at('2026-%s+02', %" PRId64 ") WITH ORDINALITY"
	        " AS f (kind, at, until, seconds, was, name, detail, utc_offset_s, n) WHERE kind ~ '^(%s)$'",
	        when, ticket, kinds);
}

Test(explain, the_worked_examples_add_up)
{
	static const struct {
		const char *domain, *wrote, *course, *due;
		int64_t target;
	} cases[] = {
	        {"ent", "11-23 10:00", "ahead 11-23 10:00 - 11-23 12:00 7200",
	                "due 11-23 12:00 - 11-23 12:00", 7200},
	        {"ent", "11-23 15:00", "ahead 11-23 15:00 - 11-23 17:00 7200",
	                "due 11-23 17:00 - 11-24 09:00", 7200},
	        {"ent", "11-23 16:59",
	                "ahead 11-23 16:59 - 11-23 17:00 60, closed 11-23 17:00 - 11-24 09:00,"
	                " ahead 11-24 09:00 - 11-24 10:59 7140",
	                "due 11-24 10:59 - 11-24 10:59", 7200},
	        {"ent", "11-23 17:00",
	                "closed 11-23 17:00 - 11-24 09:00, ahead 11-24 09:00 - 11-24 11:00 7200",
	                "due 11-24 11:00 - 11-24 11:00", 7200},
	        {"ent", "11-28 13:00",
	                "closed 11-28 13:00 - 11-30 09:00, day_off 11-28 12:00 2026-11-28,"
	                " day_off 11-29 12:00 2026-11-29, ahead 11-30 09:00 - 11-30 11:00 7200",
	                "due 11-30 11:00 - 11-30 11:00", 7200},
	        {"bus", "12-24 14:30",
	                "ahead 12-24 14:30 - 12-24 17:00 9000, closed 12-24 17:00 - 12-28 09:00,"
	                " holiday 12-25 12:00 2026-12-25, day_off 12-26 12:00 2026-12-26,"
	                " day_off 12-27 12:00 2026-12-27, ahead 12-28 09:00 - 12-28 10:30 5400",
	                "due 12-28 10:30 - 12-28 10:30", 14400},
	        {"md", "11-23 08:00",
	                "closed 11-23 08:00 - 11-23 09:00, ahead 11-23 09:00 - 11-23 17:00 28800",
	                "due 11-23 17:00 - 11-24 09:00", 28800},
	        {"cost", "11-27 16:00",
	                "ahead 11-27 16:00 - 11-27 17:00 3600, closed 11-27 17:00 - 11-30 09:00,"
	                " day_off 11-28 12:00 2026-11-28, day_off 11-29 12:00 2026-11-29,"
	                " ahead 11-30 09:00 - 11-30 17:00 28800, closed 11-30 17:00 - 12-01 09:00,"
	                " ahead 12-01 09:00 - 12-01 12:00 10800",
	                "due 12-01 12:00 - 12-01 12:00", 43200},
	};
	PGconn *conn = helpdesk_create();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char from[64], id[32];
		snprintf(from, sizeof from, "a@%s.test", cases[i].domain);
		snprintf(id, sizeof id, "m%zu@x", i);
		int64_t t = helpdesk_mail(conn, cases[i].wrote, from, id, "");
		cr_expect_str_eq(facts(conn, t, cases[i].wrote,
		                         "work|ahead|late|closed|holiday|day_off|exception|kept"),
		        cases[i].course);
		cr_expect_str_eq(facts(conn, t, cases[i].wrote, "due"), cases[i].due);
		cr_expect_eq(testdb_int(conn,
		                     "SELECT sum(seconds) FROM clock_explain(%" PRId64
		                     ") WHERE kind IN ('work', 'ahead')",
		                     t),
		        cases[i].target);
	}
	testdb_refused(conn, "SG003", "SELECT * FROM clock_explain(99)");
}

Test(explain, what_is_over_and_what_is_late)
{
	PGconn *conn = helpdesk_create();
	int64_t t = helpdesk_mail(conn, "11-23 16:00", "a@ent.test", "a@x", "");
	cr_expect_str_eq(
	        facts(conn, t, "11-23 16:30", "wait|message|plan|calendar|work|ahead|closed|late|used|kept"),
	        "wait 11-23 16:00 7200 first_reply, message 11-23 16:00 a@ent.test, plan 7200 Enterprise plan,"
	        " calendar 11-23 16:00 1 1 tickets Etc/GMT-2, work 11-23 16:00 - 11-23 16:30 1800,"
	        " ahead 11-23 16:30 - 11-23 17:00 1800, closed 11-23 17:00 - 11-24 09:00,"
	        " ahead 11-24 09:00 - 11-24 10:00 3600, used 11-23 16:30 1800");
	cr_expect_str_eq(facts(conn, t, "11-25 09:15", "work|ahead|late|used|kept"),
	        "work 11-23 16:00 - 11-23 17:00 3600, work 11-24 09:00 - 11-24 10:00 3600,"
	        " late 11-24 10:00 - 11-25 09:15 26100, used 11-25 09:15 33300");
	testdb_exec(conn,
	        "SELECT ticket_reply_at('2026-11-24 11:00+02', gen_random_uuid(), %" PRId64 ", 0, 'x')", t);
	cr_expect_str_eq(facts(conn, t, "11-27 10:00", "wait|late|used|kept|end"),
	        "wait 11-23 16:00 - 11-24 11:00 7200 first_reply breached,"
	        " late 11-24 10:00 - 11-24 11:00 3600, used 11-24 11:00 10800, end 11-24 11:00 10800 anna",
	        "a finished wait is told when none runs");
	t = helpdesk_mail(conn, "11-24 12:00", "a@none.test", "n@x", "");
	cr_expect_str_eq(facts(conn, t, "11-24 13:00", "wait|plan|calendar|used|due"),
	        "wait 11-24 12:00 first_reply, plan plan");
}

Test(explain, pauses_changes_and_targets_of_their_own)
{
	PGconn *conn = helpdesk_create();
	int64_t t = helpdesk_mail(conn, "11-23 10:00", "a@pause.test", "a@x", "");
	testdb_exec(conn,
	        "SELECT ticket_set_status_at('2026-11-23 10:30+02', gen_random_uuid(), %" PRId64
	        ", 0, 'hold', 'Meta', true)",
	        t);
	cr_expect_str_eq(facts(conn, t, "11-23 11:00", "work|ahead|paused|used|due|kept"),
	        "work 11-23 10:00 - 11-23 10:30 1800, paused 11-23 10:30 anna hold, used 11-23 11:00 1800");
	testdb_exec(conn,
	        "SELECT ticket_set_status_at('2026-11-23 16:00+02', gen_random_uuid(), %" PRId64
	        ", 0, 'open')",
	        t);
	cr_expect_str_eq(facts(conn, t, "11-23 16:10", "work|ahead|closed|paused|used|kept|due"),
	        "work 11-23 10:00 - 11-23 10:30 1800, paused 11-23 10:30 - 11-23 16:00 anna hold,"
	        " work 11-23 16:00 - 11-23 16:10 600, ahead 11-23 16:10 - 11-23 17:00 3000,"
	        " closed 11-23 17:00 - 11-24 09:00, ahead 11-24 09:00 - 11-24 09:30 1800, used 11-23 16:10 2400,"
	        " due 11-24 09:30 - 11-24 09:30");

	t = helpdesk_mail(conn, "11-23 10:00", "a@page.test", "p@x", "");
	testdb_exec(conn,
	        "SELECT ticket_set_priority_at('2026-11-23 10:10+02', gen_random_uuid(), %" PRId64
	        ", 0, 'urgent')",
	        t);
	cr_expect_str_eq(facts(conn, t, "11-23 10:20", "plan|calendar|target|due|kept"),
	        "plan 3600 Page priority urgent, calendar 11-23 10:00 1 1 always UTC,"
	        " target 11-23 10:10 - 11-23 11:00 7200 3600 anna priority, due 11-23 11:00 - 11-23 11:00");
}

Test(explain, what_the_ledger_counted_otherwise_merges_and_days_of_their_own)
{
	PGconn *conn = helpdesk_create();
	int64_t t = helpdesk_mail(conn, "11-23 10:00", "a@pause.test", "a@x", "");
	testdb_exec(conn,
	        "SELECT ticket_set_status_at('2026-11-23 10:30+02', gen_random_uuid(), %" PRId64
	        ", 0, 'hold', 'Meta', true)",
	        t);
	/* The trigger's clock is now; the rule is the same function with an instant. */
	testdb_exec(conn,
	        "ALTER TABLE organization DISABLE TRIGGER organization_plan_changed;"
	        "UPDATE organization SET plan_id = (SELECT min(id) FROM plan WHERE name = 'Enterprise')"
	        " WHERE name = 'Pause';"
	        "ALTER TABLE organization ENABLE TRIGGER organization_plan_changed;"
	        "SELECT clocks_recompute(NULL, '2026-11-23 12:00+02', 'lena', 'plan')");
	cr_expect_str_eq(facts(conn, t, "11-23 12:30", "plan|work|ahead|paused|kept|used|due|target"),
	        "plan 7200 Enterprise plan, work 11-23 10:00 - 11-23 12:30 9000, ahead 11-23 12:30 - 11-23 13:30 3600,"
	        " kept -5400, used 11-23 12:30 3600, target 11-23 12:00 - 11-23 13:30 7200 7200 lena plan,"
	        " due 11-23 13:30 - 11-23 13:30",
	        "the pause under the plan before is in the ledger, not in the plan that holds now");

	int64_t first = helpdesk_mail(conn, "11-23 10:00", "b@ent.test", "b@x", "");
	int64_t second = helpdesk_mail(conn, "11-23 11:00", "b@ent.test", "c@x", "");
	testdb_exec(conn,
	        "SELECT ticket_merge_at('2026-11-23 11:30+02', gen_random_uuid(), %" PRId64 ", 0, %" PRId64
	        ")",
	        second, first);
	cr_expect_str_eq(facts(conn, first, "11-23 11:40", "wait"), "wait 11-23 10:00 7200 first_reply",
	        "of two merged waits the one that stands is told");
	cr_expect_eq(testdb_int(conn, "SELECT was FROM clock_explain(%" PRId64 ")", second), first);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM clock_explain(%" PRId64 ")", second), 1);

	testdb_exec(conn,
	        "SELECT policy_apply(jsonb_set(p, '{calendars}', (SELECT jsonb_agg(c || CASE c ->> 'name'"
	        " WHEN 'tickets' THEN '{\"exceptions\":[{\"date\":\"2026-11-25\",\"hours\":[\"09:00-10:00\"]}]}'"
	        " ELSE '{}' END::jsonb) FROM jsonb_array_elements(p -> 'calendars') c))) FROM policy_export() p");
	t = helpdesk_mail(conn, "11-24 16:00", "d@ent.test", "d@x", "");
	cr_expect_str_eq(facts(conn, t, "11-24 16:00", "ahead|closed|exception|calendar|due"),
	        "calendar 11-24 16:00 2 2 tickets Etc/GMT-2, ahead 11-24 16:00 - 11-24 17:00 3600,"
	        " closed 11-24 17:00 - 11-25 09:00, exception 11-25 12:00 2026-11-25 09:00-10:00,"
	        " ahead 11-25 09:00 - 11-25 10:00 3600, due 11-25 10:00 - 11-26 09:00");
}

/* A console says a due time by the calendar's clock, too, but not across a change of summer time that it knows nothing of. */
Test(explain, until_when_a_zone_keeps_its_offset)
{
	static const struct {
		const char *zone, *now, *steady;
	} cases[] = {
	        {"Europe/Berlin", "2026-10-20 12:00+00",
	                "2026-10-24 12:00"}, /* it changes on the 25th at 01:00 */
	        {"Europe/Berlin", "2026-10-25 00:30+00", "2026-10-25 00:30"},
	        {"Europe/Berlin", "2026-10-25 02:00+00", "2026-12-26 02:00"},
	        {"America/New_York", "2026-03-01 00:00+00", "2026-03-08 00:00"},
	        {"Etc/GMT-2", "2026-03-01 00:00+00", "2026-05-02 00:00"},
	};
	PGconn *conn = helpdesk_create();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_eq(testdb_text(conn,
		                         "SELECT to_char(console_zone_steady('%s', '%s') AT TIME ZONE 'UTC',"
		                         " 'YYYY-MM-DD HH24:MI')",
		                         cases[i].zone, cases[i].now),
		        cases[i].steady, "%s at %s", cases[i].zone, cases[i].now);
	cr_expect_str_eq(
	        testdb_text(testdb_connect("anna"),
	                "SELECT string_agg(DISTINCT (steady_until > extract(epoch FROM now()))::text, ' ')"
	                " FROM sandglass.console_calendar"),
	        "true");
}
