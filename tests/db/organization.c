/*
 * Who the desk serves: what is entered and refused, and what becomes of the waits of people who change sides.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A mail of a time that has not come, so that no wait is breached however late this runs. */
static int64_t mail(PGconn *conn, const char *from, const char *id)
{
	return testdb_int(conn,
	        "SELECT ticket_id FROM intake_message_at('2098-11-24 10:00+02', jsonb_build_object('message_id', '%s',"
	        " 'from', jsonb_build_object('email', '%s'), 'to', '[]'::jsonb, 'subject', 'S', 'body', 'B'), 'raw', '{}')",
	        id, from);
}

/* "organization plan target version", and whether the queue sorts the ticket by a due time. */
static const char *promise(PGconn *conn, int64_t ticket)
{
	return testdb_text(conn,
	        "SELECT concat_ws(' ', coalesce(o.name, '-'), coalesce(p.name, '-'), coalesce(c.target_s::text, '-'), t.version,"
	        " t.due_at IS NOT NULL AND t.due_at = c.due_at AND c.started_at = '2098-11-24 10:00+02')"
	        " FROM ticket t JOIN sla_clock c ON c.id = t.clock_id LEFT JOIN plan p ON p.id = c.plan_id"
	        " LEFT JOIN organization o ON o.id = t.organization_id WHERE t.id = %" PRId64,
	        ticket);
}

Test(organization, says_what_is_wrong_and_enters_nothing_of_it)
{
	PGconn *conn = helpdesk_create();
	helpdesk_act(conn, "lena");
	char before[40];
	snprintf(before, sizeof before, "%s",
	        testdb_text(conn, "SELECT md5(string_agg(o::text, ';')) FROM organization_list() o"));
	static const struct {
		const char *state, *call, *says;
	} cases[] = {
	        {"SG004", "organization_put('New', 'Page', domains => '{new.test,GMAIL.com}')",
	                "gmail.com is a public mail provider: it cannot stand for an organization"},
	        {"SG004", "organization_put('New', 'Page', domains => '{new.test,ENT.test}')",
	                "ent.test belongs to the organization \"Ent\""},
	        {"SG004", "organization_put('Bus', 'Page', mailboxes => '{Ent@desk.test}')",
	                "ent@desk.test belongs to the organization \"Ent\""},
	        {"SG004", "organization_put('New', 'Page', domains => '{x@new.test}')",
	                "\"x@new.test\" is no mail domain such as example.com"},
	        {"SG004", "organization_put('New', 'Page', domains => '{test}')",
	                "\"test\" is no mail domain such as example.com"},
	        {"SG004", "organization_put('New', 'Page', mailboxes => '{new.test}')",
	                "\"new.test\" is no mail address"},
	        {"SG004", "organization_put(' ', 'Page')", "the name is empty"},
	        {"SG003", "contact_move('nobody@ent.test', 'Ent')",
	                "there is no contact nobody@ent.test: nobody has written from that address yet"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *message = testdb_refused(conn, cases[i].state, "SELECT %s", cases[i].call);
		cr_expect_str_eq(message, cases[i].says, "%s: %s", cases[i].call, message);
	}
	const char *plans = testdb_refused(conn, "SG003", "SELECT organization_put('New', 'Basic')");
	cr_expect(strncmp(plans, "there is no plan \"Basic\"; there is \"Enterprise\", ", 49) == 0 &&
	                  strstr(plans, ", \"Basic\" (archived)"),
	        "%s", plans);
	cr_expect_str_eq(testdb_text(conn, "SELECT md5(string_agg(o::text, ';')) FROM organization_list() o"),
	        before, "what was refused left no trace");
}

Test(organization, the_waits_follow_who_somebody_belongs_to)
{
	PGconn *conn = helpdesk_create();
	int64_t t = mail(conn, "x@new.test", "a@x"), closed = mail(conn, "x@new.test", "b@x");
	int64_t other = mail(conn, "y@other.test", "c@x");
	testdb_exec(conn, "SELECT ticket_dismiss(gen_random_uuid(), %" PRId64 ", 0, 'thanks')", closed);
	testdb_exec(conn, "SELECT ticket_set_status(gen_random_uuid(), %" PRId64 ", 0, 'closed')", closed);
	cr_expect_str_eq(promise(conn, t), "- - - 1 f");
	helpdesk_act(conn, "lena");
	testdb_exec(conn,
	        "SELECT organization_put('New', 'Enterprise', csm => 'Clara', domains => '{New.test}')");
	cr_expect_str_eq(
	        promise(conn, t), "New Enterprise 7200 2 t", "who wrote before the domain was known");
	cr_expect_str_eq(promise(conn, mail(conn, "z@new.test", "d@x")), "New Enterprise 7200 1 t");
	testdb_exec(conn, "SELECT organization_put('New', 'Basic', true, domains => '{more.test}')");
	cr_expect_str_eq(promise(conn, t), "New Basic 28800 2 t");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT concat_ws(' ', csm, domains, contacts, open_tickets) FROM organization_list() WHERE name = 'New'"),
	        "Clara {more.test,new.test} 2 2", "what is not named stays");

	cr_expect_eq(testdb_int(conn, "SELECT contact_move(' X@new.test', 'Ent')"), 1);
	cr_expect_str_eq(promise(conn, t), "Ent Enterprise 7200 3 t");
	cr_expect_eq(testdb_int(conn, "SELECT contact_move('x@new.test', 'Ent')"), 0, "he is there already");
	cr_expect_eq(testdb_int(conn, "SELECT contact_move('x@new.test', NULL)"), 1);
	cr_expect_str_eq(promise(conn, t), "- - - 4 f");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(body, '; ') FROM console_conversation(%" PRId64
	                ") WHERE kind = 'event' AND body LIKE 'set %%' AND author = 'lena' AND author_kind = 'agent'",
	                t),
	        "set organization none -> New; set organization New -> Ent; set organization Ent -> none");
	cr_expect_eq(testdb_int(conn,
	                     "SELECT count(*) FROM event WHERE ticket_id = %" PRId64
	                     " AND action = 'recompute' AND after ->> 'cause' = 'organization'",
	                     t),
	        3);
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(organization_id) FROM ticket WHERE id = %" PRId64, closed), 0,
	        "the history of closed tickets stays");
	cr_expect_str_eq(promise(conn, other), "- - - 1 f");
}
