/*
 * Messages that come in: whose ticket they are, whose organization, what they do and what they do not.
 */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

/* One message as JSON, quoted for SQL; "outcome ticket reason". */
static const char *hand_in(PGconn *conn, const char *message)
{
	return testdb_text(conn,
	        "SELECT concat_ws(' ', outcome, ticket_id, nullif(reason, '')) FROM intake_message($$%s$$, 'raw', '{}')",
	        message);
}

Test(intake_rules, finds_the_conversation)
{
	PGconn *conn = helpdesk_create();
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	helpdesk_mail(conn, "11-23 10:00", "b@ra.test", "b@x", "");
	char token[64], sent[128], text[512];
	snprintf(token, sizeof token, "%s", testdb_text(conn, "SELECT reply_token FROM ticket WHERE id = 1"));
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 2, 0, 'Answer')");
	snprintf(sent, sizeof sent, "%s", testdb_text(conn, "SELECT header_id FROM outbox"));
	static const char from_a[] = "\"from\":{\"name\":\"A\",\"email\":\"A@ent.test\"}";
	const struct {
		const char *says, *fields, *outcome;
	} cases[] = {
	        {"by In-Reply-To", "\"message_id\":\"1\",\"in_reply_to\":\"a@x\"", "appended 1"},
	        {"by the newest known of its references",
	                "\"message_id\":\"2\",\"references\":[\"a@x\",\"b@x\",\"zz@x\"]", "appended 2"},
	        {"In-Reply-To goes before References",
	                "\"message_id\":\"3\",\"in_reply_to\":\"a@x\",\"references\":[\"b@x\"]",
	                "appended 1"},
	        {"by a message that a customer sent later", "\"message_id\":\"4\",\"in_reply_to\":\"1\"",
	                "appended 1"},
	        {"the same message twice", "\"message_id\":\"4\",\"in_reply_to\":\"1\"", "duplicate 1"},
	        {"a token that nobody was given", "\"message_id\":\"5\",\"token\":\"00000000000000000000\"",
	                "created 3"},
	        {"nothing that we know", "\"message_id\":\"6\",\"in_reply_to\":\"zz@x\"", "created 4"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "{%s,%s}", from_a, cases[i].fields);
		const char *outcome = hand_in(conn, text);
		cr_expect_str_eq(outcome, cases[i].outcome, "%s: %s", cases[i].says, outcome);
	}
	snprintf(text, sizeof text, "{%s,\"message_id\":\"7\",\"in_reply_to\":\"%s\"}", from_a, sent);
	cr_expect_str_eq(hand_in(conn, text), "appended 2", "by our own answer");
	snprintf(text, sizeof text, "{%s,\"message_id\":\"8\",\"token\":\"%s\"}", from_a, token);
	cr_expect_str_eq(hand_in(conn, text), "appended 1", "by the token");
	snprintf(text, sizeof text, "{%s,\"message_id\":\"%s\",\"body\":\"Answer\\n\"}", from_a, sent);
	cr_expect_str_eq(hand_in(conn, text), "duplicate 2", "our own answer comes back");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM raw_message WHERE raw = 'raw'"), 10,
	        "each message is kept once");
	testdb_refused(conn, "SG007", "SELECT intake_message('{\"from\":{\"email\":\"a@b\"}}', '', '{}')");
	testdb_refused(conn, "SG007", "SELECT intake_message('{\"message_id\":\"x\"}', '', '{}')");
}

