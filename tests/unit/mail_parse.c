/*
 * Mail as it really comes: each tests/fixtures/mail/NAME.eml is parsed and its dry-run JSON compared with NAME.json. To add a
 * case, add both files; the JSON is what an agent should get, written or checked by hand.
 */
#include "base/alloc.h"
#include "mail/json.h"
#include "mail/mail.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *root(void)
{
	const char *root = getenv("SANDGLASS_TEST_ROOT");
	return root ? root : ".";
}

static void read_file(struct strbuf *out, const char *path)
{
	FILE *file = fopen(path, "rb");
	cr_assert_not_null(file, "cannot open %s", path);
	char buffer[4096];
	size_t got;
	while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
		strbuf_add(out, buffer, got);
	fclose(file);
}

static bool parse(struct mail *mail, const char *bytes, size_t length, struct error *err)
{
	static const struct mail_limits limits = MAIL_LIMITS_DEFAULT;
	return mail_parse(mail, (struct slice){bytes, length}, &limits, false, err);
}

static bool parse_text(struct mail *mail, const char *text)
{
	struct error err;
	return parse(mail, text, strlen(text), &err);
}

/* Every field, one line each, so that a difference is seen at once. */
static void compare(const char *name, const char *got_text, json_t *wanted)
{
	json_t *got = json_loads(got_text, 0, NULL);
	cr_assert_not_null(got, "%s: the output is no JSON: %s", name, got_text);
	const char *key;
	json_t *value;
	const char *at = got_text;
	json_object_foreach(wanted, key, value)
	{
		json_t *found = json_object_get(got, key);
		char *is = json_dumps(found, JSON_ENCODE_ANY | JSON_COMPACT),
		     *should = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		cr_expect_str_eq(is ? is : "(missing)", should, "%s, %s:\n  is     %s\n  should %s", name,
		        key, is, should);
		char *quoted = alloc_format("\"%s\":", key);
		const char *next = strstr(at, quoted);
		cr_expect_not_null(next, "%s: %s does not stand where it should", name, key);
		at = next ? next : at;
		free(quoted);
		free(is);
		free(should);
	}
	cr_expect_eq(json_object_size(got), json_object_size(wanted), "%s: other keys", name);
	json_decref(got);
}

static int is_eml(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && strcmp(dot, ".eml") == 0;
}

Test(mail_parse, fixtures)
{
	mail_setup();
	char *folder = alloc_format("%s/tests/fixtures/mail", root());
	struct dirent **names;
	int count = scandir(folder, &names, is_eml, alphasort);
	cr_assert_geq(count, 45, "fixtures are missing: %d", count);
	for (int i = 0; i < count; i++) {
		char *path = alloc_format("%s/%s", folder, names[i]->d_name);
		struct strbuf raw = STRBUF_INIT, line = STRBUF_INIT;
		read_file(&raw, path);
		struct mail mail;
		struct error err;
		cr_assert(parse(&mail, raw.data, raw.length, &err), "%s: %s", names[i]->d_name, err.text);
		mail_json_print(&line, &mail);
		char *wanted_path = alloc_format("%.*s.json", (int)(strlen(path) - 4), path);
		json_t *wanted = json_load_file(wanted_path, 0, NULL);
		cr_assert_not_null(wanted, "%s is missing or no JSON", wanted_path);
		compare(names[i]->d_name, line.data, wanted);
		json_decref(wanted);
		free(wanted_path);
		free(path);
		free(names[i]);
		mail_release(&mail);
		strbuf_release(&raw);
		strbuf_release(&line);
	}
	free(names);
	free(folder);
}

