/*
 * The next ticket: whose it is, of which ids, in what order, and that it is given once.
 */
#include "core/claim.h"
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define R1    "00000000-0000-0000-0000-000000000001"
#define FRESH "gen_random_uuid()"

enum { AGENTS = 100, TICKETS = 130, MANY = 20000 };

static void teams(PGconn *conn)
{
	testdb_exec(conn,
	        "INSERT INTO team (name) VALUES ('Berlin'), ('Kyiv');"
	        "UPDATE agent SET team_id = (SELECT id FROM team WHERE name = 'Berlin') WHERE login = 'anna';"
	        "UPDATE agent SET team_id = (SELECT id FROM team WHERE name = 'Kyiv') WHERE login = 'ben'");
}

/* n tickets of the same time, numbered from 1, put straight into the table. */
static void fill(PGconn *conn, int n)
{
	testdb_exec(conn,
	        "INSERT INTO contact (email) VALUES ('many@none.test');"
	        "INSERT INTO ticket (subject, status, priority, channel, requester_id, created_at, updated_at, due_at)"
	        " SELECT 'Help', CASE n %% 2 WHEN 0 THEN 'new' ELSE 'open' END::status, (enum_range(NULL::priority))[1 + n %% 3],"
	        " 'email', (SELECT max(id) FROM contact), now(), now(), now() + n * interval '1 min' FROM generate_series(1, %d) n;"
	        "ANALYZE ticket",
	        n);
}

static const char *claim(PGconn *conn, const char *login, const char *ids)
{
	helpdesk_act(conn, login);
	return testdb_text(conn, "SELECT ticket_id FROM claim_next(" FRESH ", %s)", ids);
}

/* ---- teams -------------------------------------------------------------------------------------- */

Test(claim_next, the_rule_about_teams_is_the_same_on_both_sides)
{
	PGconn *conn = helpdesk_create();
	for (int of_ticket = 0; of_ticket < 3; of_ticket++)
		for (int of_agent = 0; of_agent < 3; of_agent++)
			cr_expect_str_eq(
			        testdb_text(conn, "SELECT team_may_take(nullif(%d, 0), nullif(%d, 0))",
			                of_ticket, of_agent),
			        claim_team_may_take(of_ticket, of_agent) ? "t" : "f", "%d of %d", of_ticket,
			        of_agent);
}

Test(claim_next, a_team_takes_its_own_tickets_and_nobodys)
{
	static const char nobody[] = "no unassigned ticket is waiting";
	PGconn *conn = helpdesk_create();
	teams(conn);
	fill(conn, 7);
	testdb_exec(conn,
	        "UPDATE ticket SET priority = 'high', team_id = CASE id WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 4 THEN 2 WHEN 5 THEN 2 END;"
	        "UPDATE ticket SET status = 'pending' WHERE id = 7");
	cr_expect_str_eq(claim(conn, "anna", "NULL"), "2", "the first is Kyiv's");
	cr_expect_str_eq(claim(conn, "anna", "NULL"), "3", "of no team");
	cr_expect_str_eq(claim(conn, "ben", "NULL"), "1");
	cr_expect_str_eq(claim(conn, "lena", "NULL"), "4", "who is in no team takes of all");
	cr_expect_str_eq(claim(conn, "anna", "NULL"), "6");
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ")"),
	        "no unassigned ticket is waiting for you; of other teams: 1");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ", '{5}')"),
	        "no unassigned ticket is waiting for you; of other teams: 1");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ", '{6}')"), nobody);
	testdb_exec(conn, "SELECT ticket_claim(" FRESH ", 5, 0)"); /* whoever chooses may take any */
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ")"), nobody);
	helpdesk_act(conn, "ben");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ")"), nobody);
}

/* ---- ids ---------------------------------------------------------------------------------------- */

Test(claim_next, of_some_ids_the_most_urgent_that_is_still_free)
{
	PGconn *conn = helpdesk_create();
	teams(conn);
	fill(conn, 12);
	/* urgent: 3 6 9 12, high: 1 4 7 10, normal: 2 5 8 11 */
	testdb_exec(conn,
	        "UPDATE ticket SET team_id = 2 WHERE id = 6; UPDATE ticket SET precedence = 0 WHERE id = 7;"
	        "UPDATE ticket SET assignee_id = (SELECT id FROM agent WHERE login = 'ben') WHERE id = 9;"
	        "UPDATE ticket SET status = 'closed' WHERE id = 12");
	static const char ids[] = "'{11, 7, 12, 1, 999, 6, 5, 9, 1}'";
	static const char *const order[] = {"7", "1", "5", "11"};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		cr_expect_str_eq(claim(conn, "anna", ids), order[i]);
	testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ", %s)", ids);
	testdb_refused(conn, "SG003", "SELECT claim_next(" FRESH ", '{}')");
	cr_expect_str_eq(claim(conn, "ben", ids), "6");
	cr_expect_str_eq(claim(conn, "ben", "NULL"), "3", "what is more urgent was in no list");
}

