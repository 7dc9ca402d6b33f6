/*
 * The MIME tree. GMime's parser builds it too, but checks every line that begins with "--" against all open boundaries: 1.5 MB with
 * a thousand nested multiparts takes it 1.5 s, 20 MB half a minute. Here each level looks for its own boundary only,
 * inside what its parent left, and the depth is bounded: time is depth times size whatever the input.
 * What GMime does well, the grammar of the fields and the encodings, is GMime's.
 */
#include "mail/part.h"

#include "base/alloc.h"
#include "mail/charset.h"

#include <ctype.h>
#include <gmime/gmime.h>

bool part_is_a(const struct part *part, const char *kind)
{
	size_t n = strlen(kind);
	return strncmp(part->type, kind, n) == 0 && part->type[n] == '/';
}

/* ---- fields -------------------------------------------------------------------------------------- */

static char *clean_parameter(GMimeParamList *parameters, const char *name)
{
	GMimeParam *parameter = parameters ? g_mime_param_list_get_parameter(parameters, name) : NULL;
	const char *value = parameter ? g_mime_param_get_value(parameter) : NULL;
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	if (value)
		charset_to_utf8(&text, slice_of(value), "utf-8");
	header_one_line(&line, text.data);
	strbuf_release(&text);
	return strbuf_detach(&line);
}

/* A field with parameters, in the form that GMime reads: encoded words (which RFC 2047 forbids there and every second mailer
 * writes) made UTF-8 words. */
static char *parameter_field(const struct header *header, const char *name)
{
	struct strbuf value = STRBUF_INIT, words = STRBUF_INIT;
	header_value(&value, header_find(header, name), NULL);
	header_words(&words, value.data, true);
	strbuf_release(&value);
	return strbuf_detach(&words);
}

static char *lower_type(GMimeContentType *type)
{
	char *mime = g_mime_content_type_get_mime_type(type);
	struct strbuf text = STRBUF_INIT;
	if (mime && strlen(mime) < 128)
		charset_to_utf8(&text, slice_of(mime), "utf-8");
	else
		strbuf_adds(&text, "application/octet-stream");
	for (char *c = text.data; *c; c++)
		*c = (unsigned char)*c <= ' ' ? '_' : (char)tolower((unsigned char)*c);
	g_free(mime);
	return strbuf_detach(&text);
}

/* Reads Content-Type into the part and returns the boundary ("" when none); the caller frees it. */
static char *read_type(struct part *part, const char *default_type)
{
	char *field = parameter_field(&part->header, "Content-Type");
	bool usable = strchr(field, '/') != NULL;
	if (!usable && strncasecmp(field, "text", 4) != 0 &&
	        *field) /* "Content-Type: attachment" and the like */
		default_type = "application/octet-stream";
	GMimeContentType *type = g_mime_content_type_parse(NULL, usable ? field : default_type);
	GMimeParamList *parameters = g_mime_content_type_get_parameters(type);
	part->type = lower_type(type);
	part->charset = clean_parameter(parameters, "charset");
	part->name = clean_parameter(parameters, "name");
	char *format = clean_parameter(parameters, "format");
	char *delsp = clean_parameter(parameters, "delsp");
	part->flowed = strcasecmp(format, "flowed") == 0;
	part->delsp = strcasecmp(delsp, "yes") == 0;
	char *boundary = clean_parameter(parameters, "boundary");
	free(format);
	free(delsp);
	g_object_unref(type);
	free(field);
	return boundary;
}

static void read_disposition(struct part *part)
{
	char *field = parameter_field(&part->header, "Content-Disposition");
	if (*field) {
		GMimeContentDisposition *disposition = g_mime_content_disposition_parse(NULL, field);
		part->attached = strcasecmp(g_mime_content_disposition_get_disposition(disposition),
		                         "attachment") == 0;
		char *name =
		        clean_parameter(g_mime_content_disposition_get_parameters(disposition), "filename");
		g_object_unref(disposition);
		if (*name) {
			free(part->name);
			part->name = name;
		} else {
			free(name);
		}
	}
	free(field);
}

/* ---- the tree ------------------------------------------------------------------------------------ */

static void read_part(
        struct part *part, struct slice raw, const char *default_type, int depth, size_t *budget);

static struct part *add_part(struct part *parent)
{
	if ((parent->count & (parent->count - 1)) == 0)
		parent->parts = alloc_grow(
		        parent->parts, parent->count ? parent->count * 2 : 1, sizeof *parent->parts);
	return &parent->parts[parent->count++];
}

