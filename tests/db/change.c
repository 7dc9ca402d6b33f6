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
#define R3    "00000000-0000-0000-0000-000000000003"
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

/* ---- subject ------------------------------------------------------------------------------------ */

Test(change, a_subject_is_one_line)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "SELECT ticket_set_subject_at('2026-11-23 10:01+02', '" R1
	                  "', 1, 1, E'  No data\n\tsince 02:00 ')");
	cr_expect_str_eq(testdb_text(conn, "SELECT subject FROM console_ticket"), "No data since 02:00");
	cr_expect_str_eq(events(conn, 1), "anna set subject \"Help\" -> \"No data since 02:00\"");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT subject FROM reply_preview(1)"), "Re: No data since 02:00");
	testdb_refused(conn, "SG004", "SELECT ticket_set_subject(" FRESH ", 1, 0, E' \n')");
	helpdesk_act(conn, "ben");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG001",
	                "SELECT ticket_set_subject_at('2026-11-23 10:01:30+02', " FRESH ", 1, 1, 'x')"),
	        "anna set subject \"Help\" -> \"No data since 02:00\" 30 s ago");
	helpdesk_act(conn, "anna");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_str_eq(testdb_text(conn, "SELECT subject FROM console_ticket"), "Help");
}

/* ---- team --------------------------------------------------------------------------------------- */

Test(change, a_ticket_goes_to_a_team_and_back)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT ticket_set_team(" FRESH ", 1, 0, 'Berlin')"),
	        "there is no team \"Berlin\"; there is none");
	testdb_exec(conn, "INSERT INTO team (name) VALUES ('Kyiv'), ('Berlin')");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT ticket_set_team(" FRESH ", 1, 0, 'berlin')"),
	        "there is no team \"berlin\"; there is \"Berlin\", \"Kyiv\"");
	testdb_exec(conn,
	        "SELECT ticket_claim(" FRESH ", 1, 1); SELECT ticket_set_team(" FRESH ", 1, 2, 'Kyiv')");
	testdb_exec(conn, "SELECT ticket_set_team_at('2026-11-23 10:05+02', '" R1 "', 1, 3, 'Berlin')");
	helpdesk_act(conn, "ben");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG001",
	                "SELECT ticket_set_team_at('2026-11-23 10:05:12+02', " FRESH ", 1, 3, NULL)"),
	        "anna set team Kyiv -> Berlin 12 s ago");
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_text(conn, "SELECT version || ' ' || repeated FROM ticket_set_team('" R1
	                                   "', 1, 3, 'Berlin')"),
	        "4 true");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT t.name FROM console_ticket c JOIN team t ON t.id = c.team_id"),
	        "Kyiv");
	testdb_exec(conn, "SELECT ticket_set_team(" FRESH ", 1, 0, NULL)");
	cr_expect_str_eq(events(conn, 1),
	        "anna claimed it, set status new -> open; anna set team none -> Kyiv; anna set team Kyiv -> Berlin;"
	        " anna took back \"set team Kyiv -> Berlin\", set team Berlin -> Kyiv; anna set team Kyiv -> none");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply due 11-23 12:00", "no clock is touched");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT a.login FROM ticket t JOIN agent a ON a.id = t.assignee_id"),
	        "anna", "whoever has it keeps it");
}

/* ---- requester ---------------------------------------------------------------------------------- */

static const char *route(PGconn *conn)
{
	return testdb_text(conn, "SELECT recipient || ' cc ' || cc || ' ' || flagged FROM reply_preview(1)");
}

/* "address organization" of the ticket, and who of those who wrote is what. */
static const char *whose(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT k.email || ' ' || coalesce(o.name, '-') || ': ' || (SELECT string_agg(c.email || ' ' || m.author_kind, ', ' ORDER BY m.id)"
	        " FROM message m JOIN contact c ON c.id = m.contact_id WHERE m.ticket_id = t.id) FROM ticket t"
	        " JOIN contact k ON k.id = t.requester_id LEFT JOIN organization o ON o.id = t.organization_id WHERE t.id = 1");
}

