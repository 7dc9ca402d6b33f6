/* The help centre's form as a message, in the two encodings that web servers hand on. */
#include "mail/form.h"

#include "base/alloc.h"
#include "mail/charset.h"

#include <glib.h>
#include <jansson.h>
#include <stdlib.h>

enum field { EMAIL, NAME, SUBJECT, MESSAGE, ID, FIELDS };
static const char *const names[FIELDS] = {"email", "name", "subject", "message", "id"};

static bool read_json(char *values[FIELDS], struct slice raw, struct error *err)
{
	json_error_t why;
	json_t *object = json_loadb(raw.data, raw.length, JSON_REJECT_DUPLICATES, &why);
	if (!object)
		return error_set(err, ERROR_INPUT, "bad JSON in line %d: %s", why.line, why.text);
	for (int f = 0; f < FIELDS; f++) {
		const char *text = json_string_value(json_object_get(object, names[f]));
		if (text)
			values[f] = alloc_copy(text);
	}
	json_decref(object);
	return true;
}

/* %XX and + undone. */
static void undo_percent(struct strbuf *out, struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		int high = i + 2 < text.length ? g_ascii_xdigit_value(text.data[i + 1]) : -1;
		int low = i + 2 < text.length ? g_ascii_xdigit_value(text.data[i + 2]) : -1;
		if (text.data[i] == '%' && high >= 0 && low >= 0) {
			strbuf_addc(out, (char)(high * 16 + low));
			i += 2;
		} else {
			strbuf_addc(out, text.data[i] == '+' ? ' ' : text.data[i]);
		}
	}
}

static void read_pair(char *values[FIELDS], struct slice pair)
{
	const char *equals = memchr(pair.data, '=', pair.length);
	size_t name = equals ? (size_t)(equals - pair.data) : pair.length;
	for (int f = 0; f < FIELDS; f++) {
		if (values[f] || !equals || !slice_equals((struct slice){pair.data, name}, names[f]))
			continue;
		struct strbuf bytes = STRBUF_INIT, text = STRBUF_INIT;
		undo_percent(&bytes, slice_from(pair, name + 1));
		charset_to_utf8(&text, (struct slice){bytes.data, bytes.length}, NULL);
		values[f] = strbuf_detach(&text);
		strbuf_release(&bytes);
	}
}

static void read_urlencoded(char *values[FIELDS], struct slice raw)
{
	while (raw.length && strchr("\r\n ", raw.data[raw.length - 1]))
		raw.length--;
	while (raw.length) {
		const char *end = memchr(raw.data, '&', raw.length);
		size_t length = end ? (size_t)(end - raw.data) : raw.length;
		read_pair(values, (struct slice){raw.data, length});
		raw = slice_from(raw, end ? length + 1 : length);
	}
}

static char *one_line(const char *text)
{
	struct strbuf line = STRBUF_INIT;
	header_one_line(&line, text ? text : "");
	return strbuf_detach(&line);
}

/* LF, none at the ends, cut at the limit. */
static char *body_text(const char *text, size_t most)
{
	struct strbuf out = STRBUF_INIT;
	text += strspn(text, " \t\r\n");
	for (; *text && out.length < most; text++)
		if (*text != '\r')
			strbuf_addc(&out, *text);
		else if (text[1] != '\n')
			strbuf_addc(&out, '\n');
	size_t length = out.length;
	while (length && *text && ((unsigned char)*text & 0xC0) == 0x80 &&
	        ((unsigned char)out.data[length - 1] & 0xC0) == 0x80)
		length--;
	if (*text && ((unsigned char)*text & 0xC0) == 0x80 && length)
		length--;
	while (length && strchr(" \t\n", out.data[length - 1]))
		length--;
	strbuf_truncate(&out, length);
	return strbuf_detach(&out);
}

static char *form_id(char *values[FIELDS])
{
	struct strbuf all = STRBUF_INIT;
	if (values[ID] && *values[ID])
		strbuf_adds(&all, values[ID]);
	for (int f = 0; f < ID && !(values[ID] && *values[ID]); f++)
		strbuf_addf(&all, "%s\n", values[f] ? values[f] : "");
	char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all.data, (gssize)all.length);
	char *id = alloc_format("%s@form.invalid", hash);
	g_free(hash);
	strbuf_release(&all);
	return id;
}

bool form_parse(struct mail *mail, struct slice raw, const struct mail_limits *limits, struct error *err)
{
	*mail = (struct mail){.channel = "form", .auto_reason = ""};
	while (raw.length && strchr("\r\n\t ", *raw.data) && *raw.data)
		raw = slice_from(raw, 1);
	if (!raw.length)
		return error_set(err, ERROR_INPUT, "no message");
	char *values[FIELDS] = {NULL};
	bool good = true;
	if (*raw.data == '{')
		good = read_json(values, raw, err);
	else
		read_urlencoded(values, raw);
	char *email = one_line(values[EMAIL]);
	if (good && (!strchr(email, '@') || strpbrk(email, " <>,;\"") || strlen(email) > 320))
		good = error_set(err, ERROR_INPUT, "the form has no usable email");
	if (good && !(values[MESSAGE] && values[MESSAGE][strspn(values[MESSAGE], " \t\r\n")]))
		good = error_set(err, ERROR_INPUT, "the form has no message");
	if (good) {
		mail->message_id = form_id(values);
		mail->from = (struct mail_address){one_line(values[NAME]), alloc_copy(email)};
		mail->subject = one_line(values[SUBJECT]);
		mail->body = body_text(values[MESSAGE], limits->body);
		mail->in_reply_to = alloc_copy("");
		mail->reply_to = alloc_copy("");
		mail->date = alloc_copy("");
	}
	free(email);
	for (int f = 0; f < FIELDS; f++)
		free(values[f]);
	return good;
}
