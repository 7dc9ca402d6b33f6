/*
 * Macros: who keeps which, what is refused, and what using one does: one transaction, one event, taken back as one.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#define R1    "00000000-0000-0000-0000-000000000001"
#define FRESH "gen_random_uuid()"

#define REFUND                                                                                                        \
	"'{\"macro\":\"Refund\",\"priority\":\"high\",\"tags_add\":[\"Billing\",\"vip\"],\"tags_remove\":[\"spam\"]," \
	"\"assignee\":\"me\",\"status\":\"hold\",\"hold_for\":\"accounting\"}'"

static const char *state(PGconn *conn, int64_t ticket)
{
	return testdb_text(conn,
	        "SELECT concat_ws(' ', status, hold_for, priority, coalesce((SELECT login FROM agent a WHERE a.id = assignee_id), '-'),"
	        " tags, version) FROM ticket WHERE id = %" PRId64,
	        ticket);
}

static const char *told(PGconn *conn)
{
	return testdb_text(
	        conn, "SELECT string_agg(body, '; ') FROM console_conversation(1) WHERE kind = 'event'");
}

Test(macro, without_text_does_all_at_once_and_is_taken_back_as_one)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "SELECT ticket_tag(" FRESH ", 1, 1, '{spam,old}', '{}')");
	cr_expect_str_eq(
	        testdb_refused(conn, "SG005",
	                "SELECT ticket_macro_at('2026-11-23 10:00:12+02', '" R1 "', 1, 2, " REFUND ")"),
	        "a customer has been waiting for an answer for 12 s: reply, say that no reply is needed, or let the wait go on");
	cr_expect_str_eq(state(conn, 1), "new normal - {old,spam} 2", "what was refused did nothing of it");
	for (int i = 0; i < 2; i++)
		cr_expect_str_eq(testdb_text(conn, "SELECT version || ' ' || repeated FROM ticket_macro('" R1
		                                   "', 1, 2, " REFUND ", true)"),
		        i ? "3 true" : "3 false");
	cr_expect_str_eq(state(conn, 1), "hold accounting high anna {billing,old,vip} 3");
	cr_expect_str_eq(told(conn),
	        "added the tags old, spam; used the macro \"Refund\", set status new -> hold (waits for accounting),"
	        " set priority normal -> high, set assignee nobody -> anna, added the tags billing, vip, took off the tag spam");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM event WHERE action = 'macro'"), 1);
	testdb_refused(conn, "SG001", "SELECT ticket_macro(" FRESH ", 1, 2, " REFUND ", true)");
	testdb_exec(conn, "SELECT undo('" R1 "')");
	cr_expect_str_eq(state(conn, 1), "new normal - {old,spam} 4");

	/* A close over a waiting customer's head ends the wait; taking it back lets it run again. */
	testdb_exec(conn,
	        "SELECT ticket_macro_at('2026-11-23 10:10+02', '00000000-0000-0000-0000-000000000002', 1, 0,"
	        " '{\"macro\":\"X\",\"status\":\"closed\"}', true)");
	cr_expect_str_eq(helpdesk_ledger(conn, 1), "first_reply closed_unanswered 600/7200");
	testdb_exec(conn, "SELECT undo_at('2026-11-23 10:11+02', '00000000-0000-0000-0000-000000000002')");
	cr_expect_str_eq(helpdesk_ledger(conn, 1),
	        "first_reply closed_unanswered 600/7200, first_reply due 11-23 12:00");
}

Test(macro, with_text_is_one_transaction_with_the_reply_or_note)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(
	        conn, "SELECT ticket_reply('" R1 "', 1, 1, 'Answer', 'pending', NULL, macro => " REFUND ")");
	cr_expect_str_eq(state(conn, 1), "pending high anna {billing,vip} 2",
	        "the status that the agent chose wins over the macro's");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM event WHERE version = 2"), 1);
	cr_expect_str_eq(told(conn),
	        "replied with the macro \"Refund\", set status new -> pending, set priority normal -> high,"
	        " set assignee nobody -> anna, added the tags billing, vip");
	testdb_exec(conn, "SELECT undo('" R1 "')"); /* the recall of a reply that has not left */
	cr_expect_str_eq(state(conn, 1), "new normal - {} 3");

	static const char to_ben[] = "'{\"macro\":\"M\",\"assignee\":\"ben\"}'";
	testdb_exec(
	        conn, "SELECT ticket_reply(" FRESH ", 1, 3, 'Answer', 'open', NULL, macro => %s)", to_ben);
	cr_expect_str_eq(state(conn, 1), "open normal ben {} 4", "not to whoever replies");
	testdb_exec(conn, "SELECT ticket_note(" FRESH ", 1, 4, 'Asked them', macro => " REFUND ")");
	cr_expect_str_eq(state(conn, 1), "hold accounting high anna {billing,vip} 5",
	        "nobody waits: a note's macro sets the status");
	helpdesk_mail(conn, "11-23 11:00", "a@ent.test", "b@x", "a@x");
	testdb_refused(conn, "SG005",
	        "SELECT ticket_note(" FRESH
	        ", 1, 0, 'x', macro => '{\"macro\":\"C\",\"status\":\"closed\"}')");
	testdb_exec(conn,
	        "SELECT ticket_note(" FRESH ", 1, 0, 'x', macro => '{\"macro\":\"C\",\"status\":\"closed\"}',"
	        " wait_goes_on => true)");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM message WHERE kind = 'note'"), 2,
	        "the refused one left no note");
	cr_expect_str_eq(testdb_text(conn, "SELECT status FROM ticket"), "closed");
}