/* The start of the wait stays, the new plan's target holds; a wait that is breached keeps the promise that was broken. */
Test(change, another_requester_brings_his_plan)
{
	PGconn *conn = helpdesk_create();
	static const struct {
		const char *to, *at, *ledger, *route, *whose;
	} cases[] = {
	        {"b@cost.test", "11-23 11:00", "first_reply due 11-24 14:00", "b@cost.test cc  false",
	                "b@cost.test Cost: a@ent.test third_party, boss@ent.test third_party"},
	        {"boss@ent.test", "11-23 11:00", "first_reply due 11-23 12:00",
	                "boss@ent.test cc a@ent.test false",
	                "boss@ent.test Ent: a@ent.test customer, boss@ent.test customer"},
	        {" New@Gmail.com ", "11-23 11:00", "first_reply no target", "new@gmail.com cc  false",
	                "new@gmail.com -: a@ent.test third_party, boss@ent.test third_party"},
	        {"b@cost.test", "11-23 12:00:01", "first_reply due 11-23 12:00", "b@cost.test cc  false",
	                "b@cost.test Cost: a@ent.test third_party, boss@ent.test third_party"},
	        {"a@ent.test", "11-23 11:00", "first_reply due 11-23 12:00",
	                "boss@ent.test cc a@ent.test true",
	                "a@ent.test Ent: a@ent.test customer, boss@ent.test customer"},
	};
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 10:10", "boss@ent.test", "b@x", "a@x");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn,
		        "BEGIN; SELECT ticket_set_requester_at('2026-%s+02', '" R1 "', 1, 0, '%s', 'B')",
		        cases[i].at, cases[i].to);
		cr_expect_str_eq(helpdesk_ledger(conn, 1), cases[i].ledger, "%s: %s", cases[i].to,
		        helpdesk_ledger(conn, 1));
		cr_expect_str_eq(route(conn), cases[i].route, "%s: %s", cases[i].to, route(conn));
		cr_expect_str_eq(whose(conn), cases[i].whose, "%s: %s", cases[i].to, whose(conn));
		testdb_exec(conn, "SELECT undo_at('2026-11-23 12:00:02+02', '" R1 "')");
		cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply due 11-23 12:00", "%s taken back",
		        cases[i].to);
		cr_expect_str_eq(route(conn), "boss@ent.test cc a@ent.test true", "%s taken back: %s",
		        cases[i].to, route(conn));
		cr_expect_str_eq(whose(conn), "a@ent.test Ent: a@ent.test customer, boss@ent.test customer",
		        "%s taken back: %s", cases[i].to, whose(conn));
		testdb_exec(conn, "ROLLBACK");
	}
	testdb_exec(conn, "SELECT ticket_set_requester_at('2026-11-23 11:00+02', '" R1
	                  "', 1, 2, 'b@cost.test', 'Bob')");
	cr_expect_str_eq(testdb_text(conn, "SELECT requester_name || ' ' || requester_email || ' ' || plan_id"
	                                   " FROM console_ticket t"),
	        testdb_text(
	                conn, "SELECT 'Bob b@cost.test ' || plan_id FROM organization WHERE name = 'Cost'"));
	cr_expect_str_eq(events(conn, 1),
	        "anna first reply target 02:00:00 -> 12:00:00 because the organization changed, due 2026-11-24 12:00 UTC;"
	        " anna set requester a@ent.test -> b@cost.test, set organization Ent -> Cost");
	/* Who was the requester is a third party from now on: he neither opens nor moves a wait. Whoever is it now does. */
	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 11:05+02', " FRESH ", 1, 0, 'x')");
	cr_expect_str_eq(testdb_text(conn, "SELECT recipient || cc::text FROM outbox"), "b@cost.test{}");
	helpdesk_mail(conn, "11-23 11:10", "a@ent.test", "c@x", "a@x");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply met 3900/43200");
	helpdesk_mail(conn, "11-23 11:20", "b@cost.test", "d@x", "a@x");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply met 3900/43200, next_reply due 11-24 15:20");
	cr_expect_str_eq(testdb_refused(conn, "SG006", "SELECT undo_at('2026-11-23 11:20:30+02', '" R1 "')"),
	        "nothing is taken back, since then b@cost.test wrote, set status pending -> open 30 s ago");
	static const char *const wrong[] = {
	        "", "bob", "a@b@c", "a b@c.test", "<a@c.test>", "a@c.test, b@c.test"};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		testdb_refused(conn, "SG004", "SELECT ticket_set_requester(" FRESH ", 1, 0, '%s')", wrong[i]);
	testdb_refused(conn, "SG001", "SELECT ticket_set_requester(" FRESH ", 1, 1, 'x@x.test')");
}

