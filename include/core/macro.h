/*
 * Macros: a text with fields and what is done to the ticket with it, under a name. A macro belongs to an agent, to a
 * team, or is shared by all; the server keeps them (function console_macro), files carry them (core/macro_file.h).
 *
 * A field is a name in braces, {requester.first}; {{ is a brace. A field that has no value for a ticket is left standing
 * with a question mark, {organization?}, for the agent to see and to fill in: nothing that has one is sent.
 */
#ifndef CORE_MACRO_H
#define CORE_MACRO_H

#include "base/error.h"
#include "base/strbuf.h"
#include "core/ticket.h"

#include <stddef.h>

/* ---- what is done ------------------------------------------------------------------------------------ */

struct macro_actions {
	char *name; /* owned: the macro's, for the history; of several on one draft "A + B" */
	bool sets_status, sets_priority;
	enum status status;
	enum priority priority;
	char *hold_for; /* owned: whom a held ticket waits for; NULL unless the status is hold */
	char *tags_add; /* owned, as core/tags.h has them; NULL: none */
	char *tags_remove;
	char *assignee; /* owned: a login, "me", "-" for nobody; NULL: it stays */
};

void macro_actions_release(struct macro_actions *actions);
void macro_actions_copy(struct macro_actions *to, const struct macro_actions *from);
/* Those of another macro on top: what it sets wins, tags come together. */
void macro_actions_add(struct macro_actions *actions, const struct macro_actions *more);
/* Whether anything is done at all. */
bool macro_actions_any(const struct macro_actions *actions);
/* Appends "high, +billing, on hold for BigQuery, to ben", in the agent's language. "" when nothing is done. */
void macro_actions_words(const struct macro_actions *actions, struct strbuf *out);
/* As the server's functions take them; the caller frees the text. */
char *macro_actions_json(const struct macro_actions *actions);
/* The other way round; false when the text is none of ours, and *out has nothing in it then. */
bool macro_actions_read(const char *json, struct macro_actions *out);

/* ---- a macro ------------------------------------------------------------------------------------------ */

enum macro_place { MACRO_OWN, MACRO_TEAM, MACRO_SHARED, MACRO_PLACES };

struct macro {
	int64_t id; /* 0: the server does not know it */
	int32_t version;
	enum macro_place place;
	char *team; /* owned: of a team's; NULL for others, and for one's own team */
	char *name; /* owned */
	bool internal;
	char *body; /* owned; "": no text */
	bool may_change;
	struct macro_actions actions; /* its name is not used: `name` is it */
};

/* A row of the server's function console_macro: what to select, and how it is read, "" for NULL. */
#define MACRO_COLUMNS                                                                                        \
	"id, version, place, team, name, kind, body, status, hold_for, priority, tags_add, tags_remove, assignee, may_change"
enum { MACRO_COLUMN_COUNT = 14 };
void macro_read(struct macro *out, const char *const cells[MACRO_COLUMN_COUNT]);
void macro_release(struct macro *macro);
void macro_copy(struct macro *to, const struct macro *from);
/* "own", "team", "shared": in files and for the server. */
const char *macro_place_word(enum macro_place place);
bool macro_place_parse(const char *word, enum macro_place *out);
/* As the server's macro_save takes it; the caller frees the text. */
char *macro_json(const struct macro *macro);

/* ---- the text -------------------------------------------------------------------------------------------- */

enum macro_field {
#define MACRO_FIELD(id, name, help) MACRO_FIELD_##id,
#include "core/macro_fields.def"
#undef MACRO_FIELD
	MACRO_FIELDS
};

extern const struct macro_field_row {
	const char *name;
	const char *help; /* to be translated where it is shown */
} macro_fields[MACRO_FIELDS];

/* Each owned; NULL and "" are no value. */
struct macro_values {
	char *of[MACRO_FIELDS];
};
void macro_values_release(struct macro_values *values);

/* "Mira" of "Mira Novak" and of "Novak, Mira". The caller frees it; "" of "". */
char *macro_first_name(const char *name);

/* Whether every brace of the text begins a field or is doubled. The mistake says line and column (in characters), counted
 * from `first_line` on, and which fields there are. */
bool macro_check(const char *body, int first_line, struct error *err);

/* Appends the text with its fields filled in; returns how many had no value. Values are text, whatever is in them: a
 * requester called "{agent}" is called so in the letter. Values NULL: the fields stay, for macro_fill(). */
size_t macro_expand(const char *body, const struct macro_values *values, struct strbuf *out);

/* The first field that was left standing, "{organization?}", with its braces. */
bool macro_hole(const char *text, size_t *start, size_t *length);

/*
 * The same for a text that goes to many: written by hand around what macros left standing, so a brace that begins no field is
 * nothing but a brace. Returns the name of the first field that has no value, which is left with its question mark; NULL: all have.
 */
const char *macro_fill(const char *text, const struct macro_values *values, struct strbuf *out);
bool macro_has_fields(const char *text);

/* A text as the body of a macro that says it: braces are doubled, but for those of fields where it `has_fields` to be filled. */
void macro_quote(const char *text, bool has_fields, struct strbuf *out);

#endif
