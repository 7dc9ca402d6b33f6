/*
 * The policy on the server: it comes out as it went in, what is wrong is refused in one line, what is used stays.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A policy with one calendar and one plan, of which a case replaces a part. */
#define CALENDAR(rest)           "{\"name\":\"c\",\"zone\":\"UTC\"," rest "}"
#define MONDAY                   "\"week\":{\"mon\":[\"09:00-17:00\"]}"
#define TARGET(rest)             "{\"metric\":\"first_reply\",\"calendar\":\"c\"," rest "}"
#define PLAN(targets)            "{\"name\":\"P\",\"targets\":[" targets "]}"
#define POLICY(calendars, plans) "{\"calendars\":[" calendars "],\"plans\":[" plans "]}"

Test(policy_rules, what_is_wrong_is_refused_in_one_line)
{
	PGconn *conn = testdb_create();
	static const struct {
		const char *policy, *says;
	} cases[] = {
	        {"{}", "a policy needs calendars and plans"},
	        {POLICY("{\"name\":\"c\",\"zone\":\"Moon/Base\"," MONDAY "}", ""),
	                "calendar \"c\": unknown time zone \"Moon/Base\""},
	        {POLICY(CALENDAR("\"week\":{\"mo\":[]}"), ""),
	                "calendar \"c\": \"mo\" is no day of the week"},
	        {POLICY(CALENDAR("\"week\":{\"mon\":[\"9-17\"]}"), ""),
	                "\"9-17\" are no hours: write \"09:00-17:00\""},
	        {POLICY(CALENDAR("\"week\":{\"mon\":[]}"), ""), "calendar \"c\" is never open"},
	        {POLICY(CALENDAR(MONDAY ",\"holidays\":[\"2026-02-30\"]"), ""),
	                "calendar \"c\": \"2026-02-30\" is no date"},
	        {POLICY(CALENDAR(MONDAY
	                        ",\"exceptions\":[{\"date\":\"2026-01-01\",\"hours\":[]},{\"date\":\"2026-01-01\",\"hours\":[]}]"),
	                 ""),
	                "calendar \"c\": two exceptions for 2026-01-01"},
	        {POLICY(CALENDAR(MONDAY), PLAN("")), "plan \"P\" has no target"},
	        {POLICY(CALENDAR(MONDAY), PLAN(TARGET("\"time_s\":0"))),
	                "plan \"P\": a target must be positive and below 68 years"},
	        {POLICY(CALENDAR(MONDAY), PLAN(TARGET("\"time_s\":3000000000"))),
	                "plan \"P\": a target must be positive and below 68 years"},
	        {POLICY(CALENDAR(MONDAY),
	                 PLAN("{\"metric\":\"first_reply\",\"time_s\":1,\"calendar\":\"d\"}")),
	                "plan \"P\": there is no calendar \"d\""},
	        {POLICY(CALENDAR(MONDAY), PLAN(TARGET("\"time_s\":1") "," TARGET("\"time_s\":2"))),
	                "plan \"P\": two targets for the same first_reply"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *message =
		        testdb_refused(conn, "SG007", "SELECT policy_apply('%s')", cases[i].policy);
		cr_expect_str_eq(message, cases[i].says, "%s: %s", cases[i].policy, message);
	}
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM calendar"), 0, "nothing of a refused policy stays");
}

Test(policy_rules, comes_out_as_it_went_in)
{
	PGconn *conn = helpdesk_create();
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM plan WHERE name = 'Enterprise'"), 2,
	        "the archived one is another plan");
	cr_expect_str_eq(testdb_text(conn, "SELECT pause_on FROM sla_policy WHERE metric = 'resolution'"),
	        "{pending,hold}", "resolution pauses on both unless the policy says otherwise");
	int64_t events = testdb_int(conn, "SELECT count(*) FROM event");
	testdb_exec(conn, "SELECT policy_apply(policy_export())");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM event"), events, "the same again is no change");
	cr_expect_eq(testdb_int(conn, "SELECT max(revision) FROM calendar"), 1);
	/* What a policy does not name stays: the address and the words. */
	testdb_exec(
	        conn, "SELECT policy_apply(policy_export() - 'support_address' - 'priorities' - 'statuses')");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT support_address FROM intake_settings()"), "help@desk.test");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM status_definition"), 1);
	/* An hour more on Mondays: one calendar has a new revision, and the event says what was and is. */
	testdb_exec(conn,
	        "SELECT policy_apply(jsonb_set(policy_export(), '{calendars,1,week,mon}', '[\"09:00-18:00\"]'))");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT string_agg(name || revision, ' ' ORDER BY name) FROM calendar"),
	        "always1 chat2 tickets1");
	cr_expect_eq(
	        testdb_int(conn,
	                "SELECT count(DISTINCT s.revision) FROM calendar_span s JOIN calendar c ON c.id = s.calendar_id WHERE name = 'chat'"),
	        2);
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT actor || (before #>> '{calendars,1,week,mon,0}') || (after #>> '{calendars,1,week,mon,0}')"
	                " FROM event WHERE action = 'policy' ORDER BY id DESC LIMIT 1"),
	        "anna10:00-18:0009:00-18:00");
}

