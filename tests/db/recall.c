/*
 * A reply that is taken back before it has left: what comes back, what stands in the way, and that the mail is either sent or
 * recalled, whoever is faster.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define R1    "00000000-0000-0000-0000-000000000001"
#define R2    "00000000-0000-0000-0000-000000000002"
#define FRESH "gen_random_uuid()"

/* A desk with one mail of 10:00, answered by anna at 10:10 with this status. */
static PGconn *desk_with_reply(const char *from, const char *status)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", from, "a@x", "");
	testdb_exec(
	        conn, "SELECT ticket_reply_at('2026-11-23 10:10+02', '" R1 "', 1, 0, 'Answer', %s)", status);
	return conn;
}

static const char *state(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT concat_ws(' ', status, hold_for, coalesce((SELECT login FROM agent WHERE id = assignee_id), '-'),"
	        " message_count, last_author, (SELECT string_agg(o.state::text, ' ' ORDER BY o.id) FROM outbox o)) FROM ticket WHERE id = 1");
}

Test(recall, brings_back_what_was)
{
	static const struct {
		const char *before, *reply, *state, *ledger;
	} cases[] = {
	        {"", "'pending'", "new - 1 customer recalled",
	                "first_reply met 600/7200, first_reply due 11-23 12:00"},
	        {"ticket_claim_at('2026-11-23 10:05+02', " FRESH ", 1, 0)", "'hold', 'Google'",
	                "open anna 1 customer recalled",
	                "first_reply met 600/7200, first_reply due 11-23 12:00"},
	        {"ticket_assign_at('2026-11-23 10:05+02', " FRESH ", 1, 0, 2)", "'closed'",
	                "new ben 1 customer recalled",
	                "first_reply met 600/7200, first_reply due 11-23 12:00"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		PGconn *conn = helpdesk_create();
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
		if (*cases[i].before)
			testdb_exec(conn, "SELECT %s", cases[i].before);
		testdb_exec(conn,
		        "SELECT ticket_reply_at('2026-11-23 10:10+02', '" R1 "', 1, 0, 'Answer', %s)",
		        cases[i].reply);
		cr_expect_eq(testdb_int(conn,
		                     "SELECT count(*) FROM outbox_take_at('2026-11-23 10:10:09+02', 9, 60)"),
		        0, "it waits for its delay");
		testdb_exec(conn, "SELECT undo_at('2026-11-23 10:10:09+02', '" R1 "')");
		cr_expect_str_eq(state(conn), cases[i].state, "%zu: %s", i, state(conn));
		cr_expect_str_eq(
		        helpdesk_ledger(conn, 1), cases[i].ledger, "%zu: %s", i, helpdesk_ledger(conn, 1));
		cr_expect_eq(testdb_int(conn, "SELECT repeated::int FROM undo('" R1 "')"), 1,
		        "a retry after a lost connection");
		cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM outbox_take(9, 60)"), 0);
		cr_expect_eq(testdb_int(conn, "SELECT outbox_remaining()"), 0);
		cr_expect_str_eq(
		        testdb_text(conn,
		                "SELECT string_agg(kind, ' ') FROM console_conversation(1) WHERE kind <> 'event'"),
		        "public", "only the customer's");
		cr_expect_str_eq(
		        testdb_text(conn,
		                "SELECT body FROM console_conversation(1) WHERE kind = 'event' ORDER BY id DESC LIMIT 1"),
		        testdb_text(conn,
		                "SELECT 'recalled the reply before it was sent, ' || string_agg(x, ', ' ORDER BY n) FROM (SELECT 1 AS n,"
		                " format('set status %%s -> %%s', before ->> 'status', after ->> 'status') AS x FROM event WHERE action = 'recall'"
		                " UNION ALL SELECT 2, 'set assignee anna -> nobody' FROM event WHERE action = 'recall' AND before ? 'assignee_id') y"));
		/* Nothing is lost: the text is a draft, of its writer alone. */
		cr_expect_str_eq(
		        testdb_text(conn,
		                "SELECT concat_ws(' ', a.login, ticket_id, kind, body, d.version = t.version, messages)"
		                " FROM draft d JOIN agent a ON a.id = agent_id JOIN ticket t ON t.id = ticket_id"),
		        "anna 1 public Answer t 1");
		/* And it can be answered again, which ends the same wait. */
		testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 10:20+02', " FRESH ", 1, 0, 'Better')");
		const char *ledger = helpdesk_ledger(conn, 1);
		cr_expect_str_eq(ledger, "first_reply met 600/7200, first_reply met 1200/7200", "%s", ledger);
		cr_expect_str_eq(
		        testdb_text(conn, "SELECT body FROM outbox_take_at('2026-11-23 10:20:10+02', 9, 60)"),
		        "Better");
	}
}

/* As one text for many does whose sending was not confirmed for one of them: whoever sends it again must not believe that it went out. */
Test(recall, a_reply_that_was_taken_back_is_not_told_as_sent_when_its_request_comes_again)
{
	static const char again[] = "SELECT ticket_reply_at('2026-11-23 10:11+02', '" R1 "', 1, 0, 'Answer')";
	PGconn *conn = desk_with_reply("a@ent.test", "'pending'");
	testdb_exec(conn, "%s", again);
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:10:09+02', '" R1 "')");
	cr_expect_str_eq(testdb_refused(conn, "SG006", again),
	        "this reply was sent and taken back; a new one can be sent");
	cr_expect_str_eq(testdb_text(conn, "SELECT string_agg(state::text, ' ') FROM outbox"), "recalled");
	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 10:12+02', '" R2 "', 1, 0, 'Answer')");
	cr_expect_str_eq(testdb_text(conn, "SELECT string_agg(state::text, ' ' ORDER BY id) FROM outbox"),
	        "recalled waiting");
}

Test(recall, a_resolution_that_the_reply_ended_or_paused_goes_on)
{
	PGconn *conn = desk_with_reply("a@solve.test", "'closed'");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply met 600/7200, resolution met 600/28800");
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:10:05+02', '" R1 "')");
	const char *ledger = helpdesk_ledger(conn, 1);
	cr_expect_str_eq(ledger,
	        "first_reply met 600/7200, resolution met 600/28800, first_reply due 11-23 12:00,"
	        " resolution due 11-24 10:00",
	        "%s", ledger);
}

/* Nobody is told to look at what he did himself. */
Test(recall, its_writer_has_seen_his_own_changes)
{
	PGconn *conn = desk_with_reply("a@ent.test", "'pending'");
	testdb_exec(conn, "SELECT ticket_set_priority_at('2026-11-23 10:10:03+02', " FRESH ", 1, 0, 'high')");
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:10:05+02', '" R1 "')");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT concat_ws(' ', d.version - t.version, t.priority) FROM draft d JOIN ticket t ON t.id = d.ticket_id"),
	        "0 high");
}

