/*
 * The way of a reply out of the outbox: who may take it, for how long, what becomes of it, and what the agent is told.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A desk with n tickets, each with anna's reply at 10:10 in the outbox. */
static PGconn *desk_with_replies(int n)
{
	PGconn *conn = helpdesk_create();
	helpdesk_act(conn, "anna");
	for (int i = 1; i <= n; i++) {
		char from[32], id[32];
		snprintf(from, sizeof from, "c%d@ent.test", i);
		snprintf(id, sizeof id, "m%d@x", i);
		helpdesk_mail(conn, "11-23 10:00", from, id, "");
		testdb_exec(conn,
		        "SELECT ticket_reply_at('2026-11-23 10:10+02', gen_random_uuid(), %d, 0, 'Answer %d')",
		        i, i);
	}
	testdb_exec(conn, "UPDATE outbox SET send_after = '-infinity'"); /* the delay is over */
	return conn;
}

/* Takes at this time of 2026-11-23; the ids, parted by blanks. */
static const char *take(PGconn *conn, const char *time, int n)
{
	return testdb_text(conn,
	        "SELECT string_agg(id::text, ' ') FROM outbox_take_at('2026-11-23 %s+02', %d, 600)", time, n);
}

static const char *row(PGconn *conn, int id)
{
	return testdb_text(conn,
	        "SELECT state || ' ' || attempts || ' ' || coalesce(to_char(nullif(send_after, '-infinity')"
	        " AT TIME ZONE 'Etc/GMT-2', 'DD HH24:MI'), '-') || ' ' || coalesce(answer, '-') FROM outbox WHERE id = %d",
	        id);
}

static bool sending(PGconn *conn, const char *time, int id)
{
	return testdb_int(conn,
	        "SELECT outbox_sending_at('2026-11-23 %s+02', id, lease, 600)::int FROM outbox WHERE id = %d",
	        time, id);
}

static const char *failed(PGconn *conn, const char *day_and_time, int id, const char *outcome)
{
	return testdb_text(conn,
	        "SELECT outbox_failed_at('2026-%s+02', id, lease, '%s', '451 words') FROM outbox WHERE id = %d",
	        day_and_time, outcome, id);
}

Test(outbox, each_row_goes_to_one_deliverer)
{
	PGconn *conn = desk_with_replies(4);
	PGconn *other = testdb_connect(NULL);
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT concat_ws('|', ticket_id, sender, recipient, subject, in_reply_to, refs, body, created_at,"
	                " reply_to ~ '^help\\+[0-9a-f]{20}@desk.test$', header_id ~ '@desk.test$')"
	                " FROM outbox_take_at('2026-11-23 10:20+02', 1, 600)"),
	        "1|help@desk.test|c1@ent.test|Re: Help|m1@x|m1@x|Answer 1|1795421400|t|t");
	/* Another one, while the first has not committed what it takes. */
	testdb_exec(conn, "BEGIN");
	cr_expect_str_eq(take(conn, "10:20", 1), "2");
	cr_expect_str_eq(take(other, "10:20", 1), "3");
	testdb_exec(conn, "COMMIT");
	cr_expect_str_eq(take(other, "10:20", 9), "4");
	cr_expect_str_eq(take(other, "10:29", 9), "", "all are taken");
	cr_expect_eq(testdb_int(other, "SELECT outbox_remaining()"), 4);
}

Test(outbox, a_lease_ends)
{
	PGconn *conn = desk_with_replies(3);
	PGconn *other = testdb_connect(NULL);
	cr_expect_str_eq(take(other, "10:20", 2), "1 2");
	char lease[64];
	snprintf(lease, sizeof lease, "%s", testdb_text(conn, "SELECT lease FROM outbox WHERE id = 1"));
	cr_expect_str_eq(take(conn, "10:30", 1), "1", "the time is over");
	cr_expect_eq(
	        testdb_int(conn, "SELECT outbox_sending_at('2026-11-23 10:30+02', 1, '%s', 600)::int", lease),
	        0, "the row is somebody else's");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT outbox_failed_at('2026-11-23 10:30+02', 1, '%s', 'permanent', 'x')",
	                lease),
	        "");
	cr_expect_eq(testdb_int(conn, "SELECT outbox_sent_at('2026-11-23 10:30+02', 1, '%s', 'x', '')::int",
	                     lease),
	        0);
	cr_expect_not(sending(conn, "10:30", 2), "too late, though nobody has taken it");
	cr_expect(sending(conn, "10:39", 1));
	cr_expect_not(sending(conn, "10:39", 1), "once");
	/* A session that ended holds nothing. */
	cr_expect_str_eq(take(other, "10:40", 9), "2 3");
	testdb_exec(conn, "SELECT pg_terminate_backend(%d, 5000)", PQbackendPID(other));
	cr_expect_str_eq(take(conn, "10:41", 9), "2 3", "but what is being handed over is not taken");
	cr_expect_eq(testdb_int(conn, "SELECT outbox_release(lease) FROM outbox WHERE id = 2"), 2);
	testdb_exec(conn, "UPDATE outbox SET send_after = '2026-11-23 11:00+02' WHERE id = 2");
	cr_expect_str_eq(take(conn, "10:42", 9), "3", "not before its time");
	cr_expect_str_eq(take(conn, "11:00", 9), "3 2");
}

