/*
 * Header fields. GMime reads the grammars (addresses, ids, RFC 2231 parameters); this file finds the fields, because a
 * mail may be a hundred thousand of them, and prepares the values, because GMime turns encoded words of a charset
 * that it does not know into question marks.
 */
#include "mail/header.h"

#include "base/alloc.h"
#include "mail/charset.h"

#include <ctype.h>
#include <gmime/gmime.h>

enum { VALUE_MOST = 64 << 10, ADDRESSES_MOST = 1000, IDS_MOST = 200, ID_MOST = 500 };

void text_list_add(struct text_list *list, const char *text)
{
	if ((list->count & (list->count - 1)) == 0)
		list->items = alloc_grow(list->items, list->count ? list->count * 2 : 1, sizeof *list->items);
	list->items[list->count++] = alloc_copy(text);
}

void text_list_release(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct text_list){NULL, 0};
}

/* ---- fields ------------------------------------------------------------------------------------ */

/* The length of the field name when the line is one ("Name:" or "Name :"), or 0. */
static size_t field_name(struct slice line)
{
	size_t n = 0;
	while (n < line.length && line.data[n] > ' ' && line.data[n] < 127 && line.data[n] != ':')
		n++;
	size_t colon = n;
	while (colon < line.length && (line.data[colon] == ' ' || line.data[colon] == '\t'))
		colon++;
	return n && colon < line.length && line.data[colon] == ':' ? n : 0;
}

static void add_field(struct header *header, struct slice line, size_t name)
{
	if ((header->count & (header->count - 1)) == 0)
		header->fields = alloc_grow(
		        header->fields, header->count ? header->count * 2 : 1, sizeof *header->fields);
	size_t colon = (size_t)((const char *)memchr(line.data, ':', line.length) - line.data);
	header->fields[header->count++] =
	        (struct header_field){.name = {line.data, name}, .value = slice_from(line, colon + 1)};
}

static bool is_envelope(struct slice line)
{
	return (line.length > 5 && memcmp(line.data, "From ", 5) == 0) ||
	       (line.length > 6 && memcmp(line.data, ">From ", 6) == 0);
}

void header_read(struct header *header, struct slice *bytes)
{
	*header = (struct header){NULL, 0};
	struct slice rest = *bytes, line;
	for (bool first = true; slice_line(&rest, &line); first = false) {
		size_t name = field_name(line);
		bool folded = line.length && (line.data[0] == ' ' || line.data[0] == '\t') && header->count;
		if (folded) {
			struct slice *value = &header->fields[header->count - 1].value;
			value->length = (size_t)(line.data + line.length - value->data);
		} else if (name) {
			add_field(header, line, name);
		} else if (!(first && is_envelope(line))) {
			if (line.length)
				break; /* no field and not the blank line: the body begins here */
			*bytes = rest;
			return;
		}
		*bytes = rest;
	}
}

void header_release(struct header *header)
{
	free(header->fields);
	*header = (struct header){NULL, 0};
}

const struct header_field *header_next(const struct header *header, const char *name, size_t *from)
{
	while (*from < header->count) {
		const struct header_field *field = &header->fields[(*from)++];
		if (slice_equals(field->name, name))
			return field;
	}
	return NULL;
}

const struct header_field *header_find(const struct header *header, const char *name)
{
	size_t from = 0;
	return header_next(header, name, &from);
}

/* ---- values ------------------------------------------------------------------------------------ */

void header_one_line(struct strbuf *out, const char *text)
{
	bool blank = false;
	size_t start = out->length;
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c <= ' ' || *c == 127) {
			blank = true;
			continue;
		}
		if (blank && out->length > start)
			strbuf_addc(out, ' ');
		blank = false;
		strbuf_addc(out, (char)*c);
	}
}

void header_value(struct strbuf *out, const struct header_field *field, const char *charset)
{
	if (!field)
		return;
	struct slice value = field->value;
	if (value.length > VALUE_MOST)
		value.length = VALUE_MOST;
	struct strbuf text = STRBUF_INIT;
	bool utf8 = charset_is_utf8(value);
	charset_to_utf8(&text, value, utf8 || !charset || strcasecmp(charset, "utf-8") == 0 ? NULL : charset);
	header_one_line(out, text.data);
	strbuf_release(&text);
}

struct word {
	struct slice charset;
	char encoding; /* 'B' or 'Q' */
	struct slice text;
	const char *end; /* behind the closing ?= */
};