/* Looks for the next delimiter line of `marker` ("--boundary") from *at on. Fills where the line starts and ends. */
static bool find_delimiter(struct slice body, const char *marker, size_t marker_length, size_t at,
        size_t *start, size_t *end, bool *closing)
{
	while (at < body.length) {
		const char *found = memmem(body.data + at, body.length - at, marker, marker_length);
		if (!found)
			return false;
		size_t begin = (size_t)(found - body.data), after = begin + marker_length;
		at = after;
		if (begin && body.data[begin - 1] != '\n')
			continue;
		*closing = after + 1 < body.length && body.data[after] == '-' && body.data[after + 1] == '-';
		after += *closing ? 2 : 0;
		while (after < body.length && strchr(" \t\r", body.data[after]) && body.data[after])
			after++;
		if (after < body.length && body.data[after] != '\n')
			continue; /* a longer boundary that begins with this one */
		*start = begin;
		*end = after < body.length ? after + 1 : after;
		return true;
	}
	return false;
}

/* The line end before a delimiter belongs to the delimiter (RFC 2046, 5.1.1). */
static size_t without_line_end(struct slice body, size_t from, size_t to)
{
	if (to > from && body.data[to - 1] == '\n')
		to--;
	if (to > from && body.data[to - 1] == '\r')
		to--;
	return to;
}

static void split(struct part *part, const char *boundary, int depth, size_t *budget)
{
	bool digest = strcmp(part->type, "multipart/digest") == 0;
	struct strbuf marker = STRBUF_INIT;
	strbuf_addf(&marker, "--%s", boundary);
	size_t start, end, next;
	bool closing = false;
	bool open = find_delimiter(part->body, marker.data, marker.length, 0, &start, &end, &closing);
	while (open && !closing && *budget) {
		size_t from = end, to = part->body.length;
		open = find_delimiter(part->body, marker.data, marker.length, from, &next, &end, &closing);
		if (open && *budget > 1)
			to = without_line_end(part->body, from, next);
		(*budget)--;
		if (to > from)
			read_part(add_part(part), (struct slice){part->body.data + from, to - from},
			        digest ? "message/rfc822" : "text/plain", depth + 1, budget);
	}
	strbuf_release(&marker);
}

static void open_message(struct part *part, int depth, size_t *budget)
{
	struct strbuf encoding = STRBUF_INIT;
	header_value(&encoding, header_find(&part->header, "Content-Transfer-Encoding"), NULL);
	bool encoded = strcasecmp(encoding.data, "base64") == 0 ||
	               strcasecmp(encoding.data, "quoted-printable") == 0;
	strbuf_release(&encoding);
	if (encoded || !*budget) /* RFC 2046 forbids it: an attachment, unopened */
		return;
	(*budget)--;
	read_part(add_part(part), part->body, "text/plain", depth + 1, budget);
}

static void read_part(
        struct part *part, struct slice raw, const char *default_type, int depth, size_t *budget)
{
	*part = (struct part){.raw = raw, .body = raw};
	header_read(&part->header, &part->body);
	char *boundary = read_type(part, default_type);
	read_disposition(part);
	struct strbuf id = STRBUF_INIT;
	header_value(&id, header_find(&part->header, "Content-Id"), NULL);
	part->content_id = strbuf_detach(&id);
	if (depth < PART_DEPTH_MOST && part_is_a(part, "multipart")) {
		if (*boundary)
			split(part, boundary, depth, budget);
		if (!part->count) {
			free(part->type);
			part->type = alloc_copy("text/plain");
		}
	} else if (depth < PART_DEPTH_MOST && strcmp(part->type, "message/rfc822") == 0) {
		open_message(part, depth, budget);
	}
	free(boundary);
}

void part_read(struct part *part, struct slice raw)
{
	size_t budget = PART_COUNT_MOST;
	read_part(part, raw, "text/plain", 0, &budget);
}

void part_release(struct part *part)
{
	for (size_t i = 0; i < part->count; i++)
		part_release(&part->parts[i]);
	header_release(&part->header);
	free(part->parts);
	free(part->type);
	free(part->charset);
	free(part->name);
	free(part->content_id);
	*part = (struct part){.count = 0};
}

/* ---- content ------------------------------------------------------------------------------------- */

void part_decode(const struct part *part, struct strbuf *out)
{
	struct strbuf field = STRBUF_INIT;
	header_value(&field, header_find(&part->header, "Content-Transfer-Encoding"), NULL);
	field.data[strcspn(field.data, " ;")] = '\0';
	GMimeContentEncoding encoding = g_mime_content_encoding_from_string(field.data);
	strbuf_release(&field);
	bool plain = encoding != GMIME_CONTENT_ENCODING_BASE64 &&
	             encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
	             encoding != GMIME_CONTENT_ENCODING_UUENCODE;
	if (plain) {
		strbuf_add(out, part->body.data, part->body.length);
		return;
	}
	GMimeEncoding state;
	g_mime_encoding_init_decode(&state, encoding);
	strbuf_reserve(out, g_mime_encoding_outlen(&state, part->body.length) + 64);
	out->length +=
	        g_mime_encoding_flush(&state, part->body.data, part->body.length, out->data + out->length);
	out->data[out->length] = '\0';
}