Test(claim_next, asked_again_it_answers_the_same)
{
	PGconn *conn = helpdesk_create();
	fill(conn, 6);
	static const char ask[] =
	        "SELECT ticket_id || ' ' || repeated FROM claim_next('" R1 "', '{2, 5, 4}')";
	cr_expect_str_eq(testdb_text(conn, ask), "4 false");
	cr_expect_str_eq(testdb_text(conn, ask), "4 true");
	cr_expect_str_eq(testdb_text(conn, "SELECT ticket_id || ' ' || repeated FROM claim_next('" R1 "')"),
	        "4 true", "whatever it is asked for then");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM ticket WHERE assignee_id IS NOT NULL"), 0);
}

Test(claim_next, passes_over_what_somebody_is_just_taking)
{
	PGconn *conn = helpdesk_create(), *ben = testdb_connect("ben"), *lena = testdb_connect("lena");
	fill(conn, 9);
	testdb_exec(ben, "BEGIN; SELECT claim_next(" FRESH ", '{6, 3}')");
	testdb_exec(lena, "BEGIN; SELECT ticket_note(" FRESH ", 6, 0, 'looking')");
	testdb_exec(conn, "SET lock_timeout = '5s'");
	cr_expect_str_eq(claim(conn, "anna", "'{6, 3, 2, 1}'"), "1", "3 and 6 are locked, nothing waits");
	cr_expect_str_eq(claim(conn, "anna", "NULL"), "9", "nor here");
	testdb_exec(ben, "ROLLBACK");
	testdb_exec(lena, "COMMIT");
	cr_expect_str_eq(claim(conn, "anna", "'{6, 3, 2, 1}'"), "3", "he did not take it");
}

/* ---- many at once ------------------------------------------------------------------------------- */

static void send(PGconn *conn, const char *sql)
{
	cr_assert(PQsendQuery(conn, sql), "%s", PQerrorMessage(conn));
}

static int64_t receive(PGconn *conn)
{
	int64_t id = 0;
	PGresult *result;
	while ((result = PQgetResult(conn))) {
		if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result))
			id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
		PQclear(result);
	}
	return id;
}

/* All look at the same list, every second ticket, of which half are a team's that half of the agents are in. */
Test(claim_next, a_hundred_agents_with_one_view_get_a_ticket_each)
{
	PGconn *conn = helpdesk_create(), *agents[AGENTS];
	teams(conn);
	fill(conn, 2 * TICKETS);
	testdb_exec(conn,
	        "UPDATE ticket SET team_id = 1 WHERE id %% 4 = 0;"
	        "INSERT INTO agent (login, name, team_id) SELECT 'many' || n, 'n', CASE n %% 2 WHEN 0 THEN 1 ELSE 2 END"
	        " FROM generate_series(0, %d) n",
	        AGENTS - 1);
	char ids[TICKETS * 5] = "", ask[TICKETS * 5 + 100];
	for (int i = TICKETS; i > 0; i--)
		snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%d", *ids ? "," : "", 2 * i);
	snprintf(ask, sizeof ask, "SELECT ticket_id FROM claim_next(gen_random_uuid(), '{%s}')", ids);
	for (int i = 0; i < AGENTS; i++) {
		char login[16];
		snprintf(login, sizeof login, "many%d", i);
		agents[i] = testdb_connect(NULL);
		helpdesk_act(agents[i], login);
	}
	for (int i = 0; i < AGENTS; i++)
		send(agents[i], ask);
	int got = 0;
	for (int i = 0; i < AGENTS; i++)
		got += receive(agents[i]) != 0;
	cr_expect_eq(got, AGENTS, "%d of %d", got, AGENTS);
	cr_expect_eq(testdb_int(conn, "SELECT count(DISTINCT ticket_id) FROM event WHERE action = 'claim'"),
	        AGENTS);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM ticket t JOIN agent a ON a.id = t.assignee_id"
	                              " WHERE t.id %% 2 = 1 OR NOT team_may_take(t.team_id, a.team_id)"),
	        0, "nothing outside the list, nothing of another team");
}

/* ---- the plans ---------------------------------------------------------------------------------- */

static void keep_plan(void *context, const PGresult *result)
{
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (text && strstr(text, "ORDER BY t.priority, t.precedence"))
		snprintf(context, 4000, "%s", text);
}

/* Also when the plan is kept for the session, and when many of another team's come first. */
Test(claim_next, walks_an_index_in_a_large_queue)
{
	PGconn *conn = helpdesk_create();
	static char plan[4000];
	teams(conn);
	fill(conn, MANY);
	testdb_exec(conn,
	        "UPDATE ticket SET team_id = 2 WHERE priority = 'urgent' AND id < 3000; ANALYZE ticket");
	PQsetNoticeReceiver(conn, keep_plan, plan);
	testdb_exec(conn,
	        "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on;"
	        "SET client_min_messages = log");
	for (int i = 0; i < 8; i++) {
		claim(conn, "anna", "NULL");
		cr_assert(strstr(plan, "Index Scan using ticket_unassigned") && !strstr(plan, "Sort"),
		        "%d: %s", i, plan);
	}
	for (int i = 0; i < 8; i++) {
		*plan = '\0';
		testdb_exec(conn,
		        "SELECT claim_next(" FRESH
		        ", (SELECT array_agg(id) FROM generate_series(%d, 20000, 100) id))",
		        2 + i);
		cr_assert(strstr(plan, "ticket_pkey") && !strstr(plan, "Seq Scan"), "%d: %s", i, plan);
	}
}
