/*
 * A filter from text and back to text. What is wrong is said with its column and with what would be right; filter_words.c
 * has the words, filter_match.c looks at rows.
 */
#include "filter_terms.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/tags.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool wrong_at(
        struct filter_mistake *mistake, const char *text, size_t start, size_t end, struct strbuf *words)
{
	*mistake = (struct filter_mistake){.start = start, .end = end};
	snprintf(mistake->text, sizeof mistake->text, _("column %d: %s"), text_width(text, start) + 1,
	        words->data);
	strbuf_release(words);
	return false;
}

/* ---- from text ---------------------------------------------------------------------------------- */

static bool unknown_key(
        const char *text, const struct filter_written *written, struct filter_mistake *mistake)
{
	struct strbuf words = STRBUF_INIT;
	const char *before = "";
	int used;
	size_t length = text_fit(text + written->key_start, written->key_end - written->key_start, 40, &used);
	struct strbuf keys = STRBUF_INIT;
	for (enum filter_key_id id = 0; id < FILTER_TEXT; id++) {
		const char *name = filter_keys[id].name;
		if (strcmp(before, name) != 0)
			filter_add_choice(&keys, name, *before ? 1 : 0, id + 1 < FILTER_TEXT ? 3 : 2);
		before = name;
	}
	strbuf_addf(&words, _("there is no key \"%.*s\" (text goes in quotes); %s"), (int)length,
	        text + written->key_start, keys.data);
	strbuf_release(&keys);
	return wrong_at(mistake, text, written->key_start, written->key_end, &words);
}

static bool wrong_operator(const char *text, const struct filter_written *written, enum filter_key_id key,
        const struct filter_desk *desk, struct filter_mistake *mistake)
{
	struct strbuf words = STRBUF_INIT, expected = STRBUF_INIT;
	const char *operators = filter_keys[key].operators;
	filter_expected(key, desk, &expected);
	strbuf_addf(&words, _("after %s comes %s and %s"), filter_keys[key].name,
	        strcmp(operators, "<>") == 0 ? _("< or >") : operators, expected.data);
	strbuf_release(&expected);
	return wrong_at(mistake, text, written->key_end, written->key_end + 1, &words);
}

static bool missing_value(const char *text, const struct filter_term *term, const struct filter_value *value,
        const struct filter_desk *desk, struct filter_mistake *mistake)
{
	struct strbuf words = STRBUF_INIT;
	if (value->quoted) {
		strbuf_adds(&words, _("there is nothing between the quotes"));
	} else if (term->key == FILTER_TEXT) {
		strbuf_adds(&words, _("after - comes what is not wanted"));
	} else {
		struct strbuf expected = STRBUF_INIT;
		filter_expected(term->key, desk, &expected);
		strbuf_addf(&words, _("after %s%c comes %s"), filter_keys[term->key].name, term->relation,
		        expected.data);
		strbuf_release(&expected);
	}
	return wrong_at(mistake, text, value->start, value->end, &words);
}

static bool read_value(const char *text, struct filter_term *term, const struct filter_value *value,
        const struct filter_desk *desk, struct filter_mistake *mistake)
{
	struct strbuf wrong = STRBUF_INIT;
	if (!value->closed) {
		strbuf_adds(&wrong, _("the quote that begins here has no end"));
		return wrong_at(mistake, text, value->start, value->end, &wrong);
	}
	if (!*value->text)
		return missing_value(text, term, value, desk, mistake);
	if (!filter_value_read(term, value, desk, &wrong))
		return wrong_at(mistake, text, value->start, value->end, &wrong);
	return true;
}

/* As tickets have them. */
static void fold_tags(struct filter_term *term)
{
	for (size_t i = 0; i < term->count; i++) {
		struct strbuf normal = STRBUF_INIT;
		char *text = term->values[i].text;
		if (tag_normal(text, strlen(text), &normal, NULL)) {
			free(text);
			term->values[i].text = strbuf_detach(&normal);
		}
		strbuf_release(&normal);
	}
}