Test(intake_rules, finds_the_organization_and_its_precedence)
{
	PGconn *conn = helpdesk_create();
	testdb_exec(conn,
	        "INSERT INTO contact (email, organization_id) SELECT 'boss@gmail.com', id FROM organization WHERE name = 'Bus'");
	static const struct {
		const char *says, *from, *to, *found;
	} cases[] = {
	        {"by the domain", "x@ent.test", "help@desk.test", "Ent 1"},
	        {"whatever the case", "X2@ENT.test", "help@desk.test", "Ent 1"},
	        {"by the contact, before the domain", "boss@gmail.com", "help@desk.test", "Bus 1"},
	        {"never by a public domain", "somebody@gmail.com", "help@desk.test", "- 1"},
	        {"a personal mailbox with priority in answers goes first", "x@ent.test", "Ent@desk.test",
	                "Ent 0"},
	        {"without that entitlement it does not", "y@ra.test", "ra@desk.test", "RA 1"},
	        {"a stranger at a personal mailbox belongs to it", "secretary@gmail.com", "ent@desk.test",
	                "Ent 0"},
	        {"a customer at the mailbox of another", "y@ra.test", "ent@desk.test", "RA 1"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		testdb_exec(conn,
		        "SELECT intake_message('{\"message_id\":\"%zu\",\"from\":{\"email\":\"%s\",\"name\":\"N\"},\"to\":[\"%s\"]}', '', '{}')",
		        i, cases[i].from, cases[i].to);
		const char *found = testdb_text(conn,
		        "SELECT coalesce(o.name, '-') || ' ' || precedence FROM ticket t"
		        " LEFT JOIN organization o ON o.id = t.organization_id ORDER BY t.id DESC LIMIT 1");
		cr_expect_str_eq(found, cases[i].found, "%s: %s", cases[i].says, found);
	}
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM contact WHERE email <> lower(email)"), 0);
	testdb_refused(
	        conn, "SG004", "SELECT organization_put('Evil', 'Basic', true, domains => '{GMAIL.com}')");
	testdb_refused(
	        conn, "SG004", "SELECT organization_put('Evil', 'Basic', true, domains => '{ent.test}')");
}

Test(intake_rules, machines_and_strangers_do_not_touch_the_wait)
{
	PGconn *conn = helpdesk_create();
	testdb_exec(conn, "UPDATE agent SET email = 'anna@desk.test' WHERE login = 'anna'");
	helpdesk_mail(conn, "11-23 10:00", "a@ent.test", "a@x", "");
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 1, 0, 'Answer', 'closed')");
	static const struct {
		const char *message, *outcome, *entry;
	} cases[] = {
	        {"{\"message_id\":\"1\",\"in_reply_to\":\"a@x\",\"auto\":true,\"from\":{\"email\":\"a@ent.test\"},\"body\":\"away\"}",
	                "appended 1", "system system away"},
	        {"{\"message_id\":\"2\",\"in_reply_to\":\"a@x\",\"auto\":true,\"from\":{\"name\":\"\",\"email\":\"\"},\"body\":\"bounce\"}",
	                "appended 1", "system system bounce"},
	        {"{\"message_id\":\"3\",\"in_reply_to\":\"a@x\",\"from\":{\"email\":\"anna@desk.test\"},\"body\":\"from home\"}",
	                "appended 1", "public third_party from home"},
	        {"{\"message_id\":\"4\",\"in_reply_to\":\"a@x\",\"from\":{\"email\":\"s@facebook.test\"},\"body\":\"us too\"}",
	                "appended 1", "public third_party us too"},
	        {"{\"message_id\":\"5\",\"auto\":true,\"auto_reason\":\"out of office\",\"from\":{\"email\":\"a@ent.test\"}}",
	                "ignored out of office", "public third_party us too"},
	        {"{\"message_id\":\"6\",\"auto\":true,\"from\":{\"email\":\"\"}}",
	                "ignored automatic message", "public third_party us too"},
	        {"{\"message_id\":\"7\",\"from\":{\"email\":\"Help@desk.test\"}}",
	                "ignored sent by the support address itself", "public third_party us too"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *outcome = hand_in(conn, cases[i].message);
		cr_expect_str_eq(outcome, cases[i].outcome, "%s: %s", cases[i].message, outcome);
		const char *entry = testdb_text(conn,
		        "SELECT kind || ' ' || author_kind || ' ' || body FROM console_conversation(1)"
		        " WHERE kind <> 'event' ORDER BY id DESC LIMIT 1");
		cr_expect_str_eq(entry, cases[i].entry, "%s: %s", cases[i].message, entry);
		cr_expect_str_eq(
		        testdb_text(conn,
		                "SELECT status || ' ' || last_author || ' ' || coalesce(metric::text, '-') FROM console_ticket WHERE id = 1"),
		        "closed agent -", "%s", cases[i].message);
	}
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM ticket"), 1);
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM raw_message"), 8, "what is ignored is kept");
	hand_in(conn,
	        "{\"message_id\":\"9\",\"in_reply_to\":\"a@x\",\"from\":{\"name\":\"Bob\",\"email\":\"Mallory@evil.test\"}}");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT string_agg(author, ', ' ORDER BY id) FROM console_conversation(1) WHERE author_kind = 'third_party'"),
	        "anna@desk.test, s@facebook.test, Bob <mallory@evil.test>",
	        "a stranger's name alone says nothing");
	cr_expect_str_eq(hand_in(conn, cases[4].message), "duplicate");
	cr_expect_str_eq(
	        hand_in(conn,
	                "{\"message_id\":\"8\",\"in_reply_to\":\"a@x\",\"from\":{\"email\":\"boss@ent.test\"}}"),
	        "appended 1");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT status || ' ' || last_author || ' ' || metric FROM console_ticket WHERE id = 1"),
	        "open customer next_reply", "a colleague of the requester is the customer");
}

