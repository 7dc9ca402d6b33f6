/*
 * The words of the filter language: how a term is written, which keys there are, what their values may be, and how one
 * value is read. Nothing here knows a ticket.
 */
#include "filter_terms.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/duration.h"
#include "core/tags.h"
#include "core/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAMES_SHOWN = 8, CELLS_SHOWN = 40 };

/* ---- tables ------------------------------------------------------------------------------------- */

static const char *status_word(unsigned place)
{
	return place < STATUS_COUNT ? status_name((enum status)place) : NULL;
}

static const char *priority_word(unsigned place)
{
	return place < PRIORITY_COUNT ? priority_name((enum priority)place) : NULL;
}

static const char *channel_word(unsigned place)
{
	return place < CHANNEL_COUNT ? channel_name((enum channel)place) : NULL;
}

static const char *sla_word(unsigned place)
{
	static const char *const words[] = {"breached", "soon", "ok", "paused", "none"};
	return place < sizeof words / sizeof *words ? words[place] : NULL;
}

static const char *wait_word(unsigned place)
{
	static const char *const words[] = {"first", "next", "resolution", "any", "none"};
	return place < sizeof words / sizeof *words ? words[place] : NULL;
}

static const char *(*const word_of[FILTER_KEY_COUNT])(unsigned place) = {
        [FILTER_STATUS] = status_word,
        [FILTER_PRIORITY] = priority_word,
        [FILTER_CHANNEL] = channel_word,
        [FILTER_SLA] = sla_word,
        [FILTER_WAIT] = wait_word,
};

const struct filter_key filter_keys[FILTER_KEY_COUNT] = {
#define FILTER_KEY(id, name, others, operators, kind, what, help)                                            \
	[FILTER_##id] = {name, others, operators, KIND_##kind, what, help},
#include "core/filter_keys.def"
#undef FILTER_KEY
        [FILTER_TEXT] = {"", "", "", KIND_TEXT, "", ""},
};

const char *filter_word(enum filter_key_id key, unsigned place)
{
	return word_of[key] ? word_of[key](place) : NULL;
}

bool filter_same(const char *a, const char *b)
{
	return text_begins(a, b) && text_begins(b, a);
}

static bool is_named(const struct filter_key *key, const char *name)
{
	size_t length = strlen(name);
	if (filter_same(key->name, name))
		return true;
	for (const char *at = key->others; *at; at += strcspn(at, " "), at += strspn(at, " "))
		if (strcspn(at, " ") == length && strncasecmp(at, name, length) == 0)
			return true;
	return false;
}

enum filter_key_id filter_key_find(const char *name, size_t length, char relation)
{
	enum filter_key_id found = FILTER_KEY_COUNT;
	char *word = alloc_copy_n(name, length);
	for (enum filter_key_id id = 0; id < FILTER_TEXT; id++)
		if (is_named(&filter_keys[id], word)) {
			if (strchr(filter_keys[id].operators, relation))
				found = id;
			else if (found == FILTER_KEY_COUNT)
				found = id;
		}
	free(word);
	return found;
}

bool filter_is_agent(enum filter_key_id key)
{
	return key == FILTER_ASSIGNEE || key == FILTER_MENTION;
}

/* Of an assignee people also say it otherwise. */
bool filter_is_none(enum filter_key_id key, const char *text)
{
	return filter_same(text, "none") ||
	       (key == FILTER_ASSIGNEE && (filter_same(text, "nobody") || filter_same(text, "unassigned")));
}

bool filter_is_any(enum filter_key_id key, const char *text)
{
	return key == FILTER_INCIDENT && filter_same(text, "any");
}

bool filter_is_special(enum filter_key_id key, const char *text)
{
	const enum filter_kind kind = filter_keys[key].kind;
	return (kind == KIND_NAMES || kind == KIND_TAGS) &&
	       (filter_is_none(key, text) || filter_is_any(key, text) ||
	               (filter_is_agent(key) && filter_same(text, "me")));
}

/* ---- names of the directory --------------------------------------------------------------------- */

static bool is_bought(const struct directory *directory, const struct plan *plan)
{
	for (size_t i = 0; i < directory->organization_count; i++)
		if (directory->organizations[i].plan_id == plan->id)
			return true;
	return false;
}

/* Nobody buys an archived plan any more, but who has it keeps it. Plans of one name are one to the filter. */
static bool is_current(const struct directory *directory, const struct plan *plan)
{
	if (!plan->archived)
		return true;
	for (size_t i = 0; i < directory->plan_count; i++) {
		const struct plan *other = &directory->plans[i];
		if (other != plan && strcmp(other->name, plan->name) == 0 &&
		        (!other->archived || (other < plan && is_bought(directory, other))))
			return false;
	}
	return is_bought(directory, plan);
}

bool filter_name_at(
        enum filter_key_id key, const struct directory *directory, size_t place, struct filter_name *out)
{
	if (key == FILTER_PLAN && place < directory->plan_count) {
		const struct plan *plan = &directory->plans[place];
		*out = (struct filter_name){
		        plan->id, plan->name, plan->short_name, is_current(directory, plan)};
	} else if (key == FILTER_ORGANIZATION && place < directory->organization_count) {
		const struct organization *organization = &directory->organizations[place];
		*out = (struct filter_name){organization->id, organization->name, "", true};
	} else if (filter_is_agent(key) && place < directory->agent_count) {
		const struct agent *agent = &directory->agents[place];
		*out = (struct filter_name){agent->id, agent->login, agent->name, agent->active};
	} else if (key == FILTER_TEAM && place < directory->team_count) {
		const struct team *team = &directory->teams[place];
		*out = (struct filter_name){team->id, team->name, "", true};
	} else if (key == FILTER_INCIDENT && place < directory->incident_count) {
		const struct incident *incident = &directory->incidents[place];
		*out = (struct filter_name){incident->id, out->number, incident->title, !incident->closed};
		snprintf(out->number, sizeof out->number, "%d", incident->id);
	} else {
		return false;
	}
	return true;
}

static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	return digits && digits <= 18 && !text[digits] && strtoll(text, NULL, 10) > 0;
}