/* ---- organization ------------------------------------------------------------------------------- */

static const char *organizations(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT string_agg(t.id || ' ' || coalesce(o.name, '-'), ', ' ORDER BY t.id) || '; ' || (SELECT coalesce(o.name, '-')"
	        " FROM contact k LEFT JOIN organization o ON o.id = k.organization_id WHERE k.email = 'i@gmail.com')"
	        " FROM ticket t LEFT JOIN organization o ON o.id = t.organization_id");
}

/* An agent's mail into a conversation is no customer's, wherever his address belongs. */
Test(change, an_agent_who_wrote_by_mail_is_no_customer_of_the_new_requesters)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "UPDATE agent SET email = 'ben@cost.test' WHERE login = 'ben'");
	helpdesk_mail(conn, "11-23 10:05", "ben@cost.test", "b@x", "a@x");
	helpdesk_mail(conn, "11-23 10:06", "d@cost.test", "d@x", "a@x");
	testdb_exec(conn, "SELECT ticket_set_requester(" FRESH ", 1, 0, 'c@cost.test')");
	cr_expect_str_eq(whose(conn),
	        "c@cost.test Cost: a@ent.test third_party, ben@cost.test third_party, d@cost.test customer");
}

Test(change, an_organization_is_the_requesters_with_all_his_open_tickets)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "i@gmail.com", "a@x", "");
	helpdesk_mail(conn, "11-23 10:30", "i@gmail.com", "b@x", "");
	helpdesk_mail(conn, "11-23 10:30", "i@gmail.com", "c@x", "");
	testdb_exec(conn, "SELECT ticket_set_status(" FRESH ", 3, 0, 'closed', NULL, true)");
	PGconn *agent = testdb_connect("anna"), *lead = testdb_connect("lena");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply no target");
	testdb_exec(agent, "SELECT ticket_set_organization('" R1 "', 1, 1, 'Ent')");
	cr_expect_str_eq(organizations(conn), "1 Ent, 2 Ent, 3 -; Ent", "%s", organizations(conn));
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(ticket_id || ' ' || target_s || ' ' || started_at, ', ' ORDER BY id)"
	                " FROM sla_clock WHERE ended_at IS NULL"),
	        testdb_text(conn,
	                "SELECT '1 7200 ' || '2026-11-23 10:00+02'::timestamptz || ', 2 7200 ' || '2026-11-23 10:30+02'::timestamptz"));
	cr_expect_str_eq(
	        testdb_text(agent, "SELECT repeated FROM ticket_set_organization('" R1 "', 1, 1, 'Ent')"),
	        "t");
	cr_expect_str_eq(
	        testdb_refused(agent, "SG002", "SELECT ticket_set_organization(" FRESH ", 2, 0, 'Bus')"),
	        "i@gmail.com belongs to Ent: moving somebody is a lead's to do");
	testdb_refused(agent, "SG002", "SELECT ticket_set_organization(" FRESH ", 2, 0, NULL)");
	testdb_refused(agent, "SG003", "SELECT ticket_set_organization(" FRESH ", 2, 0, 'Nobody Ltd')");
	testdb_refused(agent, "SG001", "SELECT ticket_set_organization(" FRESH ", 1, 1, 'Ent')");
	/* An agent takes back what he did, on all of them; but not over what a lead did since, elsewhere. */
	testdb_exec(agent, "SELECT undo('" R1 "')");
	cr_expect_str_eq(organizations(conn), "1 -, 2 -, 3 -; -", "%s", organizations(conn));
	testdb_exec(agent, "SELECT undo('" R1 "')");
	testdb_exec(agent, "SELECT ticket_set_organization('" R2 "', 1, 0, 'MD')");
	testdb_exec(conn, "UPDATE contact SET organization_id = NULL WHERE email = 'i@gmail.com'");
	cr_expect_str_eq(testdb_refused(agent, "SG006", "SELECT undo('" R2 "')"),
	        "nothing is taken back, since then i@gmail.com was moved elsewhere");
	testdb_exec(lead, "SELECT ticket_set_organization(" FRESH
	                  ", 2, 0, 'Bus'); SELECT ticket_set_organization(" FRESH ", 2, 0, NULL)");
	cr_expect_str_eq(organizations(conn), "1 -, 2 -, 3 -; -", "%s", organizations(conn));
	testdb_refused(agent, "SG006", "SELECT undo('" R2 "')");
}