/* Reads "=?charset?B?text?=". Blanks inside the text, which RFC 2047 forbids and mailers write, are let pass. */
static bool word_read(const char *s, struct word *word)
{
	const char *charset = s + 2;
	const char *mark = charset + strcspn(charset, "? \t");
	if (*mark != '?' || mark == charset || !mark[1] || mark[2] != '?')
		return false;
	char encoding = (char)toupper((unsigned char)mark[1]);
	if (encoding != 'B' && encoding != 'Q')
		return false;
	const char *text = mark + 3;
	const char *end = text + strcspn(text, "?");
	while (*end == '?' && end[1] != '=' && encoding == 'Q')
		end += 1 + strcspn(end + 1, "?"); /* a bare ? in Q text */
	if (*end != '?' || end[1] != '=')
		return false;
	*word = (struct word){.charset = {charset, (size_t)(mark - charset)},
	        .encoding = encoding,
	        .text = {text, (size_t)(end - text)},
	        .end = end + 2};
	return true;
}

static void word_bytes(struct strbuf *out, const struct word *word)
{
	int state = 0;
	guint32 save = 0;
	if (word->encoding == 'B') {
		strbuf_reserve(out, word->text.length + 3);
		out->length += g_mime_encoding_base64_decode_step((const unsigned char *)word->text.data,
		        word->text.length, (unsigned char *)out->data + out->length, &state, &save);
		out->data[out->length] = '\0';
		return;
	}
	for (size_t i = 0; i < word->text.length; i++) {
		const char *c = word->text.data + i;
		if (*c == '=' && i + 2 < word->text.length && isxdigit((unsigned char)c[1]) &&
		        isxdigit((unsigned char)c[2])) {
			strbuf_addc(
			        out, (char)(g_ascii_xdigit_value(c[1]) * 16 + g_ascii_xdigit_value(c[2])));
			i += 2;
		} else {
			strbuf_addc(out, *c == '_' ? ' ' : *c);
		}
	}
}

/* Words of one charset that follow each other are one text: mailers cut in the middle of a character. */
static const char *words_run(struct strbuf *bytes, struct word word, char *charset, size_t size)
{
	snprintf(charset, size, "%.*s", (int)(word.charset.length < size ? word.charset.length : size - 1),
	        word.charset.data);
	for (;;) {
		word_bytes(bytes, &word);
		const char *next = word.end + strspn(word.end, " \t");
		struct word following;
		if (next[0] != '=' || next[1] != '?' || !word_read(next, &following) ||
		        !slice_equals(following.charset, charset))
			return word.end;
		word = following;
	}
}

void header_words(struct strbuf *out, const char *value, bool reencode)
{
	const char *s = value;
	size_t unclosed = 0; /* words that begin and do not end: give up early, each try reads to the end */
	while (*s) {
		struct word word;
		if (s[0] != '=' || s[1] != '?' || unclosed > 50 || !word_read(s, &word)) {
			unclosed += s[0] == '=' && s[1] == '?';
			strbuf_addc(out, *s++);
			continue;
		}
		struct strbuf bytes = STRBUF_INIT, text = STRBUF_INIT;
		char charset[64];
		s = words_run(&bytes, word, charset, sizeof charset);
		charset_to_utf8(&text, (struct slice){bytes.data, bytes.length}, charset);
		if (reencode) {
			char *base64 = g_base64_encode((const guchar *)text.data, text.length);
			strbuf_addf(out, "=?utf-8?B?%s?=", base64);
			g_free(base64);
		} else {
			strbuf_add(out, text.data, text.length);
		}
		const char *next = s + strspn(s, " \t");
		if (next[0] == '=' && next[1] == '?' && word_read(next, &word))
			s = next; /* the blank between two words is not text */
		strbuf_release(&bytes);
		strbuf_release(&text);
	}
}

void header_text(struct strbuf *out, const struct header_field *field, const char *charset)
{
	struct strbuf value = STRBUF_INIT, text = STRBUF_INIT;
	header_value(&value, field, charset);
	header_words(&text, value.data, false);
	header_one_line(out, text.data);
	strbuf_release(&value);
	strbuf_release(&text);
}

/* ---- addresses and ids ------------------------------------------------------------------------- */

struct address_sink {
	void (*each)(void *context, const char *display, const char *email);
	void *context;
	int left;
};

