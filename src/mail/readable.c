/*
 * Which parts are the text. The rules, in the order in which mail breaks them:
 *   - of alternatives the plain text, unless it is empty or only says that one needs an HTML reader; then the HTML;
 *   - parts of text that are no attachment follow each other (Apple Mail writes text, picture, text);
 *   - a forwarded message is an attachment and its text follows, quoted, under a line with its sender and subject;
 *     in a bounce it is an attachment only, or each bounce would read as the agent's own words;
 *   - everything else is an attachment, the pictures that HTML refers to included.
 */
#include "mail/readable.h"

#include "mail/charset.h"
#include "mail/html.h"

#include <stdlib.h>

enum { FORWARDS_MOST = 3 };

struct walk {
	struct readable *readable;
	bool silent;  /* only attachments: the text stands in a sibling */
	bool report;  /* inside multipart/report */
	bool outline; /* only text: the attachments are inside a forwarded message, which is one itself */
	int forwards;
};

static void walk_part(struct walk walk, const struct part *part);

/* ---- pieces of text ------------------------------------------------------------------------------ */

/* CRLF and CR to LF, blanks at the ends of lines gone, blank lines at both ends gone. */
static void tidy(struct strbuf *out, const char *text)
{
	size_t start = out->length, kept = out->length;
	for (const char *c = text; *c; c++) {
		if (*c == '\r' && c[1] == '\n')
			continue;
		bool line_end = *c == '\n' || *c == '\r';
		if (line_end) {
			strbuf_truncate(out, kept);
			if (kept == start)
				continue;
			strbuf_addc(out, '\n');
			kept = out->length;
		} else {
			strbuf_addc(out, *c);
			if (*c != ' ' && *c != '\t')
				kept = out->length;
		}
	}
	strbuf_truncate(out, kept);
	while (out->length > start && out->data[out->length - 1] == '\n')
		strbuf_truncate(out, out->length - 1);
}

static size_t quote_depth(const char *line)
{
	size_t n = 0;
	while (line[n] == '>')
		n++;
	return n;
}

void readable_unflow(struct strbuf *out, const char *text, bool delsp)
{
	struct slice rest = slice_of(text), line;
	bool joined = false;
	size_t depth_before = 0;
	while (slice_line(&rest, &line)) {
		size_t depth = 0;
		while (depth < line.length && line.data[depth] == '>')
			depth++;
		line = slice_from(line, depth);
		if (line.length && line.data[0] == ' ')
			line = slice_from(line, 1);
		bool signature = line.length == 3 && memcmp(line.data, "-- ", 3) == 0;
		if (joined && (depth != depth_before || signature)) {
			strbuf_addc(out, '\n');
			joined = false;
		}
		for (size_t i = 0; !joined && i < depth; i++)
			strbuf_adds(out, i + 1 < depth ? ">" : "> ");
		bool soft = !signature && line.length && line.data[line.length - 1] == ' ' && rest.length;
		strbuf_add(out, line.data, line.length - (soft && delsp));
		if (!soft)
			strbuf_addc(out, '\n');
		joined = soft;
		depth_before = depth;
	}
}

/* Text in the part as UTF-8: of HTML as it would be read. */
static void part_text(struct strbuf *out, const struct part *part, bool html)
{
	struct strbuf bytes = STRBUF_INIT, text = STRBUF_INIT;
	part_decode(part, &bytes);
	struct slice slice = {bytes.data, bytes.length};
	char declared[40] = "";
	if (html && !*part->charset)
		html_charset(slice, declared, sizeof declared);
	if (html && slice.length > 4 << 20)
		slice.length = 4 << 20;
	charset_to_utf8(&text, slice, *part->charset ? part->charset : declared);
	strbuf_clear(&bytes);
	if (html)
		html_to_text(&bytes, (struct slice){text.data, text.length});
	else if (part->flowed)
		readable_unflow(&bytes, text.data, part->delsp);
	tidy(out, html || part->flowed ? bytes.data : text.data);
	strbuf_release(&bytes);
	strbuf_release(&text);
}

