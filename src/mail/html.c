/*
 * HTML to text by libxml2's parser in its event form: no tree is built, so memory is the text itself, and depth is counted here.
 * libxml2 looks through all open elements for each end tag that matches none; the limits on size and depth keep
 * that, the only quadratic thing in it, under a second.
 *
 * The output is made as a typesetter would: blanks and line breaks are owed (`space`, `breaks`) and paid when the next
 * visible character comes, so that empty elements leave nothing behind.
 */
#include "mail/html.h"

#include "base/alloc.h"

#include <ctype.h>
#include <libxml/HTMLparser.h>

enum { HTML_MOST = 1 << 20, DEPTH_MOST = 512, LISTS_MOST = 16, URL_MOST = 2000 };

enum element_kind {
	E_INLINE,
	E_HIDDEN,    /* with all that is in it */
	E_BLOCK,     /* on its own lines */
	E_PARAGRAPH, /* and a blank line around */
	E_BREAK,
	E_QUOTE,
	E_LIST,
	E_ITEM,
	E_CELL,
	E_PRE,
	E_RULE,
	E_LINK,
	E_IMAGE,
};

static const struct {
	const char *name;
	enum element_kind kind;
} elements[] = {
        {"a", E_LINK},
        {"address", E_BLOCK},
        {"article", E_BLOCK},
        {"blockquote", E_QUOTE},
        {"br", E_BREAK},
        {"caption", E_BLOCK},
        {"center", E_BLOCK},
        {"dd", E_BLOCK},
        {"div", E_BLOCK},
        {"dl", E_PARAGRAPH},
        {"dt", E_BLOCK},
        {"footer", E_BLOCK},
        {"form", E_BLOCK},
        {"h1", E_PARAGRAPH},
        {"h2", E_PARAGRAPH},
        {"h3", E_PARAGRAPH},
        {"h4", E_PARAGRAPH},
        {"h5", E_PARAGRAPH},
        {"h6", E_PARAGRAPH},
        {"head", E_HIDDEN},
        {"header", E_BLOCK},
        {"hr", E_RULE},
        {"iframe", E_HIDDEN},
        {"img", E_IMAGE},
        {"li", E_ITEM},
        {"noscript", E_HIDDEN},
        {"object", E_HIDDEN},
        {"ol", E_LIST},
        {"p", E_PARAGRAPH},
        {"pre", E_PRE},
        {"script", E_HIDDEN},
        {"section", E_BLOCK},
        {"select", E_HIDDEN},
        {"style", E_HIDDEN},
        {"table", E_PARAGRAPH},
        {"td", E_CELL},
        {"template", E_HIDDEN},
        {"textarea", E_HIDDEN},
        {"th", E_CELL},
        {"title", E_HIDDEN},
        {"tr", E_BLOCK},
        {"ul", E_LIST},
};

struct writer {
	struct strbuf *out;
	size_t start; /* where our text begins in out */
	xmlParserCtxtPtr parser;
	int depth;
	int hidden_from; /* depth of the hidden element we are in; 0: none */
	int quotes;
	int pre;
	bool space;       /* a blank is owed */
	bool cell;        /* a column mark is owed */
	int indent;       /* blanks owed at the front of a line of pre */
	int breaks;       /* line ends owed; at the very start none are paid */
	int break_quotes; /* how deep in quotes the blank lines among them are */
	int lists;
	int numbers[LISTS_MOST]; /* the next number of each open list; 0: bullets */
	char marker[16];         /* "- " or "3. ", owed */
	char *url;               /* of the link we are in; owned */
	size_t link_start;       /* where its text begins; SIZE_MAX until it has one */
	bool too_deep;
	size_t stopped_at; /* byte of the markup */
};

static enum element_kind kind_of(const char *name)
{
	size_t low = 0, high = sizeof elements / sizeof *elements;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcasecmp(name, elements[middle].name);
		if (order == 0)
			return elements[middle].kind;
		*(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
	}
	return E_INLINE;
}

/* ---- text ---------------------------------------------------------------------------------------- */

