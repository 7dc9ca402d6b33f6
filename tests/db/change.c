/*
 * What a ticket is: its tags, subject, requester, organization. Each change with its event, its refusals, its conflict and
 * its way back.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#define R1    "00000000-0000-0000-0000-000000000001"
#define R2    "00000000-0000-0000-0000-000000000002"
#define FRESH "gen_random_uuid()"

static const char *events(PGconn *conn, int64_t ticket)
{
	return testdb_text(conn,
	        "SELECT string_agg(author || ' ' || body, '; ' ORDER BY id) FROM console_conversation(%" PRId64
	        ") WHERE kind = 'event'",
	        ticket);
}

/* ---- tags --------------------------------------------------------------------------------------- */

Test(change, tags_are_put_on_and_taken_off)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	static const struct {
		const char *add, *off, *tags;
	} cases[] = {
	        {"{vip,Billing,billing}", "{}", "billing,vip"},
	        {"{Счёт,v1.2_x-y}", "{VIP,nothing}", "billing,v1.2_x-y,счёт"},
	        {"{billing}", "{billing}", "billing,v1.2_x-y,счёт"},
	        {"{}", "{billing,v1.2_x-y}", "счёт"},
	        {"{null,none}", "{}", "none,null,счёт"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn,
		        "SELECT ticket_tag(" FRESH ", 1, 0, string_to_array(btrim('%s', '{}'), ','), '%s')",
		        cases[i].add, cases[i].off);
		const char *tags = testdb_text(conn, "SELECT tags FROM console_ticket");
		cr_expect_str_eq(tags, cases[i].tags, "+%s -%s: %s", cases[i].add, cases[i].off, tags);
	}
	cr_expect_str_eq(events(conn, 1),
	        "anna added the tags billing, vip; anna added the tags v1.2_x-y, счёт, took off the tag vip;"
	        " anna took off the tags billing, v1.2_x-y; anna added the tags none, null");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply due 11-23 12:00", "no clock is touched");
	cr_expect_str_eq(testdb_text(conn, "SELECT status FROM ticket"), "new");

	static const char *const wrong[] = {"a b", "a,b", "", "a/b", "<b>", "a\u202e", "a\u3000b",
	        "12345678901234567890123456789012345678901"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		testdb_refused(
		        conn, "SG004", "SELECT ticket_tag(" FRESH ", 1, 0, ARRAY['%s'], '{}')", wrong[i]);
	testdb_refused(conn, "SG004", "SELECT ticket_tag(" FRESH ", 1, 0, ARRAY[NULL], '{}')");
	cr_expect_str_eq(testdb_refused(conn, "SG004",
	                         "SELECT ticket_tag(" FRESH
	                         ", 1, 0, ARRAY(SELECT 't' || i FROM generate_series(1, 18) i), '{}')"),
	        "a ticket has at most 20 tags, not 21");
	testdb_exec(conn, "SELECT ticket_tag(" FRESH
	                  ", 1, 0, ARRAY(SELECT 't' || i FROM generate_series(1, 17) i), '{}')");
}

Test(change, tags_conflict_repeat_and_are_taken_back)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "SELECT ticket_tag(" FRESH ", 1, 1, '{old}', '{}')");
	cr_expect_str_eq(testdb_text(conn, "SELECT version || ' ' || repeated FROM ticket_tag('" R1
	                                   "', 1, 2, '{new}', '{old}')"),
	        "3 false");
	cr_expect_str_eq(testdb_text(conn, "SELECT version || ' ' || repeated FROM ticket_tag('" R1
	                                   "', 1, 2, '{new}', '{old}')"),
	        "3 true");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_str_eq(testdb_text(conn, "SELECT tags FROM console_ticket"), "old");
	testdb_exec(conn, "SELECT ticket_tag_at('2026-11-23 11:00+02', '" R2 "', 1, 0, '{mine}', NULL)");
	helpdesk_act(conn, "ben");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG001",
	                "SELECT ticket_tag_at('2026-11-23 11:00:12+02', " FRESH ", 1, 4, '{x}', '{}')"),
	        "anna added the tag mine 12 s ago");
	testdb_exec(conn, "SELECT ticket_tag_at('2026-11-23 11:01+02', " FRESH ", 1, 0, NULL, '{old}')");
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_refused(conn, "SG006", "SELECT undo_at('2026-11-23 11:02+02', '" R2 "')"),
	        "nothing is taken back, since then ben took off the tag old 60 s ago");
}