bool filter_name_is(enum filter_key_id key, const struct filter_name *name, const char *typed)
{
	if (key == FILTER_ORGANIZATION)
		return text_contains(name->name, typed);
	if (key == FILTER_INCIDENT)
		return is_number(typed) ? name->id == strtoll(typed, NULL, 10)
		                        : text_contains(name->other, typed);
	if (filter_is_agent(key))
		return filter_same(name->name, typed) || filter_same(name->other, typed);
	return text_begins(name->name, typed) || (*name->other && text_begins(name->other, typed));
}

/* ---- how a term is written ---------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t quoted_value(const char *text, size_t at, struct filter_value *out)
{
	struct strbuf plain = STRBUF_INIT;
	out->quoted = true;
	for (at++; text[at] && text[at] != '"'; at++) {
		if (text[at] == '\\' && (text[at + 1] == '"' || text[at + 1] == '\\'))
			at++;
		strbuf_addc(&plain, text[at]);
	}
	out->closed = text[at] == '"';
	out->text = strbuf_detach(&plain);
	return at + out->closed;
}

static size_t take_value(const char *text, size_t at, bool list, struct filter_value *out)
{
	*out = (struct filter_value){.start = at, .closed = true};
	if (text[at] == '"') {
		at = quoted_value(text, at, out);
	} else {
		while (text[at] && !is_blank(text[at]) && !(list && text[at] == ','))
			at++;
		out->text = alloc_copy_n(text + out->start, at - out->start);
	}
	out->end = at;
	return at;
}

static bool is_operator(char c)
{
	return c == ':' || c == '<' || c == '>';
}

/* Also of a language that has no keys: what looks like one is not silently text. */
static size_t letters_at(const char *text)
{
	size_t length = 0;
	while (isalpha((unsigned char)text[length]) || (unsigned char)text[length] >= 0x80)
		length++;
	return length;
}

