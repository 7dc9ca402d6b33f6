/*
 * Composing replies. GMime encodes and folds; what it would pass through unchanged is made harmless here first: it takes a line
 * end inside a subject for a fold, and an address as it is.
 */
#include "mail/compose.h"

#include "base/alloc.h"
#include "mail/header.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

enum {
	ADDRESS_MOST = 320, /* RFC 5321 4.5.3.1: 64 and 255 bytes, and the @ */
	ID_MOST = 500,
	REFERENCES_MOST =
	        20, /* RFC 5537 3.4.4: when there are too many, the first one and the last ones stay */
};

/* ---- what may stand in a header ---------------------------------------------------------------- */

bool compose_is_address(const char *address)
{
	const char *at = strrchr(address, '@');
	if (!at || at == address || !at[1] || strlen(address) > ADDRESS_MOST)
		return false;
	for (const char *c = address; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7F || strchr("<>,;:\\\"()[]", *c))
			return false;
	return true;
}

static bool is_id(const char *id, size_t length)
{
	if (length == 0 || length > ID_MOST)
		return false;
	for (size_t i = 0; i < length; i++)
		if (id[i] <= ' ' || id[i] > '~' || id[i] == '<' || id[i] == '>')
			return false;
	return true;
}

bool compose_read_mailbox(const char *text, char **name, char **email, struct error *err)
{
	const char *open = strrchr(text, '<'), *close = open ? strchr(open, '>') : NULL;
	bool bracketed = open && close && !close[1];
	*email = bracketed ? alloc_copy_n(open + 1, (size_t)(close - open) - 1) : alloc_copy(text);
	struct strbuf display = STRBUF_INIT, one_line = STRBUF_INIT;
	if (bracketed)
		strbuf_add(&display, text, (size_t)(open - text));
	header_one_line(&one_line, display.data);
	if (one_line.length > 1 && one_line.data[0] == '"' && one_line.data[one_line.length - 1] == '"') {
		strbuf_truncate(&one_line, one_line.length - 1);
		strbuf_remove(&one_line, 0, 1);
	}
	strbuf_release(&display);
	*name = strbuf_detach(&one_line);
	if (compose_is_address(*email))
		return true;
	free(*name);
	free(*email);
	*name = *email = NULL;
	return error_set(err, ERROR_USAGE,
	        "\"%s\" is no address; right are help@example.com and \"Example Support <help@example.com>\"",
	        text);
}

/* ---- the header ---------------------------------------------------------------------------------- */

static void add_mailbox(GMimeMessage *message, GMimeAddressType type, const char *name, const char *email)
{
	struct strbuf clean = STRBUF_INIT;
	header_one_line(&clean, name);
	InternetAddress *address = internet_address_mailbox_new(clean.length ? clean.data : NULL, email);
	internet_address_set_charset(address, "utf-8"); /* otherwise iso-8859-5 for Russian names */
	internet_address_list_add(g_mime_message_get_addresses(message, type), address);
	g_object_unref(address);
	strbuf_release(&clean);
}

static void add_copies(GMimeMessage *message, const char *cc)
{
	for (; *cc; cc += strspn(cc, " ")) {
		size_t length = strcspn(cc, " ");
		char *email = alloc_copy_n(cc, length);
		if (compose_is_address(email))
			add_mailbox(message, GMIME_ADDRESS_TYPE_CC, "", email);
		free(email);
		cc += length;
	}
}

static void set_subject(GMimeMessage *message, const char *subject)
{
	struct strbuf clean = STRBUF_INIT;
	header_one_line(&clean, subject);
	g_mime_message_set_subject(message, clean.data, "utf-8");
	strbuf_release(&clean);
}

/* Our own ids are made by the database, a customer's are as he sent them. */
static void set_references(GMimeMessage *message, const struct reply_mail *mail)
{
	struct text_list ids = {NULL, 0};
	for (const char *at = mail->references; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		char *id = alloc_copy_n(at, length);
		if (is_id(id, length))
			text_list_add(&ids, id);
		free(id);
		at += length;
	}
	struct strbuf value = STRBUF_INIT;
	for (size_t i = 0; i < ids.count; i++)
		if (i == 0 || i + REFERENCES_MOST > ids.count)
			strbuf_addf(&value, "%s<%s>", value.length ? " " : "", ids.items[i]);
	if (is_id(mail->in_reply_to, strlen(mail->in_reply_to))) {
		char *answered = alloc_format("<%s>", mail->in_reply_to);
		g_mime_object_set_header(GMIME_OBJECT(message), "In-Reply-To", answered, NULL);
		free(answered);
	}
	if (value.length)
		g_mime_object_set_header(GMIME_OBJECT(message), "References", value.data, NULL);
	strbuf_release(&value);
	text_list_release(&ids);
}

static void set_date(GMimeMessage *message, int64_t seconds)
{
	GDateTime *date = g_date_time_new_from_unix_utc(seconds);
	if (date) {
		g_mime_message_set_date(message, date);
		g_date_time_unref(date);
	}
}

/* ---- the text -------------------------------------------------------------------------------------- */

/* Line ends as mail has them, CRLF, one at the end. NUL ends a C string, so there is none; other controls are encoded. */
static void canonical_text(struct strbuf *out, const char *body)
{
	for (const char *c = body; *c; c++) {
		if (*c == '\r' && c[1] == '\n')
			continue;
		if (*c == '\n' || *c == '\r')
			strbuf_adds(out, "\r\n");
		else
			strbuf_addc(out, *c);
	}
	if (out->length < 2 || out->data[out->length - 1] != '\n')
		strbuf_adds(out, "\r\n");
}

