/*
 * What may follow a filter that is being typed: the term at its end is taken apart as the parser does it, however
 * unfinished it is, and its last word is offered in all the ways that it can be completed.
 */
#include "filter_terms.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/tags.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

struct offer {
	const char *text; /* what was typed */
	size_t start;     /* what is before it stays */
	const char *typed;
	size_t most;
	struct filter_candidates *out;
};

static void add(const struct offer *offer, const char *word, const char *help)
{
	struct filter_candidates *out = offer->out;
	if (out->count == offer->most || strcmp(offer->text + offer->start, word) == 0)
		return;
	out->list = alloc_grow(out->list, out->count + 1, sizeof *out->list);
	out->list[out->count++] = (struct filter_candidate){
	        .text = alloc_format("%.*s%s", (int)offer->start, offer->text, word),
	        .word = alloc_copy(word),
	        .help = alloc_copy(help),
	};
}

static void offer_keys(const struct offer *offer)
{
	for (enum filter_key_id id = 0; id < FILTER_TEXT; id++) {
		const struct filter_key *key = &filter_keys[id];
		if (!text_begins(key->name, offer->typed) &&
		        !(*offer->typed && text_begins(key->others, offer->typed)))
			continue;
		for (const char *relation = key->operators; *relation; relation++) {
			char *word = alloc_format("%s%c", key->name, *relation);
			add(offer, word, _(key->help));
			free(word);
		}
	}
}

static void offer_words(const struct offer *offer, const char *const *words)
{
	for (; *words; words++)
		if (text_begins(*words, offer->typed))
			add(offer, *words, "");
}

static void offer_names(const struct offer *offer, enum filter_key_id key, const struct directory *directory)
{
	struct filter_name name;
	if (filter_is_agent(key) && text_begins("me", offer->typed))
		add(offer, "me", "");
	for (size_t i = 0; filter_name_at(key, directory, i, &name); i++) {
		bool fits = filter_name_is(key, &name, offer->typed) ||
		            text_begins(name.name, offer->typed) ||
		            (*name.other && text_contains(name.other, offer->typed));
		if (!fits || !name.current || !*name.name)
			continue;
		struct strbuf word = STRBUF_INIT;
		filter_quote(&word, key, name.name, false);
		add(offer, word.data, name.other);
		strbuf_release(&word);
	}
	if (filter_is_any(key, "any") && text_begins("any", offer->typed))
		add(offer, "any", "");
	if (text_begins("none", offer->typed))
		add(offer, "none", "");
}

static void offer_tags(const struct offer *offer, const struct queue *queue)
{
	struct known_tags known = {.count = 0};
	if (queue)
		queue_tags(queue, known_tags_count, &known);
	known_tags_sort(&known);
	for (size_t i = 0; i < known.count; i++)
		if (text_begins(known.list[i].tag, offer->typed))
			add(offer, known.list[i].tag, "");
	known_tags_release(&known);
	if (text_begins("none", offer->typed))
		add(offer, "none", "");
}

static void offer_values(const struct offer *offer, enum filter_key_id key, const struct filter_desk *desk)
{
	static const char *const working[] = {"15m", "30m", "1h", "2h", "4h", "8h", NULL};
	static const char *const wall[] = {"1h", "4h", "12h", "1d", "2d", "1w", NULL};
	switch (filter_keys[key].kind) {
	case KIND_WORDS:
		for (unsigned place = 0; filter_word(key, place); place++)
			offer_words(offer, (const char *const[]){filter_word(key, place), NULL});
		break;
	case KIND_NAMES:
		offer_names(offer, key, desk->directory);
		break;
	case KIND_TAGS:
		offer_tags(offer, desk->queue);
		break;
	case KIND_WORKING:
		offer_words(offer, working);
		break;
	case KIND_WALL:
		offer_words(offer, wall);
		break;
	default:
		break;
	}
}

void filter_complete(
        const char *text, const struct filter_desk *desk, size_t most, struct filter_candidates *out)
{
	struct filter_written last = {.count = 0}, written;
	size_t length = strlen(text);
	*out = (struct filter_candidates){.count = 0};
	for (size_t at = 0; filter_next(text, &at, &written);) {
		filter_values_release(last.values, last.count);
		last = written;
	}
	struct offer offer = {.text = text, .start = length, .typed = "", .most = most, .out = out};
	bool touched = last.count && last.end == length; /* the cursor is still at it */
	const struct filter_value *value = touched ? &last.values[last.count - 1] : NULL;
	if (value) {
		offer.start = value->start;
		offer.typed = value->text;
	}
	if (value && last.relation) {
		enum filter_key_id key =
		        filter_key_find(text + last.key_start, last.key_end - last.key_start, last.relation);
		if (key != FILTER_KEY_COUNT && strchr(filter_keys[key].operators, last.relation))
			offer_values(&offer, key, desk);
	} else if (!value || !value->quoted) {
		offer_keys(&offer);
	}
	filter_values_release(last.values, last.count);
}

void filter_candidates_release(struct filter_candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->list[i].text);
		free(candidates->list[i].word);
		free(candidates->list[i].help);
	}
	free(candidates->list);
	*candidates = (struct filter_candidates){.count = 0};
}
