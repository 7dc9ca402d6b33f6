/*
 * Reading and writing a macro's file. The keys of its head stand in one table, so that reader, printer and the list in an
 * error message are of one mind.
 */
#include "core/macro_file.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/tags.h"
#include "core/text.h"
#include "core/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { NAME_MOST = 80, WORD_SHOWN = 60 };

static bool is_word(const char *value, const char *word)
{
	return strcmp(value, word) == 0;
}

/* ---- keys of the head ------------------------------------------------------------------------------------- */

static bool read_name(struct macro *macro, const char *value, struct error *err)
{
	size_t characters = 0, step;
	for (size_t at = 0; value[at]; at += step, characters++)
		utf8_next(value + at, strlen(value) - at, &step);
	if (!characters || characters > NAME_MOST)
		return error_set(err, ERROR_INPUT, _("a macro's name has 1 to %d characters"), NAME_MOST);
	macro->name = alloc_copy(value);
	return true;
}

static bool read_place(struct macro *macro, const char *value, struct error *err)
{
	if (strncmp(value, "team ", 5) == 0 && value[5 + strspn(value + 5, " ")]) {
		macro->place = MACRO_TEAM;
		macro->team = alloc_copy(value + 5 + strspn(value + 5, " "));
		return true;
	}
	return macro_place_parse(value, &macro->place) ||
	       error_set(err, ERROR_INPUT,
	               _("a macro is for \"own\", \"team\", \"team NAME\" or \"shared\", not \"%.60s\""),
	               value);
}

static bool read_kind(struct macro *macro, const char *value, struct error *err)
{
	macro->internal = is_word(value, "note");
	return macro->internal || is_word(value, "reply") ||
	       error_set(err, ERROR_INPUT, _("the kind is reply or note, not \"%.60s\""), value);
}

static bool read_status(struct macro *macro, const char *value, struct error *err)
{
	macro->actions.sets_status = status_parse(value, &macro->actions.status);
	return macro->actions.sets_status ||
	       error_set(err, ERROR_INPUT, _("\"%.60s\" is no status; new, open, pending, hold or closed"),
	               value);
}

static bool read_hold(struct macro *macro, const char *value, struct error *err)
{
	macro->actions.hold_for = alloc_copy(value);
	return true;
}

static bool read_priority(struct macro *macro, const char *value, struct error *err)
{
	macro->actions.sets_priority = priority_parse(value, &macro->actions.priority);
	return macro->actions.sets_priority ||
	       error_set(err, ERROR_INPUT, _("\"%.60s\" is no priority; urgent, high or normal"), value);
}

static bool read_tags(struct macro *macro, const char *value, struct error *err)
{
	struct tag_change change;
	if (!tag_change_read(value, &change, err)) {
		err->kind = ERROR_INPUT;
		return false;
	}
	if (change.add && *change.add)
		macro->actions.tags_add = alloc_copy(change.add);
	if (change.remove && *change.remove)
		macro->actions.tags_remove = alloc_copy(change.remove);
	tag_change_release(&change);
	return true;
}

static bool read_assignee(struct macro *macro, const char *value, struct error *err)
{
	if (strchr(value, ' '))
		return error_set(err, ERROR_INPUT,
		        _("the assignee is a login, me, or - for nobody, not \"%.60s\""), value);
	macro->actions.assignee = alloc_copy(value);
	return true;
}

static void print_name(const struct macro *macro, struct strbuf *out)
{
	strbuf_adds(out, macro->name ? macro->name : "");
}

static void print_place(const struct macro *macro, struct strbuf *out)
{
	strbuf_addf(out, "%s%s%s", macro_place_word(macro->place), macro->team ? " " : "",
	        macro->team ? macro->team : "");
}

static void print_kind(const struct macro *macro, struct strbuf *out)
{
	strbuf_adds(out, macro->internal ? "note" : "reply");
}

static void print_status(const struct macro *macro, struct strbuf *out)
{
	if (macro->actions.sets_status)
		strbuf_adds(out, status_name(macro->actions.status));
}

static void print_hold(const struct macro *macro, struct strbuf *out)
{
	if (macro->actions.sets_status && macro->actions.hold_for)
		strbuf_adds(out, macro->actions.hold_for);
}

