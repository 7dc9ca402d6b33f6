/*
 * Who is at which ticket, and whose drafts are whose.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#define FRESH "gen_random_uuid()"

static PGconn *desk_with_tickets(int n)
{
	PGconn *conn = helpdesk_create();
	for (int i = 1; i <= n; i++) {
		char id[16];
		snprintf(id, sizeof id, "%d@x", i);
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", id, "");
	}
	return conn;
}

/* ---- presence ------------------------------------------------------------------------------------- */

static void put(PGconn *conn, const char *time, const char *login, const char *what)
{
	helpdesk_act(conn, login);
	testdb_exec(conn, "SELECT presence_put_at('2026-11-23 %s+02', %s, 40)", time, what);
}

/* What this agent sees at that time: "1 anna writes 5, 2 ..." with the seconds since it began. */
static const char *seen(PGconn *conn, const char *time, const char *login)
{
	helpdesk_act(conn, login);
	return testdb_text(conn,
	        "SELECT coalesce(string_agg(concat_ws(' ', p.ticket_id, a.login, CASE WHEN writes THEN 'writes' END,"
	        " epoch('2026-11-23 %s+02') - since), ', '), 'nobody') FROM console_presence_at('2026-11-23 %s+02') p JOIN agent a ON a.id = agent_id",
	        time, time);
}

Test(presence, is_a_lease)
{
	PGconn *conn = desk_with_tickets(2);
	int64_t events = testdb_int(conn, "SELECT count(*) FROM event");
	char xid[32];
	snprintf(xid, sizeof xid, "%s", testdb_text(conn, "SELECT changed_xid FROM ticket WHERE id = 1"));
	static const struct {
		const char *time, *login, *what, *at, *sees, *seen;
	} steps[] = {
	        {"10:00:00", "anna", "'A', 1, 'viewing'", "10:00:05", "ben", "1 anna 5"},
	        {NULL, NULL, NULL, "10:00:05", "anna", "nobody"},
	        {"10:00:10", "anna", "'A', 1, 'replying'", "10:00:15", "ben", "1 anna writes 5"},
	        {"10:00:25", "anna", "'A', 1, 'replying'", "10:00:40", "ben", "1 anna writes 30"},
	        {"10:00:26", "lena", "'L', 1, 'viewing'", "10:00:40", "ben", "1 anna writes 30, 1 lena 14"},
	        {"10:00:30", "anna", "'A2', 1, 'viewing'", "10:00:40", "ben", "1 anna writes 30, 1 lena 14"},
	        {NULL, NULL, NULL, "10:01:04", "ben", "1 anna writes 54, 1 lena 38"},
	        {NULL, NULL, NULL, "10:01:05", "ben", "1 lena 39, 1 anna 35"},
	        {NULL, NULL, NULL, "10:01:06", "ben", "1 anna 36"},
	        {NULL, NULL, NULL, "10:01:10", "ben", "nobody"},
	        {"10:01:20", "anna", "'A', 1, 'replying'", "10:01:20", "ben", "1 anna writes 0"},
	        {"10:01:21", "anna", "'A', 2, 'viewing'", "10:01:22", "ben", "2 anna 1"},
	        {"10:01:23", "anna", "'A', 0, ''", "10:01:23", "ben", "nobody"},
	        {"10:01:24", "anna", "'A', 99, 'viewing'", "10:01:24", "ben", "nobody"},
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (steps[i].login)
			put(conn, steps[i].time, steps[i].login, steps[i].what);
		const char *is = seen(conn, steps[i].at, steps[i].sees);
		cr_expect_str_eq(is, steps[i].seen, "%zu at %s: %s", i, steps[i].at, is);
	}
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM event"), events, "nothing happened to a ticket");
	cr_expect_str_eq(testdb_text(conn, "SELECT changed_xid FROM ticket WHERE id = 1"), xid);
	/* What dead consoles left is swept away by those that come. */
	put(conn, "11:30:00", "ben", "'B', 1, 'viewing'");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM presence"), 1);
}

Test(presence, rights_and_bounds)
{
	PGconn *conn = desk_with_tickets(1), *anna = testdb_connect("anna"), *ben = testdb_connect("ben");
	testdb_login(conn, "vera", "viewer");
	PGconn *vera = testdb_connect("vera");
	testdb_exec(anna, "SELECT presence_put('A', 1, 'viewing', 40)");
	testdb_exec(ben, "SELECT presence_put('A', 1, 'replying', 40); SELECT presence_put('A', 0, '', 0)");
	cr_expect_eq(testdb_int(vera, "SELECT count(*) FROM console_presence()"), 1,
	        "a place is its agent's; nobody sends another away");
	testdb_refused(vera, "42501", "SELECT presence_put('V', 1, 'viewing', 40)");
	testdb_refused(anna, "42501", "SELECT console_presence_at(now())");
	testdb_refused(anna, "42501", "SELECT * FROM presence");
	static const char *const bad[] = {
	        "'A', 1, 'sleeping', 40", "'A', 1, 'viewing', 0", "'A', 1, 'viewing', 301"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		testdb_refused(anna, "SG004", "SELECT presence_put(%s)", bad[i]);
	/* Leases wake nobody. */
	testdb_exec(ben, "LISTEN sandglass_wake");
	testdb_exec(anna, "SELECT presence_put('A', 1, 'replying', 40)");
	testdb_exec(ben, "SELECT 1");
	cr_expect_null(PQnotifies(ben));
}

/* ---- drafts --------------------------------------------------------------------------------------- */

static const char *drafts(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT coalesce(string_agg(concat_ws(' ', ticket_id, kind, place, body), ', ' ORDER BY ticket_id, kind, place), 'none')"
	        " FROM my_drafts()");
}

