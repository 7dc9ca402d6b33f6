/* The search: what is found, in which order, and that nothing that is typed or mailed makes it fail. */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static PGconn *desk;

static int64_t mail(const char *from, const char *id, const char *subject, const char *body)
{
	return testdb_int(desk,
	        "SELECT ticket_id FROM intake_message_at('2026-11-23 10:00+02', jsonb_build_object('message_id', '%s',"
	        " 'from', jsonb_build_object('name', split_part('%s', '@', 1), 'email', '%s'), 'to', '[]'::jsonb,"
	        " 'references', '[]'::jsonb, 'subject', '%s', 'body', '%s', 'attachments', '[]'::jsonb), '', '{}')",
	        id, from, from, subject, body);
}

/* The numbers of what is found, best first. */
static const char *found(PGconn *conn, const char *query)
{
	char *quoted = PQescapeLiteral(conn, query, strlen(query));
	const char *ids = testdb_text(
	        conn, "SELECT coalesce(string_agg(id::text, ' '), '') FROM console_search(%s, 50)", quoted);
	PQfreemem(quoted);
	return ids;
}

Test(search, finds_what_was_said_in_russian_and_english)
{
	desk = helpdesk_create();
	testdb_login(desk, "vera", "viewer");
	/* 1 to 5 */
	mail("mira@ent.test", "one@ent.test", "Пустые отчёты",
	        "За ночь не загрузились таблицы сессий в BigQuery.");
	mail("paul@ra.test", "two@ra.test", "Attribution model",
	        "The dashboards were showing empty reports since Monday.");
	mail("oleh@md.test", "three@md.test", "Експорт зупинився", "Таблиці порожні, виправте будь ласка.");
	mail("zoe@bus.test", "four@bus.test", "Invoice for October", "The VAT number is wrong.");
	mail("mira@ent.test", "five@ent.test", "Invoice", "Please send the report of October once more.");
	testdb_exec(desk,
	        "SELECT ticket_note(gen_random_uuid(), 4, 0, 'finance wird das korrigieren: Rückerstattung')");
	testdb_exec(desk, "SELECT ticket_set_status(gen_random_uuid(), 2, 0, 'closed', NULL, true)");
	PGconn *vera = testdb_connect("vera");
	static const struct {
		const char *query, *ids, *why;
	} cases[] = {
	        {"таблица сессии", "1", "Russian words in other forms"},
	        {"ОТЧЕТ", "1", "capitals, and e for its brother with dots"},
	        {"отчётами", "1", "in the subject"},
	        {"ещё сессий", "1", "a word that says nothing, though it has dots"},
	        {"dashboard showed", "2", "English words in other forms, of a closed ticket"},
	        {"report", "5 2", "the newest first"},
	        {"report invoice", "5", "one word in the body, one in the subject"},
	        {"invoice october", "4 5", "all of it in the subject comes first"},
	        {"Rückerstattung", "4", "a note"},
	        {"таблиці", "3", "Ukrainian"},
	        {"октябрь", "", "nothing"},
	        {"bigq", "1", "the beginning of a word"},
	        {"\"empty reports\"", "2", "a phrase"},
	        {"\"reports empty\"", "", "a phrase in its order"},
	        {"invoice -october", "", "without a word"},
	        {"bigquery or dashboards", "2 1", "either"},
	        {"4", "4", "a number is a ticket's"},
	        {"#2", "2", "also so"},
	        {"three@md.test", "3", "a Message-ID"},
	        {"<three@md.test>", "3", "as it stands in a header"},
	        {"MIRA@ent.test", "5 1", "an address"},
	        {"@ra.test", "2", "a part of an address"},
	        {"Atribution modell", "2", "a subject with mistakes"},
	        {"invocie", "5 4", "letters that changed places"},
	        {"mira invoice", "5", "who asks, and the subject"},
	        {"mi_a", "", "no sign stands for a letter"},
	        {"m%a", "", "nor for several"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect_str_eq(found(vera, cases[i].query), cases[i].ids, "%s: \"%s\" found %s",
		        cases[i].why, cases[i].query, found(vera, cases[i].query));
	cr_expect_str_eq(
	        testdb_text(vera, "SELECT status || ' ' || subject FROM console_search('dashboards', 9)"),
	        "closed Attribution model");
	cr_expect_eq(testdb_int(vera, "SELECT count(*) FROM console_search('report', 1)"), 1);

	/* Another subject and another requester are found on all messages. */
	testdb_exec(desk, "SELECT ticket_set_subject(gen_random_uuid(), 4, 0, 'Gutschrift')");
	cr_expect_str_eq(found(vera, "gutschrift VAT"), "4");
	cr_expect_str_eq(found(vera, "invoice vat"), "5", "only nearly, and the other one");
	testdb_exec(desk, "SELECT ticket_set_requester(gen_random_uuid(), 4, 0, 'paul@ra.test')");
	cr_expect_str_eq(found(vera, "paul gutschrift"), "4");
	/* All of the words in the subject is better than newer. */
	mail("p@md.test", "six@md.test", "Cohort retention", "x");
	mail("q@md.test", "seven@md.test", "Cohort", "The retention is wrong.");
	cr_expect_str_eq(found(vera, "cohort retention"), "6 7");
	/* A reply that was taken back was never said. */
	testdb_exec(desk, "SELECT ticket_reply('00000000-0000-0000-0000-000000000001', 5, 0, 'Perchance')");
	cr_expect_str_eq(found(vera, "perchance"), "5");
	testdb_exec(desk, "SELECT undo('00000000-0000-0000-0000-000000000001')");
	cr_expect_str_eq(found(vera, "perchance"), "");
	/* A message that was put straight into the table, as an import does. */
	testdb_exec(desk, "INSERT INTO message (ticket_id, kind, author_kind, author, body, created_at)"
	                  " VALUES (3, 'public', 'customer', 'x', 'straight into the table', now())");
	cr_expect_str_eq(found(vera, "straight table"), "3");
}

Test(search, takes_anything_for_a_query_and_anything_for_a_mail)
{
	desk = helpdesk_create();
	mail("a@ent.test", "a@x", "Export", "It''s stuck at 99 %.");
	static const char *const hostile[] = {"", " ", "'", "\"", "\\", "a'b", "'; DROP TABLE ticket; --",
	        ":*", "&", "!", "((((", "a:*b & c", "<->", "%", "_", "-", "- -", "or", "OR or", "\"\" \"",
	        "<@>", "a@b@c", "#", "99999999999999999999", "#999999999999999999", "[[:alnum:]]", "$1",
	        "%1$s", "\x01\x1b[31m", "\xd0\xb0\\", "e\xcc\x81", "\xf0\x9f\x8d\xaa", "the", "not a stop"};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		found(desk, hostile[i]);
	cr_expect_str_eq(found(desk, "stuck %"), "1");
	cr_expect_str_eq(found(desk, "%"), "", "a sign is no pattern");
	cr_expect_eq(testdb_int(desk, "SELECT count(*) FROM console_search(repeat('word ', 100000), 9)"), 0);
	cr_expect_eq(testdb_int(desk, "SELECT count(*) FROM console_search(repeat('((', 100000), 9)"), 0);
	cr_expect_eq(
	        testdb_int(desk,
	                "SELECT count(*) FROM console_search('export', -1) a, console_search(NULL, 9) b"),
	        0);

	/* Mails of a megabyte, of the kinds that fill an index: the beginning is found, and none is refused. */
	static const char *const bodies[] = {
	        "'needle1 ' || string_agg(md5(i::text), ' ') FROM generate_series(1, 32000) i",
	        "'needle2 ' || string_agg(md5(i::text), '-') FROM generate_series(1, 32000) i",
	        "'needle3 ' || string_agg('http://' || md5(i::text) || '.com/' || i, ' ') FROM generate_series(1, 20000) i",
	        "'needle4 ' || repeat('a.', 500000)",
	        "'needle5 ' || repeat('<a b=\"', 170000)",
	        "'needle6 ' || repeat('x', 1000000)",
	        "'needle7 ' || string_agg(chr(1072 + i % 32) || chr(1072 + i / 32 % 32) || chr(1072 + i / 1024 % 32)"
	        " || chr(1072 + i / 32768), ' ') FROM generate_series(1, 200000) i",
	};
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		char needle[16];
		snprintf(needle, sizeof needle, "needle%zu", i + 1);
		testdb_exec(desk,
		        "WITH big AS (SELECT %s) SELECT intake_message_at('2026-11-23 10:00+02', jsonb_build_object("
		        "'message_id', 'big%zu', 'from', jsonb_build_object('name', '', 'email', 'b@ent.test'), 'to', '[]'::jsonb,"
		        " 'references', '[]'::jsonb, 'subject', repeat('long ', 1000), 'body', (SELECT * FROM big),"
		        " 'attachments', '[]'::jsonb), '', '{}')",
		        bodies[i], i);
		cr_expect_eq(strtol(found(desk, needle), NULL, 10), (long)i + 2, "%s", bodies[i]);
	}
}
