/*
 * To whom a reply goes: the preview says it, and the outbox holds the same.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char *preview(PGconn *conn, int ticket)
{
	return testdb_text(conn,
	        "SELECT recipient || ' cc ' || cc || ' ' || subject || ' ' || flagged FROM reply_preview(%d)",
	        ticket);
}

static void write_mail(PGconn *conn, const char *id, const char *from, const char *rest)
{
	testdb_exec(conn,
	        "SELECT intake_message('{\"message_id\":\"%s\",\"from\":{\"email\":\"%s\"},\"subject\":\"Help\",%s}', '', '{}')",
	        id, from, rest);
}

Test(recipient, is_who_asked_and_the_preview_says_so)
{
	PGconn *conn = helpdesk_create();
	static const struct {
		const char *from, *rest, *route;
	} cases[] = {
	        {"a@ent.test", "\"body\":\"1\"", "a@ent.test cc  Re: Help false"},
	        {"boss@ent.test", "\"in_reply_to\":\"0\"", "boss@ent.test cc a@ent.test Re: Help true"},
	        {"x@elsewhere.test", "\"in_reply_to\":\"0\"", "boss@ent.test cc a@ent.test Re: Help true"},
	        {"a@ent.test", "\"in_reply_to\":\"0\",\"reply_to\":\"a@home.test, b@home.test\"",
	                "a@ent.test cc boss@ent.test Re: Help false"},
	        {"a@ent.test", "\"in_reply_to\":\"0\",\"reply_to\":\"help+0123@desk.test\"",
	                "a@ent.test cc boss@ent.test Re: Help false"},
	        {"a@ent.test", "\"in_reply_to\":\"0\",\"reply_to\":\"a@home.test\"",
	                "a@home.test cc boss@ent.test Re: Help true"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char id[16];
		snprintf(id, sizeof id, "%zu", i);
		write_mail(conn, id, cases[i].from, cases[i].rest);
		const char *route = preview(conn, 1);
		cr_expect_str_eq(route, cases[i].route, "%zu: %s", i, route);
	}
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 1, 0, 'Answer')");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT recipient || ' ' || cc::text || ' ' || subject FROM outbox"),
	        "a@home.test {boss@ent.test} Re: Help");
	cr_expect_str_eq(preview(conn, 1), "a@home.test cc  Re: Help true", "who was answered is in no copy");
	testdb_refused(conn, "SG003", "SELECT reply_preview(99)");
}

/* Nobody's wait ends as met without a mail to him. */
Test(recipient, of_a_merge_are_all_who_wait)
{
	PGconn *conn = helpdesk_create();
	write_mail(conn, "a", "a@ent.test", "\"body\":\"1\"");
	write_mail(conn, "b", "b@ra.test", "\"body\":\"2\"");
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 1, 0, 'x')");
	testdb_exec(conn, "SELECT ticket_merge(gen_random_uuid(), 2, 0, 1)");
	write_mail(conn, "c", "a@ent.test", "\"in_reply_to\":\"a\"");
	cr_expect_str_eq(preview(conn, 1), "a@ent.test cc b@ra.test Re: Help true",
	        "a copy that leaves the organization is flagged");
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 1, 0, 'y')");
	cr_expect_str_eq(testdb_text(conn, "SELECT cc FROM outbox ORDER BY id DESC LIMIT 1"), "{b@ra.test}");
	write_mail(conn, "d", "b@ra.test", "\"in_reply_to\":\"b\"");
	cr_expect_str_eq(testdb_text(conn, "SELECT status || ' ' || metric FROM console_ticket WHERE id = 1"),
	        "open next_reply", "whom a merge brought is a customer");
	cr_expect_str_eq(preview(conn, 1), "b@ra.test cc  Re: Help true");
}