Test(policy_rules, does_not_overwrite_one_that_came_between)
{
	PGconn *conn = helpdesk_create();
	char seen[32];
	snprintf(seen, sizeof seen, "%s", testdb_text(conn, "SELECT policy_export() ->> 'revision'"));
	helpdesk_act(conn, "lena");
	testdb_exec(conn,
	        "SELECT policy_apply(jsonb_set(policy_export(), '{support_address}', '\"us@desk.test\"'), %s)",
	        seen);
	helpdesk_act(conn, "anna");
	const char *told = testdb_refused(conn, "SG001", "SELECT policy_apply(policy_export(), %s)", seen);
	cr_expect(strncmp(told, "lena applied another policy ", 28) == 0, "%s", told);
	snprintf(seen, sizeof seen, "%s", testdb_text(conn, "SELECT policy_export() ->> 'revision'"));
	testdb_exec(conn, "SELECT policy_apply(policy_export(), %s)", seen);
	testdb_exec(conn, "SELECT policy_apply(policy_export(), %s)", seen); /* the same is no new revision */
	testdb_exec(conn, "SELECT policy_apply(policy_export(), NULL)");
}

Test(policy_rules, what_is_used_stays)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@bas.test", "a@x", "");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG007",
	                "SELECT policy_apply(jsonb_set(policy_export(), '{plans}', (SELECT jsonb_agg(p) FROM"
	                " jsonb_array_elements(policy_export() -> 'plans') p WHERE p ->> 'name' <> 'Basic')))"),
	        "plan \"Basic\" (archived) cannot go, it is used by Bas");
	testdb_exec(conn, "UPDATE organization SET plan_id = NULL WHERE name = 'Bas'");
	testdb_exec(conn,
	        "UPDATE organization SET plan_id = (SELECT id FROM plan WHERE name = 'Basic') WHERE name = 'Bas'");
	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 11:00+02', gen_random_uuid(), 1, 0, 'x')");
	testdb_exec(conn, "UPDATE organization SET plan_id = NULL WHERE name = 'Bas'");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG007",
	                "SELECT policy_apply(jsonb_set(policy_export(), '{plans}', (SELECT jsonb_agg(p) FROM"
	                " jsonb_array_elements(policy_export() -> 'plans') p WHERE p ->> 'name' <> 'Basic')))"),
	        "plan \"Basic\" (archived) cannot go, it is used by waits in the ledger");
	testdb_exec(conn,
	        "SELECT policy_apply(jsonb_set(policy_export(), '{plans}', (SELECT jsonb_agg(p) FROM"
	        " jsonb_array_elements(policy_export() -> 'plans') p WHERE p ->> 'name' <> 'Marketing Data')))"
	        " FROM (SELECT count(organization_put('MD', 'Business', true))) moved");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM plan WHERE name = 'Marketing Data'"), 0,
	        "what nobody uses goes");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG007",
	                "SELECT policy_apply(jsonb_set(policy_export(), '{calendars}', (policy_export() -> 'calendars') - 2))"),
	        "calendar \"always\" cannot go, it is used by plan \"Page\"");
	testdb_exec(conn,
	        "SELECT policy_apply(jsonb_set(policy_export(), '{calendars}', (policy_export() -> 'calendars') - 1))");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM calendar WHERE name = 'chat'"), 0);
}

Test(policy_rules, the_most_specific_target_wins)
{
	PGconn *conn = helpdesk_create();
	static const struct {
		const char *priority, *channel;
		int target;
	} cases[] = {{"normal", "email", 7200}, {"urgent", "email", 3600}, {"urgent", "phone", 1800},
	        {"normal", "phone", 7200}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_eq(
		        testdb_int(conn,
		                "SELECT target_s FROM plan p, policy_target(p.id, 'first_reply', '%s', '%s') WHERE p.name = 'Page'",
		                cases[i].priority, cases[i].channel),
		        cases[i].target, "%s by %s", cases[i].priority, cases[i].channel);
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT target_s FROM plan p, policy_target(p.id, 'next_reply', 'urgent', 'email') WHERE p.name = 'Page'"),
	        "");
}
