/*
 * What the customer pane is told: whose tickets and people count, which waits are met, in which order, and no more than it
 * shows.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

static const char *told(PGconn *conn, const char *kind, int64_t ticket)
{
	return testdb_text(conn,
	        "SELECT string_agg(concat_ws(' ', id, name, email, status, open, \"all\"), ', ')"
	        " FROM console_customer_at('2026-12-01 12:00+02', %" PRId64 ") WHERE kind = '%s'",
	        ticket, kind);
}

Test(customer, is_an_organization_with_its_people_tickets_and_attainment)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 09:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 09:00", "b@ent.test", "b@x", "");
	helpdesk_mail(conn, "11-23 09:00", "b@ent.test", "c@x", "");
	helpdesk_mail(conn, "11-23 09:00", "i@gmail.com", "d@x", "");
	helpdesk_mail(conn, "11-23 09:00", "j@gmail.com", "e@x", "");
	static const char *const did[] = {
	        "ticket_reply_at('2026-11-23 10:00+02', gen_random_uuid(), 1, 0, 'x')",           /* met */
	        "ticket_reply_at('2026-11-23 12:00+02', gen_random_uuid(), 2, 0, 'x', 'closed')", /* breached */
	        "ticket_dismiss_at('2026-11-23 10:30+02', '00000000-0000-0000-0000-000000000001', 3, 0, 'spam')",
	        "ticket_reply_at('2026-11-23 10:00+02', gen_random_uuid(), 4, 0, 'x')"};
	for (size_t i = 0; i < sizeof did / sizeof *did; i++)
		testdb_exec(conn, "SELECT %s", did[i]);
	cr_expect_str_eq(told(conn, "tickets", 1), "2 3");
	cr_expect_str_eq(told(conn, "attainment", 1), "first_reply 1 2, next_reply 0 0",
	        "a dismissed wait that was in time does not count: %s", told(conn, "attainment", 1));
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(concat_ws(' ', email, open, \"all\"), ', ') FROM console_customer(1) WHERE kind = 'person'"),
	        "a@ent.test 1 1, b@ent.test 1 2", "the requester first");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(concat_ws(' ', email, open, \"all\"), ', ') FROM console_customer(3) WHERE kind = 'person'"),
	        "b@ent.test 1 2, a@ent.test 1 1");
	cr_expect_str_eq(told(conn, "ticket", 1), "2 Help closed, 3 Help new, 1 Help pending", "%s",
	        told(conn, "ticket", 1));

	/* Who belongs nowhere stands for himself. */
	cr_expect_str_eq(told(conn, "tickets", 4), "1 1");
	cr_expect_str_eq(
	        told(conn, "attainment", 4), "first_reply 0 0, next_reply 0 0", "nothing was promised");
	cr_expect_str_eq(told(conn, "person", 99), "");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_customer(99)"), 0);

	/* Dismissed too late counts; an end that was taken back does not; closed without an answer does; after 90 days nothing. */
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:31+02', '00000000-0000-0000-0000-000000000001')");
	cr_expect_str_eq(told(conn, "attainment", 1), "first_reply 1 2, next_reply 0 0");
	testdb_exec(conn,
	        "SELECT ticket_set_status_at('2026-11-23 10:32+02', '00000000-0000-0000-0000-000000000002', 3, 0, 'closed', NULL, true)");
	cr_expect_str_eq(told(conn, "attainment", 1), "first_reply 1 3, next_reply 0 0");
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:33+02', '00000000-0000-0000-0000-000000000002')");
	cr_expect_str_eq(told(conn, "attainment", 1), "first_reply 1 2, next_reply 0 0");
	testdb_exec(conn, "SELECT ticket_dismiss_at('2026-11-23 16:00+02', gen_random_uuid(), 3, 0, 'spam')");
	cr_expect_str_eq(told(conn, "attainment", 1), "first_reply 1 3, next_reply 0 0");
	helpdesk_mail(conn, "11-24 09:00", "a@ent.test", "f@x", "a@x");
	testdb_exec(conn,
	        "SELECT ticket_set_status_at('2026-11-24 09:10+02', gen_random_uuid(), 1, 0, 'closed', NULL, true)");
	cr_expect_str_eq(told(conn, "attainment", 1), "first_reply 1 3, next_reply 0 1");
	cr_expect_eq(
	        testdb_int(conn,
	                "SELECT sum(\"all\") FROM console_customer_at('2027-03-01', 1) WHERE kind = 'attainment'"),
	        0);

	/* Many people and tickets are cut, and a merged ticket is shown where it went. */
	for (int i = 0; i < 12; i++) {
		char from[32], id[32];
		snprintf(from, sizeof from, "p%d@ent.test", i);
		snprintf(id, sizeof id, "p%d@x", i);
		helpdesk_mail(conn, "11-25 09:00", from, id, "");
	}
	testdb_exec(conn, "SELECT ticket_merge_at('2026-11-26 09:00+02', gen_random_uuid(), 7, 0, 8)");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_customer(1) WHERE kind = 'person'"), 8);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_customer(1) WHERE kind = 'ticket'"), 10);
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM console_customer(1) WHERE kind = 'ticket' AND id = 7"),
	        0);
	cr_expect_str_eq(testdb_text(conn, "SELECT id FROM console_customer(1) WHERE kind = 'ticket'"), "8",
	        "what changed last is first");
	testdb_login(conn, "mta", "intake");
	testdb_refused(testdb_connect("mta"), "42501", "SELECT * FROM console_customer(1)");
}
