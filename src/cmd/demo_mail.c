/*
 * Building a mail: headers as encoded words (RFC 2047), the text as base64. Cyrillic subjects so take the same
 * way through the intake's decoder as real ones.
 */
#include "cmd/demo_mail.h"

#include "core/action.h"

#include <string.h>
#include <time.h>

/* Bytes of text in an encoded word: 39 become 52 characters of base64, and "Subject: " with it stays within RFC 2047's 76. */
enum { WORD_MOST = 39, LINE_MOST = 57 };

static void add_base64(struct strbuf *out, const char *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < length; i += 3) {
		unsigned left = (unsigned)(length - i < 3 ? length - i : 3);
		unsigned long group = (unsigned long)(unsigned char)bytes[i] << 16;
		group |= left > 1 ? (unsigned long)(unsigned char)bytes[i + 1] << 8 : 0;
		group |= left > 2 ? (unsigned long)(unsigned char)bytes[i + 2] : 0;
		for (unsigned d = 0; d < 4; d++)
			strbuf_addc(out, d <= left ? digits[group >> (18 - 6 * d) & 63] : '=');
	}
}

/* The longest beginning of at most WORD_MOST bytes that ends between characters. */
static size_t word_length(const char *text)
{
	size_t length = strlen(text);
	if (length <= WORD_MOST)
		return length;
	length = WORD_MOST;
	while (length > 1 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	return length;
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~' ||
		        strchr("()<>@,;:\\\"[]=", *text))
			return false;
	return true;
}

static void add_words(struct strbuf *out, const char *text)
{
	if (is_plain(text)) {
		strbuf_adds(out, text);
		return;
	}
	for (const char *sep = ""; *text; sep = "\r\n ") {
		size_t length = word_length(text);
		strbuf_addf(out, "%s=?UTF-8?B?", sep);
		add_base64(out, text, length);
		strbuf_adds(out, "?=");
		text += length;
	}
}

static void add_date(struct strbuf *out)
{
	time_t now = time(NULL);
	struct tm utc;
	char date[64];
	gmtime_r(&now, &utc);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &utc);
	strbuf_addf(out, "Date: %s\r\n", date);
}

void demo_mail_build(const struct demo_mail *mail, struct strbuf *out)
{
	char unique[37];
	action_make_id(unique);
	strbuf_adds(out, "From: ");
	add_words(out, mail->from_name);
	strbuf_addf(out, "\r\n <%s>\r\nTo: <%s>\r\nSubject: ", mail->from_email, mail->to);
	add_words(out, mail->subject);
	strbuf_adds(out, "\r\n");
	add_date(out);
	strbuf_addf(out, "Message-ID: <%s@%s>\r\n", unique, strchr(mail->from_email, '@') + 1);
	if (mail->in_reply_to[0])
		strbuf_addf(out, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", mail->in_reply_to,
		        mail->in_reply_to);
	strbuf_adds(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	                 "Content-Transfer-Encoding: base64\r\n\r\n");
	size_t length = strlen(mail->body);
	for (size_t i = 0; i < length; i += LINE_MOST) {
		add_base64(out, mail->body + i, length - i < LINE_MOST ? length - i : LINE_MOST);
		strbuf_adds(out, "\r\n");
	}
}