Test(drafts, of_two_machines_are_both_kept)
{
	PGconn *conn = desk_with_tickets(2), *anna = testdb_connect("anna");
	testdb_exec(anna, "SELECT draft_put(1, 'reply', 'here', 'host1', 'one', 1, 1)");
	testdb_exec(anna, "SELECT draft_put(1, 'reply', 'there', 'host2', 'two', 1, 1)");
	testdb_exec(anna, "SELECT draft_put(1, 'note', 'here', 'host1', 'aside', 1, 1)");
	testdb_exec(anna, "SELECT draft_put(2, 'reply', 'here', 'host1', 'other', 1, 1)");
	testdb_exec(anna, "SELECT draft_put(1, 'reply', 'here', 'host1', 'one more', 2, 3)");
	testdb_exec(anna, "SELECT draft_put(2, 'note', 'here', 'host1', repeat('x', 4194304), 1, 1)");
	cr_expect_str_eq(testdb_refused(anna, "SG004",
	                         "SELECT draft_put(2, 'note', 'here', 'host1', repeat('x', 4194305), 1, 1)"),
	        "the draft is larger than 4 MiB");
	testdb_exec(anna, "SELECT draft_drop(2, 'note', 'here')");
	cr_expect_str_eq(drafts(anna),
	        "1 note here aside, 1 reply here one more, 1 reply there two, 2 reply here other", "%s",
	        drafts(anna));
	cr_expect_str_eq(
	        testdb_text(anna,
	                "SELECT concat_ws(' ', host, version, messages, subject) FROM my_drafts() WHERE body = 'one more'"),
	        "host1 2 3 Help");

	/* Nobody else has them: not a colleague, not a lead, not a viewer. */
	PGconn *lena = testdb_connect("lena");
	cr_expect_str_eq(drafts(lena), "none");
	testdb_exec(lena, "SELECT draft_drop(1, 'reply', 'here')");
	testdb_exec(lena, "SELECT draft_put(1, 'reply', 'here', 'host1', 'lena''s', 1, 1, 'there')");
	cr_expect_str_eq(drafts(anna),
	        "1 note here aside, 1 reply here one more, 1 reply there two, 2 reply here other");
	testdb_login(conn, "vera", "viewer");
	PGconn *vera = testdb_connect("vera");
	testdb_refused(vera, "42501", "SELECT * FROM my_drafts()");
	testdb_refused(lena, "42501", "SELECT * FROM draft");
	testdb_refused(anna, "SG003", "SELECT draft_put(99, 'reply', 'here', '', 'x', 1, 1)");
	testdb_refused(anna, "SG004", "SELECT draft_put(1, 'letter', 'here', '', 'x', 1, 1)");

	/* Sending takes away what was sent, and only that; also a text that another machine kept. */
	testdb_exec(anna, "SELECT ticket_reply(" FRESH ", 1, 0, 'two')");
	cr_expect_str_eq(drafts(anna), "1 note here aside, 1 reply here one more, 2 reply here other");
	testdb_exec(anna, "SELECT ticket_note(" FRESH ", 1, 0, 'one more')");
	testdb_exec(anna, "SELECT ticket_note(" FRESH ", 1, 0, 'aside')");
	cr_expect_str_eq(drafts(anna), "1 reply here one more, 2 reply here other");
	cr_expect_str_eq(drafts(lena), "1 reply here lena's");
	testdb_exec(anna, "BEGIN; SELECT ticket_reply(" FRESH ", 2, 0, 'other'); ROLLBACK");
	testdb_exec(anna, "SELECT draft_drop(1, 'reply', 'here')");
	cr_expect_str_eq(drafts(anna), "2 reply here other", "what was not sent stays");
}