static void print_priority(const struct macro *macro, struct strbuf *out)
{
	if (macro->actions.sets_priority)
		strbuf_adds(out, priority_name(macro->actions.priority));
}

static void print_tags(const struct macro *macro, struct strbuf *out)
{
	const char *lists[] = {macro->actions.tags_add, macro->actions.tags_remove}, *tag;
	const size_t start = out->length;
	for (int i = 0; i < 2; i++)
		for (size_t length; tags_next(&lists[i], &tag, &length);)
			strbuf_addf(
			        out, "%s%c%.*s", out->length > start ? " " : "", "+-"[i], (int)length, tag);
}

static void print_assignee(const struct macro *macro, struct strbuf *out)
{
	if (macro->actions.assignee)
		strbuf_adds(out, macro->actions.assignee);
}

static const struct head_key {
	const char *name;
	bool (*read)(struct macro *macro, const char *value, struct error *err);
	void (*print)(const struct macro *macro, struct strbuf *out);
	const char *help;
} keys[] = {
        {"name", read_name, print_name, N_("what it is picked by")},
        {"for", read_place, print_place, N_("own, team, team NAME, shared: who sees it")},
        {"kind", read_kind, print_kind, N_("reply, or note: only agents read it")},
        {"status", read_status, print_status, N_("new, open, pending, hold, closed; none: as you choose")},
        {"hold", read_hold, print_hold, N_("with the status hold: whom the ticket waits for")},
        {"priority", read_priority, print_priority, N_("urgent, high, normal")},
        {"tags", read_tags, print_tags, N_("+on -off")},
        {"assignee", read_assignee, print_assignee, N_("a login, me, - for nobody")},
};

enum { KEYS = sizeof keys / sizeof *keys };

/* ---- reading ------------------------------------------------------------------------------------------------- */

struct head {
	bool seen[KEYS];
	int line, column;
};

static bool unknown_key(const char *line, size_t length, struct error *err)
{
	struct strbuf names = STRBUF_INIT;
	for (int i = 0; i < KEYS; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "", keys[i].name);
	error_set(err, ERROR_INPUT,
	        _("\"%.*s\" is no key; there is %s, and the text begins after an empty line"),
	        (int)(length > WORD_SHOWN ? WORD_SHOWN : length), line, names.data);
	strbuf_release(&names);
	return false;
}

/* One line of the head, without blanks at its end. *column is where what is wrong begins. */
static bool read_line(struct macro *macro, struct head *head, const char *line, struct error *err)
{
	const size_t length = strcspn(line, ":");
	size_t word = length;
	while (word && line[word - 1] == ' ')
		word--;
	head->column = 1;
	for (int i = 0; i < KEYS; i++) {
		if (!line[length] || strlen(keys[i].name) != word || memcmp(keys[i].name, line, word) != 0)
			continue;
		const char *value = line + length + 1;
		value += strspn(value, " ");
		if (head->seen[i])
			return error_set(
			        err, ERROR_INPUT, _("\"%s\" stands here a second time"), keys[i].name);
		head->seen[i] = true;
		head->column = (int)(value - line) + 1;
		struct strbuf clean = STRBUF_INIT; /* by itself: a mark may have stood on the colon */
		text_sanitise(&clean, value, strlen(value), TEXT_ONE_LINE);
		const bool good = !clean.length || keys[i].read(macro, clean.data, err);
		strbuf_release(&clean);
		return good;
	}
	return unknown_key(line, word, err);
}

static bool read_head(struct macro *macro, struct head *head, const char **text, struct error *err)
{
	bool good = true;
	while (good && **text) {
		const size_t length = strcspn(*text, "\n");
		size_t used = length;
		while (used && (*text)[used - 1] == ' ')
			used--;
		head->line++;
		char *line = alloc_copy_n(*text, used);
		*text += length + ((*text)[length] == '\n');
		const bool ends = !*line;
		good = ends || *line == '#' || read_line(macro, head, line, err);
		free(line);
		if (ends)
			break;
	}
	return good || error_prefix(err, _("line %d, column %d"), head->line, head->column);
}