/* What came since stays; the mail is stopped all the same, unless something builds on it. */
Test(recall, what_came_since)
{
	static const struct {
		const char *since, *state, *refused;
	} cases[] = {
	        {"intake_message_at('2026-11-23 10:10:03+02', '{\"message_id\":\"b@x\",\"in_reply_to\":\"a@x\",\"body\":\"More\","
	         "\"from\":{\"email\":\"a@ent.test\"}}', '', '{}')",
	                "open - 2 customer recalled", NULL},
	        {"ticket_note_at('2026-11-23 10:10:03+02', " FRESH ", 1, 0, 'x')",
	                "new - 1 customer recalled", NULL},
	        {"ticket_assign_at('2026-11-23 10:10:03+02', " FRESH ", 1, 0, 2)",
	                "new ben 1 customer recalled", NULL},
	        {"ticket_set_status_at('2026-11-23 10:10:03+02', " FRESH ", 1, 0, 'open')",
	                "open - 1 customer recalled", NULL},
	        {"ticket_set_status_at('2026-11-23 10:10:03+02', " FRESH ", 1, 0, 'closed')", NULL,
	                "the reply is not taken back, since then ben set status pending -> closed 2 s ago"},
	        {"intake_message_at('2026-11-23 10:10:02+02', '{\"message_id\":\"b@x\",\"in_reply_to\":\"a@x\",\"body\":\"Thanks\","
	         "\"from\":{\"email\":\"a@ent.test\"}}', '', '{}'), ticket_dismiss_at('2026-11-23 10:10:03+02', " FRESH
	         ", 1, 0, 'thanks')",
	                NULL,
	                "the reply is not taken back, since then ben said that no reply is needed: thanks 2 s ago"},
	        {"ticket_reply_at('2026-11-23 10:10:03+02', " FRESH ", 1, 0, 'Also')", NULL,
	                "the reply is not taken back, since then ben replied 2 s ago"},
	};
	PGconn *conn = desk_with_reply("a@ent.test", "'pending'");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn, "BEGIN; SET LOCAL sandglass.act_as = 'ben'; SELECT %s", cases[i].since);
		testdb_exec(conn, "SET LOCAL sandglass.act_as = 'anna'");
		if (cases[i].refused) {
			const char *told = testdb_refused(
			        conn, "SG006", "SELECT undo_at('2026-11-23 10:10:05+02', '" R1 "')");
			cr_expect_str_eq(told, cases[i].refused, "%s: %s", cases[i].since, told);
		} else {
			testdb_exec(conn, "SELECT undo_at('2026-11-23 10:10:05+02', '" R1 "')");
			cr_expect_str_eq(state(conn), cases[i].state, "%s: %s", cases[i].since, state(conn));
			cr_expect_str_eq(testdb_text(conn,
			                         "SELECT concat_ws(' ', d.version, d.messages) FROM draft d"),
			        "2 1", "%s: its writer has not seen that", cases[i].since);
			cr_expect_eq(
			        testdb_int(conn,
			                "SELECT count(*) FROM sla_clock WHERE ended_at IS NULL AND superseded_by IS NULL"),
			        1, "%s: one wait runs", cases[i].since);
			cr_expect_str_eq(
			        testdb_text(conn,
			                "SELECT to_char(due_at AT TIME ZONE 'Etc/GMT-2', 'HH24:MI') FROM ticket WHERE id = 1"),
			        "12:00", "%s: the oldest unanswered message counts", cases[i].since);
		}
		testdb_exec(conn, "ROLLBACK");
	}
}

