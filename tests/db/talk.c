/*
 * What belongs to a conversation beside its words: files that agents read and send, and agents who are mentioned in notes.
 */
#include "base/strbuf.h"
#include "core/mention.h"
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#define FRESH "gen_random_uuid()"
#define R1    "00000000-0000-0000-0000-000000000001"

/* ---- files ------------------------------------------------------------------------------------------ */

Test(talk, a_reply_takes_its_files_along)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	for (int i = 0; i < 2; i++) /* a retry puts nothing twice */
		testdb_exec(conn,
		        "SELECT ticket_reply('" R1 "', 1, 1, 'See there', 'pending', NULL,"
		        " '[{\"name\":\"../../etc/отчёт.pdf\",\"type\":\"application/pdf\"},{\"name\":\"\\u0007\",\"type\":\"x\\r\\ny/z\"}]',"
		        " ARRAY['\\x00ff0d0a'::bytea, ''])");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(concat_ws(' ', a.name, a.type, a.size, encode(a.content, 'hex'),"
	                " a.sha256 = encode(sha256(a.content), 'hex')), '; ' ORDER BY a.id)"
	                " FROM attachment a JOIN message m ON m.id = a.message_id AND m.author_kind = 'agent'"),
	        "отчёт.pdf application/pdf 4 00ff0d0a t; attachment application/octet-stream 0  t");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT after ->> 'attachments' FROM event WHERE action = 'reply'"), "2");
	testdb_exec(conn,
	        "SELECT ticket_note(" FRESH
	        ", 1, 0, 'log', '[{\"name\":\"x.log\",\"type\":\"text/plain\"}]', ARRAY['x'::bytea])");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(attachments -> 0 ->> 'name', ' ') FROM console_conversation(1)"),
	        "отчёт.pdf x.log");
	/* The deliverer gets those of the reply, while it is his. */
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT attachments FROM outbox_take_at('2027-01-01', 9, 600)"), "2");
	cr_expect_str_eq(testdb_text(conn, "SELECT string_agg(f.name || ' ' || length(f.content), '; ')"
	                                   " FROM outbox o, outbox_attachments(o.id, o.lease) f"),
	        "отчёт.pdf 4; attachment 0");
	cr_expect_eq(
	        testdb_int(conn, "SELECT count(*) FROM outbox o, outbox_attachments(o.id, " FRESH ")"), 0);
	testdb_exec(conn, "SELECT outbox_release(lease) FROM outbox");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM outbox o, outbox_attachments(o.id, o.lease)"), 0);

	static const char *const bad[][2] = {
	        {"'[{}]', '{}'", "1 attachments have 0 contents"},
	        {"'[{}]', ARRAY[NULL]::bytea[]", "1 attachments have 1 contents"},
	        {"'[]', ARRAY['x'::bytea]", "0 attachments have 1 contents"},
	        {"'[{},{}]', ARRAY['xxx', 'yyy']::bytea[]",
	                "the attachments have 6 bytes together, and 5 bytes is the most"},
	};
	testdb_exec(conn, "UPDATE setting SET value = '5' WHERE name = 'attachment_limit'");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect_str_eq(testdb_refused(conn, "SG004", "SELECT ticket_note(" FRESH ", 1, 0, 'x', %s)",
		                         bad[i][0]),
		        bad[i][1], "%s", bad[i][0]);
}