Test(macro, what_a_macro_must_not_do_is_refused_in_one_line)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	static const struct {
		const char *call, *says;
	} cases[] = {
	        {"ticket_macro(" FRESH ", 1, 1, '{\"macro\":\"X\"}')",
	                "the macro does nothing: it has no text and changes nothing on the ticket"},
	        {"ticket_macro(" FRESH ", 1, 1, NULL)",
	                "the macro does nothing: it has no text and changes nothing on the ticket"},
	        {"ticket_macro(" FRESH ", 1, 1, '{\"status\":\"solved\"}')",
	                "\"solved\" is no status; new, open, pending, hold, closed"},
	        {"ticket_macro(" FRESH ", 1, 1, '{\"status\":\"hold\"}', true)",
	                "hold needs to know whom the ticket waits for"},
	        {"ticket_macro(" FRESH ", 1, 1, '{\"priority\":\"low\"}')",
	                "\"low\" is no priority; urgent, high, normal"},
	        {"ticket_macro(" FRESH ", 1, 1, '{\"assignee\":\"zoe\"}')",
	                "there is no active agent \"zoe\""},
	        {"ticket_macro(" FRESH ", 1, 1, '{\"tags_add\":[\"a b\"]}')",
	                "\"a b\" is no tag: it is made of 1 to 40 letters, digits, dots, - and _"},
	        {"macro_save('{\"body\":\"x\"}')", "the macro's name is empty"},
	        {"macro_save('{\"name\":\"A\\nB\",\"body\":\"x\"}')",
	                "a macro's name is one line of at most 80 characters"},
	        {"macro_save('{\"name\":\"A\",\"body\":\" \"}')",
	                "the macro does nothing: it has no text and changes nothing on the ticket"},
	        {"macro_save('{\"name\":\"A\",\"body\":\"x\",\"place\":\"all\"}')",
	                "\"all\" is no place; own, team, shared"},
	        {"macro_save('{\"name\":\"A\",\"body\":\"x\",\"place\":\"team\"}')",
	                "you are in no team: say which, \"for: team NAME\""},
	        {"macro_save('{\"name\":\"A\",\"body\":\"x\",\"status\":\"hold\"}')",
	                "whom the ticket waits for is empty"},
	        {"macro_save('{\"name\":\"A\",\"body\":\"x\",\"status\":\"new\"}')",
	                "a ticket that was answered is not new"},
	        {"macro_save('{\"name\":\"A\",\"assignee\":\"zoe\"}')", "there is no active agent \"zoe\""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *message = testdb_refused(conn, "SG004", "SELECT %s", cases[i].call);
		cr_expect_str_eq(message, cases[i].says, "%s: %s", cases[i].call, message);
	}
	cr_expect_str_eq(
	        testdb_refused(conn, "SG003",
	                "SELECT macro_save('{\"name\":\"A\",\"body\":\"x\",\"place\":\"team\",\"team\":\"Ops\"}')"),
	        "there is no team \"Ops\"; there is none");
	testdb_refused(conn, "SG003", "SELECT macro_delete(7)");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM macro"), 0);
	cr_expect_eq(testdb_int(conn, "SELECT version FROM ticket"), 1);
}

/* "version" of what was kept. */
static int64_t save(PGconn *conn, const char *place, const char *name, const char *body)
{
	return testdb_int(conn,
	        "SELECT version FROM macro_save(jsonb_build_object('place', split_part('%s', ' ', 1), 'team',"
	        " nullif(split_part('%s', ' ', 2), ''), 'name', '%s', 'body', '%s'))",
	        place, place, name, body);
}