static void add_utf8_line(struct strbuf *out, const char *text)
{
	struct strbuf valid = STRBUF_INIT;
	if (text)
		charset_to_utf8(&valid, slice_of(text), "utf-8");
	header_one_line(out, valid.data);
	strbuf_release(&valid);
}

static void each_address(InternetAddressList *list, struct address_sink *sink, int depth)
{
	int count = list ? internet_address_list_length(list) : 0;
	for (int i = 0; i < count && sink->left > 0; i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);
		if (INTERNET_ADDRESS_IS_GROUP(address) && depth < 4) {
			each_address(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)),
			        sink, depth + 1);
		} else if (INTERNET_ADDRESS_IS_MAILBOX(address)) {
			struct strbuf name = STRBUF_INIT, email = STRBUF_INIT;
			add_utf8_line(&name, internet_address_get_name(address));
			add_utf8_line(
			        &email, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
			if (email.length && email.length <= 320) {
				sink->each(sink->context, name.data, email.data);
				sink->left--;
			}
			strbuf_release(&name);
			strbuf_release(&email);
		}
	}
}

void header_addresses(const struct header *header, const char *name, const char *charset,
        void (*each)(void *context, const char *display, const char *email), void *context)
{
	struct address_sink sink = {each, context, ADDRESSES_MOST};
	const struct header_field *field;
	size_t from = 0;
	while (sink.left > 0 && (field = header_next(header, name, &from))) {
		struct strbuf value = STRBUF_INIT, words = STRBUF_INIT;
		header_value(&value, field, charset);
		header_words(&words, value.data, true);
		InternetAddressList *list = internet_address_list_parse(NULL, words.data);
		each_address(list, &sink, 0);
		if (list)
			g_object_unref(list);
		strbuf_release(&value);
		strbuf_release(&words);
	}
}

/* Blanks inside an id come from folding; without them it is the same in every mail that names it. */
static void add_id(struct text_list *out, struct slice id)
{
	struct strbuf clean = STRBUF_INIT;
	for (size_t i = 0; i < id.length; i++)
		if (id.data[i] != ' ')
			strbuf_addc(&clean, id.data[i]);
	if (clean.length > ID_MOST) {
		char *hash =
		        g_compute_checksum_for_string(G_CHECKSUM_SHA256, clean.data, (gssize)clean.length);
		strbuf_clear(&clean);
		strbuf_addf(&clean, "%s@long-id.invalid", hash);
		g_free(hash);
	}
	if (clean.length)
		text_list_add(out, clean.data);
	strbuf_release(&clean);
}

/* What stands in angle brackets, whatever is written around it; of a field without any, the words with an @. */
static void read_ids(struct text_list *out, const char *value)
{
	bool bracketed = strchr(value, '<') != NULL;
	const char *s = value;
	while (*s) {
		const char *start = bracketed ? strchr(s, '<') : s + strspn(s, " ,;");
		if (!start)
			return;
		start += bracketed;
		size_t length = strcspn(start, bracketed ? "<>" : " ,;");
		bool is_id = bracketed ? start[length] == '>' : memchr(start, '@', length) != NULL;
		if (is_id)
			add_id(out, (struct slice){start, length});
		s = start + length;
	}
}

void header_ids(struct text_list *out, const struct header *header, const char *name)
{
	struct strbuf value = STRBUF_INIT;
	struct text_list all = {NULL, 0};
	header_value(&value, header_find(header, name), NULL);
	read_ids(&all, value.data);
	for (size_t i = all.count > IDS_MOST ? all.count - IDS_MOST : 0; i < all.count; i++)
		text_list_add(out, all.items[i]);
	text_list_release(&all);
	strbuf_release(&value);
}

char *header_rough_address(const struct header *header, const char *name)
{
	static const char ends[] = " <>()[]\",;:";
	struct strbuf value = STRBUF_INIT;
	header_value(&value, header_find(header, name), NULL);
	char *found = NULL;
	for (const char *at = value.data; !found && (at = strchr(at, '@')); at++) {
		const char *start = at;
		while (start > value.data && !strchr(ends, start[-1]))
			start--;
		size_t after = strcspn(at + 1, " <>()[]\",;:@");
		if (start < at && after && at - start < 200 && after < 120)
			found = alloc_copy_n(start, (size_t)(at - start) + 1 + after);
	}
	strbuf_release(&value);
	return found;
}