Test(talk, a_file_is_read_in_slices)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn,
	        "SELECT ticket_note(" FRESH ", 1, 0, 'x', '[{},{}]', ARRAY['0123456789', '']::bytea[])");
	testdb_exec(conn,
	        "INSERT INTO attachment (message_id, name, type, size) SELECT id, 'big', 'a/b', 99 FROM message LIMIT 1");
	static const struct {
		const char *call, *part;
	} cases[] = {{"1, 0, 4", "0123"}, {"1, 4, 4", "4567"}, {"1, 8, 4", "89"}, {"1, 10, 4", ""},
	        {"1, 2000, 4", ""}, {"2, 0, 4", ""}, {"3, 0, 4", "not kept"}};
	testdb_login(conn, "vera", "viewer");
	PGconn *viewer = testdb_connect("vera");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_eq(testdb_text(viewer,
		                         "SELECT coalesce(encode(attachment_part(%s), 'escape'), 'not kept')",
		                         cases[i].call),
		        cases[i].part, "%s", cases[i].call);
	cr_expect_str_eq(testdb_refused(viewer, "SG003", "SELECT attachment_part(99, 0, 1)"),
	        "there is no attachment 99");
	testdb_refused(viewer, "SG004", "SELECT attachment_part(1, -1, 1)");
	testdb_refused(viewer, "SG004", "SELECT attachment_part(1, 0, 99999999)");
	/* A slice of a large one is a slice of the disk, too. */
	cr_expect_str_eq(testdb_text(conn,
	                         "SELECT attstorage FROM pg_attribute WHERE attrelid = 'attachment'::regclass"
	                         " AND attname = 'content'"),
	        "e");
}

/* ---- mentions ----------------------------------------------------------------------------------------- */

static const char *mentioned(PGconn *conn, int ticket)
{
	return testdb_text(conn,
	        "SELECT coalesce(string_agg(a.login, ' ' ORDER BY a.login), '') FROM console_ticket t"
	        " JOIN agent a ON a.id = ANY (string_to_array(t.mentioned, ',')::int[]) WHERE t.id = %d",
	        ticket);
}

Test(talk, a_note_mentions_agents_until_they_have_read_it)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn,
	        "SELECT ticket_reply(" FRESH ", 1, 0, '@ben is not told: customers read this', 'open')");
	cr_expect_str_eq(mentioned(conn, 1), "");
	testdb_exec(conn, "SELECT ticket_note_at('2026-11-23 10:10+02', " FRESH
	                  ", 1, 0, 'Look, @Ben and @lena: @anna and @nobody')");
	cr_expect_str_eq(mentioned(conn, 1), "ben lena", "the writer is not told what he wrote himself");
	cr_expect_str_eq(testdb_text(conn, "SELECT after ->> 'mentioned' FROM event WHERE action = 'note'"),
	        "[\"ben\", \"lena\"]");
	helpdesk_act(conn, "ben");
	cr_expect_str_eq(testdb_text(conn, "SELECT ticket_id || ' ' || by || ' ' || at FROM my_mentions()"),
	        "1 anna 1795421400");
	const int64_t version = testdb_int(conn, "SELECT version FROM ticket");
	testdb_exec(conn, "SELECT mark_read(1, 1)");
	cr_expect_str_eq(mentioned(conn, 1), "ben lena", "an earlier message was read");
	testdb_exec(conn, "SELECT mark_read(1, max(id)) FROM message");
	cr_expect_str_eq(mentioned(conn, 1), "lena");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM my_mentions()"), 0);
	cr_expect_eq(testdb_int(conn, "SELECT version FROM ticket"), version,
	        "reading is no change that can conflict");
	cr_expect_eq(
	        testdb_int(conn,
	                "SELECT count(*) FROM console_ticket WHERE changed_xid = (SELECT max(changed_xid) FROM ticket)"),
	        1);
	/* Again, and once for twice; it goes along with a merge and comes back. */
	helpdesk_act(conn, "anna");
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "b@x", "");
	testdb_exec(conn, "SELECT ticket_note(" FRESH ", 1, 0, '@ben @ben')");
	testdb_exec(conn, "SELECT ticket_merge(" FRESH ", 1, 0, 2)");
	cr_expect_str_eq(mentioned(conn, 2), "ben lena");
	cr_expect_str_eq(mentioned(conn, 1), "");
	testdb_exec(conn, "SELECT ticket_unmerge(" FRESH ", 1, 0)");
	cr_expect_str_eq(mentioned(conn, 2), "");
	cr_expect_str_eq(mentioned(conn, 1), "ben lena");
	/* A call that is logged as a ticket begins with a note; who has left is not told. */
	testdb_exec(conn, "UPDATE agent SET active = false WHERE login = 'lena'");
	testdb_exec(conn, "SELECT ticket_open(" FRESH
	                  ", 'z@ent.test', '', 'S', 'a call for @ben, @lena', 'phone', 'normal')");
	cr_expect_str_eq(mentioned(conn, 3), "ben");
}

