/*
 * From a conversation to lines. Offsets into one run of sanitised bytes, because that run grows while the lines are
 * made; a line keeps where its text lies and not a copy.
 */
#include "ticket_text.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ticket_text_release(struct ticket_text *text)
{
	strbuf_release(&text->bytes);
	free(text->lines);
}

static struct ticket_line *add_line(struct ticket_text *text, enum line_kind kind, int entry)
{
	if (text->count == text->capacity) {
		text->capacity = text->capacity ? text->capacity * 2 : 128;
		text->lines = alloc_grow(text->lines, text->capacity, sizeof *text->lines);
	}
	struct ticket_line *line = &text->lines[text->count++];
	*line = (struct ticket_line){
	        .kind = kind, .role = ROLE_TEXT, .entry = entry, .start = text->bytes.length};
	return line;
}

enum gutter ticket_gutter(const struct entry *entry)
{
	if (entry->kind == ENTRY_NOTE)
		return GUTTER_NOTE;
	if (entry->author_kind == AUTHOR_THIRD_PARTY)
		return GUTTER_THIRD_PARTY;
	return entry->author_kind == AUTHOR_CUSTOMER ? GUTTER_CUSTOMER : GUTTER_AGENT;
}

enum theme_role ticket_gutter_role(enum gutter gutter)
{
	static const enum theme_role roles[] = {
	        ROLE_TEXT, ROLE_PUBLIC_CUSTOMER, ROLE_PUBLIC_AGENT, ROLE_NOTE, ROLE_THIRD_PARTY};
	return roles[gutter];
}

const char *ticket_gutter_glyph(struct terminal *terminal, enum gutter gutter)
{
	static const char *const art[] = {" ", "\u2502", "\u2503", "\u2551", "\u250a"};
	static const char *const ascii[] = {" ", "|", "=", "#", ":"};
	return terminal_line_art(terminal) ? art[gutter] : ascii[gutter];
}

struct body_pass {
	struct ticket_text *text;
	int entry;
	size_t base; /* of the body in text->bytes */
	enum gutter gutter;
	bool quoted;
	size_t last_end;
};

bool ticket_text_quoted(const char *text, size_t length)
{
	size_t at = 0;
	while (at < length && text[at] == ' ')
		at++;
	return at < length && text[at] == '>';
}

size_t ticket_text_link(const char *text, size_t length)
{
	for (size_t i = 0; i + 8 < length; i++)
		if (strncmp(text + i, "http://", 7) == 0 || strncmp(text + i, "https://", 8) == 0)
			return i;
	return length;
}

size_t ticket_text_link_length(const char *text, size_t length)
{
	size_t end = 0;
	while (end < length && text[end] != ' ' && !strchr("<>\"", text[end]))
		end++;
	while (end && strchr(".,;:!?)]'", text[end - 1]))
		end--;
	return end;
}

/* Whether the line ends inside a link that may go on. */
static bool ends_in_link(const char *text, size_t length, bool link_goes_on)
{
	size_t at = link_goes_on ? ticket_text_link_length(text, length) : 0;
	if (at == length)
		return link_goes_on;
	while (at < length) {
		at += ticket_text_link(text + at, length - at);
		const size_t link = ticket_text_link_length(text + at, length - at);
		if (link && at + link == length)
			return true;
		at += link + 1;
	}
	return false;
}

static void add_body_line(void *context, struct text_line piece)
{
	struct body_pass *pass = context;
	struct ticket_text *text = pass->text;
	const char *body = text->bytes.data + pass->base;
	const bool paragraph = piece.start == 0 || body[piece.start - 1] == '\n';
	if (paragraph)
		pass->quoted = ticket_text_quoted(body + piece.start, piece.length);
	bool goes_on = false;
	if (!paragraph && piece.start == pass->last_end) {
		const struct ticket_line *before = &text->lines[text->count - 1];
		goes_on =
		        ends_in_link(text->bytes.data + before->start, before->length, before->link_goes_on);
	}
	struct ticket_line *line = add_line(text, LINE_BODY, pass->entry);
	line->gutter = pass->gutter;
	line->role = pass->quoted ? ROLE_QUOTE : pass->gutter == GUTTER_NOTE ? ROLE_NOTE : ROLE_TEXT;
	line->start = pass->base + piece.start;
	line->length = piece.length;
	line->link_goes_on = goes_on;
	pass->last_end = piece.start + piece.length;
}

static void size_words(int64_t bytes, char *out, size_t size)
{
	if (bytes < 1000)
		snprintf(out, size, _("%lld B"), (long long)bytes);
	else if (bytes < 1000000)
		snprintf(out, size, _("%lld kB"), (long long)((bytes + 500) / 1000));
	else
		snprintf(out, size, _("%lld.%lld MB"), (long long)(bytes / 1000000),
		        (long long)(bytes / 100000 % 10));
}

