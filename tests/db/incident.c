/*
 * Incidents: opened once, linked to tickets and taken off them again, each change with its event, its refusals, its conflict
 * and its way back.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#define R1    "00000000-0000-0000-0000-000000000001"
#define R2    "00000000-0000-0000-0000-000000000002"
#define R3    "00000000-0000-0000-0000-000000000003"
#define R9    "00000000-0000-0000-0000-000000000009"
#define FRESH "gen_random_uuid()"

static const char *events(PGconn *conn, int64_t ticket)
{
	return testdb_text(conn,
	        "SELECT string_agg(author || ' ' || body, '; ' ORDER BY id) FROM console_conversation(%" PRId64
	        ") WHERE kind = 'event'",
	        ticket);
}

/* "1 Google fails open anna: 1, 2": of every incident, with its tickets. */
static const char *incidents(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT string_agg(concat_ws(' ', i.id, i.title, CASE WHEN i.closed THEN 'closed' ELSE 'open' END, a.login) || ': '"
	        " || coalesce((SELECT string_agg(t.id::text, ', ' ORDER BY t.id) FROM console_ticket t WHERE t.incident_id = i.id), 'none'),"
	        " '; ' ORDER BY i.id) FROM console_incident i LEFT JOIN console_agent a ON a.id = i.opened_by");
}

static PGconn *three_tickets(void)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 10:00", "b@ent.test", "b@x", "");
	helpdesk_mail(conn, "11-23 10:00", "c@ent.test", "c@x", "");
	return conn;
}

Test(incident, is_opened_once_with_who_and_when)
{
	PGconn *conn = three_tickets();
	const int64_t revision = testdb_int(conn, "SELECT directory_revision FROM console_sync");
	cr_expect_eq(testdb_int(conn, "SELECT incident_open_at('2026-11-23 11:00+02', '" R1
	                              "', E'  Google Ads\n\\x01 imports fail ')"),
	        1);
	cr_expect_eq(testdb_int(conn, "SELECT incident_open('" R1 "', 'Google Ads imports fail')"), 1);
	cr_expect_str_eq(incidents(conn), "1 Google Ads imports fail open anna: none");
	cr_expect_eq(testdb_int(conn, "SELECT opened_at FROM console_incident"),
	        testdb_int(conn, "SELECT epoch('2026-11-23 11:00+02')"));
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT string_agg(actor || ' ' || (after ->> 'title'), '; ') FROM event"
	                          " WHERE action = 'incident'"),
	        "anna Google Ads imports fail");
	cr_expect_gt(testdb_int(conn, "SELECT directory_revision FROM console_sync"), revision,
	        "consoles read the names again");
	testdb_refused(conn, "SG004", "SELECT incident_open(" FRESH ", E' \\n')");
	cr_expect_str_eq(testdb_refused(conn, "SG004", "SELECT incident_open(" FRESH ", repeat('x', 121))"),
	        "the title of an incident has at most 120 characters");
	helpdesk_act(conn, "ben");
	testdb_refused(conn, "SG004", "SELECT incident_open('" R1 "', 'Mine')");
}

Test(incident, a_ticket_is_linked_moved_and_unlinked)
{
	PGconn *conn = three_tickets();
	testdb_exec(
	        conn, "SELECT incident_open(" FRESH ", 'Google fails'), incident_open(" FRESH ", 'Slow')");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT version || ' ' || repeated FROM ticket_link('" R1 "', 1, 1, 1)"),
	        "2 false");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT version || ' ' || repeated FROM ticket_link('" R1 "', 1, 1, 1)"),
	        "2 true");
	testdb_exec(conn, "SELECT ticket_link(" FRESH ", 2, 0, 1)");
	cr_expect_str_eq(incidents(conn), "1 Google fails open anna: 1, 2; 2 Slow open anna: none");
	testdb_exec(conn, "SELECT ticket_link(" FRESH ", 1, 2, 2)");
	testdb_exec(conn, "SELECT ticket_link(" FRESH ", 1, 3, NULL)");
	cr_expect_str_eq(incidents(conn), "1 Google fails open anna: 2; 2 Slow open anna: none");
	cr_expect_str_eq(events(conn, 1),
	        "anna linked it to incident 1 (Google fails); anna moved it from incident 1 (Google fails) to incident 2 (Slow);"
	        " anna unlinked it from incident 2 (Slow)");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply due 11-23 12:00", "no clock is touched");
	cr_expect_str_eq(testdb_text(conn, "SELECT status FROM ticket WHERE id = 1"), "new");
	testdb_exec(conn, "UPDATE incident SET closed_at = now() WHERE id = 2");
	cr_expect_str_eq(testdb_refused(conn, "SG006", "SELECT ticket_link(" FRESH ", 1, 0, 2)"),
	        "incident 2 (Slow) is closed");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT ticket_link(" FRESH ", 1, 0, 99)"),
	        "there is no incident 99");
	helpdesk_act(conn, "ben");
	testdb_exec(conn, "SELECT ticket_link_at('2026-11-23 11:00+02', " FRESH ", 1, 4, 1)");
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_refused(conn, "SG001",
	                         "SELECT ticket_link_at('2026-11-23 11:00:12+02', " FRESH ", 1, 4, NULL)"),
	        "ben linked it to incident 1 (Google fails) 12 s ago");
}