/* What an organization and its way back left on the requester's other tickets stands in the way of nothing older there. */
Test(change, a_requester_is_taken_back_after_his_organization)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 10:00", "b@ra.test", "b@x", "");
	testdb_exec(conn, "SELECT ticket_set_requester('" R1 "', 1, 0, 'i@gmail.com');"
	                  "SELECT ticket_set_requester('" R2 "', 2, 0, 'i@gmail.com');"
	                  "SELECT ticket_set_organization('" R3 "', 1, 0, 'MD')");
	cr_expect_str_eq(organizations(conn), "1 MD, 2 MD; MD", "%s", organizations(conn));
	testdb_refused(conn, "SG006", "SELECT undo('" R2 "')");
	testdb_exec(conn, "SELECT undo('" R3 "')");
	testdb_exec(conn, "SELECT undo('" R2 "'); SELECT undo('" R1 "')");
	cr_expect_str_eq(organizations(conn), "1 Ent, 2 RA; -", "%s", organizations(conn));
}

/* The ticket's own organization comes back, which need not be the requester's: he may have got one by a mailbox since. Who was moved
 * by hand has all his open tickets there, this one too, and not what closed ones had. */
Test(change, a_requester_who_was_moved_since_has_his_ticket_back_where_he_is)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "i@gmail.com", "a@x", "");
	testdb_exec(conn,
	        "UPDATE contact SET organization_id = (SELECT id FROM organization WHERE name = 'MD') WHERE email = 'i@gmail.com'");
	testdb_exec(conn, "SELECT ticket_set_requester('" R1 "', 1, 0, 'b@ra.test'); SELECT undo('" R1 "')");
	cr_expect_str_eq(organizations(conn), "1 -; MD", "%s", organizations(conn));
	testdb_exec(conn, "SELECT ticket_set_requester('" R2 "', 1, 0, 'b@ra.test')");
	helpdesk_act(conn, "lena");
	testdb_exec(conn, "SELECT contact_move('i@gmail.com', 'Ent')");
	helpdesk_act(conn, "anna");
	testdb_exec(conn, "BEGIN; SELECT undo('" R2 "')");
	cr_expect_str_eq(organizations(conn), "1 Ent; Ent", "%s", organizations(conn));
	testdb_exec(conn, "ROLLBACK; UPDATE ticket SET status = 'closed'; SELECT undo('" R2 "')");
	cr_expect_str_eq(organizations(conn), "1 -; Ent", "%s", organizations(conn));
}

/* ---- merging ------------------------------------------------------------------------------------ */

static const char *both(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT string_agg(t.id || ' ' || t.status || coalesce(' into ' || t.merged_into, '') || ' ' || t.message_count, ', ' ORDER BY t.id)"
	        " FROM ticket t");
}

Test(change, a_merge_is_taken_back_as_long_as_nothing_came_after_it)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 10:05", "b@ra.test", "b@x", "");
	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 10:06+02', " FRESH ", 2, 0, 'x')");
	testdb_exec(conn, "SELECT ticket_merge_at('2026-11-23 10:10+02', '" R1 "', 1, 1, 2)");
	cr_expect_str_eq(both(conn), "1 closed into 2 0, 2 open 3", "%s", both(conn));
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT version || ' ' || repeated FROM undo('" R1 "')"), "3 false");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT version || ' ' || repeated FROM undo('" R1 "')"), "3 true");
	cr_expect_str_eq(both(conn), "1 new 1, 2 pending 2", "as if it had not been: %s", both(conn));
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply due 11-23 12:00");
	cr_expect_str_eq(events(conn, 1),
	        "anna merged it into 2, set status new -> closed;"
	        " anna took back \"merged it into 2, set status new -> closed\", set status closed -> new");

	testdb_exec(conn, "SELECT ticket_merge_at('2026-11-23 10:20+02', '" R2 "', 1, 0, 2)");
	helpdesk_act(conn, "ben");
	testdb_exec(conn, "SELECT ticket_note_at('2026-11-23 10:21+02', " FRESH ", 2, 0, 'x')");
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_refused(conn, "SG006", "SELECT undo_at('2026-11-23 10:22+02', '" R2 "')"),
	        "nothing is taken back, since then on 2 ben wrote an internal note 60 s ago");
	testdb_exec(conn, "SELECT ticket_unmerge(" FRESH ", 1, 0)");
	cr_expect_str_eq(
	        both(conn), "1 new 1, 2 open 2", "it can be taken apart all the same: %s", both(conn));
	testdb_refused(conn, "SG006", "SELECT undo('" R2 "')");
}

