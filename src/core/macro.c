/*
 * Macros as data: what they do, and their text. The text is read in one way, by next_piece(), so that what is checked when a
 * macro is kept is what is filled in when it is used.
 */
#include "core/macro.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/tags.h"
#include "core/text.h"
#include "core/utf8.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is done ---------------------------------------------------------------------------------------- */

void macro_actions_release(struct macro_actions *actions)
{
	free(actions->name);
	free(actions->hold_for);
	free(actions->tags_add);
	free(actions->tags_remove);
	free(actions->assignee);
	*actions = (struct macro_actions){.name = NULL};
}

void macro_actions_copy(struct macro_actions *to, const struct macro_actions *from)
{
	*to = *from;
	to->name = alloc_copy(from->name);
	to->hold_for = alloc_copy(from->hold_for);
	to->tags_add = alloc_copy(from->tags_add);
	to->tags_remove = alloc_copy(from->tags_remove);
	to->assignee = alloc_copy(from->assignee);
}

static void replace(char **text, char *with)
{
	free(*text);
	*text = with;
}

/* Tags that are put on after they were taken off are on, and the other way round. */
static void add_tags(struct macro_actions *actions, const char *add, const char *remove)
{
	struct strbuf on = STRBUF_INIT, off = STRBUF_INIT, none = STRBUF_INIT;
	tags_changed(actions->tags_add, NULL, remove, &none);
	tags_changed(none.data, add, NULL, &on);
	strbuf_clear(&none);
	tags_changed(actions->tags_remove, NULL, add, &none);
	tags_changed(none.data, remove, NULL, &off);
	replace(&actions->tags_add, on.length ? strbuf_detach(&on) : NULL);
	replace(&actions->tags_remove, off.length ? strbuf_detach(&off) : NULL);
	strbuf_release(&on);
	strbuf_release(&off);
	strbuf_release(&none);
}

void macro_actions_add(struct macro_actions *actions, const struct macro_actions *more)
{
	if (more->name)
		replace(&actions->name, actions->name ? alloc_format("%s + %s", actions->name, more->name)
		                                      : alloc_copy(more->name));
	if (more->sets_status) {
		actions->sets_status = true;
		actions->status = more->status;
		replace(&actions->hold_for, alloc_copy(more->hold_for));
	}
	if (more->sets_priority) {
		actions->sets_priority = true;
		actions->priority = more->priority;
	}
	if (more->assignee)
		replace(&actions->assignee, alloc_copy(more->assignee));
	if (more->tags_add || more->tags_remove)
		add_tags(actions, more->tags_add, more->tags_remove);
}

bool macro_actions_any(const struct macro_actions *actions)
{
	return actions->sets_status || actions->sets_priority || actions->tags_add || actions->tags_remove ||
	       actions->assignee;
}

static void next_word(struct strbuf *out, size_t start)
{
	if (out->length > start)
		strbuf_adds(out, ", ");
}

static void words_of_tags(struct strbuf *out, size_t start, char sign, const char *tags)
{
	const char *tag;
	size_t length;
	while (tags_next(&tags, &tag, &length)) {
		next_word(out, start);
		strbuf_addc(out, sign);
		strbuf_add(out, tag, length);
	}
}

void macro_actions_words(const struct macro_actions *actions, struct strbuf *out)
{
	const size_t start = out->length;
	if (actions->sets_priority)
		strbuf_adds(out, priority_label(actions->priority));
	words_of_tags(out, start, '+', actions->tags_add);
	words_of_tags(out, start, '-', actions->tags_remove);
	if (actions->assignee) {
		next_word(out, start);
		if (strcmp(actions->assignee, "me") == 0)
			strbuf_adds(out, _("to you"));
		else if (strcmp(actions->assignee, "-") == 0)
			strbuf_adds(out, _("to nobody"));
		else
			strbuf_addf(out, _("to %s"), actions->assignee);
	}
	if (actions->sets_status) {
		next_word(out, start);
		if (actions->status == STATUS_HOLD)
			strbuf_addf(out, _("on hold for %s"), actions->hold_for ? actions->hold_for : "?");
		else
			strbuf_adds(out, status_label(actions->status));
	}
}