Test(intake_rules, keeps_all_of_a_message)
{
	PGconn *conn = helpdesk_create();
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT outcome FROM intake_message('{\"message_id\":\"1\",\"subject\":\" \",\"from\":{\"name\":\"Иван\",\"email\":\"i@ent.test\"},"
	                "\"channel\":\"form\",\"reply_to\":\"desk@ent.test\",\"body\":\"Привет\\nмир\",\"html\":true,\"attachments\":["
	                "{\"name\":\"a.txt\",\"type\":\"text/plain\",\"size\":3,\"sha256\":\"x\",\"stored\":true},"
	                "{\"name\":\"big.iso\",\"type\":\"application/octet-stream\",\"size\":99999999999,\"sha256\":\"\",\"stored\":false}]}',"
	                " '\\x00ff', ARRAY['abc'::bytea, NULL])"),
	        "created");
	cr_expect_str_eq(
	        testdb_text(conn,
	                "SELECT subject || '|' || channel || '|' || requester_name || '|' || requester_email FROM console_ticket"),
	        "(no subject)|form|Иван|i@ent.test");
	cr_expect_str_eq(testdb_text(conn, "SELECT body || attachments::text FROM console_conversation(1)"),
	        "Привет\nмир"
	        "[{\"id\": 1, \"name\": \"a.txt\", \"size\": 3, \"type\": \"text/plain\", \"stored\": true},"
	        " {\"id\": 2, \"name\": \"big.iso\", \"size\": 99999999999, \"type\": \"application/octet-stream\", \"stored\": false}]");
	cr_expect_str_eq(testdb_text(conn, "SELECT content FROM attachment WHERE id = 1"), "\\x616263");
	cr_expect_str_eq(testdb_text(conn, "SELECT outcome || ticket_id || raw::text FROM raw_message"),
	        "created1\\x00ff");
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 1, 0, 'x')");
	cr_expect_str_eq(testdb_text(conn, "SELECT recipient FROM outbox"), "desk@ent.test",
	        "the answer goes where the customer wants it");
	testdb_exec(conn, "SELECT intake_aside('\\xfe', 'no header')");
	cr_expect_str_eq(
	        testdb_text(conn, "SELECT reason || raw::text FROM intake_failure"), "no header\\xfe");

	/* What an agent has read. */
	helpdesk_act(conn, "anna");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_conversation(1) WHERE unread"), 1,
	        "his own messages are not unread");
	testdb_exec(conn, "SELECT mark_read(1, (SELECT max(id) FROM message)); SELECT mark_read(1, 1)");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_conversation(1) WHERE unread"), 0,
	        "reading never goes back");
	helpdesk_act(conn, "ben");
	cr_expect_eq(testdb_int(conn, "SELECT count(*) FROM console_conversation(1) WHERE unread"), 2,
	        "each agent reads for himself");
}

/* Programs that give all their mails one Message-ID lose nothing; what is the same is still there once. */
Test(intake_rules, two_mails_under_one_message_id_are_two)
{
	PGconn *conn = helpdesk_create();
	static const struct {
		const char *says, *rest, *outcome;
	} cases[] = {
	        {"the first", "\"from\":{\"email\":\"a@ent.test\"},\"body\":\"one\"", "created 1"},
	        {"the same again", "\"from\":{\"email\":\"A@ent.test\"},\"body\":\"one\"", "duplicate 1"},
	        {"of another customer", "\"from\":{\"email\":\"b@ra.test\"},\"body\":\"one\"",
	                "created 2 another message had this Message-ID"},
	        {"another text of the first", "\"from\":{\"email\":\"a@ent.test\"},\"body\":\"two\"",
	                "appended 1 another message had this Message-ID"},
	        {"another file",
	                "\"from\":{\"email\":\"b@ra.test\"},\"body\":\"one\",\"attachments\":[{\"name\":\"a\",\"type\":\"t\",\"sha256\":\"s\"}]",
	                "appended 2 another message had this Message-ID"},
	        {"and again", "\"from\":{\"email\":\"b@ra.test\"},\"body\":\"one\"", "duplicate 2"},
	};
	char text[512];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "{\"message_id\":\"scan@x\",%s}", cases[i].rest);
		const char *outcome = hand_in(conn, text);
		cr_expect_str_eq(outcome, cases[i].outcome, "%s: %s", cases[i].says, outcome);
	}
	cr_expect_str_eq(
	        hand_in(conn,
	                "{\"message_id\":\"n\",\"in_reply_to\":\"scan@x\",\"from\":{\"email\":\"a@ent.test\"}}"),
	        "appended 1", "an answer is to the sender's own");
	testdb_exec(conn, "SELECT ticket_reply(gen_random_uuid(), 2, 0, 'x')");
	cr_expect_str_eq(testdb_text(conn, "SELECT in_reply_to FROM outbox"), "scan@x");
}