Test(recall, too_late_is_said_as_it_is)
{
	static const struct {
		const char *set, *told;
	} cases[] = {
	        {"state = 'sent', sent_at = '2026-11-23 10:10:11+02'",
	                "the reply cannot be taken back: it was sent 4 s ago"},
	        {"state = 'sending', lease = " FRESH ", leased_until = now()",
	                "the reply cannot be taken back: the mail server is just getting it"},
	        {"state = 'unknown'", "the reply cannot be taken back: perhaps it was delivered"},
	        {"state = 'failed'", "the reply was not delivered; there is nothing to take back"},
	};
	PGconn *conn = desk_with_reply("a@ent.test", "'pending'");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn, "BEGIN; UPDATE outbox SET %s", cases[i].set);
		const char *told =
		        testdb_refused(conn, "SG006", "SELECT undo_at('2026-11-23 10:10:15+02', '" R1 "')");
		cr_expect_str_eq(told, cases[i].told, "%s: %s", cases[i].set, told);
		testdb_exec(conn, "ROLLBACK");
	}
	/* A row that is only late, or that a mail server has put off, has not left. */
	testdb_exec(conn,
	        "SELECT outbox_failed(id, lease, 'temporary', '451 later') FROM outbox_take_at('2026-11-23 10:20+02', 1, 60)");
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:30+02', '" R1 "')");
	/* Nor is it somebody else's to take back. */
	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 10:40+02', '" R2 "', 1, 0, 'Answer');"
	                  " SET sandglass.act_as = 'ben'");
	testdb_refused(conn, "SG006", "SELECT undo_at('2026-11-23 10:40+02', '" R2 "')");
	/* Without a delay it goes at once. */
	testdb_exec(conn, "SELECT policy_apply(policy_export() || '{\"send_delay_s\":0}');"
	                  " SELECT ticket_reply_at('2026-11-23 10:50+02', " FRESH ", 1, 0, 'At once')");
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM outbox_take_at('2026-11-23 10:50+02', 9, 60)"), 2);
	testdb_refused(conn, "SG007", "SELECT policy_apply(policy_export() || '{\"send_delay_s\":3601}')");
}

/* ---- the race ------------------------------------------------------------------------------------- */

static void until_blocked(PGconn *watch, const char *login)
{
	while (!testdb_int(watch,
	        "SELECT count(*) FROM pg_stat_activity WHERE usename = '%s' AND datname = current_database() AND wait_event_type = 'Lock'",
	        login))
		;
}

static void send(PGconn *conn, const char *before, const char *id, const char *after)
{
	char sql[300];
	snprintf(sql, sizeof sql, "%s%s%s", before, id, after);
	cr_assert(PQsendQuery(conn, sql), "%s", PQerrorMessage(conn));
}

/* Whether what was sent came back with a row whose first value is not false. */
static bool succeeded(PGconn *conn)
{
	bool good = false;
	PGresult *result;
	while ((result = PQgetResult(conn))) {
		good = PQntuples(result) && *PQgetvalue(result, 0, 0) != 'f';
		PQclear(result);
	}
	return good;
}

