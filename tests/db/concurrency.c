/*
 * Many at once: claims, retries, the same mail twice; and what a console that listens gets to see of it.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>

enum { AGENTS = 20, TICKETS = 60 };

static void send(PGconn *conn, const char *sql)
{
	cr_assert(PQsendQuery(conn, sql), "%s", PQerrorMessage(conn));
}

/* The first value of what was sent, or the message of the refusal. */
static const char *receive(PGconn *conn)
{
	static char text[8][200];
	static unsigned next;
	char *out = text[next++ % 8];
	PGresult *result;
	while ((result = PQgetResult(conn))) {
		const char *refused = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
		snprintf(out, sizeof text[0], "%s",
		        refused             ? refused
		        : PQntuples(result) ? PQgetvalue(result, 0, 0)
		                            : "");
		PQclear(result);
	}
	return out;
}

Test(concurrency, of_two_claims_one_wins_and_the_other_is_told_who)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	PGconn *anna = testdb_connect("anna"), *ben = testdb_connect("ben");
	testdb_exec(anna, "BEGIN; SELECT ticket_claim(gen_random_uuid(), 1, 1)");
	send(ben, "SELECT version FROM ticket_claim(gen_random_uuid(), 1, 1)");
	while (!testdb_int(conn,
	        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'ben' AND datname = current_database() AND wait_event_type = 'Lock'"))
		;
	testdb_exec(anna, "COMMIT");
	const char *told = receive(ben);
	cr_expect(strncmp(told, "anna took it ", 13) == 0, "%s", told);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM event WHERE action = 'claim'"), 1);

	/* A retry that overtakes the first try: once, and both get the same answer. */
	PGconn *again = testdb_connect("anna");
	testdb_exec(anna, "BEGIN; SELECT ticket_note('00000000-0000-0000-0000-000000000001', 1, 2, 'x')");
	send(again,
	        "SELECT version || ' ' || repeated FROM ticket_note('00000000-0000-0000-0000-000000000001', 1, 2, 'x')");
	while (!testdb_int(conn,
	        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database() AND wait_event_type = 'Lock'"))
		;
	testdb_exec(anna, "COMMIT");
	cr_expect_str_eq(receive(again), "3 true");
}

Test(concurrency, the_next_ticket_goes_to_one_agent_and_in_order)
{
	PGconn *conn = helpdesk_create(), *agents[AGENTS];
	static const char *const priorities[] = {"urgent", "high", "normal"};
	for (int i = 0; i < TICKETS; i++) {
		char id[32];
		snprintf(id, sizeof id, "%d@x", i);
		int64_t t = helpdesk_mail(conn, "11-23 10:00", i % 2 ? "a@ent.test" : "a@ra.test", id, "");
		testdb_exec(conn, "SELECT ticket_set_priority(gen_random_uuid(), %" PRId64 ", 0, '%s')", t,
		        priorities[i % 3]);
	}
	for (int i = 0; i < AGENTS; i++) {
		char login[32];
		snprintf(login, sizeof login, "agent%d", i);
		testdb_agent(conn, login, false);
		agents[i] = testdb_connect(login);
	}
	for (int round = 0; round * AGENTS < TICKETS; round++) {
		for (int i = 0; i < AGENTS; i++)
			send(agents[i], "SELECT ticket_id FROM claim_next(gen_random_uuid())");
		for (int i = 0; i < AGENTS; i++)
			receive(agents[i]);
		cr_expect_eq(testdb_int(conn,
		                     "SELECT count(DISTINCT ticket_id) FROM event WHERE action = 'claim'"),
		        (round + 1) * AGENTS, "no ticket twice, no agent without one");
		/* What was taken stands before what is left, in the queue's order. */
		cr_expect_eq(
		        testdb_int(conn,
		                "SELECT count(*) FROM ticket taken, ticket rest WHERE taken.assignee_id IS NOT NULL AND rest.assignee_id IS NULL"
		                " AND (rest.priority, rest.precedence, rest.due_at, rest.id)"
		                " < (taken.priority, taken.precedence, taken.due_at, taken.id)"),
		        0);
	}
	send(agents[0], "SELECT ticket_id FROM claim_next(gen_random_uuid())");
	cr_expect_str_eq(receive(agents[0]), "no unassigned ticket is waiting");
}

Test(concurrency, the_same_mail_handed_in_twice_makes_one_ticket)
{
	PGconn *conn = helpdesk_create(), *other = testdb_connect(NULL);
	static const char mail[] =
	        "SELECT outcome FROM intake_message('{\"message_id\":\"a\",\"from\":{\"email\":\"new@ent.test\"}}', '', '{}')";
	testdb_exec(conn, "BEGIN; %s", mail);
	send(other, mail);
	PGconn *watch = testdb_connect(NULL);
	while (!testdb_int(watch,
	        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))
		;
	testdb_exec(conn, "COMMIT");
	cr_expect_str_eq(receive(other), "duplicate");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM ticket"), 1);
}

/* Until one session of this database waits for a lock. */
static void until_blocked(PGconn *watch)
{
	while (!testdb_int(watch,
	        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))
		;
}

/* A mail that answers a ticket while that is being merged lands where the conversation goes on, whoever wrote it. */
Test(concurrency, mail_follows_a_merge_that_commits_meanwhile)
{
	PGconn *conn = helpdesk_create(), *mta = testdb_connect(NULL), *watch = testdb_connect(NULL);
	static const struct {
		const char *from, *merges, *outcome, *status;
		int64_t answers;
	} cases[] = {
	        {"\"from\":{\"email\":\"a@ent.test\"}", "SELECT ticket_merge(gen_random_uuid(), 1, 0, 6)",
	                "appended 6", "open", 1},
	        {"\"from\":{\"email\":\"x@elsewhere.test\"}",
	                "SELECT ticket_merge(gen_random_uuid(), 2, 0, 6)", "appended 6", "pending", 2},
	        {"\"auto\":true,\"from\":{\"email\":\"\"}", "SELECT ticket_merge(gen_random_uuid(), 3, 0, 6)",
	                "appended 6", "pending", 3},
	        {"\"from\":{\"email\":\"a@ent.test\"}",
	                "SELECT ticket_merge(gen_random_uuid(), 4, 0, 5); SELECT ticket_merge(gen_random_uuid(), 5, 0, 6)",
	                "appended 6", "open", 4},
	};
	for (int i = 1; i <= 6; i++) {
		char id[16];
		snprintf(id, sizeof id, "%d@x", i);
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", id, "");
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char mail[512];
		snprintf(mail, sizeof mail,
		        "SELECT outcome || ' ' || ticket_id FROM intake_message("
		        "'{\"message_id\":\"case%zu\",\"in_reply_to\":\"%" PRId64 "@x\",%s}', '', '{}')",
		        i, cases[i].answers, cases[i].from);
		testdb_exec(conn,
		        "BEGIN; %s; SELECT ticket_set_status(gen_random_uuid(), 6, 0, 'pending', wait_goes_on => true)",
		        cases[i].merges);
		send(mta, mail);
		until_blocked(watch);
		testdb_exec(conn, "COMMIT");
		const char *told = receive(mta);
		cr_expect_str_eq(told, cases[i].outcome, "%s: %s", cases[i].from, told);
		cr_expect_eq(
		        testdb_int(conn, "SELECT ticket_id FROM message WHERE message_id = 'case%zu'", i), 6);
		cr_expect_str_eq(testdb_text(conn, "SELECT status FROM ticket WHERE id = 6"), cases[i].status,
		        "%s", cases[i].from);
	}
}

/* Whoever changes plans or rights waits for the policy's lock before it holds anything that the policy needs. */
Test(concurrency, changes_of_plans_and_agents_do_not_meet_a_policy_crosswise)
{
	PGconn *conn = helpdesk_create(), *other = testdb_connect(NULL), *watch = testdb_connect(NULL);
	testdb_agent(conn, "agent_crossing", false);
	static const char *const changes[] = {"SELECT agent_disable('agent_crossing')",
	        "SELECT organization_put('Ent', 'Basic', true)",
	        "UPDATE organization SET plan_id = NULL WHERE name = 'Ent'"};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		testdb_exec(conn, "BEGIN; SELECT policy_lock(true)");
		send(other, changes[i]);
		until_blocked(watch);
		testdb_exec(conn,
		        "SET LOCAL lock_timeout = '10s'; UPDATE setting SET value = value; SELECT 1 FROM organization FOR UPDATE;"
		        " COMMIT");
		const char *told = receive(other);
		cr_expect(strstr(told, "deadlock") == NULL, "%s: %s", changes[i], told);
	}
	testdb_agent(conn, "agent_crossing", false);
}

Test(concurrency, no_ticket_goes_to_an_agent_who_is_leaving)
{
	PGconn *conn = helpdesk_create(), *anna = testdb_connect("anna"), *watch = testdb_connect(NULL);
	testdb_agent(conn, "agent_going", false);
	PGconn *going = testdb_connect("agent_going");
	int64_t id = testdb_int(conn, "SELECT id FROM agent WHERE login = 'agent_going'");
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	/* Assigned first: he is rid of it when the assignment is there. */
	testdb_exec(anna, "BEGIN; SELECT ticket_assign(gen_random_uuid(), 1, 0, %" PRId64 ")", id);
	send(conn, "BEGIN; SELECT agent_disable('agent_going')");
	until_blocked(watch);
	testdb_exec(anna, "COMMIT");
	cr_expect_str_eq(receive(conn), "1", "one ticket is free again");
	/* Disabled first, not committed yet: nobody gives him one any more, nor does he take one. */
	char assign[128];
	snprintf(assign, sizeof assign, "SELECT ticket_assign(gen_random_uuid(), 1, 0, %" PRId64 ")", id);
	send(anna, assign);
	send(going, "SELECT claim_next(gen_random_uuid())");
	while (testdb_int(watch,
	               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") <
	        2)
		;
	testdb_exec(conn, "COMMIT");
	cr_expect(strncmp(receive(anna), "there is no active agent", 24) == 0);
	const char *told = receive(going);
	cr_expect(strstr(told, "agent_going") != NULL, "%s", told);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM ticket WHERE assignee_id IS NOT NULL"), 0);
}

/* ---- what a console sees ------------------------------------------------------------------------- */

Test(sync, no_change_is_missed_whatever_the_order_of_commits)
{
	PGconn *conn = helpdesk_create(), *slow = testdb_connect(NULL), *console = testdb_connect("anna");
	helpdesk_act(slow, "ben");
	for (int i = 0; i < 3; i++) {
		char id[16];
		snprintf(id, sizeof id, "%d@x", i);
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", id, "");
	}
	testdb_exec(slow, "BEGIN; SELECT ticket_set_priority(gen_random_uuid(), 1, 0, 'high')");
	testdb_exec(conn, "SELECT ticket_set_priority(gen_random_uuid(), 2, 0, 'high')");
	char cursor[32];
	snprintf(cursor, sizeof cursor, "%s", testdb_text(console, "SELECT cursor FROM console_sync"));
	testdb_exec(slow, "COMMIT");
	cr_expect_str_eq(
	        testdb_text(console,
	                "SELECT string_agg(id || ' ' || priority, ', ' ORDER BY id) FROM console_ticket"
	                " WHERE changed_xid >= '%s' AND priority = 'high'",
	                cursor),
	        "1 high, 2 high", "what began before the cursor and ended after it is there");
	snprintf(cursor, sizeof cursor, "%s", testdb_text(console, "SELECT cursor FROM console_sync"));
	testdb_exec(
	        conn, "SELECT ticket_set_status(gen_random_uuid(), 3, 0, 'closed', wait_goes_on => true)");
	cr_expect_str_eq(
	        testdb_text(console,
	                "SELECT id || ' ' || status FROM console_ticket WHERE changed_xid >= '%s' AND id = 3",
	                cursor),
	        "3 closed", "closed ones too");
	/* Names have a revision of their own. */
	int64_t revision = testdb_int(console, "SELECT directory_revision FROM console_sync");
	testdb_exec(conn, "SELECT ticket_note(gen_random_uuid(), 1, 0, 'x')");
	cr_expect_eq(testdb_int(console, "SELECT directory_revision FROM console_sync"), revision);
	testdb_exec(conn,
	        "BEGIN; UPDATE team SET name = name; UPDATE agent SET name = 'Anna B' WHERE login = 'anna'");
	cr_expect_eq(testdb_int(console, "SELECT directory_revision FROM console_sync"), revision,
	        "not before the change can be seen");
	testdb_exec(conn, "COMMIT");
	cr_expect_gt(testdb_int(console, "SELECT directory_revision FROM console_sync"), revision);
}

Test(sync, wake_ups_are_few)
{
	PGconn *conn = helpdesk_create(), *console = testdb_connect("anna");
	testdb_exec(console, "LISTEN sandglass_wake");
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	int woken = 0;
	double begun = strtod(testdb_text(conn, "SELECT extract(epoch FROM clock_timestamp())"), NULL);
	for (int i = 0; i < 400; i++)
		testdb_exec(conn, "SELECT ticket_note(gen_random_uuid(), 1, 0, 'x')");
	double took = strtod(testdb_text(conn, "SELECT extract(epoch FROM clock_timestamp())"), NULL) - begun;
	testdb_exec(console, "SELECT 1");
	for (PGnotify *note; (note = PQnotifies(console)); woken++) {
		cr_assert_str_empty(note->extra);
		PQfreemem(note);
	}
	cr_expect_geq(woken, 1);
	cr_expect_leq(woken, (int)(took * 20) + 2, "%d wake-ups in %g s", woken, took);
}

/* The page is the queue in its order, by pages of any size, each ticket once. */
Test(sync, pages_walk_the_queue_in_order)
{
	PGconn *conn = helpdesk_create();
	static const char *const from[] = {"a@ent.test", "a@none.test", "a@md.test"};
	for (int i = 0; i < 30; i++) {
		char id[16];
		snprintf(id, sizeof id, "%d@x", i);
		int64_t t = helpdesk_mail(conn, i % 2 ? "11-23 10:00" : "11-24 15:00", from[i % 3], id, "");
		testdb_exec(conn,
		        "UPDATE ticket SET priority = (enum_range(NULL::priority))[1 + %d], precedence = %d WHERE id = %" PRId64,
		        i % 5 % 3, i % 7 ? 1 : 0, t);
	}
	testdb_exec(
	        conn, "SELECT ticket_set_status(gen_random_uuid(), 5, 0, 'closed', wait_goes_on => true)");
	const char *whole = testdb_text(conn,
	        "SELECT string_agg(id::text, ' ' ORDER BY priority, precedence, coalesce(due_at, 9e18), id)"
	        " FROM console_ticket WHERE status <> 'closed'");
	for (int n = 1; n <= 40; n += 6) {
		const char *walked = testdb_text(conn,
		        "WITH RECURSIVE walk AS (SELECT 1 AS step, p.* FROM (SELECT array_agg(c.id) AS ids, (array_agg(c))[count(*)] AS last"
		        " FROM console_page(NULL, NULL, NULL, NULL, %d) c) p UNION ALL SELECT step + 1, p.* FROM walk, LATERAL (SELECT array_agg(c.id),"
		        " (array_agg(c))[count(*)] FROM console_page((last).priority, (last).precedence, (last).due_at, (last).id, %d) c) p"
		        " WHERE (last).id IS NOT NULL) SELECT string_agg(array_to_string(ids, ' '), ' ' ORDER BY step) FROM walk WHERE ids IS NOT NULL",
		        n, n);
		cr_expect_str_eq(walked, whole, "pages of %d", n);
	}
}
