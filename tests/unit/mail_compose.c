/* Replies as they go out: the whole message as a picture, and names, subjects and ids that try to be more than that. */
#include "mail/compose.h"
#include "mail/mail.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct reply_mail plain(void)
{
	return (struct reply_mail){.from_name = "",
	        .from_email = "help@desk.test",
	        .to_name = "Eve",
	        .to_email = "eve@a.test",
	        .cc = "bob@a.test eve\r\nBcc:x@y carol@a.test",
	        .reply_to = "help+0123456789abcdef0123@desk.test",
	        .subject = "Re: Export",
	        .message_id = "1.x@desk.test",
	        .in_reply_to = "b@a.test",
	        .references = "a@a.test b@a.test",
	        .body = "Done.",
	        .date = 1795428000};
}

static char *compose(const struct reply_mail *mail)
{
	struct strbuf out = STRBUF_INIT;
	struct error err = {ERROR_NONE, ""};
	cr_assert(compose_reply(&out, mail, &err), "%s", err.text);
	return strbuf_detach(&out);
}

Test(mail_compose, whole_messages)
{
	mail_setup();
	struct reply_mail mail = plain();
	char *text = compose(&mail);
	cr_expect_str_eq(text, "From: help@desk.test\r\n"
	                       "To: Eve <eve@a.test>\r\n"
	                       "Cc: bob@a.test, carol@a.test\r\n"
	                       "Reply-To: help+0123456789abcdef0123@desk.test\r\n"
	                       "Subject: Re: Export\r\n"
	                       "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
	                       "Message-Id: <1.x@desk.test>\r\n"
	                       "In-Reply-To: <b@a.test>\r\n"
	                       "References: <a@a.test> <b@a.test>\r\n"
	                       "MIME-Version: 1.0\r\n"
	                       "Content-Type: text/plain; charset=utf-8\r\n"
	                       "\r\n"
	                       "Done.\r\n");
	free(text);
	mail.from_name = "Служба, \"Заботы\"";
	mail.to_name = "";
	mail.cc = mail.reply_to = mail.in_reply_to = mail.references = "";
	mail.subject = "Re: Данные за ночь";
	mail.body = "Привет!\n\r\n.\rКонец\n";
	text = compose(&mail);
	cr_expect_str_eq(text,
	        "From: =?UTF-8?b?0KHQu9GD0LbQsdCwLCAi0JfQsNCx0L7RgtGLIg==?= <help@desk.test>\r\n"
	        "To: eve@a.test\r\n"
	        "Subject: Re: =?UTF-8?B?0JTQsNC90L3Ri9C1INC30LAg0L3QvtGH0Yw=?=\r\n"
	        "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
	        "Message-Id: <1.x@desk.test>\r\n"
	        "MIME-Version: 1.0\r\n"
	        "Content-Type: text/plain; charset=utf-8\r\n"
	        "Content-Transfer-Encoding: base64\r\n"
	        "\r\n"
	        "0J/RgNC40LLQtdGCIQ0KDQouDQrQmtC+0L3QtdGGDQo=\r\n");
	free(text);
}

/* The header's fields by name, in order: "From To Subject". */
static char *field_names(const char *message)
{
	struct strbuf names = STRBUF_INIT;
	for (const char *line = message; *line != '\r' && *line; line = strchr(line, '\n') + 1)
		if (*line != ' ' && *line != '\t')
			strbuf_addf(&names, "%s%.*s", names.length ? " " : "", (int)strcspn(line, ":"), line);
	return strbuf_detach(&names);
}

static void expect_plain_lines(const char *message, const char *what)
{
	for (const char *line = message; *line; line = strchr(line, '\n') + 1) {
		size_t length = strcspn(line, "\r\n");
		cr_assert(line[length] == '\r' && line[length + 1] == '\n', "%s: a bare CR or LF", what);
		cr_expect_leq(length, 998, "%s: a line of %zu bytes", what, length);
		for (size_t i = 0; i < length; i++)
			cr_assert(line[i] == '\t' || (line[i] >= ' ' && line[i] <= '~'), "%s: byte %02x",
			        what, (unsigned char)line[i]);
	}
}