/* ---- JSON -------------------------------------------------------------------------------------------------- */

static void set_text(json_t *object, const char *key, const char *value)
{
	if (value)
		json_object_set_new(object, key, json_string(value));
}

static void set_tags(json_t *object, const char *key, const char *tags)
{
	json_t *list = tags ? json_array() : NULL;
	const char *tag;
	size_t length;
	while (tags_next(&tags, &tag, &length))
		json_array_append_new(list, json_stringn(tag, length));
	if (list)
		json_object_set_new(object, key, list);
}

static json_t *actions_object(const struct macro_actions *actions)
{
	json_t *object = json_object();
	set_text(object, "macro", actions->name);
	set_text(object, "status", actions->sets_status ? status_name(actions->status) : NULL);
	set_text(object, "hold_for", actions->sets_status ? actions->hold_for : NULL);
	set_text(object, "priority", actions->sets_priority ? priority_name(actions->priority) : NULL);
	set_tags(object, "tags_add", actions->tags_add);
	set_tags(object, "tags_remove", actions->tags_remove);
	set_text(object, "assignee", actions->assignee);
	return object;
}

static char *dump(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	char *copy = alloc_copy(text ? text : "{}");
	free(text);
	return copy;
}

char *macro_actions_json(const struct macro_actions *actions)
{
	return dump(actions_object(actions));
}

static char *get_tags(const json_t *list)
{
	struct strbuf tags = STRBUF_INIT;
	size_t i;
	json_t *tag;
	json_array_foreach(list, i, tag) if (json_is_string(tag))
	        strbuf_addf(&tags, "%s%s", tags.length ? "," : "", json_string_value(tag));
	return tags.length ? strbuf_detach(&tags) : NULL;
}

bool macro_actions_read(const char *json, struct macro_actions *out)
{
	json_t *object = json_loads(json, 0, NULL);
	*out = (struct macro_actions){.name = NULL};
	if (!json_is_object(object)) {
		json_decref(object);
		return false;
	}
	const char *status = json_string_value(json_object_get(object, "status"));
	const char *priority = json_string_value(json_object_get(object, "priority"));
	out->name = alloc_copy(json_string_value(json_object_get(object, "macro")));
	out->sets_status = status && status_parse(status, &out->status);
	out->sets_priority = priority && priority_parse(priority, &out->priority);
	out->hold_for = alloc_copy(json_string_value(json_object_get(object, "hold_for")));
	out->tags_add = get_tags(json_object_get(object, "tags_add"));
	out->tags_remove = get_tags(json_object_get(object, "tags_remove"));
	out->assignee = alloc_copy(json_string_value(json_object_get(object, "assignee")));
	json_decref(object);
	return true;
}

/* ---- a macro ------------------------------------------------------------------------------------------------ */

static const char *const place_words[MACRO_PLACES] = {
        [MACRO_OWN] = "own", [MACRO_TEAM] = "team", [MACRO_SHARED] = "shared"};

const char *macro_place_word(enum macro_place place)
{
	return place_words[place];
}

bool macro_place_parse(const char *word, enum macro_place *out)
{
	for (enum macro_place place = 0; place < MACRO_PLACES; place++)
		if (strcmp(place_words[place], word) == 0) {
			*out = place;
			return true;
		}
	return false;
}

static char *text_or_none(const char *text)
{
	return *text ? alloc_copy(text) : NULL;
}

void macro_read(struct macro *out, const char *const cells[MACRO_COLUMN_COUNT])
{
	struct macro_actions *actions = &out->actions;
	*out = (struct macro){
	        .id = strtoll(cells[0], NULL, 10), .version = (int32_t)strtol(cells[1], NULL, 10)};
	macro_place_parse(cells[2], &out->place);
	out->team = text_or_none(cells[3]);
	out->name = alloc_copy(cells[4]);
	out->internal = strcmp(cells[5], "note") == 0;
	out->body = alloc_copy(cells[6]);
	actions->sets_status = status_parse(cells[7], &actions->status);
	actions->hold_for = text_or_none(cells[8]);
	actions->sets_priority = priority_parse(cells[9], &actions->priority);
	actions->tags_add = text_or_none(cells[10]);
	actions->tags_remove = text_or_none(cells[11]);
	actions->assignee = text_or_none(cells[12]);
	out->may_change = strcmp(cells[13], "t") == 0;
}