Test(mail_parse, what_is_no_message_is_refused_with_a_reason)
{
	mail_setup();
	static const struct {
		const char *bytes;
		const char *reason;
	} cases[] = {
	        {"", "no message"},
	        {"\r\n\r\n  \n", "no message"},
	        {"just a line of text\n", "no header"},
	        {"Colon: but nothing of a mail\n\nx\n", "no header"},
	        {"To: a@b.example\nSubject: x\n\nx\n", "no sender"},
	        {"From: <>\n\nx\n", "no sender"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mail mail;
		struct error err;
		cr_expect_not(parse(&mail, cases[i].bytes, strlen(cases[i].bytes), &err), "case %zu", i);
		cr_expect_str_eq(err.text, cases[i].reason, "case %zu: %s", i, err.text);
	}
}

Test(mail_parse, made_ids_are_stable_and_differ)
{
	mail_setup();
	struct mail a, again, envelope, other;
	cr_assert(parse_text(&a, "From: a@b.example\n\none\n"));
	cr_assert(parse_text(&again, "From: a@b.example\n\none\n"));
	cr_assert(parse_text(
	        &envelope, "From a@b.example Mon Nov 23 10:00:00 2026\nFrom: a@b.example\n\none\n"));
	cr_assert(parse_text(&other, "From: a@b.example\n\ntwo\n"));
	cr_expect_str_eq(a.message_id, again.message_id);
	cr_expect_str_eq(a.message_id, envelope.message_id, "the envelope line is not part of the message");
	cr_expect_str_neq(a.message_id, other.message_id);
	mail_release(&a);
	mail_release(&again);
	mail_release(&envelope);
	mail_release(&other);
}

Test(mail_parse, an_id_too_long_to_index_is_the_same_in_message_id_and_references)
{
	mail_setup();
	char *id = alloc_bytes(2001);
	memset(id, 'x', 2000);
	char *text = alloc_format("From: a@b.example\nMessage-ID: <%s@y>\nReferences: <%s@y>\n\nx\n", id, id);
	struct mail mail;
	cr_assert(parse_text(&mail, text));
	cr_expect_lt(strlen(mail.message_id), 100);
	cr_assert_eq(mail.references.count, 1);
	cr_expect_str_eq(mail.message_id, mail.references.items[0]);
	mail_release(&mail);
	free(text);
	free(id);
}

Test(mail_parse, senders_and_ids_as_broken_mailers_write_them)
{
	mail_setup();
	static const struct {
		const char *fields;
		const char *from, *message_id, *in_reply_to, *references; /* references with blanks between */
	} cases[] = {
	        {"From: \"Foo Bar\" foo@bar.example\nMessage-ID: abc@def", "foo@bar.example", "abc@def", "",
	                ""},
	        {"From: <foo@bar.example> (Foo)\nMessage-ID: < a b@c >", "foo@bar.example", "ab@c", "", ""},
	        {"From: Foo\nSender: s@t.example\nMessage-ID: <x@y>\nIn-Reply-To: Your mail of \"Mon, 1 Jan\" <q@w> and <e@r>",
	                "s@t.example", "x@y", "q@w", ""},
	        {"From: a@b.example\nMessage-ID: <x@y>\nReferences: bare@id <q@w>, <e@r>junk<t@y>",
	                "a@b.example", "x@y", "", "q@w e@r t@y "},
	        {"From: a@b.example\nMessage-ID: <x@y>\nReferences: q@w e@r <open", "a@b.example", "x@y", "",
	                ""},
	        {"From: a@b.example\nMessage-ID: <x@y>\nReferences: q@w\n\te@r", "a@b.example", "x@y", "",
	                "q@w e@r "},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = alloc_format("%s\n\nx\n", cases[i].fields);
		struct mail mail;
		struct strbuf references = STRBUF_INIT;
		cr_assert(parse_text(&mail, text), "%s", cases[i].fields);
		for (size_t r = 0; r < mail.references.count; r++)
			strbuf_addf(&references, "%s ", mail.references.items[r]);
		cr_expect_str_eq(mail.from.email, cases[i].from, "%s: %s", cases[i].fields, mail.from.email);
		cr_expect_str_eq(
		        mail.message_id, cases[i].message_id, "%s: %s", cases[i].fields, mail.message_id);
		cr_expect_str_eq(
		        mail.in_reply_to, cases[i].in_reply_to, "%s: %s", cases[i].fields, mail.in_reply_to);
		cr_expect_str_eq(
		        references.data, cases[i].references, "%s: %s", cases[i].fields, references.data);
		strbuf_release(&references);
		mail_release(&mail);
		free(text);
	}
}

Test(mail_parse, limits_keep_the_message_and_say_so)
{
	mail_setup();
	static const char text[] =
	        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nВот файл и длинный текст\n"
	        "--b\nContent-Type: text/csv; name=big.csv\n\n0123456789\n--b--\n";
	struct mail mail;
	struct error err;
	struct mail_limits limits = {.message = 1000, .attachment = 9, .body = 1000};
	cr_assert(mail_parse(&mail, slice_of(text), &limits, false, &err));
	cr_assert_eq(mail.attachment_count, 1);
	cr_expect_not(mail.attachments[0].stored);
	cr_expect_null(mail.attachments[0].bytes);
	cr_expect_eq(mail.attachments[0].size, 10);
	cr_expect_str_eq(mail.attachments[0].sha256,
	        "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
	mail_release(&mail);
	limits.attachment = 10;
	limits.body = 9; /* in the middle of a letter */
	cr_assert(mail_parse(&mail, slice_of(text), &limits, true, &err));
	cr_expect(mail.attachments[0].stored);
	cr_expect_eq(memcmp(mail.attachments[0].bytes, "0123456789", 10), 0);
	cr_expect_str_eq(mail.body,
	        "Вот ф\n\n[The text goes on; it was cut here. The whole message is kept.]"
	        "\n\n[The message is larger than 1000 bytes; the rest of it was not kept.]");
	mail_release(&mail);
}

Test(mail_parse, reply_tokens)
{
	mail_setup();
	static const struct {
		const char *fields;
		const char *support;
		const char *token;
	} cases[] = {
	        {"To: help+0123456789abcdef@x.example", "help@x.example", "0123456789abcdef"},
	        {"To: HELP+0123456789ABCDEF@X.example", "help@x.example", "0123456789abcdef"},
	        {"To: help+0123456789abcdef@x.example", "", "0123456789abcdef"},
	        {"To: ann+0123456789abcdef@x.example", "help@x.example", ""},
	        {"To: help+0123456789abcdef@y.example", "help@x.example", ""},
	        {"To: ann@y.example\nCc: help+0123456789abcdef@x.example", "help@x.example",
	                "0123456789abcdef"},
	        {"Delivered-To: help+0123456789abcdef@x.example", "help@x.example", "0123456789abcdef"},
	        {"X-Original-To: help+0123456789abcdef@x.example", "help@x.example", "0123456789abcdef"},
	        {"Subject: Re: [#short] and [#0123456789abcdef] x", "help@x.example", "0123456789abcdef"},
	        {"Subject: Re: [#0123456789abcdef", "help@x.example", ""},
	        {"Subject: Re: [#0123-56789abcdef]", "help@x.example", ""},
	        {"To: help+aaaaaaaaaaaaaaaa@x.example\nSubject: [#bbbbbbbbbbbbbbbb]", "help@x.example",
	                "aaaaaaaaaaaaaaaa"},
	        {"To: help@x.example", "help@x.example", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = alloc_format("From: a@b.example\n%s\n\nx\n", cases[i].fields);
		struct mail mail;
		cr_assert(parse_text(&mail, text));
		char *token = mail_token(&mail, cases[i].support);
		cr_expect_str_eq(token, cases[i].token, "%s: %s", cases[i].fields, token);
		free(token);
		free(text);
		mail_release(&mail);
	}
}