/* What stands behind so many letters and makes a key of them; 0: they are a word. An = is no operator, but nobody means a
 * text with "prio=high", so behind a key's name it is read as one, and refused. */
static char relation_at(const char *text, size_t letters)
{
	if (!letters)
		return 0;
	const bool known = text[letters] == '=' && filter_key_find(text, letters, '=') != FILTER_KEY_COUNT;
	return is_operator(text[letters]) || known ? text[letters] : 0;
}

bool filter_next(const char *text, size_t *at, struct filter_written *out)
{
	*out = (struct filter_written){.start = *at};
	while (is_blank(text[out->start]))
		out->start++;
	size_t place = out->start;
	if (!text[place])
		return false;
	out->negated = text[place] == '-';
	place += out->negated;
	size_t letters = letters_at(text + place);
	out->key_start = out->key_end = place;
	out->relation = relation_at(text + place, letters);
	if (out->relation) {
		out->key_end = place + letters;
		place = out->key_end + 1;
	}
	do {
		place += out->count > 0;
		out->values = alloc_grow(out->values, out->count + 1, sizeof *out->values);
		place = take_value(text, place, out->relation != 0, &out->values[out->count++]);
	} while (out->relation && text[place] == ',');
	out->end = *at = place;
	return true;
}

void filter_values_release(struct filter_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(values[i].text);
	free(values);
}

void filter_quote(struct strbuf *out, enum filter_key_id key, const char *text, bool special)
{
	bool word = key == FILTER_TEXT;
	bool as_key = word && relation_at(text, letters_at(text));
	if (!text[strcspn(text, word ? " \t\n\r\"" : " \t\n\r\",")] && !as_key && *text &&
	        !(word && *text == '-') && (special || !filter_is_special(key, text))) {
		strbuf_adds(out, text);
		return;
	}
	strbuf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '"');
}

/* ---- reading one value -------------------------------------------------------------------------- */

void filter_add_choice(struct strbuf *out, const char *word, size_t place, size_t count)
{
	strbuf_adds(out, place == 0 ? "" : place + 1 < count ? ", " : _(" or "));
	strbuf_adds(out, word);
}

static void expected_words(enum filter_key_id key, struct strbuf *out)
{
	unsigned count = 0;
	while (filter_word(key, count))
		count++;
	for (unsigned i = 0; i < count; i++)
		filter_add_choice(out, filter_word(key, i), i, count);
}

static void expected_names(enum filter_key_id key, const struct directory *directory, struct strbuf *out)
{
	struct filter_name name;
	size_t count = 0, shown = 0;
	if (key == FILTER_ORGANIZATION || key == FILTER_INCIDENT) {
		strbuf_adds(out, key == FILTER_INCIDENT ? _("a number, a part of a title, any or none")
		                                        : _("a part of a name, or none"));
		return;
	}
	for (size_t i = 0; filter_name_at(key, directory, i, &name); i++)
		count += name.current;
	bool more = count > NAMES_SHOWN;
	count = more ? NAMES_SHOWN : count;
	for (size_t i = 0; shown < count && filter_name_at(key, directory, i, &name); i++)
		if (name.current)
			strbuf_addf(out, "%s%s", shown++ ? ", " : "", name.name);
	strbuf_adds(out, more ? "…, " : count ? ", " : "");
	strbuf_adds(out, filter_is_agent(key) ? _("me or none") : _("or none"));
}

void filter_expected(enum filter_key_id key, const struct filter_desk *desk, struct strbuf *out)
{
	static const char *const others[] = {
	        [KIND_TEXT] = N_("text"),
	        [KIND_TAGS] = N_("a tag, or none"),
	        [KIND_NUMBERS] = N_("a ticket's number"),
	        [KIND_WORKING] = N_("working time, such as 30m or 2h"),
	        [KIND_WALL] = N_("time by the wall, such as 4h, 2d or 1w"),
	};
	enum filter_kind kind = filter_keys[key].kind;
	if (kind == KIND_WORDS)
		expected_words(key, out);
	else if (kind == KIND_NAMES)
		expected_names(key, desk->directory, out);
	else
		strbuf_adds(out, _(others[kind]));
}