static bool read_term(const char *text, struct filter_term *term, const struct filter_written *written,
        const struct filter_desk *desk, struct filter_mistake *mistake)
{
	struct strbuf words = STRBUF_INIT;
	term->key = FILTER_TEXT;
	if (written->relation) {
		term->key = filter_key_find(
		        text + written->key_start, written->key_end - written->key_start, written->relation);
		if (term->key == FILTER_KEY_COUNT)
			return unknown_key(text, written, mistake);
		if (!strchr(filter_keys[term->key].operators, written->relation))
			return wrong_operator(text, written, term->key, desk, mistake);
	}
	for (size_t i = 0; i < term->count; i++)
		if (!read_value(text, term, &term->values[i], desk, mistake))
			return false;
	if (term->key == FILTER_TAG)
		fold_tags(term);
	if (text[written->end] && !strchr(" \t\n\r", text[written->end])) {
		strbuf_adds(&words, _("after the quote comes a blank, or a comma and another value"));
		return wrong_at(mistake, text, written->end, written->end + 1, &words);
	}
	bool length = filter_keys[term->key].kind == KIND_WORKING || filter_keys[term->key].kind == KIND_WALL;
	if (length && term->count > 1) {
		strbuf_addf(&words, _("%s takes one time only"), filter_keys[term->key].name);
		return wrong_at(mistake, text, term->values[1].start - 1, written->end, &words);
	}
	return true;
}

/* Cheap terms first: what no clock and no text need be asked about is not. */
static void make_order(struct filter *filter)
{
	static const int costs[] = {[KIND_WORDS] = 0,
	        [KIND_NAMES] = 0,
	        [KIND_NUMBERS] = 0,
	        [KIND_WALL] = 1,
	        [KIND_WORKING] = 1,
	        [KIND_TAGS] = 1,
	        [KIND_TEXT] = 2};
	size_t placed = 0;
	filter->order = alloc_array(filter->count + 1, sizeof *filter->order);
	for (int cost = 0; cost <= 2; cost++)
		for (size_t i = 0; i < filter->count; i++) {
			enum filter_key_id key = filter->terms[i].key;
			if ((key == FILTER_SLA ? 1 : costs[filter_keys[key].kind]) == cost)
				filter->order[placed++] = i;
		}
}

struct filter *filter_parse(const char *text, const struct filter_desk *desk, struct filter_mistake *mistake)
{
	struct filter *filter = alloc_bytes(sizeof *filter);
	struct filter_written written;
	for (size_t at = 0; filter_next(text, &at, &written);) {
		filter->terms = alloc_grow(filter->terms, filter->count + 1, sizeof *filter->terms);
		struct filter_term *term = &filter->terms[filter->count++];
		*term = (struct filter_term){.negated = written.negated,
		        .relation = written.relation,
		        .values = written.values,
		        .count = written.count};
		if (!read_term(text, term, &written, desk, mistake)) {
			filter_free(filter);
			return NULL;
		}
	}
	make_order(filter);
	filter_resolve(filter, desk);
	return filter;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->count; i++) {
		filter_values_release(filter->terms[i].values, filter->terms[i].count);
		free(filter->terms[i].ids);
		free(filter->terms[i].limits);
	}
	free(filter->terms);
	free(filter->order);
	free(filter);
}

bool filter_asks_assignee(const struct filter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		if (filter->terms[i].key == FILTER_ASSIGNEE)
			return true;
	return false;
}

/* ---- to text ------------------------------------------------------------------------------------ */

static void add_value(const struct filter_term *term, const struct filter_value *value, struct strbuf *out)
{
	bool special = !value->quoted && filter_is_special(term->key, value->text);
	size_t start = out->length;
	filter_quote(out, term->key, value->text, special);
	if (special || (filter_keys[term->key].kind != KIND_NAMES && term->key != FILTER_TEXT &&
	                       filter_keys[term->key].kind != KIND_TEXT))
		for (char *c = out->data + start; *c; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
}

void filter_text(const struct filter *filter, struct strbuf *out)
{
	for (size_t i = 0; i < filter->count; i++) {
		const struct filter_term *term = &filter->terms[i];
		strbuf_adds(out, i ? " " : "");
		strbuf_adds(out, term->negated ? "-" : "");
		if (term->key != FILTER_TEXT)
			strbuf_addf(out, "%s%c", filter_keys[term->key].name, term->relation);
		for (size_t v = 0; v < term->count; v++) {
			strbuf_adds(out, v ? "," : "");
			add_value(term, &term->values[v], out);
		}
	}
}