static void add_attachment(
        struct ticket_text *text, int entry, enum gutter gutter, const struct attachment *file)
{
	char size[32];
	size_words(file->size, size, sizeof size);
	struct ticket_line *line = add_line(text, LINE_BODY, entry);
	line->gutter = gutter;
	line->role = ROLE_DIM;
	strbuf_addc(&text->bytes, '[');
	text_sanitise(&text->bytes, file->name, strlen(file->name), TEXT_ONE_LINE);
	strbuf_adds(&text->bytes, "  ");
	text_sanitise(&text->bytes, file->type, strlen(file->type), TEXT_ONE_LINE);
	strbuf_addf(&text->bytes, "  %s%s]", size, file->stored ? "" : _(", too large: not kept"));
	line->length = text->bytes.length - line->start;
}

/* The heading's text is the name; the rest of the line is made when it is drawn. */
static void add_message(struct ticket_text *text, const struct entry *entry, int index, int columns)
{
	const enum gutter gutter = ticket_gutter(entry);
	struct ticket_line *heading = add_line(text, LINE_HEADING, index);
	heading->gutter = gutter;
	heading->role = ticket_gutter_role(gutter);
	struct body_pass pass = {.text = text, .entry = index, .gutter = gutter, .base = text->bytes.length};
	text_sanitise(&text->bytes, entry->body, strlen(entry->body), TEXT_KEEP_LINES);
	while (text->bytes.length > pass.base && strchr(" \n", text->bytes.data[text->bytes.length - 1]))
		strbuf_truncate(&text->bytes, text->bytes.length - 1);
	if (text->bytes.length > pass.base) {
		/* The lines refer to the text by offsets: it may move, but not while it is wrapped. */
		text_wrap(text->bytes.data + pass.base, columns, add_body_line, &pass);
	} else if (!entry->attachment_count) {
		struct ticket_line *line = add_line(text, LINE_BODY, index);
		line->gutter = gutter;
		line->role = ROLE_DIM;
		strbuf_adds(&text->bytes, _("(no text)"));
		line->length = text->bytes.length - line->start;
	}
	for (size_t i = 0; i < entry->attachment_count; i++)
		add_attachment(text, index, gutter, &entry->attachments[i]);
	strbuf_addc(&text->bytes, '\0');
}

static bool is_compact(const struct entry *entry)
{
	return entry->kind == ENTRY_EVENT || entry->kind == ENTRY_SYSTEM;
}

static void make_lines(struct ticket_text *text, const struct conversation *conversation, int columns)
{
	text->count = 0;
	strbuf_clear(&text->bytes);
	bool unread = false;
	for (size_t i = 0; i < conversation->count; i++) {
		const struct entry *entry = &conversation->entries[i];
		if (entry->unread && !unread && i)
			add_line(text, LINE_UNREAD, (int)i);
		unread |= entry->unread;
		if (is_compact(entry)) {
			struct ticket_line *line = add_line(text, LINE_COMPACT, (int)i);
			line->role = ROLE_SYSTEM;
		} else {
			add_message(text, entry, (int)i, columns);
		}
		const bool run = is_compact(entry) && i + 1 < conversation->count &&
		                 is_compact(&conversation->entries[i + 1]) &&
		                 !conversation->entries[i + 1].unread;
		if (!run && i + 1 < conversation->count)
			add_line(text, LINE_BLANK, (int)i);
	}
}

static bool same_making(const struct ticket_text_source *a, const struct ticket_text_source *b)
{
	return a->ticket_id == b->ticket_id && a->revision == b->revision &&
	       a->conversation == b->conversation && a->columns == b->columns &&
	       a->utc_offset_s == b->utc_offset_s && a->day == b->day;
}

void ticket_text_make(struct ticket_text *text, const struct ticket_text_source *source)
{
	if (text->made && same_making(source, &text->source))
		return;
	text->source = *source;
	text->made = true;
	make_lines(text, source->conversation, source->columns);
}

int ticket_text_unread(const struct ticket_text *text, const struct conversation *conversation)
{
	int last = 0;
	for (size_t i = 0; i < text->count; i++) {
		const struct ticket_line *line = &text->lines[i];
		if (line->kind == LINE_UNREAD ||
		        (line->kind == LINE_HEADING && conversation->entries[line->entry].unread))
			return (int)i;
		if (line->kind == LINE_HEADING)
			last = (int)i;
	}
	return last;
}

int ticket_text_columns(int columns)
{
	enum { FEWEST = 10, MOST = 100 };
	return columns > MOST ? MOST : columns < FEWEST ? FEWEST : columns;
}