static const char *listed(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT string_agg(name || ':' || place || CASE WHEN may_change THEN '+' ELSE '' END, ' ') FROM console_macro()");
}

Test(macro, own_team_and_shared_belong_to_whom_they_should)
{
	PGconn *owner = helpdesk_create();
	testdb_login(owner, "vera", "viewer");
	testdb_exec(owner,
	        "INSERT INTO team (name) VALUES ('Ops'), ('Desk');"
	        "UPDATE agent SET team_id = 1 WHERE login = 'anna'; UPDATE agent SET team_id = 2 WHERE login = 'ben'");
	PGconn *anna = testdb_connect("anna"), *ben = testdb_connect("ben"), *lena = testdb_connect("lena"),
	       *vera = testdb_connect("vera");
	const int64_t revision =
	        testdb_int(owner, "SELECT value FROM setting WHERE name = 'directory_revision'");
	cr_expect_eq(save(anna, "own", "Mine", "a"), 1);
	cr_expect_eq(save(anna, "team", "Ours", "b"), 1);
	cr_expect_eq(save(ben, "own", "Mine", "c"), 1, "two may have the same name");
	cr_expect_eq(save(lena, "shared", "All", "d"), 1);
	cr_expect_eq(save(lena, "team Desk", "Theirs", "e"), 1, "a lead is of every team");
	cr_expect_gt(testdb_int(owner, "SELECT value FROM setting WHERE name = 'directory_revision'"),
	        revision, "consoles are told");
	cr_expect_str_eq(listed(anna), "Mine:own+ Ours:team+ All:shared");
	cr_expect_str_eq(listed(ben), "Mine:own+ Theirs:team+ All:shared");
	cr_expect_str_eq(listed(lena), "Ours:team+ Theirs:team+ All:shared+");
	cr_expect_str_eq(listed(vera), "All:shared");
	testdb_refused(vera, "42501", "SELECT macro_save('{}')");

	static const struct {
		const char *described, *says;
	} denied[] = {
	        {"\"place\":\"shared\",\"name\":\"New\"",
	                "shared macros are kept by leads; \"for: own\" or \"for: team\" makes it yours or your team's"},
	        {"\"place\":\"shared\",\"name\":\"All\"",
	                "shared macros are kept by leads; \"for: own\" or \"for: team\" makes it yours or your team's"},
	        {"\"place\":\"team\",\"team\":\"Desk\",\"name\":\"Theirs\"",
	                "macros of the team Desk are kept by its members and by leads"},
	        {"\"place\":\"own\",\"name\":\"Stolen\",\"id\":3", "this macro is another agent's own"},
	        {"\"place\":\"own\",\"name\":\"Stolen\",\"id\":4",
	                "shared macros are kept by leads; \"for: own\" or \"for: team\" makes it yours or your team's"},
	        {"\"place\":\"shared\",\"name\":\"Mine\",\"id\":1",
	                "shared macros are kept by leads; \"for: own\" or \"for: team\" makes it yours or your team's"},
	};
	for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
		const char *message = testdb_refused(
		        anna, "SG002", "SELECT macro_save('{%s,\"body\":\"x\"}')", denied[i].described);
		cr_expect_str_eq(message, denied[i].says, "%s: %s", denied[i].described, message);
	}
	testdb_refused(anna, "SG002", "SELECT macro_delete(4)");
	testdb_refused(lena, "SG002", "SELECT macro_delete(1)");

	/* By id it is changed and renamed; by name and place it is replaced; a version that is gone is a conflict. */
	cr_expect_eq(save(anna, "own", "Mine", "a2"), 2);
	cr_expect_eq(
	        testdb_int(anna,
	                "SELECT version FROM macro_save('{\"id\":1,\"name\":\"Mein\",\"place\":\"team\",\"body\":\"a3\"}', 2)"),
	        3);
	cr_expect_str_eq(listed(anna), "Mein:team+ Ours:team+ All:shared");
	const char *conflict = testdb_refused(
	        anna, "SG001", "SELECT macro_save('{\"id\":1,\"name\":\"Mein\",\"body\":\"a4\"}', 2)");
	cr_expect(strncmp(conflict, "anna changed the macro \"Mein\" ", 29) == 0, "%s", conflict);
	cr_expect_str_eq(
	        testdb_refused(anna, "SG004",
	                "SELECT macro_save('{\"id\":1,\"name\":\"Ours\",\"place\":\"team\",\"body\":\"a4\"}')"),
	        "there is a macro \"Ours\" there already");
	testdb_exec(anna, "SELECT macro_delete(1, 3)");
	cr_expect_str_eq(listed(anna), "Ours:team+ All:shared");
}
