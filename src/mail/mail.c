/*
 * From bytes to struct mail. What is hard is elsewhere (parts, charsets, text); here is what a support desk makes of it: who the
 * sender is when three fields disagree, an id for mail that has none, names for attachments that have none.
 */
#include "mail/mail.h"

#include "base/alloc.h"
#include "mail/automatic.h"
#include "mail/charset.h"
#include "mail/part.h"
#include "mail/readable.h"

#include <ctype.h>
#include <gmime/gmime.h>
#include <libxml/parser.h>

enum { NAME_MOST = 200, ATTACHMENTS_MOST = 500 };

void mail_setup(void)
{
	g_mime_init();
	xmlInitParser();
}

static void sha256(char hex[65], const char *bytes, size_t length)
{
	char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	snprintf(hex, 65, "%s", sum);
	g_free(sum);
}

/* ---- people -------------------------------------------------------------------------------------- */

static void take_first(void *context, const char *display, const char *email)
{
	struct mail_address *address = context;
	bool better = !address->email || (!strchr(address->email, '@') && strchr(email, '@'));
	if (!better)
		return;
	free(address->name);
	free(address->email);
	*address = (struct mail_address){alloc_copy(display), alloc_copy(email)};
}

static void take_email(void *context, const char *display, const char *email)
{
	text_list_add(context, email);
}

/* Who wrote it: the first of From; where there is none, who sent it or wants the answer. */
static bool read_sender(struct mail *mail, const struct part *part, struct error *err)
{
	static const char *const fields[] = {"From", "Sender", "Reply-To", "Return-Path"};
	struct mail_address address = {NULL, NULL};
	for (size_t i = 0;
	        i < sizeof fields / sizeof *fields && !(address.email && strchr(address.email, '@')); i++)
		header_addresses(&part->header, fields[i], part->charset, take_first, &address);
	if (!address.email)
		address.email = header_rough_address(&part->header, "From");
	mail->from.name = address.name ? address.name : alloc_copy("");
	mail->from.email = address.email ? address.email : alloc_copy("");
	return address.email || error_set(err, ERROR_INPUT, "no sender");
}

static void read_people(struct mail *mail, const struct part *part)
{
	const struct header *header = &part->header;
	struct mail_address reply = {NULL, NULL};
	header_addresses(header, "Reply-To", part->charset, take_first, &reply);
	mail->reply_to = reply.email ? reply.email : alloc_copy("");
	free(reply.name);
	header_addresses(header, "To", part->charset, take_email, &mail->to);
	header_addresses(header, "Cc", part->charset, take_email, &mail->cc);
	header_addresses(header, "Delivered-To", part->charset, take_email, &mail->delivered);
	header_addresses(header, "X-Original-To", part->charset, take_email, &mail->delivered);
}

/* ---- the other fields ---------------------------------------------------------------------------- */

static char *first_id(const struct header *header, const char *name)
{
	struct text_list ids = {NULL, 0};
	header_ids(&ids, header, name);
	char *id = alloc_copy(ids.count ? ids.items[0] : "");
	text_list_release(&ids);
	return id;
}

static void read_ids(struct mail *mail, const struct part *part)
{
	mail->message_id = first_id(&part->header, "Message-Id");
	mail->in_reply_to = first_id(&part->header, "In-Reply-To");
	header_ids(&mail->references, &part->header, "References");
	if (*mail->message_id)
		return;
	char hash[65];
	const char *start =
	        part->header.fields[0]
	                .name.data; /* behind an envelope line, which changes with each delivery */
	sha256(hash, start, (size_t)(part->raw.data + part->raw.length - start));
	free(mail->message_id);
	mail->message_id = alloc_format("%s@no-message-id.invalid", hash);
}

static char *read_date(const struct header *header)
{
	struct strbuf value = STRBUF_INIT;
	header_value(&value, header_find(header, "Date"), NULL);
	GDateTime *date = value.length ? g_mime_utils_header_decode_date(value.data) : NULL;
	strbuf_release(&value);
	GDateTime *utc = date ? g_date_time_to_utc(date) : NULL;
	char *text = NULL;
	if (utc && g_date_time_get_year(utc) >= 1970 && g_date_time_get_year(utc) < 2100) {
		char *formatted = g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ");
		text = alloc_copy(formatted);
		g_free(formatted);
	}
	if (date)
		g_date_time_unref(date);
	if (utc)
		g_date_time_unref(utc);
	return text ? text : alloc_copy("");
}

static char *read_subject(const struct part *part)
{
	struct strbuf text = STRBUF_INIT;
	header_text(&text, header_find(&part->header, "Subject"), part->charset);
	return strbuf_detach(&text);
}

/* ---- attachments --------------------------------------------------------------------------------- */