Test(outbox, sent_and_later)
{
	PGconn *conn = desk_with_replies(3);
	cr_expect_str_eq(take(conn, "10:20", 2), "1 2");
	for (int id = 1; id <= 2; id++)
		cr_expect(sending(conn, "10:20", id));

	cr_expect_eq(
	        testdb_int(conn, "SELECT outbox_sent(id, lease, '250 ok')::int FROM outbox WHERE id = 1"), 1);
	cr_expect_eq(
	        testdb_int(conn, "SELECT outbox_sent(id, lease, '250 ok')::int FROM outbox WHERE id = 1"), 1,
	        "an answer that was lost is asked for again");
	cr_expect_str_eq(row(conn, 1), "sent 1 - 250 ok");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT concat(status, version) FROM ticket WHERE id = 1"), "pending2");

	/* Later: a minute, doubling up to an hour; the ticket does not know of it. */
	static const char *const later[] = {
	        "11:01", "11:02", "11:04", "11:08", "11:16", "11:32", "12:00", "12:00"};
	for (int i = 0; i < 8; i++) {
		char wanted[64];
		if (i > 0) {
			testdb_exec(conn, "UPDATE outbox SET send_after = '-infinity' WHERE id = 2");
			cr_expect_str_eq(take(conn, "11:00", 1), "2");
		}
		cr_expect_str_eq(failed(conn, "11-23 11:00", 2, "temporary"), "waiting");
		snprintf(wanted, sizeof wanted, "waiting %d 23 %s 451 words", i + 1, later[i]);
		cr_expect_str_eq(row(conn, 2), wanted);
	}
	cr_expect_str_eq(take(conn, "11:59", 9), "3", "nothing before its time");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT concat(status, version) FROM ticket WHERE id = 2"), "pending2");

	/* A copy that was refused is told, and the ticket stays as it is. */
	cr_expect_str_eq(take(conn, "12:00", 9), "2");
	cr_expect(sending(conn, "12:00", 2));
	cr_expect_eq(
	        testdb_int(conn,
	                "SELECT outbox_sent(id, lease, '250 ok', 'bob@a.test: 550 no')::int FROM outbox WHERE id = 2"),
	        1);
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT m.body || ' ' || t.status FROM message m JOIN ticket t ON t.id = ticket_id"
	                " WHERE ticket_id = 2 ORDER BY m.id DESC LIMIT 1"),
	        "Delivered: the reply of 2026-11-23 08:10 UTC to c2@ent.test.\nBut not its copy:\nbob@a.test: 550 no pending");
}

Test(outbox, never_and_nobody_knows)
{
	PGconn *conn = desk_with_replies(5);
	testdb_exec(conn,
	        "SELECT ticket_set_status_at('2026-11-23 10:15+02', gen_random_uuid(), 3, 0, 'closed')");
	const char *ledger = "first_reply met 600/7200";
	cr_expect_str_eq(take(conn, "11:59", 9), "1 2 3 4 5");
	for (int id = 3; id <= 5; id++)
		cr_expect(sending(conn, "11:59", id));

	/* Never: also a closed ticket is open again, its agent's, and nobody waits. */
	cr_expect_str_eq(failed(conn, "11-23 12:00", 3, "permanent"), "failed");
	cr_expect_str_eq(failed(conn, "11-23 12:00", 3, "permanent"), "", "once");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT status || ' ' || (SELECT login FROM agent WHERE id = assignee_id) || ' ' ||"
	                " coalesce(metric::text, '-') || ' ' || last_author FROM console_ticket WHERE id = 3"),
	        "open anna - agent");
	cr_expect_str_eq(helpdesk_ledger(conn, 3), ledger);
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(kind || ' ' || author_kind || ': ' || body, '; ' ORDER BY at, kind DESC)"
	                " FROM console_conversation(3) WHERE at = epoch('2026-11-23 12:00+02')"),
	        "system system: Not delivered: the reply of 2026-11-23 08:10 UTC to c3@ent.test.\n451 words\n"
	        "It is not tried again. Check the address, or reach the customer another way.; "
	        "event system: could not deliver the reply to c3@ent.test, set status closed -> open");
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM message WHERE ticket_id = 3 AND kind = 'system'"), 1);

	/* Nobody knows: it is said when it was never finished, and taken back when the server had it after all. */
	cr_expect_str_eq(take(conn, "12:08", 0), "");
	cr_expect_str_eq(row(conn, 4), "sending 1 - -", "there is still time");
	cr_expect_str_eq(take(conn, "12:09", 0), "");
	cr_expect_str_eq(
	        row(conn, 4), "unknown 1 - The delivery was interrupted while it handed the message over.");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(status::text, ' ' ORDER BY id) FROM ticket WHERE id IN (4, 5)"),
	        "open open");
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM message WHERE body LIKE 'Perhaps not delivered%%'"),
	        2);
	cr_expect_eq(
	        testdb_int(conn, "SELECT outbox_sent(id, lease, '250 ok')::int FROM outbox WHERE id = 4"), 1);
	cr_expect_str_eq(row(conn, 4), "sent 1 - 250 ok");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT body FROM message WHERE ticket_id = 4 ORDER BY id DESC LIMIT 1"),
	        "Delivered after all: the reply of 2026-11-23 08:10 UTC to c4@ent.test.");
	cr_expect_eq(testdb_int(conn, "SELECT outbox_remaining()"), 2);
}