void macro_release(struct macro *macro)
{
	free(macro->team);
	free(macro->name);
	free(macro->body);
	macro_actions_release(&macro->actions);
	*macro = (struct macro){.id = 0};
}

void macro_copy(struct macro *to, const struct macro *from)
{
	*to = *from;
	to->team = alloc_copy(from->team);
	to->name = alloc_copy(from->name);
	to->body = alloc_copy(from->body);
	macro_actions_copy(&to->actions, &from->actions);
}

char *macro_json(const struct macro *macro)
{
	json_t *object = actions_object(&macro->actions);
	json_object_del(object, "macro");
	if (macro->id)
		json_object_set_new(object, "id", json_integer((json_int_t)macro->id));
	set_text(object, "place", place_words[macro->place]);
	set_text(object, "team", macro->team);
	set_text(object, "name", macro->name);
	set_text(object, "kind", macro->internal ? "note" : "reply");
	set_text(object, "body", macro->body);
	return dump(object);
}

/* ---- fields ---------------------------------------------------------------------------------------------------- */

const struct macro_field_row macro_fields[MACRO_FIELDS] = {
#define MACRO_FIELD(id, name, help) {name, help},
#include "core/macro_fields.def"
#undef MACRO_FIELD
};

void macro_values_release(struct macro_values *values)
{
	for (int i = 0; i < MACRO_FIELDS; i++)
		free(values->of[i]);
	*values = (struct macro_values){{NULL}};
}

char *macro_first_name(const char *name)
{
	const char *comma = strchr(name, ',');
	if (comma && comma[1 + strspn(comma + 1, " ")])
		name = comma + 1;
	name += strspn(name, " ");
	return alloc_copy_n(name, strcspn(name, " ,"));
}

enum piece_kind { PIECE_END, PIECE_TEXT, PIECE_FIELD, PIECE_UNKNOWN, PIECE_BROKEN };

struct piece {
	enum piece_kind kind;
	size_t start, length; /* of an unknown field its name */
	enum macro_field field;
};

static size_t name_length(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
}

static bool find_field(const char *name, size_t length, enum macro_field *out)
{
	for (enum macro_field i = 0; i < MACRO_FIELDS; i++)
		if (strlen(macro_fields[i].name) == length &&
		        memcmp(macro_fields[i].name, name, length) == 0) {
			*out = i;
			return true;
		}
	return false;
}

/* What stands at *at, which is moved behind it. */
static struct piece next_piece(const char *body, size_t *at)
{
	struct piece piece = {.start = *at};
	const char *text = body + *at;
	if (!*text)
		return piece;
	if (*text != '{') {
		piece.kind = PIECE_TEXT;
		piece.length = strcspn(text, "{");
		*at += piece.length;
		return piece;
	}
	if (text[1] == '{') {
		*at += 2;
		piece.kind = PIECE_TEXT;
		piece.length = 1;
		return piece;
	}
	const size_t length = name_length(text + 1);
	if (!length || text[1 + length] != '}') {
		piece.kind = PIECE_BROKEN;
		*at += 1;
		return piece;
	}
	*at += length + 2;
	piece.start++;
	piece.length = length;
	piece.kind = find_field(text + 1, length, &piece.field) ? PIECE_FIELD : PIECE_UNKNOWN;
	return piece;
}

static void add_field_names(struct strbuf *out)
{
	for (int i = 0; i < MACRO_FIELDS; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "", macro_fields[i].name);
}

static bool say_where(const char *body, size_t at, int first_line, struct error *err)
{
	int line = first_line, column = 1;
	for (size_t i = 0, step; i < at; i += step) {
		utf8_next(body + i, at - i, &step);
		column = body[i] == '\n' ? 1 : column + 1;
		line += body[i] == '\n';
	}
	return error_prefix(err, _("line %d, column %d"), line, column);
}