/* One after the other by the row's lock, in each order. */
Test(recall, the_row_decides)
{
	PGconn *conn = desk_with_reply("a@ent.test", "'pending'");
	testdb_login(conn, "postie", "deliver");
	PGconn *anna = testdb_connect("anna"), *postie = testdb_connect("postie"),
	       *watch = testdb_connect(NULL);
	char lease[64];
	testdb_exec(conn, "UPDATE outbox SET send_after = '-infinity'"); /* the delay is over */
	snprintf(lease, sizeof lease, "%s", testdb_text(postie, "SELECT lease FROM outbox_take(9, 60)"));
	testdb_exec(postie, "BEGIN; SELECT outbox_sending(1, '%s', 60)", lease);
	send(anna, "SELECT ticket_id FROM undo('", R1, "')");
	until_blocked(watch, "anna");
	testdb_exec(postie, "ROLLBACK");
	cr_expect(succeeded(anna), "the mail server never got the end of it");
	cr_expect_not(testdb_int(postie, "SELECT outbox_sending(1, '%s', 60)::int", lease), "and never will");
	cr_expect_str_eq(testdb_text(postie, "SELECT outbox_failed(1, '%s', 'temporary', 'x')", lease), "",
	        "the row is nobody's any more");

	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 11:00+02', '" R2 "', 1, 0, 'Again');"
	                  " UPDATE outbox SET send_after = '-infinity'");
	snprintf(lease, sizeof lease, "%s", testdb_text(postie, "SELECT lease FROM outbox_take(9, 60)"));
	testdb_exec(anna, "BEGIN; SELECT undo('" R2 "')");
	send(postie, "SELECT outbox_sending(2, '", lease, "', 60)");
	until_blocked(watch, "postie");
	testdb_exec(anna, "COMMIT");
	cr_expect_not(succeeded(postie), "it was recalled while the delivery waited");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT string_agg(state::text, ' ') FROM outbox"), "recalled recalled");
}

/* Both at once, many times: exactly one of them has it. */
Test(recall, sent_or_recalled_never_both)
{
	enum { ROUNDS = 200 };
	PGconn *conn = helpdesk_create();
	testdb_login(conn, "postie", "deliver");
	PGconn *anna = testdb_connect("anna"), *postie = testdb_connect("postie");
	int recalls = 0;
	for (int i = 1; i <= ROUNDS; i++) {
		char id[64], mail[32];
		snprintf(mail, sizeof mail, "%d@x", i);
		snprintf(id, sizeof id, "%s", testdb_text(conn, "SELECT gen_random_uuid()"));
		int64_t ticket = helpdesk_mail(conn, "11-23 10:00", "a@ent.test", mail, "");
		testdb_exec(conn,
		        "SELECT ticket_reply_at('2026-11-23 10:10+02', '%s', %" PRId64 ", 0, 'Answer');"
		        " UPDATE outbox SET send_after = '-infinity' WHERE state = 'waiting'",
		        id, ticket);
		static const char deliver[] =
		        "SELECT outbox_sending(id, lease, 60) AND outbox_sent(id, lease, '250 ok') FROM outbox_take(1, 60)";
		/* Whoever begins first is seldom overtaken, so they take turns, and sometimes the row is taken already. */
		if (i % 3 == 0)
			send(postie, deliver, "", "");
		send(anna, "SELECT ticket_id FROM undo('", id, "')");
		if (i % 3 != 0)
			send(postie, deliver, "", "");
		bool recalled = succeeded(anna), sent = succeeded(postie);
		recalls += recalled;
		cr_assert_neq(recalled, sent, "round %d: recalled %d, sent %d", i, recalled, sent);
		cr_assert_str_eq(
		        testdb_text(conn,
		                "SELECT state || ' ' || (SELECT count(*) FROM message m WHERE m.id = outbox.message_id AND kind = 'public')"
		                " FROM outbox ORDER BY id DESC LIMIT 1"),
		        recalled ? "recalled 0" : "sent 1");
		cr_assert_eq(testdb_int(conn,
		                     "SELECT count(*) FROM sla_clock WHERE ticket_id = %" PRId64
		                     " AND ended_at IS NULL",
		                     ticket),
		        recalled, "round %d: the customer waits again or not", i);
	}
	cr_expect(recalls > 0 && recalls < ROUNDS, "only one side ever won: %d of %d", recalls, ROUNDS);
}