Test(outbox, five_days_a_server_that_is_away_and_merged_tickets)
{
	PGconn *conn = desk_with_replies(3);
	cr_expect_str_eq(take(conn, "10:20", 1), "1");
	cr_expect_str_eq(failed(conn, "11-23 10:20", 1, "server"), "waiting");
	cr_expect_str_eq(row(conn, 1), "waiting 0 - 451 words", "it is not the message's fault");
	cr_expect_str_eq(take(conn, "10:20", 1), "1");
	cr_expect_str_eq(failed(conn, "11-28 10:19", 1, "temporary"), "waiting");
	testdb_exec(conn, "SELECT outbox_take_at('2026-11-28 10:20+02', 1, 600) FROM outbox WHERE id = 1");
	testdb_exec(conn, "UPDATE outbox SET state = 'taken' WHERE id = 1");
	cr_expect_str_eq(failed(conn, "11-28 10:20", 1, "server"), "failed");
	cr_expect_str_eq(testdb_text(conn, "SELECT answer FROM outbox WHERE id = 1"),
	        "It was tried for five days. The last time: 451 words");

	/* The conversation goes on in another ticket: there the agent is told. */
	testdb_exec(conn, "SELECT ticket_merge(gen_random_uuid(), 3, 0, 2)");
	testdb_exec(conn,
	        "UPDATE outbox SET state = 'taken', lease = gen_random_uuid(), leased_until = now() WHERE id = 3");
	cr_expect_str_eq(failed(conn, "11-28 10:20", 3, "permanent"), "failed");
	cr_expect_str_eq(testdb_text(conn,
	                         "SELECT string_agg(status::text, ' ' ORDER BY id) FROM ticket WHERE id > 1"),
	        "open closed");
	cr_expect_eq(testdb_int(conn,
	                     "SELECT ticket_id FROM message WHERE kind = 'system' ORDER BY id DESC LIMIT 1"),
	        2);
	testdb_refused(conn, "SG004", "SELECT outbox_failed(1, gen_random_uuid(), 'perhaps', 'x')");
}

Test(outbox, only_the_delivery_may)
{
	PGconn *conn = desk_with_replies(1);
	testdb_login(conn, "postie", "deliver");
	PGconn *postie = testdb_connect("postie");
	cr_expect_eq(testdb_int(postie, "SELECT count(*) FROM outbox_take(5, 60)"), 1);
	cr_expect_eq(testdb_int(postie, "SELECT outbox_remaining()"), 1);
	static const char *const closed_to_it[] = {"SELECT * FROM outbox", "SELECT * FROM ticket",
	        "SELECT * FROM console_ticket", "UPDATE outbox SET state = 'sent'",
	        "SELECT outbox_take_at(now(), 1, 1)",
	        "SELECT outbox_give_back(1, NULL, '{}', 'failed', '', now())",
	        "SELECT ticket_note(gen_random_uuid(), 1, 0, 'x')", "SELECT intake_aside('', 'x')"};
	for (size_t i = 0; i < sizeof closed_to_it / sizeof *closed_to_it; i++)
		testdb_refused(postie, "42501", "%s", closed_to_it[i]);
	PGconn *lena = testdb_connect("lena");
	static const char *const closed_to_a_lead[] = {"SELECT outbox_take(1, 60)",
	        "SELECT outbox_remaining()", "SELECT outbox_sending(1, gen_random_uuid(), 60)",
	        "SELECT outbox_sent(1, gen_random_uuid(), '')",
	        "SELECT outbox_failed(1, gen_random_uuid(), 'permanent', '')",
	        "SELECT outbox_release(gen_random_uuid())"};
	for (size_t i = 0; i < sizeof closed_to_a_lead / sizeof *closed_to_a_lead; i++)
		testdb_refused(lena, "42501", "%s", closed_to_a_lead[i]);
}