bool macro_check(const char *body, int first_line, struct error *err)
{
	for (size_t at = 0;;) {
		const struct piece piece = next_piece(body, &at);
		if (piece.kind == PIECE_END)
			return true;
		if (piece.kind == PIECE_BROKEN) {
			error_set(err, ERROR_INPUT,
			        _("a field such as {requester} should begin here; a brace by itself is written {{"));
			return say_where(body, piece.start, first_line, err);
		}
		if (piece.kind != PIECE_UNKNOWN)
			continue;
		struct strbuf names = STRBUF_INIT;
		add_field_names(&names);
		error_set(err, ERROR_INPUT, _("there is no field \"%.*s\"; there is %s"),
		        (int)(piece.length > 40 ? 40 : piece.length), body + piece.start, names.data);
		strbuf_release(&names);
		return say_where(body, piece.start, first_line, err);
	}
}

/* A value is one line of text. One that looks like a field left standing loses its braces: it would hold up every letter. */
static void add_value(struct strbuf *out, const char *value)
{
	struct strbuf clean = STRBUF_INIT;
	size_t start, length;
	text_sanitise(&clean, value, strlen(value), TEXT_ONE_LINE);
	while (macro_hole(clean.data, &start, &length)) {
		strbuf_remove(&clean, start + length - 1, 1);
		strbuf_remove(&clean, start, 1);
	}
	strbuf_add(out, clean.data, clean.length);
	strbuf_release(&clean);
}

size_t macro_expand(const char *body, const struct macro_values *values, struct strbuf *out)
{
	size_t missing = 0;
	for (size_t at = 0;;) {
		const struct piece piece = next_piece(body, &at);
		if (piece.kind == PIECE_END)
			return missing;
		const char *value = piece.kind == PIECE_FIELD && values ? values->of[piece.field] : NULL;
		if (piece.kind == PIECE_FIELD && value && *value) {
			add_value(out, value);
		} else if (piece.kind == PIECE_FIELD && values) {
			strbuf_addf(out, "{%s?}", macro_fields[piece.field].name);
			missing++;
		} else if (piece.kind == PIECE_FIELD || piece.kind == PIECE_UNKNOWN) {
			strbuf_addf(out, "{%.*s}", (int)piece.length, body + piece.start);
		} else if (piece.kind == PIECE_BROKEN) {
			strbuf_addc(out, '{');
		} else {
			strbuf_add(out, body + piece.start, piece.length);
		}
	}
}

bool macro_hole(const char *text, size_t *start, size_t *length)
{
	for (const char *at = text; (at = strchr(at, '{')); at++) {
		const size_t name = name_length(at + 1);
		enum macro_field field;
		if (at[1 + name] != '?' || at[2 + name] != '}' || !find_field(at + 1, name, &field))
			continue;
		*start = (size_t)(at - text);
		*length = name + 3;
		return true;
	}
	return false;
}

/* Whether a field begins here; its length with the braces. */
static size_t field_at(const char *text, enum macro_field *field)
{
	const size_t name = *text == '{' ? name_length(text + 1) : 0;
	return name && text[1 + name] == '}' && find_field(text + 1, name, field) ? name + 2 : 0;
}

bool macro_has_fields(const char *text)
{
	enum macro_field field;
	for (; *text; text++)
		if (field_at(text, &field))
			return true;
	return false;
}

const char *macro_fill(const char *text, const struct macro_values *values, struct strbuf *out)
{
	const char *missing = NULL;
	enum macro_field field;
	for (size_t length; *text; text += length) {
		length = field_at(text, &field);
		const char *value = length ? values->of[field] : NULL;
		if (value && *value) {
			add_value(out, value);
		} else if (length) {
			strbuf_addf(out, "{%s?}", macro_fields[field].name);
			missing = missing ? missing : macro_fields[field].name;
		} else {
			length = 1 + strcspn(text + 1, "{");
			strbuf_add(out, text, length);
		}
	}
	return missing;
}

void macro_quote(const char *text, bool has_fields, struct strbuf *out)
{
	enum macro_field field;
	for (; *text; text++) {
		if (*text == '{' && !(has_fields && field_at(text, &field)))
			strbuf_addc(out, '{');
		strbuf_addc(out, *text);
	}
}