/* What only the whole of it shows. */
static bool check_whole(const struct macro *macro, struct error *err)
{
	const struct macro_actions *actions = &macro->actions;
	const bool holds = actions->sets_status && actions->status == STATUS_HOLD;
	if (!macro->name)
		return error_set(
		        err, ERROR_INPUT, _("the macro has no name: a line \"name: ...\" is missing"));
	if (holds && !actions->hold_for)
		return error_set(err, ERROR_INPUT,
		        _("the status hold needs a line \"hold: ...\": whom the ticket waits for"));
	if (!holds && actions->hold_for)
		return error_set(err, ERROR_INPUT, _("the line \"hold:\" needs the line \"status: hold\""));
	if (!macro->internal && *macro->body && actions->sets_status && actions->status == STATUS_NEW)
		return error_set(err, ERROR_INPUT, _("a ticket that was answered is not new"));
	return *macro->body || macro_actions_any(actions) ||
	       error_set(err, ERROR_INPUT,
	               _("the macro does nothing: it has no text and changes nothing on the ticket"));
}

bool macro_file_read(const char *text, const char *name, struct macro *out, struct error *err)
{
	struct strbuf clean = STRBUF_INIT;
	struct head head = {.line = 0};
	*out = (struct macro){.id = 0};
	text_sanitise(&clean, text, strlen(text), TEXT_KEEP_LINES);
	const char *body = clean.data;
	bool good = read_head(out, &head, &body, err);
	size_t length = strlen(body);
	while (length && strchr(" \n", body[length - 1]))
		length--;
	while (length && *body == '\n') {
		body++;
		length--;
		head.line++;
	}
	out->body = alloc_copy_n(body, length);
	strbuf_release(&clean);
	if (good && !out->name && name)
		good = read_name(out, name, err);
	return good && macro_check(out->body, head.line + 1, err) && check_whole(out, err);
}

/* ---- writing -------------------------------------------------------------------------------------------------- */

void macro_file_print(const struct macro *macro, struct strbuf *out)
{
	for (int i = 0; i < KEYS; i++) {
		struct strbuf value = STRBUF_INIT;
		keys[i].print(macro, &value);
		if (value.length)
			strbuf_addf(out, "%s: %s\n", keys[i].name, value.data);
		strbuf_release(&value);
	}
	if (macro->body && *macro->body)
		strbuf_addf(out, "\n%s\n", macro->body);
}

void macro_file_help(struct strbuf *out)
{
	strbuf_addf(out, "# %s\n", _("A macro. These lines, and those without a value, may go. Keys:"));
	for (int i = 0; i < KEYS; i++)
		strbuf_addf(out, "#   %-9s %s\n", keys[i].name, _(keys[i].help));
	strbuf_addf(out, "# %s\n",
	        _("The text begins after the first empty line. In it stand for the ticket's own:"));
	for (int i = 0; i < MACRO_FIELDS; i++)
		strbuf_addf(out, "#   {%s}%*s %s\n", macro_fields[i].name,
		        (int)(16 - strlen(macro_fields[i].name)), "", _(macro_fields[i].help));
	strbuf_addf(out, "# %s\n", _("A brace by itself is written {{."));
}

/* Letters and digits as small ones, with one - for everything between them. */
static void add_slug(struct strbuf *out, const char *text)
{
	const size_t start = out->length;
	bool gap = false;
	for (size_t at = 0, step, length = strlen(text); at < length; at += step) {
		const int32_t code = utf8_next(text + at, length - at, &step);
		const utf8proc_category_t category =
		        code < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(code);
		const bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ND;
		char bytes[4];
		if (!letter) {
			gap = true;
			continue;
		}
		if (gap && out->length > start)
			strbuf_addc(out, '-');
		gap = false;
		strbuf_add(out, bytes, utf8_put(bytes, utf8proc_tolower(code)));
	}
	if (out->length == start)
		strbuf_adds(out, "macro");
}

void macro_file_name(const struct macro *macro, const char *login, struct strbuf *out)
{
	add_slug(out, macro->name);
	if (macro->place != MACRO_SHARED) {
		strbuf_addc(out, '.');
		add_slug(out, macro->place == MACRO_OWN ? login : macro->team ? macro->team : "team");
	}
	strbuf_adds(out, ".macro");
}