Test(incident, links_are_taken_back_unless_somebody_acted_since)
{
	PGconn *conn = three_tickets();
	testdb_exec(conn, "SELECT incident_open(" FRESH ", 'Google fails')");
	testdb_exec(conn, "SELECT ticket_link('" R1 "', 1, 0, 1); SELECT ticket_link('" R2 "', 1, 0, NULL)");
	testdb_exec(conn, "SELECT undo('" R2 "')");
	cr_expect_str_eq(incidents(conn), "1 Google fails open anna: 1");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_str_eq(testdb_text(conn, "SELECT repeated FROM undo('" R1 "')"), "t");
	cr_expect_str_eq(
	        incidents(conn), "1 Google fails open anna: none", "what was there before stays open");
	cr_expect_str_eq(events(conn, 1),
	        "anna linked it to incident 1 (Google fails); anna unlinked it from incident 1 (Google fails);"
	        " anna took back \"unlinked it from incident 1 (Google fails)\", linked it to incident 1 (Google fails);"
	        " anna took back \"linked it to incident 1 (Google fails)\", unlinked it from incident 1 (Google fails)");
	testdb_exec(conn, "SELECT ticket_link('" R3 "', 1, 0, 1)");
	helpdesk_act(conn, "ben");
	testdb_exec(conn, "SELECT ticket_set_priority_at('2026-11-23 11:00+02', " FRESH ", 1, 0, 'high')");
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_refused(conn, "SG006", "SELECT undo_at('2026-11-23 11:01+02', '" R3 "')"),
	        "nothing is taken back, since then ben set priority normal -> high 60 s ago");
	cr_expect_str_eq(incidents(conn), "1 Google fails open anna: 1");
}

/* Several tickets bring the same new incident, each in a transaction of its own; taking all of them back takes it back too. */
Test(incident, a_new_one_is_opened_with_the_first_ticket_and_goes_with_the_last)
{
	PGconn *conn = three_tickets();
	testdb_exec(conn, "SELECT ticket_link('" R1 "', 1, 0, NULL, 'Google fails', '" R9 "')");
	testdb_exec(conn, "SELECT ticket_link('" R1 "', 1, 0, NULL, 'Google fails', '" R9 "')");
	testdb_exec(conn, "SELECT ticket_link('" R2 "', 2, 0, NULL, 'Google fails', '" R9 "')");
	cr_expect_str_eq(incidents(conn), "1 Google fails open anna: 1, 2");
	cr_expect_str_eq(events(conn, 2), "anna linked it to incident 1 (Google fails)");
	cr_expect_str_eq(testdb_refused(conn, "SG003", "SELECT ticket_link(" FRESH ", 99, 0, NULL, 'Other')"),
	        "there is no ticket 99");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_str_eq(incidents(conn), "1 Google fails open anna: 2");
	testdb_exec(conn, "SELECT undo('" R2 "')");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT string_agg(actor || ' ' || after, '; ' ORDER BY id) FROM event"
	                          " WHERE action = 'incident' AND after ? 'closed'"),
	        "anna {\"closed\": true, \"incident_id\": 1}");
	cr_expect_str_eq(incidents(conn), "1 Google fails closed anna: none");
	cr_expect_str_eq(testdb_refused(conn, "SG006", "SELECT ticket_link(" FRESH ", 3, 0, 1)"),
	        "incident 1 (Google fails) is closed");

	testdb_exec(conn, "SELECT ticket_link('" R3 "', 1, 0, NULL, 'Slow')");
	helpdesk_act(conn, "ben");
	testdb_exec(conn, "SELECT ticket_link(" FRESH ", 2, 0, 2)");
	helpdesk_act(conn, "anna");
	testdb_exec(conn, "SELECT undo('" R3 "')");
	cr_expect_str_eq(incidents(conn), "1 Google fails closed anna: none; 2 Slow open anna: 2",
	        "a colleague's ticket is in it");
}

/* A console knows the titles that it may show: not those of years ago. */
Test(incident, is_told_while_it_is_open_recent_or_linked_to_an_open_ticket)
{
	PGconn *conn = three_tickets();
	testdb_exec(conn,
	        "SELECT incident_open(" FRESH ", v) FROM unnest('{Open,Recent,Linked,Over}'::text[]) v");
	testdb_exec(conn, "SELECT ticket_link(" FRESH ", 1, 0, 3), ticket_link(" FRESH ", 2, 0, 4)");
	testdb_exec(conn, "SELECT ticket_set_status(" FRESH ", 2, 0, 'closed', NULL, true)");
	testdb_exec(conn,
	        "UPDATE incident SET closed_at = now() - CASE id WHEN 2 THEN interval '89 days' ELSE interval '91 days' END"
	        " WHERE id > 1");
	cr_expect_str_eq(testdb_text(conn, "SELECT string_agg(title, ' ' ORDER BY id) FROM console_incident"),
	        "Open Recent Linked");
}