Test(mail_compose, nothing_leaves_its_field)
{
	mail_setup();
	char large[5001];
	memset(large, 'x', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	const char *const hostile[] = {"x\r\nBcc: evil@x.test", "x\nBcc: evil@x.test", "x\rBcc: evil@x.test",
	        "x\r\n\r\nbody", "x\r\n Bcc: evil@x.test", "я\r\nBcc: evil@x.test", "\n", "\x01\x1b[2J\x7f",
	        "a@b.test, c@d.test", "\"", "\\", "<",
	        "=?utf-8?Q?=0D=0ABcc:_evil@x.test?=", "\xE2\x80\xA8 Bcc: x", large};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct reply_mail mail = plain();
		mail.from_name = mail.to_name = mail.subject = hostile[i];
		mail.references = hostile[i];
		mail.body = hostile[i];
		char *text = compose(&mail);
		expect_plain_lines(text, hostile[i]);
		char *names = field_names(text);
		cr_expect(
		        strncmp(names, "From To Cc Reply-To Subject Date Message-Id In-Reply-To", 55) == 0 &&
		                !strstr(names, "Bcc"),
		        "%s: %s\n%s", hostile[i], names, text);
		free(names);
		/* Read again, it is to one person and from one. */
		struct mail read;
		struct error err;
		static const struct mail_limits limits = MAIL_LIMITS_DEFAULT;
		cr_assert(mail_parse(&read, slice_of(text), &limits, false, &err), "%s", err.text);
		cr_expect(read.to.count == 1 && strcmp(read.to.items[0], "eve@a.test") == 0, "%s\n%s",
		        hostile[i], text);
		cr_expect_str_eq(read.from.email, "help@desk.test", "%s", hostile[i]);
		mail_release(&read);
		free(text);
	}
}

/* What was attached comes out of a reader again, byte for byte, under a name that is no path; the text stays the body. */
Test(mail_compose, files)
{
	mail_setup();
	static const struct {
		const char *name, *type, *bytes;
		size_t size;
		const char *read_name, *read_type;
	} files[] = {
	        {"report.pdf", "application/pdf", "%PDF\0\r\n\n\xff", 9, "report.pdf", "application/pdf"},
	        {"Отчёт за ноябрь \"итог\".csv", "text/csv", "a;b\n\nFrom x\n.\n", 14,
	                "Отчёт за ноябрь \"итог\".csv", "text/csv"},
	        {"../../etc/passwd", "x\r\nBcc: y", "", 0, ".._.._etc_passwd", "application/octet-stream"},
	        {"x\r\nBcc: evil@x.test", "message/rfc822", "From: a\n\nb", 10, "x Bcc: evil@x.test",
	                "application/octet-stream"},
	        {"\x01", "multipart/mixed", "--=_x--\n", 8, "attachment", "application/octet-stream"},
	};
	enum { FILES = sizeof files / sizeof *files };
	struct attached *attached = attached_new();
	for (size_t i = 0; i < FILES; i++) {
		char *bytes = alloc_bytes(files[i].size + 1);
		memcpy(bytes, files[i].bytes, files[i].size);
		attached_add(attached, files[i].name, files[i].type, bytes, files[i].size);
	}
	struct reply_mail mail = plain();
	mail.attached = attached;
	mail.body = "Привет!\n--=_x\n";
	char *text = compose(&mail), *again = compose(&mail);
	cr_expect_str_eq(text, again, "the same reply is the same message");
	expect_plain_lines(text, "files");
	struct mail read;
	struct error err;
	static const struct mail_limits limits = MAIL_LIMITS_DEFAULT;
	cr_assert(mail_parse(&read, slice_of(text), &limits, false, &err), "%s", err.text);
	cr_expect(strstr(read.body, "Привет!\n--=_x"), "%s", read.body);
	cr_assert_eq(read.attachment_count, FILES, "%zu", read.attachment_count);
	for (size_t i = 0; i < FILES; i++) {
		const struct mail_attachment *got = &read.attachments[i];
		cr_expect(got->size == files[i].size && memcmp(got->bytes, files[i].bytes, got->size) == 0,
		        "%zu", i);
		cr_expect_str_eq(got->type, files[i].read_type, "%zu: %s", i, got->type);
		cr_expect_str_eq(got->name, files[i].read_name, "%zu: %s\n%s", i, got->name, text);
	}
	mail_release(&read);
	attached_drop(attached);
	free(text);
	free(again);
}