static size_t utf8_cut(const char *text, size_t at)
{
	while (at && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	return at;
}

static void append(struct readable *readable, const char *text, const char *between)
{
	struct strbuf *out = &readable->text;
	if (!*text || readable->full)
		return;
	if (out->length)
		strbuf_adds(out, between);
	strbuf_adds(out, text);
	if (out->length > readable->most) {
		strbuf_truncate(out, utf8_cut(out->data, readable->most));
		strbuf_adds(out, "\n\n[The text goes on; it was cut here. The whole message is kept.]");
		readable->full = true;
	}
}

/* ---- choosing ------------------------------------------------------------------------------------ */

static bool is_text_type(const struct part *part, bool *html)
{
	*html = strcmp(part->type, "text/html") == 0 || strcmp(part->type, "application/xhtml+xml") == 0;
	return *html || strcmp(part->type, "text/plain") == 0 || strcmp(part->type, "text/enriched") == 0;
}

static bool is_body_text(const struct part *part, bool *html)
{
	return is_text_type(part, html) && !part->attached && !*part->name;
}

/* "Your mail program does not show HTML": what senders put where the plain text should be. */
static bool is_boilerplate(const char *text)
{
	static const char *const excuses[] = {"support", "view", "browser", "capable", "reader", "client",
	        "поддерж", "просмотр", "браузер", "підтрим", "перегляд", "формате", "форматі"};
	if (strlen(text) > 400 || !strcasestr(text, "html"))
		return false;
	for (size_t i = 0; i < sizeof excuses / sizeof *excuses; i++)
		if (strcasestr(text, excuses[i]))
			return true;
	return false;
}

/* The first plain text below the part that may be its body, not looking into forwarded messages. */
static const struct part *find_text(const struct part *part, bool want_html)
{
	bool html;
	if (!part->count)
		return is_body_text(part, &html) && html == want_html ? part : NULL;
	if (strcmp(part->type, "message/rfc822") == 0)
		return NULL;
	for (size_t i = 0; i < part->count; i++) {
		const struct part *found = find_text(&part->parts[i], want_html);
		if (found)
			return found;
	}
	return NULL;
}

static bool says_something(const struct part *part)
{
	if (!part)
		return false;
	struct strbuf text = STRBUF_INIT;
	part_text(&text, part,
	        strcmp(part->type, "text/plain") != 0 && strcmp(part->type, "text/enriched") != 0);
	bool yes = *text.data && !is_boilerplate(text.data);
	strbuf_release(&text);
	return yes;
}

/* The alternative that is read: the first whose plain text says something, otherwise the last with HTML, otherwise the
 * first with any text. */
static size_t choose(const struct part *part)
{
	size_t html = part->count, any = part->count;
	for (size_t i = 0; i < part->count; i++) {
		if (says_something(find_text(&part->parts[i], false)))
			return i;
		if (find_text(&part->parts[i], true))
			html = i;
		else if (any == part->count && find_text(&part->parts[i], false))
			any = i;
	}
	if (html < part->count && says_something(find_text(&part->parts[html], true)))
		return html;
	return any < part->count ? any : html;
}

static void walk_alternatives(struct walk walk, const struct part *part)
{
	size_t chosen = walk.silent ? part->count : choose(part);
	for (size_t i = 0; i < part->count; i++) {
		struct walk inner = walk;
		inner.silent = walk.silent || i != chosen;
		walk_part(inner, &part->parts[i]);
	}
}

/* ---- forwarded messages -------------------------------------------------------------------------- */

static void quote(struct strbuf *out, const char *text)
{
	struct slice rest = slice_of(text), line;
	while (slice_line(&rest, &line)) {
		strbuf_adds(out, line.length && quote_depth(line.data) ? ">" : line.length ? "> " : ">");
		strbuf_add(out, line.data, line.length);
		if (rest.length)
			strbuf_addc(out, '\n');
	}
}

static void add_field_line(struct strbuf *out, const struct part *message, const char *name)
{
	struct strbuf value = STRBUF_INIT;
	header_text(&value, header_find(&message->header, name), message->charset);
	if (value.length)
		strbuf_addf(out, "%s: %s\n", name, value.data);
	strbuf_release(&value);
}

static void walk_forwarded(struct walk walk, const struct part *part)
{
	if (!walk.outline && walk.readable->attach)
		walk.readable->attach(walk.readable->context, part);
	if (walk.silent || walk.report || !part->count || walk.forwards >= FORWARDS_MOST)
		return;
	const struct part *message = &part->parts[0];
	struct strbuf text = STRBUF_INIT, quoted = STRBUF_INIT;
	strbuf_adds(&text, "Forwarded message\n");
	add_field_line(&text, message, "From");
	add_field_line(&text, message, "Date");
	add_field_line(&text, message, "To");
	add_field_line(&text, message, "Subject");
	struct readable inner = {.text = STRBUF_INIT, .most = walk.readable->most};
	walk_part((struct walk){.readable = &inner, .outline = true, .forwards = walk.forwards + 1}, message);
	if (inner.text.length)
		strbuf_addf(&text, "\n%s", inner.text.data);
	quote(&quoted, text.data);
	append(walk.readable, quoted.data, "\n\n");
	strbuf_release(&inner.text);
	strbuf_release(&text);
	strbuf_release(&quoted);
}

/* ---- the walk ------------------------------------------------------------------------------------ */

static void walk_leaf(struct walk walk, const struct part *part)
{
	bool html;
	if (!is_body_text(part, &html)) {
		if (!walk.outline && walk.readable->attach)
			walk.readable->attach(walk.readable->context, part);
		return;
	}
	if (walk.silent || walk.readable->full)
		return;
	struct strbuf text = STRBUF_INIT;
	part_text(&text, part, html);
	if (text.length && html)
		walk.readable->html = true;
	append(walk.readable, text.data, "\n\n");
	strbuf_release(&text);
}

static void walk_part(struct walk walk, const struct part *part)
{
	if (strcmp(part->type, "message/rfc822") == 0) {
		walk_forwarded(walk, part);
	} else if (!part->count) {
		walk_leaf(walk, part);
	} else if (strcmp(part->type, "multipart/alternative") == 0) {
		walk_alternatives(walk, part);
	} else {
		walk.report = walk.report || strcmp(part->type, "multipart/report") == 0;
		for (size_t i = 0; i < part->count; i++)
			walk_part(walk, &part->parts[i]);
	}
}

void readable_walk(struct readable *readable, const struct part *message)
{
	walk_part((struct walk){.readable = readable}, message);
}