/* A wait that was ended and taken up again on the other ticket, however often, goes back with its messages. */
Test(change, a_wait_goes_back_with_its_ticket)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 10:05", "a@ent.test", "b@x", "");
	testdb_exec(conn, "SELECT ticket_merge('" R1 "', 1, 0, 2)");
	testdb_exec(conn, "SELECT ticket_dismiss('" R2 "', 2, 0, 'x'); SELECT undo('" R2 "');"
	                  "SELECT ticket_dismiss('" R3 "', 2, 0, 'x'); SELECT undo('" R3 "')");
	testdb_exec(conn, "SELECT ticket_unmerge(" FRESH ", 1, 0)");
	cr_expect_str_eq(testdb_text(conn, "SELECT string_agg(ticket_id || ' ' || c, ', ' ORDER BY ticket_id)"
	                                   " FROM (SELECT ticket_id, count(*) AS c FROM sla_clock"
	                                   " WHERE ended_at IS NULL GROUP BY 1) AS running"),
	        "1 1, 2 1");
}

/* Several tickets that one agent put into another come out of it in any order, and what he did there before can be taken
 * back after that. */
Test(change, merges_of_many_are_taken_back_in_any_order)
{
	PGconn *conn = helpdesk_create();
	for (int i = 0; i < 4; i++) {
		char id[8] = {(char)('a' + i), '@', 'x', 0};
		helpdesk_mail(conn, "11-23 10:00", "a@ent.test", id, "");
	}
	testdb_exec(conn, "SELECT ticket_set_priority('" R3 "', 3, 0, 'high')");
	testdb_exec(conn, "SELECT ticket_merge('" R1 "', 1, 0, 3); SELECT ticket_merge('" R2 "', 2, 0, 3)");
	cr_expect_str_eq(
	        both(conn), "1 closed into 3 0, 2 closed into 3 0, 3 new 3, 4 new 1", "%s", both(conn));
	testdb_refused(conn, "SG006", "SELECT undo('" R3 "')");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	testdb_exec(conn, "SELECT undo('" R2 "')");
	cr_expect_str_eq(both(conn), "1 new 1, 2 new 1, 3 new 1, 4 new 1", "%s", both(conn));
	testdb_exec(conn, "SELECT undo('" R3 "')");
	for (int i = 1; i <= 4; i++)
		cr_expect_str_eq(helpdesk_ledger(conn, i), "first_reply due 11-23 12:00", "%d: %s", i,
		        helpdesk_ledger(conn, i));
}

/* ---- people ------------------------------------------------------------------------------------- */

Test(change, known_people_are_found_by_a_part)
{
	PGconn *conn = helpdesk_create();
	testdb_exec(conn,
	        "INSERT INTO contact (email, name, organization_id) VALUES ('a.koval@ent.test', 'Марина Коваль', 1),"
	        " ('koval@ra.test', '', NULL), ('x@ra.test', 'Bob 100%%', NULL)");
	static const struct {
		const char *part, *found;
	} cases[] = {{"koval", "koval@ra.test a.koval@ent.test"}, {"КОВА", "a.koval@ent.test"},
	        {"0%", "x@ra.test"}, {"_", ""}, {"@RA.", "koval@ra.test x@ra.test"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_eq(
		        testdb_text(conn, "SELECT string_agg(email, ' ') FROM console_contacts('%s')",
		                cases[i].part),
		        cases[i].found, "%s", cases[i].part);
}