static const char *extension_of(const char *type)
{
	static const struct {
		const char *type, *extension;
	} known[] = {
	        {"text/plain", "txt"},
	        {"text/html", "html"},
	        {"text/csv", "csv"},
	        {"text/calendar", "ics"},
	        {"text/rfc822-headers", "txt"},
	        {"text/vcard", "vcf"},
	        {"image/png", "png"},
	        {"image/jpeg", "jpg"},
	        {"image/gif", "gif"},
	        {"image/webp", "webp"},
	        {"image/svg+xml", "svg"},
	        {"application/pdf", "pdf"},
	        {"application/zip", "zip"},
	        {"application/json", "json"},
	        {"application/pkcs7-signature", "p7s"},
	        {"application/pkcs7-mime", "p7m"},
	        {"application/pgp-signature", "asc"},
	        {"message/rfc822", "eml"},
	        {"message/delivery-status", "txt"},
	        {"message/disposition-notification", "txt"},
	        {"application/ms-tnef", "dat"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(type, known[i].type) == 0)
			return known[i].extension;
	return "bin";
}

/* Cuts in the middle, so that the extension stays. */
static void shorten(struct strbuf *name)
{
	if (name->length <= NAME_MOST)
		return;
	const char *dot = strrchr(name->data, '.');
	char *tail = alloc_copy(dot && strlen(dot) <= 16 ? dot : "");
	size_t keep = NAME_MOST - strlen(tail);
	while (keep && ((unsigned char)name->data[keep] & 0xC0) == 0x80)
		keep--;
	strbuf_truncate(name, keep);
	strbuf_adds(name, tail);
	free(tail);
}

/* A name without a path in it: what is behind the last slash, of either kind; "", "." and ".." are none. */
static bool plain_name(struct strbuf *name, const char *given)
{
	const char *start = given;
	for (const char *c = given; *c; c++)
		if (*c == '/' || *c == '\\')
			start = c + 1;
	header_one_line(name, start);
	shorten(name);
	return name->length && strspn(name->data, ". ") < name->length;
}

static char *attachment_name(const struct part *part, size_t ordinal)
{
	struct strbuf name = STRBUF_INIT;
	if (plain_name(&name, part->name))
		return strbuf_detach(&name);
	strbuf_clear(&name);
	if (strcmp(part->type, "message/rfc822") == 0 && part->count) {
		struct strbuf subject = STRBUF_INIT;
		header_text(&subject, header_find(&part->parts[0].header, "Subject"), part->parts[0].charset);
		for (char *c = subject.data; *c; c++)
			*c = *c == '/' || *c == '\\' || *c == ':' ? '_' : *c;
		strbuf_addf(&subject, "%s.eml", subject.length ? "" : "message");
		bool usable = plain_name(&name, subject.data);
		strbuf_release(&subject);
		if (usable)
			return strbuf_detach(&name);
		strbuf_clear(&name);
	}
	strbuf_addf(&name, "%s-%zu.%s", part_is_a(part, "image") ? "image" : "part", ordinal,
	        extension_of(part->type));
	return strbuf_detach(&name);
}

struct collector {
	struct mail *mail;
	const struct mail_limits *limits;
	size_t left_out;
};

static void collect(void *context, const struct part *part)
{
	struct collector *collector = context;
	struct mail *mail = collector->mail;
	if (mail->attachment_count >= ATTACHMENTS_MOST) {
		collector->left_out++;
		return;
	}
	if ((mail->attachment_count & (mail->attachment_count - 1)) == 0)
		mail->attachments = alloc_grow(mail->attachments,
		        mail->attachment_count ? mail->attachment_count * 2 : 1, sizeof *mail->attachments);
	struct mail_attachment *attachment = &mail->attachments[mail->attachment_count++];
	struct strbuf bytes = STRBUF_INIT;
	part_decode(part, &bytes);
	*attachment = (struct mail_attachment){.name = attachment_name(part, mail->attachment_count),
	        .type = alloc_copy(part->type),
	        .size = bytes.length,
	        .stored = bytes.length <= collector->limits->attachment};
	sha256(attachment->sha256, bytes.data, bytes.length);
	if (attachment->stored)
		attachment->bytes = strbuf_detach(&bytes);
	strbuf_release(&bytes);
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static void read_body(struct mail *mail, const struct part *part, const struct mail_limits *limits, bool cut)
{
	struct collector collector = {mail, limits, 0};
	struct readable readable = {
	        .text = STRBUF_INIT, .most = limits->body, .attach = collect, .context = &collector};
	readable_walk(&readable, part);
	const char *gap = readable.text.length ? "\n\n" : "";
	if (cut)
		strbuf_addf(&readable.text,
		        "%s[The message is larger than %zu bytes; the rest of it was not kept.]", gap,
		        limits->message);
	if (collector.left_out)
		strbuf_addf(&readable.text,
		        "%s[%zu more attachments are in the kept message and not listed.]", gap,
		        collector.left_out);
	mail->html = readable.html;
	mail->body = strbuf_detach(&readable.text);
}

/* Where lines end with a bare CR (the first line end decides), every one does: old Macs, broken scripts. */
static bool has_bare_cr(struct slice raw)
{
	for (size_t i = 0; i < raw.length; i++) {
		if (raw.data[i] == '\n')
			return false;
		if (raw.data[i] == '\r')
			return i + 1 >= raw.length || raw.data[i + 1] != '\n';
	}
	return false;
}

static struct slice without_front(struct slice raw)
{
	while (raw.length && strchr("\r\n \t", *raw.data) && *raw.data)
		raw = slice_from(raw, 1);
	return raw;
}

static bool has_field(const struct header *header)
{
	static const char *const telling[] = {"From", "To", "Subject", "Date", "Message-Id", "Received",
	        "Return-Path", "Sender", "Reply-To", "Content-Type", "MIME-Version"};
	for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
		if (header_find(header, telling[i]))
			return true;
	return false;
}

bool mail_parse(
        struct mail *mail, struct slice raw, const struct mail_limits *limits, bool cut, struct error *err)
{
	*mail = (struct mail){.channel = "email", .auto_reason = ""};
	struct strbuf copy = STRBUF_INIT;
	raw = without_front(raw);
	if (!raw.length)
		return error_set(err, ERROR_INPUT, "no message");
	if (has_bare_cr(raw)) {
		strbuf_add(&copy, raw.data, raw.length);
		for (size_t i = 0; i < copy.length; i++)
			if (copy.data[i] == '\r' && copy.data[i + 1] != '\n')
				copy.data[i] = '\n';
		raw.data = copy.data;
	}
	struct part part;
	part_read(&part, raw);
	bool good = (has_field(&part.header) || error_set(err, ERROR_INPUT, "no header")) &&
	            read_sender(mail, &part, err);
	if (good) {
		read_people(mail, &part);
		read_ids(mail, &part);
		mail->subject = read_subject(&part);
		mail->date = read_date(&part.header);
		mail->auto_reason = automatic_reason(&part.header, part.type, mail->from.email);
		mail->automatic = *mail->auto_reason != '\0';
		read_body(mail, &part, limits, cut);
	} else {
		mail_release(mail);
	}
	part_release(&part);
	strbuf_release(&copy);
	return good;
}

void mail_release(struct mail *mail)
{
	for (size_t i = 0; i < mail->attachment_count; i++) {
		free(mail->attachments[i].name);
		free(mail->attachments[i].type);
		free(mail->attachments[i].bytes);
	}
	free(mail->attachments);
	free(mail->message_id);
	free(mail->in_reply_to);
	free(mail->from.name);
	free(mail->from.email);
	free(mail->reply_to);
	free(mail->subject);
	free(mail->date);
	free(mail->body);
	text_list_release(&mail->references);
	text_list_release(&mail->to);
	text_list_release(&mail->cc);
	text_list_release(&mail->delivered);
	*mail = (struct mail){.channel = "email", .auto_reason = ""};
}

/* ---- reply token --------------------------------------------------------------------------------- */

enum { TOKEN_LEAST = 8, TOKEN_MOST = 64 };

static char *token_at(const char *s, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)s[i]))
			return NULL;
	char *token = length >= TOKEN_LEAST && length <= TOKEN_MOST ? alloc_copy_n(s, length) : NULL;
	for (char *c = token; c && *c; c++)
		*c = (char)tolower((unsigned char)*c); /* mail systems on the way may shout */
	return token;
}

static char *token_of_address(const char *address, const char *support)
{
	const char *plus = strchr(address, '+'), *at = strrchr(address, '@'),
	           *support_at = strrchr(support, '@');
	if (!plus || !at || plus > at)
		return NULL;
	bool ours =
	        !support_at || (strcasecmp(at, support_at) == 0 && plus - address == support_at - support &&
	                               strncasecmp(address, support, (size_t)(plus - address)) == 0);
	return ours ? token_at(plus + 1, (size_t)(at - plus - 1)) : NULL;
}

char *mail_token(const struct mail *mail, const char *support_address)
{
	const struct text_list *lists[] = {&mail->to, &mail->cc, &mail->delivered};
	for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
		for (size_t i = 0; i < lists[l]->count; i++) {
			char *token =
			        token_of_address(lists[l]->items[i], support_address ? support_address : "");
			if (token)
				return token;
		}
	for (const char *open = mail->subject; (open = strstr(open, "[#")); open += 2) {
		char *token = token_at(open + 2, strcspn(open + 2, "]"));
		if (token && open[2 + strlen(token)] == ']')
			return token;
		free(token);
	}
	return alloc_copy("");
}