/* What GMime finds best; controls do not travel as they are. */
static GMimeContentEncoding encoding_of(GMimePart *part, const struct strbuf *text)
{
	for (const char *c = text->data; *c; c++)
		if (((unsigned char)*c < ' ' && !strchr("\t\r\n", *c)) || *c == 0x7F)
			return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	return g_mime_part_get_best_content_encoding(part, GMIME_ENCODING_CONSTRAINT_7BIT);
}

static GMimeObject *make_text(const char *body)
{
	struct strbuf text = STRBUF_INIT;
	canonical_text(&text, body);
	GMimePart *part = g_mime_part_new_with_type("text", "plain");
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text.data, text.length);
	GMimeDataWrapper *content =
	        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding_of(part, &text));
	g_object_unref(content);
	g_object_unref(stream);
	strbuf_release(&text);
	return GMIME_OBJECT(part);
}

/* ---- files ----------------------------------------------------------------------------------------- */

/* One line, and no path in it: what a mail program writes to a disk. */
static void set_name(GMimePart *part, const char *name)
{
	struct strbuf clean = STRBUF_INIT;
	header_one_line(&clean, name);
	for (char *c = clean.data; clean.length && *c; c++)
		if (*c == '/' || *c == '\\')
			*c = '_';
	g_mime_part_set_filename(part, clean.length ? clean.data : "attachment");
	strbuf_release(&clean);
}

/* A type that could not be parsed again is none. Text is sent as the bytes that it is: its charset is not known, and line ends
 * that change would be another file. */
static GMimePart *typed_part(const char *type)
{
	const char *slash = strchr(type, '/');
	const size_t length = strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789+-./");
	const bool good = slash && slash > type && slash[1] && !type[length] && !strchr(slash + 1, '/') &&
	                  strncmp(type, "multipart/", 10) != 0 && strncmp(type, "message/", 8) != 0;
	if (!good)
		return g_mime_part_new_with_type("application", "octet-stream");
	char *first = alloc_copy_n(type, (size_t)(slash - type));
	GMimePart *part = g_mime_part_new_with_type(first, slash + 1);
	free(first);
	return part;
}

static GMimeObject *make_file(const struct attached_file *file)
{
	GMimePart *part = typed_part(file->type);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(file->bytes ? file->bytes : "", file->size);
	GMimeDataWrapper *content =
	        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
	set_name(part, file->name);
	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_object_unref(content);
	g_object_unref(stream);
	return GMIME_OBJECT(part);
}

/* The text, or the text and the files. The boundary is made of the message id, which is in no other message, so that the same
 * reply is the same bytes; what looks like it cannot stand in base64, and in the text GMime would have encoded it. */
static GMimeObject *make_body(const struct reply_mail *mail)
{
	GMimeObject *text = make_text(mail->body);
	if (!mail->attached || !mail->attached->count)
		return text;
	GMimeMultipart *all = g_mime_multipart_new_with_subtype("mixed");
	char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, mail->message_id, -1);
	char *boundary = alloc_format("=_%.40s", sum);
	g_mime_multipart_set_boundary(all, boundary);
	g_mime_multipart_add(all, text);
	g_object_unref(text);
	for (size_t i = 0; i < mail->attached->count; i++) {
		GMimeObject *file = make_file(&mail->attached->files[i]);
		g_mime_multipart_add(all, file);
		g_object_unref(file);
	}
	free(boundary);
	g_free(sum);
	return GMIME_OBJECT(all);
}

/* ---- the message ----------------------------------------------------------------------------------- */

static bool check(const struct reply_mail *mail, struct error *err)
{
	const char *const addresses[] = {mail->from_email, mail->to_email, mail->reply_to};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		if (!compose_is_address(addresses[i]) && (addresses[i] != mail->reply_to || *mail->reply_to))
			return error_set(err, ERROR_INPUT, "\"%s\" is no address that mail can be sent to",
			        addresses[i]);
	if (!is_id(mail->message_id, strlen(mail->message_id)))
		return error_set(err, ERROR_INPUT, "\"%s\" is no message id", mail->message_id);
	return true;
}

bool compose_reply(struct strbuf *out, const struct reply_mail *mail, struct error *err)
{
	if (!check(mail, err))
		return false;
	GMimeMessage *message = g_mime_message_new(FALSE);
	add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from_email);
	add_mailbox(message, GMIME_ADDRESS_TYPE_TO, mail->to_name, mail->to_email);
	add_copies(message, mail->cc);
	if (*mail->reply_to)
		add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, "", mail->reply_to);
	set_subject(message, mail->subject);
	set_date(message, mail->date);
	g_mime_message_set_message_id(message, mail->message_id);
	set_references(message, mail);
	GMimeObject *body = make_body(mail);
	g_mime_message_set_mime_part(message, body);
	g_object_unref(body);
	GMimeFormatOptions *options = g_mime_format_options_new();
	g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
	char *bytes = g_mime_object_to_string(GMIME_OBJECT(message), options);
	strbuf_adds(out, bytes);
	g_free(bytes);
	g_mime_format_options_free(options);
	g_object_unref(message);
	return true;
}