static void owe_breaks(struct writer *w, int breaks)
{
	if (!w->breaks || w->break_quotes > w->quotes)
		w->break_quotes = w->quotes;
	if (w->breaks < breaks)
		w->breaks = breaks;
	w->space = w->cell = false;
}

static void start_line(struct writer *w)
{
	for (int i = 0; i < w->quotes && i < 20; i++)
		strbuf_adds(w->out, "> ");
	for (int i = 1; i < w->lists && i < LISTS_MOST; i++)
		strbuf_adds(w->out, "  ");
	if (w->lists && !*w->marker)
		strbuf_adds(w->out, "  ");
	strbuf_adds(w->out, w->marker);
	*w->marker = '\0';
}

/* Pays what is owed before a visible character. */
static void settle(struct writer *w)
{
	bool first = w->out->length == w->start;
	if (first || w->breaks) {
		for (int i = 0; !first && i < w->breaks; i++) {
			for (int q = 0; i && q < w->break_quotes && q < 20; q++)
				strbuf_adds(w->out, q ? " >" : ">");
			strbuf_addc(w->out, '\n');
		}
		start_line(w);
		for (; w->indent > 0; w->indent--)
			strbuf_addc(w->out, ' ');
	} else if (w->cell) {
		strbuf_adds(w->out, " | ");
	} else if (w->space) {
		strbuf_addc(w->out, ' ');
	}
	w->breaks = 0;
	w->space = w->cell = false;
	if (w->url && w->link_start == SIZE_MAX)
		w->link_start = w->out->length;
}

/* Bytes of a blank at s (also U+00A0), or of a character that is only filling (U+200B, U+FEFF, U+034F, U+00AD). */
static size_t blank_at(const char *s, size_t length, bool *filling)
{
	static const char *const fillings[] = {"\xE2\x80\x8B", "\xEF\xBB\xBF", "\xCD\x8F", "\xC2\xAD"};
	*filling = false;
	if ((unsigned char)*s <= ' ')
		return 1;
	if (length > 1 && memcmp(s, "\xC2\xA0", 2) == 0)
		return 2;
	for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++) {
		size_t n = strlen(fillings[i]);
		if (length >= n && memcmp(s, fillings[i], n) == 0) {
			*filling = true;
			return n;
		}
	}
	return 0;
}

static void add_text(struct writer *w, const char *s, size_t length)
{
	for (size_t i = 0; i < length;) {
		bool filling;
		size_t blank = blank_at(s + i, length - i, &filling);
		if (w->pre && s[i] == '\n') {
			owe_breaks(w, w->breaks + 1);
			w->indent = 0;
		} else if (blank && !filling && w->pre && !w->breaks && w->out->length > w->start) {
			strbuf_addc(w->out, ' ');
		} else if (blank && !filling && w->pre) {
			w->indent += w->indent < 200;
		} else if (blank) {
			w->space = w->space || !filling;
		} else {
			settle(w);
			strbuf_addc(w->out, s[i]);
			blank = 1;
		}
		i += blank;
	}
}

/* ---- elements ------------------------------------------------------------------------------------ */

static const char *attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (strcasecmp((const char *)attributes[0], name) == 0)
			return attributes[1] ? (const char *)attributes[1] : "";
	return NULL;
}

static bool style_hides(const xmlChar **attributes)
{
	const char *style = attribute(attributes, "style");
	for (; style && (style = strcasestr(style, "display")); style++) {
		const char *value = style + strlen("display");
		value += strspn(value, " \t\n:");
		if (strncasecmp(value, "none", 4) == 0)
			return true;
	}
	return attribute(attributes, "hidden") != NULL;
}

/* Link targets that say something to a reader. */
static bool url_is_shown(const char *url)
{
	static const char *const schemes[] = {"http:", "https:", "mailto:", "tel:", "ftp:"};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return strncasecmp(url, "www.", 4) == 0;
}

