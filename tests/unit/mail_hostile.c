/*
 * Mail made to hurt: it must be parsed in memory and time that follow its size. The time bound is a wide one, twenty times
 * what it takes here with sanitizers, and counts only the time of this process, so that a busy machine breaks nothing; what it
 * catches is quadratic.
 */
#include "base/alloc.h"
#include "mail/html.h"
#include "mail/mail.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_MS = 20000 };

static int64_t spent_ms(void)
{
	struct timespec spent;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	return (int64_t)spent.tv_sec * 1000 + spent.tv_nsec / 1000000;
}

static void expect_parsed(const char *name, struct strbuf *text)
{
	static const struct mail_limits limits = MAIL_LIMITS_DEFAULT;
	struct mail mail;
	struct error err;
	int64_t start = spent_ms();
	cr_expect(mail_parse(&mail, (struct slice){text->data, text->length}, &limits, false, &err), "%s: %s",
	        name, err.text);
	cr_expect_lt(spent_ms() - start, PATIENCE_MS, "%s took %ld ms", name, (long)(spent_ms() - start));
	cr_expect_leq(strlen(mail.body), limits.body + 200, "%s", name);
	cr_expect_leq(mail.attachment_count, 500, "%s", name);
	mail_release(&mail);
	strbuf_release(text);
}

static void repeat(struct strbuf *out, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		strbuf_adds(out, text);
}

Test(mail_hostile, headers)
{
	mail_setup();
	static const char *const lines[] = {
	        "To: a@b.cc\n",
	        "X: y\n",
	        " folded\n",
	        "References: <a@b>\n",
	        "Content-Type: multipart/mixed; boundary=b\n",
	        "Subject: =?utf-8?q?\n",
	        "From: (((((((((((((((\n",
	        "List-Unsubscribe: x\n",
	        "To: a:b:c:d:e:f;;;\n",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct strbuf text = STRBUF_INIT;
		strbuf_adds(&text, "From: a@b.example\n");
		repeat(&text, lines[i], 100000);
		strbuf_adds(&text, "\nbody\n");
		expect_parsed(lines[i], &text);
	}
	static const char *const pieces[] = {
	        "a@b.cc, ", "((((", "a:", "=?utf-8?q?", "=?utf-8?q?a?= ", "<a", "\"", "; n*1=x", "\\"};
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct strbuf text = STRBUF_INIT;
		static const char *const fields[] = {
		        "To", "Subject", "References", "Content-Type", "Content-Disposition", "Date"};
		strbuf_adds(&text, "From: a@b.example\n");
		for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
			strbuf_addf(&text, "%s: ", fields[f]);
			repeat(&text, pieces[i], 100000);
			strbuf_addc(&text, '\n');
		}
		strbuf_adds(&text, "\nbody\n");
		expect_parsed(pieces[i], &text);
	}
}

Test(mail_hostile, parts)
{
	mail_setup();
	struct strbuf nested = STRBUF_INIT, flat = STRBUF_INIT, forwards = STRBUF_INIT,
	              alternatives = STRBUF_INIT;
	strbuf_adds(&nested, "From: a@b.example\n");
	for (int i = 0; i < 10000; i++)
		strbuf_addf(&nested, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	strbuf_addc(&nested, '\n');
	repeat(&nested, "--b\n", 1000000);
	expect_parsed("nested multiparts", &nested);

	strbuf_adds(&flat, "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n");
	repeat(&flat, "--b\nContent-Type: image/png\n\nx\n", 100000);
	expect_parsed("a hundred thousand parts", &flat);

	strbuf_adds(&forwards, "From: a@b.example\n");
	repeat(&forwards, "Content-Type: message/rfc822\n\n", 100000);
	expect_parsed("nested messages", &forwards);

	strbuf_adds(&alternatives, "From: a@b.example\n");
	for (int i = 0; i < 100; i++)
		strbuf_addf(&alternatives,
		        "Content-Type: multipart/alternative; boundary=b%d\n\n--b%d\n\n\n--b%d\n", i, i, i);
	strbuf_adds(&alternatives, "\n");
	repeat(&alternatives, " \n", 1000000);
	expect_parsed("nested alternatives", &alternatives);
}

Test(mail_hostile, twenty_megabytes)
{
	mail_setup();
	static const struct {
		const char *type, *piece;
	} cases[] = {
	        {"text/plain; charset=utf-8", "слова и слова\n"},
	        {"text/plain; charset=utf-8", "\xff"},
	        {"text/plain; charset=iso-2022-jp", "\x1b$B\xff"},
	        {"text/plain; format=flowed", ">>>> a \n"},
	        {"text/html", "<p>"},
	        {"text/html", "<a href='http://x'>y"},
	        {"text/html", "</b><i>"},
	        {"text/html", "<!--"},
	        {"text/html", "&amp"},
	        {"text/html", "<table><td>x"},
	        {"text/html", "<blockquote>"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text = STRBUF_INIT;
		strbuf_addf(&text, "From: a@b.example\nContent-Type: %s\n\n", cases[i].type);
		repeat(&text, cases[i].piece, (20 << 20) / strlen(cases[i].piece));
		expect_parsed(cases[i].piece, &text);
	}
}

Test(mail_hostile, deep_html_keeps_its_text)
{
	mail_setup();
	struct strbuf html = STRBUF_INIT, text = STRBUF_INIT;
	repeat(&html, "<div><span>", 5000);
	strbuf_adds(&html, "the point<script>x</script></span> &amp; more");
	html_to_text(&text, (struct slice){html.data, html.length});
	cr_expect_not_null(strstr(text.data, "the point"), "%s", text.data);
	strbuf_release(&html);
	strbuf_release(&text);
}