/* The preview says who will be told, so both must find the same names. */
Test(talk, the_console_and_the_server_find_the_same_names)
{
	PGconn *conn = testdb_create();
	static const char *const texts[][2] = {
	        {"", ""},
	        {"@ben", "ben"},
	        {"ask @ben.", "ben"},
	        {"(@ben) [@lena], @anna-maria; @a.b: @x_y!", "ben lena anna-maria a.b x_y"},
	        {"eve@ben.test and ben@", ""},
	        {"@ @. @- @@ben @", ""},
	        {"@BEN\n@lena\t@ivan", "ben lena ivan"},
	        {"@a@b", "a"},
	        {"see /@ben/ or \"@lena\" '@ivan'", "ben lena ivan"},
	        {"@ben's @lena", "ben lena"},
	        {"\u00ab@ben\u00bb", ""},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct strbuf found = STRBUF_INIT;
		char name[MENTION_MOST];
		for (size_t at = 0; mention_next(texts[i][0], &at, name);)
			strbuf_addf(&found, "%s%s", found.length ? " " : "", name);
		const char *parameter[] = {texts[i][0]};
		PGresult *result =
		        PQexecParams(conn, "SELECT array_to_string(sandglass.mention_names($1), ' ')", 1,
		                NULL, parameter, NULL, NULL, 0);
		cr_expect_str_eq(found.data, texts[i][1], "%s: %s", texts[i][0], found.data);
		cr_expect_str_eq(PQgetvalue(result, 0, 0), texts[i][1], "%s: %s", texts[i][0],
		        PQgetvalue(result, 0, 0));
		PQclear(result);
		strbuf_release(&found);
	}
}

/* ---- long threads ------------------------------------------------------------------------------------- */

/* "1 2 3e 4+2": ids of the lines, e for an event, and how many older messages there are. */
#define LINES                                                                                                 \
	"SELECT string_agg(id || CASE kind WHEN 'event' THEN 'e' ELSE '' END, ' ') || '+' || min(older) FROM" \
	" console_conversation(1"