static void link_begin(struct writer *w, const char *url)
{
	free(w->url);
	w->url = NULL;
	while (url && *url && isspace((unsigned char)*url))
		url++;
	if (!url || !url_is_shown(url))
		return;
	w->url = alloc_copy_n(url, strnlen(url, URL_MOST));
	for (size_t n = strlen(w->url); n && (unsigned char)w->url[n - 1] <= ' '; n--)
		w->url[n - 1] = '\0';
	for (char *c = w->url; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '<' || *c == '>')
			*c = '_';
	w->link_start = SIZE_MAX;
}

/* "example.com" for <https://example.com/> and an address for its mailto: need no second telling. */
static bool same_place(const char *text, const char *url)
{
	const char *bare = strchr(url, ':') ? strchr(url, ':') + 1 : url;
	bare += strspn(bare, "/");
	size_t text_length = strlen(text), bare_length = strlen(bare), url_length = strlen(url);
	while (text_length && text[text_length - 1] == '/')
		text_length--;
	while (bare_length && bare[bare_length - 1] == '/') {
		bare_length--;
		url_length--;
	}
	return (text_length == bare_length && strncasecmp(text, bare, bare_length) == 0) ||
	       (text_length == url_length && strncasecmp(text, url, url_length) == 0);
}

static void link_end(struct writer *w)
{
	char *url = w->url;
	if (!url)
		return;
	w->url = NULL;
	bool has_text = w->link_start != SIZE_MAX;
	if (!has_text || !same_place(w->out->data + w->link_start, url)) {
		w->space = w->space || has_text;
		settle(w);
		strbuf_addf(w->out, "<%s>", url);
	}
	free(url);
}

static void item_begin(struct writer *w)
{
	int *number = w->lists && w->lists <= LISTS_MOST ? &w->numbers[w->lists - 1] : NULL;
	owe_breaks(w, 1);
	if (number && *number && *number < 1000000)
		snprintf(w->marker, sizeof w->marker, "%d. ", (*number)++);
	else
		snprintf(w->marker, sizeof w->marker, "- ");
}

static void list_begin(struct writer *w, const char *name)
{
	owe_breaks(w, w->lists ? 1 : 2);
	if (w->lists < LISTS_MOST)
		w->numbers[w->lists] = strcasecmp(name, "ol") == 0;
	w->lists++;
}

static void element_begin(void *context, const xmlChar *tag, const xmlChar **attributes)
{
	struct writer *w = context;
	const char *name = (const char *)tag;
	enum element_kind kind = kind_of(name);
	if (++w->depth > DEPTH_MOST && !w->too_deep) {
		w->too_deep = true;
		w->stopped_at = (size_t)xmlByteConsumed(w->parser);
		xmlStopParser(w->parser);
	}
	if (w->hidden_from || w->too_deep)
		return;
	if (kind == E_HIDDEN || style_hides(attributes)) {
		w->hidden_from = w->depth;
		return;
	}
	switch (kind) {
	case E_BLOCK:
		owe_breaks(w, 1);
		break;
	case E_PRE:
		w->pre++;
		w->indent = 0;
		owe_breaks(w, 2);
		break;
	case E_PARAGRAPH:
		owe_breaks(w, w->lists ? 1 : 2);
		break;
	case E_BREAK:
		owe_breaks(w, w->breaks < 2 ? w->breaks + 1 : 2);
		break;
	case E_QUOTE:
		owe_breaks(w, w->out->length > w->start ? 1 : 0);
		w->quotes++;
		break;
	case E_LIST:
		list_begin(w, name);
		break;
	case E_ITEM:
		item_begin(w);
		break;
	case E_RULE:
		owe_breaks(w, 1);
		settle(w);
		strbuf_adds(w->out, "----");
		owe_breaks(w, 1);
		break;
	case E_LINK:
		link_begin(w, attribute(attributes, "href"));
		break;
	case E_IMAGE:
		if (attribute(attributes, "alt") && *attribute(attributes, "alt")) {
			const char *alt = attribute(attributes, "alt");
			add_text(w, "[", 1);
			add_text(w, alt, strnlen(alt, 500));
			add_text(w, "]", 1);
		}
		break;
	case E_INLINE:
	case E_HIDDEN:
	case E_CELL:
		break;
	}
}