/* A recalled reply is a draft of no machine until one takes it up; its attachments go with it. */
Test(drafts, a_recalled_reply_is_taken_up)
{
	PGconn *conn = desk_with_tickets(1), *anna = testdb_connect("anna");
	testdb_exec(anna, "SELECT draft_put(1, 'reply', 'here', 'host1', 'Answer', 1, 1);"
	                  " SELECT ticket_reply('00000000-0000-0000-0000-000000000001', 1, 0, 'Answer')");
	cr_expect_str_eq(drafts(anna), "none");
	testdb_exec(anna, "SELECT undo('00000000-0000-0000-0000-000000000001')");
	int64_t message = testdb_int(conn, "SELECT id FROM message WHERE kind = 'recalled'");
	char place[32];
	snprintf(place, sizeof place, "recalled %d", (int)message);
	cr_expect_str_eq(drafts(anna), testdb_text(anna, "SELECT '1 reply %s Answer'", place));
	testdb_exec(anna, "SELECT draft_put(1, 'reply', 'here', 'host1', 'Answer', 3, 1, '%s')", place);
	testdb_exec(anna, "SELECT draft_put(1, 'reply', 'here', 'host1', 'Better answer', 3, 1)");
	cr_expect_str_eq(drafts(anna), "1 reply here Better answer");
	cr_expect_eq(testdb_int(conn, "SELECT message_id FROM draft"), message);
}

/* What a macro does, and which files are beside it, goes with a draft; those of a recalled reply are told by their attachments. */
Test(drafts, tell_their_macro_and_their_files)
{
	PGconn *conn = desk_with_tickets(1), *anna = testdb_connect("anna"), *lena = testdb_connect("lena");
	testdb_exec(anna,
	        "SELECT ticket_reply('00000000-0000-0000-0000-000000000001', 1, 0, 'Answer', 'pending', NULL,"
	        " '[{\"name\": \"a.csv\"}, {\"name\": \"b.csv\"}]', '{abc,de}', '{\"macro\": \"M\", \"tags_add\": [\"x\"]}');"
	        " SELECT undo('00000000-0000-0000-0000-000000000001')");
	testdb_exec(conn,
	        "SET sandglass.act_as = 'anna'; CREATE VIEW seen AS SELECT place, concat_ws(' | ', macro ->> 'macro',"
	        " macro -> 'tags_add', (SELECT string_agg(concat_ws(' ', f ->> 'name', f ->> 'size', f ->> 'host',"
	        " (SELECT a.size FROM attachment a WHERE a.id::text = f ->> 'id')), ', ') FROM jsonb_array_elements(files) f))"
	        " AS told FROM my_drafts()");
	cr_expect_str_eq(testdb_text(conn, "SELECT told FROM seen"), "M | [\"x\"] | a.csv 3 3, b.csv 2 2");
	const char *place = testdb_text(conn, "SELECT place FROM seen");
	testdb_exec(anna,
	        "SELECT draft_put(1, 'reply', 'here', 'host1', 'Answer', 3, 1, '%s', '{\"macro\": \"N\"}',"
	        " '[{\"name\": \"own.txt\", \"size\": 7}, {\"name\": \"b.csv\", \"size\": 2, \"part\": 2},"
	        " {\"name\": \"far.txt\", \"size\": 8, \"host\": \"host0\"}]')",
	        place);
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT told FROM seen"), "N | own.txt 7, b.csv 2 2, far.txt 8 host0");
	testdb_refused(anna, "SG004", "SELECT draft_put(1, 'reply', 'here', '', 'x', 1, 1, '', NULL, '{}')");
	/* One text for many that is one draft again: what came of its replies goes, what was written there stays. */
	testdb_exec(conn,
	        "UPDATE draft SET place = format('recalled %%s', message_id);"
	        " INSERT INTO draft (agent_id, ticket_id, kind, place, body) SELECT agent_id, 1, 'public', p, 'x' FROM draft,"
	        " unnest('{recalled 7, there}'::text[]) p");
	testdb_exec(lena, "SELECT draft_drop_recalled('{00000000-0000-0000-0000-000000000001}')");
	testdb_exec(anna, "SELECT draft_drop_recalled('{00000000-0000-0000-0000-000000000002}')");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM draft"), 3);
	testdb_exec(anna, "SELECT draft_drop_recalled('{00000000-0000-0000-0000-000000000001}')");
	cr_expect_str_eq(testdb_text(conn, "SELECT string_agg(place, ',' ORDER BY place) FROM draft"),
	        "recalled 7,there");

	/* A reply that was taken back is read by its author alone, by whatever number. */
	const int64_t message = testdb_int(conn, "SELECT id FROM message WHERE kind = 'recalled'");
	const int64_t file = testdb_int(conn, "SELECT min(id) FROM attachment");
	testdb_login(conn, "vera", "viewer");
	PGconn *vera = testdb_connect("vera");
	cr_expect_str_eq(testdb_text(anna, "SELECT message_part(%" PRId64 ", 0, 99)", message), "Answer");
	cr_expect_str_eq(
	        testdb_text(anna, "SELECT convert_from(attachment_part(%" PRId64 ", 0, 99), 'UTF8')", file),
	        "abc");
	testdb_refused(lena, "SG003", "SELECT message_part(%" PRId64 ", 0, 99)", message);
	testdb_refused(vera, "SG003", "SELECT message_part(%" PRId64 ", 0, 99)", message);
	testdb_refused(lena, "SG003", "SELECT attachment_part(%" PRId64 ", 0, 99)", file);
	testdb_refused(vera, "SG003", "SELECT attachment_part(%" PRId64 ", 0, 99)", file);
}