Test(talk, a_thread_is_read_from_its_end)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	/* 30 messages, and an event in the same microsecond as each of the first 20. */
	testdb_exec(conn,
	        "INSERT INTO message (ticket_id, kind, author_kind, author, body, created_at)"
	        " SELECT 1, 'public', 'customer', 'a', 'x', '2026-11-23 10:00:00.000001+02'::timestamptz"
	        " + (i / 3) * interval '1 us' FROM generate_series(1, 29) i");
	testdb_exec(conn,
	        "INSERT INTO event (ticket_id, version, actor, action, before, after, at)"
	        " SELECT 1, 1, 'anna', 'status', '{\"status\":\"new\"}', '{\"status\":\"open\"}',"
	        " '2026-11-23 10:00:00.000001+02'::timestamptz + (i / 3) * interval '1 us' FROM generate_series(1, 20) i");
	testdb_login(conn, "vera", "viewer");
	PGconn *viewer = testdb_connect("vera");
	/* In pages of any size, what is before the first line of the last page: put together, it is all of it. */
	const char *all =
	        testdb_text(viewer, "SELECT string_agg(id || kind, ' ') FROM console_conversation(1)");
	for (int n = 1; n <= 60; n = n * 2 + 1)
		cr_expect_str_eq(
		        testdb_text(viewer,
		                "WITH RECURSIVE page (lines, older, us, event, id, round) AS ("
		                "SELECT '', 1, NULL::bigint, false, NULL::bigint, 0 UNION ALL"
		                " SELECT p.lines, p.older, p.us, p.event, p.id, page.round + 1 FROM page, LATERAL ("
		                "SELECT string_agg(c.id || c.kind, ' ') AS lines, min(c.older) AS older, (array_agg(c.at_us))[1] AS us,"
		                " (array_agg(c.kind = 'event'))[1] AS event, (array_agg(c.id))[1] AS id"
		                " FROM console_conversation(1, %d, page.us, page.event, page.id) c) p"
		                " WHERE p.lines IS NOT NULL AND page.round < 99)"
		                " SELECT string_agg(lines, ' ' ORDER BY round DESC) FROM page WHERE round > 0",
		                n),
		        all, "pages of %d lines", n);
	cr_expect_str_eq(testdb_text(viewer, LINES ", 3)"), "28 29 30+27", "a viewer has nothing unread");
	/* From the first unread message on, but no more than four times as much. */
	helpdesk_act(conn, "anna");
	cr_expect_str_eq(testdb_text(conn, LINES ", 2)"), "23 24 25 26 27 28 29 30+22");
	testdb_exec(conn, "SELECT mark_read(1, 25)");
	cr_expect_str_eq(testdb_text(conn, LINES ", 2)"), "26 27 28 29 30+25");
	testdb_exec(conn, "SELECT mark_read(1, 30)");
	cr_expect_str_eq(testdb_text(conn, LINES ", 2)"), "29 30+28");
	cr_expect_str_eq(testdb_text(conn, LINES ", 99)"), testdb_text(conn, LINES ")"));
	testdb_exec(conn, "SELECT ticket_note(gen_random_uuid(), 1, 0, 'hers')");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_conversation(1) WHERE unread"), 0,
	        "nobody has to read what he wrote himself");
	helpdesk_act(conn, "ben");
	cr_expect_eq(testdb_int(conn,
	                     "SELECT count(*) FROM console_conversation(1) WHERE unread AND body = 'hers'"),
	        1);
}

Test(talk, a_reply_says_where_it_is)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "SELECT ticket_reply_at('2026-11-23 10:10+02', gen_random_uuid(), 1, 0, 'Answer')");
	static const struct {
		const char *state, *sent, *told;
	} cases[] = {
	        {"waiting", "NULL", "10:10:10 -"},
	        {"taken", "NULL", "10:10:10 -"},
	        {"sending", "NULL", "10:10:10 -"},
	        {"sent", "'2026-11-23 10:11+02'", "- 10:11:00"},
	        {"failed", "NULL", "- -"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn,
		        "UPDATE outbox SET state = '%s', sent_at = %s, lease = gen_random_uuid(), leased_until = now()",
		        cases[i].state, cases[i].sent);
		const char *told = testdb_text(conn,
		        "SELECT coalesce(to_char(to_timestamp(send_at) AT TIME ZONE 'Etc/GMT-2', 'HH24:MI:SS'), '-') || ' ' ||"
		        " coalesce(to_char(to_timestamp(sent_at) AT TIME ZONE 'Etc/GMT-2', 'HH24:MI:SS'), '-')"
		        " FROM console_conversation(1) WHERE author_kind = 'agent' AND kind = 'public'");
		cr_expect_str_eq(told, cases[i].told, "%s: %s", cases[i].state, told);
	}
}

Test(talk, a_very_long_message_comes_in_parts)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "UPDATE message SET body = repeat('0123456789я', 10000)");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT length(body) || ' ' || body_size FROM console_conversation(1, 9)"),
	        "32768 120000");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT length(body) || ' ' || body_size FROM console_conversation(1)"),
	        "110000 120000", "scripts read all");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT c.body || message_part(1, 32768, 50000) || message_part(1, 82768, 50000)"
	                " || message_part(1, 999999, 5) = m.body FROM console_conversation(1, 9) c, message m"),
	        "t");
	testdb_refused(conn, "SG003", "SELECT message_part(99, 0, 1)");
	testdb_refused(conn, "SG004", "SELECT message_part(1, -1, 1)");
}