static void element_end(void *context, const xmlChar *tag)
{
	struct writer *w = context;
	enum element_kind kind = kind_of((const char *)tag);
	int depth = w->depth--;
	if (w->hidden_from || w->too_deep) {
		if (depth <= w->hidden_from)
			w->hidden_from = 0;
		return;
	}
	switch (kind) {
	case E_PRE:
		w->pre -= w->pre > 0;
		w->indent = 0;
		owe_breaks(w, 2);
		break;
	case E_PARAGRAPH:
		owe_breaks(w, w->lists ? 1 : 2);
		break;
	case E_BLOCK:
	case E_ITEM:
		owe_breaks(w, 1);
		break;
	case E_QUOTE:
		w->quotes -= w->quotes > 0;
		owe_breaks(w, 2);
		break;
	case E_LIST:
		w->lists -= w->lists > 0;
		owe_breaks(w, w->lists ? 1 : 2);
		break;
	case E_CELL:
		w->cell = w->breaks == 0;
		break;
	case E_LINK:
		link_end(w);
		break;
	default:
		break;
	}
}

static void characters(void *context, const xmlChar *text, int length)
{
	struct writer *w = context;
	if (!w->hidden_from && !w->too_deep)
		add_text(w, (const char *)text, (size_t)length);
}

/* ---- the whole ----------------------------------------------------------------------------------- */

/* What is left when the limits are reached: the text between the tags. */
static void add_untagged(struct writer *w, struct slice html)
{
	while (html.length) {
		const char *tag = memchr(html.data, '<', html.length);
		size_t text = tag ? (size_t)(tag - html.data) : html.length;
		add_text(w, html.data, text);
		html = slice_from(html, text);
		const char *end = html.length ? memchr(html.data, '>', html.length) : NULL;
		w->space = true;
		html = slice_from(html, end ? (size_t)(end - html.data) + 1 : html.length);
	}
}

void html_to_text(struct strbuf *out, struct slice html)
{
	struct writer w = {.out = out, .start = out->length, .link_start = SIZE_MAX};
	struct slice head = html;
	if (head.length > HTML_MOST)
		head.length = HTML_MOST;
	while (head.length && head.length < html.length &&
	        ((unsigned char)html.data[head.length] & 0xC0) == 0x80)
		head.length--;
	htmlParserCtxtPtr parser = htmlNewParserCtxt();
	if (!parser)
		return;
	w.parser = parser;
	memset(parser->sax, 0, sizeof *parser->sax);
	parser->sax->startElement = element_begin;
	parser->sax->endElement = element_end;
	parser->sax->characters = characters;
	parser->sax->ignorableWhitespace = characters;
	parser->sax->cdataBlock = characters;
	parser->userData = &w;
	htmlDocPtr tree = htmlCtxtReadMemory(parser, head.data, (int)head.length, NULL, "UTF-8",
	        HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
	                HTML_PARSE_IGNORE_ENC);
	if (tree)
		xmlFreeDoc(tree);
	htmlFreeParserCtxt(parser);
	link_end(&w);
	size_t done = w.too_deep && w.stopped_at < head.length ? w.stopped_at : head.length;
	w.quotes = w.lists = w.pre = 0;
	add_untagged(&w, slice_from(html, done));
	while (out->length > w.start && isspace((unsigned char)out->data[out->length - 1]))
		strbuf_truncate(out, out->length - 1);
}

void html_charset(struct slice html, char *charset, size_t size)
{
	char *head = alloc_copy_n(html.data, html.length < 1024 ? html.length : 1024);
	const char *found = strcasestr(head, "charset=");
	*charset = '\0';
	if (found) {
		found += strlen("charset=");
		found += strspn(found, "\"' ");
		snprintf(charset, size, "%.*s", (int)strcspn(found, "\"' ;/>"), found);
	}
	free(head);
}