Test(mail_compose, addresses_and_ids)
{
	mail_setup();
	static const struct {
		const char *address;
		bool good;
	} addresses[] = {{"a@b.test", true}, {"a+b.c=d@xn--p1ai", true}, {"я@почта.test", true}, {"", false},
	        {"a", false}, {"@b", false}, {"a@", false}, {"a b@c", false}, {"a@b\r\nRCPT TO:<c@d>", false},
	        {"a@b>", false}, {"<a@b", false}, {"a@b,c@d", false}, {"\"a b\"@c", false},
	        {"a@b\x7f", false}};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		cr_expect_eq(compose_is_address(addresses[i].address), addresses[i].good, "%s",
		        addresses[i].address);
		struct reply_mail mail = plain();
		mail.to_email = addresses[i].address;
		struct strbuf out = STRBUF_INIT;
		struct error err = {ERROR_NONE, ""};
		cr_expect_eq(compose_reply(&out, &mail, &err), addresses[i].good, "%s", addresses[i].address);
		cr_expect_eq(err.kind, addresses[i].good ? ERROR_NONE : ERROR_INPUT);
		strbuf_release(&out);
	}
	/* A customer's ids that are none are left out; of very many the first and the last stay. */
	struct strbuf ids = STRBUF_INIT;
	for (int i = 1; i <= 40; i++)
		strbuf_addf(&ids, "%s%d@x bad>id", i > 1 ? " " : "", i);
	struct reply_mail mail = plain();
	mail.references = ids.data;
	mail.in_reply_to = "b\r\nBcc: x@y";
	char *text = compose(&mail);
	cr_expect(strstr(text, "References: <1@x> <22@x>") || strstr(text, "References: <1@x> <21@x>"), "%s",
	        text);
	cr_expect(strstr(text, "<40@x>") && !strstr(text, "<20@x>") && !strstr(text, "bad"), "%s", text);
	cr_expect_null(strstr(text, "In-Reply-To"), "%s", text);
	free(text);
	strbuf_release(&ids);

	static const struct {
		const char *text, *name, *email; /* email NULL: refused */
	} mailboxes[] = {
	        {"help@a.test", "", "help@a.test"},
	        {"<help@a.test>", "", "help@a.test"},
	        {"Help Desk <help@a.test>", "Help Desk", "help@a.test"},
	        {" \"Help, Desk\" <help@a.test>", "Help, Desk", "help@a.test"},
	        {"Help Desk", NULL, NULL},
	        {"Help <help@a.test> x", NULL, NULL},
	        {"Help <help>", NULL, NULL},
	};
	for (size_t i = 0; i < sizeof mailboxes / sizeof *mailboxes; i++) {
		char *name = NULL, *email = NULL;
		struct error err;
		bool good = compose_read_mailbox(mailboxes[i].text, &name, &email, &err);
		cr_assert_eq(good, mailboxes[i].email != NULL, "%s", mailboxes[i].text);
		if (good) {
			cr_expect_str_eq(name, mailboxes[i].name);
			cr_expect_str_eq(email, mailboxes[i].email);
		} else
			cr_expect_eq(err.kind, ERROR_USAGE);
		free(name);
		free(email);
	}
}