/* "opne", cut to what a line can show. */
static void add_typed(struct strbuf *out, const char *text)
{
	int used;
	size_t length = strlen(text), fits = text_fit(text, length, CELLS_SHOWN, &used);
	strbuf_addf(out, "\"%.*s%s\"", (int)fits, text, fits < length ? "…" : "");
}

static bool read_word(struct filter_term *term, const char *text)
{
	for (unsigned place = 0; filter_word(term->key, place); place++)
		if (filter_same(filter_word(term->key, place), text)) {
			term->bits |= 1u << place;
			return true;
		}
	return false;
}

static bool names_somebody(const struct filter_term *term, const struct filter_value *value,
        const struct filter_desk *desk, struct strbuf *wrong)
{
	struct filter_name name;
	if (!value->quoted && filter_is_special(term->key, value->text)) {
		if (!filter_same(value->text, "me") || desk->self)
			return true;
		strbuf_adds(wrong, _("this login is no agent, so no ticket can be yours"));
		return false;
	}
	for (size_t i = 0; filter_name_at(term->key, desk->directory, i, &name); i++)
		if (filter_name_is(term->key, &name, value->text))
			return true;
	return false;
}

static bool is_tag(const char *text, struct strbuf *wrong)
{
	struct strbuf normal = STRBUF_INIT;
	struct error err;
	bool good = tag_normal(text, strlen(text), &normal, &err);
	if (!good)
		strbuf_adds(wrong, err.text);
	strbuf_release(&normal);
	return good;
}

/* "2d", "1w", "1d12h": each unit at most once and in this order. */
static bool read_wall(const char *text, int64_t *seconds)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'w', 7 * 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
	size_t unit = 0, count = sizeof units / sizeof *units;
	*seconds = 0;
	do {
		size_t digits = strspn(text, "0123456789");
		if (!digits || digits > 6)
			return false;
		while (unit < count && units[unit].letter != text[digits])
			unit++;
		if (unit == count)
			return false;
		*seconds += strtoll(text, NULL, 10) * units[unit++].seconds;
		text += digits + 1;
	} while (*text);
	return *seconds > 0;
}

static bool read_length(struct filter_term *term, const char *text, struct strbuf *wrong)
{
	struct error err;
	if (filter_keys[term->key].kind == KIND_WALL)
		return read_wall(text, &term->length_s);
	if (!duration_parse(text, &term->length_s, &err))
		strbuf_adds(wrong, err.text);
	return !wrong->length;
}

bool filter_value_read(struct filter_term *term, const struct filter_value *value,
        const struct filter_desk *desk, struct strbuf *wrong)
{
	const struct filter_key *key = &filter_keys[term->key];
	bool good = true;
	switch (key->kind) {
	case KIND_WORDS:
		good = read_word(term, value->text);
		break;
	case KIND_NAMES:
		good = names_somebody(term, value, desk, wrong);
		break;
	case KIND_NUMBERS:
		good = is_number(value->text);
		break;
	case KIND_WORKING:
	case KIND_WALL:
		good = read_length(term, value->text, wrong);
		break;
	case KIND_TAGS:
		good = is_tag(value->text, wrong);
		break;
	case KIND_TEXT:
		break;
	}
	if (good || wrong->length)
		return good;
	struct strbuf typed = STRBUF_INIT, expected = STRBUF_INIT;
	add_typed(&typed, value->text);
	filter_expected(term->key, desk, &expected);
	if (term->key == FILTER_ORGANIZATION)
		strbuf_addf(wrong, _("%s is in no organization's name"), typed.data);
	else if (*key->what)
		strbuf_addf(wrong, _("%s is no %s; %s"), typed.data, _(key->what), expected.data);
	else if (key->kind == KIND_NUMBERS)
		strbuf_addf(wrong, _("%s is not %s"), typed.data, expected.data);
	else
		strbuf_addf(wrong, _("%s is not a length of %s"), typed.data, expected.data);
	strbuf_release(&typed);
	strbuf_release(&expected);
	return false;
}
