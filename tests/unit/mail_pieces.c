/* The pieces of the mail layer by themselves, as tables: HTML, charsets, format=flowed text, auto-replies, mbox, forms. */
#include "mail/automatic.h"
#include "mail/charset.h"
#include "mail/form.h"
#include "mail/html.h"
#include "mail/mail.h"
#include "mail/mailbox.h"
#include "mail/readable.h"

#include "base/alloc.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(mail_pieces, html)
{
	static const struct {
		const char *html;
		const char *text;
	} cases[] = {
	        {"", ""},
	        {"plain", "plain"},
	        {"<p>a</p><p>b</p>", "a\n\nb"},
	        {"<div>a</div><div>b</div>", "a\nb"},
	        {"<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
	        {"a<br>b<br><br><br><br>c", "a\nb\n\nc"},
	        {"  a \n b\t<b> c</b>", "a b c"},
	        {"a&nbsp;&nbsp;b &amp; &lt;c&gt; &#8364;", "a b & <c> €"},
	        {"<a href='https://x.example/p'>here</a>!", "here <https://x.example/p>!"},
	        {"<a href='https://x.example/'>x.example</a>", "x.example"},
	        {"<a href='https://x.example/'>https://x.example</a>", "https://x.example"},
	        {"<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"},
	        {"<a href='https://x.example/'><img src=x></a>", "<https://x.example/>"},
	        {"<a href='https://x.example/'><img src=x alt=Logo></a>", "[Logo] <https://x.example/>"},
	        {"<a href='#top'>up</a><a href='javascript:x()'> js</a><a href=' https://y.example\n'> y</a>",
	                "up js y <https://y.example>"},
	        {"<a href='https://x.example/a b<c>'>z</a>", "z <https://x.example/a_b_c_>"},
	        {"<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>d", "- a\n- b\n  - c\n\nd"},
	        {"<ol><li><p>a</p></li><li>b</li></ol>", "1. a\n2. b"},
	        {"<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"},
	        {"<table><tr><td>  </td><td>2</td></tr></table>", "2"},
	        {"x<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "x\n\n> a\n> b\n> > c\n\nd"},
	        {"<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"},
	        {"<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"},
	        {"<style>p{}</style><script>x</script><title>t</title>a<!-- c -->", "a"},
	        {"<span style='DISPLAY : none'>hidden</span>a<p hidden>b</p>", "a"},
	        {"a<hr>b", "a\n\n----\nb"},
	        {"<p>unclosed <b>bold <i>both</p>after", "unclosed bold both\n\nafter"},
	        {"</div></p>a", "a"},
	        {"a\xE2\x80\x8B"
	         "b",
	                "ab"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text = STRBUF_INIT;
		html_to_text(&text, slice_of(cases[i].html));
		cr_expect_str_eq(text.data, cases[i].text, "%s:\n%s\ninstead of\n%s", cases[i].html,
		        text.data, cases[i].text);
		strbuf_release(&text);
	}
}

Test(mail_pieces, charsets)
{
	mail_setup();
	static const struct {
		const char *bytes, *charset, *text;
	} cases[] = {
	        {"\xD0\x9F", NULL, "П"},
	        {"\xCF\xF0\xE8\xE2\xE5\xF2", NULL, "Привет"},
	        {"\xCF\xF0\xE8\xE2\xE5\xF2", "utf-8", "Привет"},
	        {"\xCF\xF0\xE8\xE2\xE5\xF2", "no-such-charset", "Привет"},
	        {"\xF0\xD2\xC9\xD7\xC5\xD4", NULL, "Привет"},
	        {"\xF0\xD2\xC9\xD7\xC5\xD4", "\"KOI8-R\"", "Привет"},
	        {"caf\xE9", NULL, "café"},
	        {"caf\xE9", "us-ascii", "café"},
	        {"\x80 5", "iso-8859-1", "€ 5"},
	        {"\xD0\x9F\xFF", "utf-8", "П\xEF\xBF\xBD"},
	        {"\xED\xA0\x80\xD0\x9F", "utf-8", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDП"},
	        {"\xCF\xF0\xE8\xE2\xE5\xF2", "windows-cp1251", "Привет"},
	        {"\xCF\xF0\xE8\xE2\xE5\xF2", "x-cp1251", "Привет"},
	        {"\x98z", "windows-1251", "\xEF\xBF\xBDz"},
	        {"\x8C\xA1\x84\xB1", "gb2312", "尅劚"},
	        {"\x1b$B%l\x1b(B", "iso-2022-jp", "レ"},
	        {"+BB8-", "utf-7", "П"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text = STRBUF_INIT;
		charset_to_utf8(&text, slice_of(cases[i].bytes), cases[i].charset);
		cr_expect(charset_is_utf8((struct slice){text.data, text.length}));
		cr_expect_str_eq(text.data, cases[i].text, "case %zu: %s", i, text.data);
		strbuf_release(&text);
	}
	static const char *const bad[] = {
	        "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xD0"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		cr_expect_not(charset_is_utf8(slice_of(bad[i])), "case %zu", i);
}

Test(mail_pieces, flowed_text)
{
	static const struct {
		const char *flowed;
		bool delsp;
		const char *text;
	} cases[] = {
	        {"a \nb\n", false, "a b\n"},
	        {"a \nb\n", true, "ab\n"},
	        {"> a \n> b\nc\n", false, "> a b\nc\n"},
	        {"> a \n>> b\n", false, "> a \n>> b\n"},
	        {" From\n", false, "From\n"},
	        {"a\n-- \nb\n", false, "a\n-- \nb\n"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text = STRBUF_INIT;
		readable_unflow(&text, cases[i].flowed, cases[i].delsp);
		cr_expect_str_eq(text.data, cases[i].text, "case %zu: %s", i, text.data);
		strbuf_release(&text);
	}
}

Test(mail_pieces, what_no_person_wrote)
{
	static const struct {
		const char *header, *type, *from, *reason;
	} cases[] = {
	        {"", "text/plain", "a@b", ""},
	        {"Auto-Submitted: no\n", "text/plain", "a@b", ""},
	        {"Auto-Submitted: No; x\n", "text/plain", "a@b", ""},
	        {"Auto-Submitted: auto-generated\n", "text/plain", "a@b", "auto-submitted"},
	        {"Auto-Submitted: auto-notified; owner\n", "text/plain", "a@b", "auto-submitted"},
	        {"Precedence: first-class\n", "text/plain", "a@b", ""},
	        {"Precedence: Junk\n", "text/plain", "a@b", "precedence"},
	        {"Precedence: list\n", "text/plain", "a@b", "precedence"},
	        {"Precedence: auto_reply\n", "text/plain", "a@b", "precedence"},
	        {"X-Auto-Response-Suppress: OOF, AutoReply\n", "text/plain", "a@b", "autoreply"},
	        {"X-Autoreply: yes\n", "text/plain", "a@b", "autoreply"},
	        {"X-Autorespond: Re: x\n", "text/plain", "a@b", "autoreply"},
	        {"Return-Path: <>\n", "text/plain", "a@b", "null sender"},
	        {"Return-Path: <a@b>\n", "text/plain", "a@b", ""},
	        {"", "multipart/report", "a@b", "report"},
	        {"List-Id: <x.y>\n", "text/plain", "a@b", "list"},
	        {"List-Unsubscribe: <https://x>\n", "text/plain", "a@b", ""},
	        {"", "text/plain", "MAILER-DAEMON@mx.example", "mailer-daemon"},
	        {"", "text/plain", "postmaster", "mailer-daemon"},
	        {"", "text/plain", "postmasters@b", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct header header;
		struct slice bytes = slice_of(cases[i].header);
		header_read(&header, &bytes);
		cr_expect_str_eq(automatic_reason(&header, cases[i].type, cases[i].from), cases[i].reason,
		        "case %zu: %s", i, cases[i].header);
		header_release(&header);
	}
}

static char *temporary_file(const char *text)
{
	char *path = alloc_copy("/tmp/sandglass-mail-XXXXXX");
	int fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

Test(mail_pieces, mbox)
{
	static const struct {
		const char *mbox;
		const char *messages[4]; /* what is read, one after the other */
	} cases[] = {
	        {"", {NULL}},
	        {"\n\n", {NULL}},
	        {"From a Mon Nov 23 10:00:00 2026\nA: 1\n\nx\n", {"A: 1\n\nx\n"}},
	        {"From a Mon Nov 23 10:00:00 2026\nA: 1\n\nx\n\nFrom b Mon Nov 23 10:00:01 2026\nB: 2\n\ny\n\n",
	                {"A: 1\n\nx\n", "B: 2\n\ny\n"}},
	        {"From a Mon Nov 23 10:00:00 2026\nA: 1\n\nx\nFrom b Mon Nov 23 10:00:01 2026\n\nFrom now on\n>From\n>From a\n>>From b\n",
	                {"A: 1\n\nx\nFrom b Mon Nov 23 10:00:01 2026\n\nFrom now on\n>From\nFrom a\n>From b\n"}},
	        {"From a Mon Nov 23 10:00:00 2026\r\nA: 1\r\n\r\nx\r\n\r\nFrom b Mon Nov 23 10:00:01 2026\r\nB: 2\r\n\r\n",
	                {"A: 1\r\n\r\nx\r\n", "B: 2\r\n"}},
	        {"A: no mbox\n\nx\n\nFrom a Mon Nov 23 10:00:00 2026\nB: 2\n\ny",
	                {"A: no mbox\n\nx\n", "B: 2\n\ny"}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *path = temporary_file(cases[i].mbox);
		struct error err;
		struct mailbox *box = mailbox_open(path, MAILBOX_MBOX, 1000, &err);
		struct strbuf raw = STRBUF_INIT;
		bool cut;
		size_t n = 0;
		while (mailbox_next(box, &raw, &cut, &err) == MAILBOX_MESSAGE && n < 4) {
			cr_expect_not(cut);
			cr_expect_str_eq(raw.data, cases[i].messages[n] ? cases[i].messages[n] : "(none)",
			        "case %zu, message %zu: %s", i, n, raw.data);
			n++;
		}
		cr_expect(n == 4 || !cases[i].messages[n], "case %zu: only %zu messages", i, n);
		strbuf_release(&raw);
		mailbox_close(box);
		unlink(path);
		free(path);
	}
}

Test(mail_pieces, a_message_over_the_limit_is_cut_and_the_next_is_whole)
{
	struct strbuf text = STRBUF_INIT, raw = STRBUF_INIT;
	strbuf_adds(&text, "From a Mon Nov 23 10:00:00 2026\nA: 1\n\n");
	for (int i = 0; i < 100; i++)
		strbuf_adds(&text, "0123456789012345678901234567890123456789\n");
	strbuf_adds(&text, "\nFrom b Mon Nov 23 10:00:01 2026\nB: 2\n\ny\n");
	char *path = temporary_file(text.data);
	static const enum mailbox_format formats[] = {MAILBOX_ONE, MAILBOX_MBOX};
	for (size_t f = 0; f < 2; f++) {
		struct error err;
		struct mailbox *box = mailbox_open(path, formats[f], 1000, &err);
		bool cut;
		cr_assert_eq(mailbox_next(box, &raw, &cut, &err), MAILBOX_MESSAGE);
		cr_expect(cut);
		cr_expect_eq(raw.length, 1000, "%zu", raw.length);
		if (formats[f] == MAILBOX_MBOX) {
			cr_assert_eq(mailbox_next(box, &raw, &cut, &err), MAILBOX_MESSAGE);
			cr_expect_not(cut);
			cr_expect_str_eq(raw.data, "B: 2\n\ny\n");
		}
		cr_expect_eq(mailbox_next(box, &raw, &cut, &err), MAILBOX_END);
		mailbox_close(box);
	}
	unlink(path);
	free(path);
	strbuf_release(&text);
	strbuf_release(&raw);
}

Test(mail_pieces, forms)
{
	static const struct {
		const char *form;
		const char *email, *name, *subject, *body; /* email NULL: refused with the reason in body */
	} cases[] = {
	        {"{\"email\":\"a@b.example\",\"name\":\"Аня\",\"subject\":\"x\\ny\",\"message\":\"hi\\r\\nthere\\n\"}",
	                "a@b.example", "Аня", "x y", "hi\nthere"},
	        {"email=a%40b.example&name=%D0%90+B&subject=&message=1%0D%0A2&other=x\n", "a@b.example",
	                "А B", "", "1\n2"},
	        {"email=a@b.example&message=%CF%F0%E8%E2%E5%F2", "a@b.example", "", "", "Привет"},
	        {"", NULL, NULL, NULL, "no message"},
	        {"message=x", NULL, NULL, NULL, "the form has no usable email"},
	        {"email=a b@c&message=x", NULL, NULL, NULL, "the form has no usable email"},
	        {"email=a@b.example&message=+", NULL, NULL, NULL, "the form has no message"},
	        {"{\"email\":\"a@b.example\",\"message\":3}", NULL, NULL, NULL, "the form has no message"},
	};
	static const struct mail_limits limits = MAIL_LIMITS_DEFAULT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mail mail;
		struct error err;
		bool good = form_parse(&mail, slice_of(cases[i].form), &limits, &err);
		cr_expect_eq(good, cases[i].email != NULL, "case %zu: %s", i, good ? mail.body : err.text);
		if (!good) {
			cr_expect_str_eq(err.text, cases[i].body, "case %zu: %s", i, err.text);
			continue;
		}
		cr_expect_str_eq(mail.from.email, cases[i].email);
		cr_expect_str_eq(mail.from.name, cases[i].name);
		cr_expect_str_eq(mail.subject, cases[i].subject);
		cr_expect_str_eq(mail.body, cases[i].body, "case %zu: %s", i, mail.body);
		cr_expect_str_eq(mail.channel, "form");
		mail_release(&mail);
	}
	struct mail one, two, again;
	struct error err;
	cr_assert(form_parse(&one, slice_of("email=a@b.example&message=x&id=1"), &limits, &err));
	cr_assert(form_parse(&two, slice_of("email=a@b.example&message=x&id=2"), &limits, &err));
	cr_assert(form_parse(&again, slice_of("email=a@b.example&message=x&id=1"), &limits, &err));
	cr_expect_str_eq(one.message_id, again.message_id);
	cr_expect_str_neq(one.message_id, two.message_id);
	mail_release(&one);
	mail_release(&two);
	mail_release(&again);
}
