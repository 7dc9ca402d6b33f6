/*
 * The table of commands (core/commands.def) as data: look-up by key and by name, and the lists that help,
 * footer and completion are made of. What a command does stands in app.
 */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include "core/key.h"

#include <stdbool.h>
#include <stddef.h>

enum command_id {
#define COMMAND(id, name, keys, scope, needs, argument, help) COMMAND_##id,
#include "core/commands.def"
#undef COMMAND
	COMMAND_COUNT,
	COMMAND_NONE = COMMAND_COUNT
};

/* Places of the console. A key means one thing in each of them. */
enum command_scope {
	SCOPE_QUEUE = 1,
	SCOPE_TICKET = 2,
	SCOPE_PAGE = 4,      /* help, messages: lines that one reads */
	SCOPE_PREVIEW = 8,   /* what will be sent */
	SCOPE_GUARD = 16,    /* a status change while a customer waits: what about the wait? */
	SCOPE_PICKER = 32,   /* a list to pick from: it has all keys itself, no command works there */
	SCOPE_CUSTOMER = 64, /* the customer of the ticket */
	SCOPE_FILE = 128,    /* a file of a ticket: a page on which it can be saved */
	SCOPE_SUMMARY = 256, /* what was refused of an action on many: a page whose tickets can be opened */
	SCOPE_ANY = SCOPE_QUEUE | SCOPE_TICKET,
	SCOPE_EVERYWHERE = SCOPE_ANY | SCOPE_PAGE | SCOPE_PREVIEW | SCOPE_GUARD | SCOPE_CUSTOMER |
	                   SCOPE_FILE | SCOPE_SUMMARY,
};

enum command_needs {
	NEEDS_TICKET = 1, /* a ticket is selected or open */
	NEEDS_AGENT = 2,  /* the login may act */
	FOR_MANY = 4,     /* works on all marked tickets as well as on one (app/bulk.h) */
};

struct command {
	const char *name;
	const char *keys;
	enum command_scope scope;
	unsigned needs;
	const char *argument;
	const char *help;
};

extern const struct command commands[COMMAND_COUNT];

/*
 * Keys typed so far against the table. COMMAND_NONE with *more false: no command begins so; *more true: a
 * prefix
 * ("g", "s"), wait for the next key.
 */
enum command_id command_by_keys(const key *typed, size_t count, enum command_scope scope, bool *more);

/* "status hold facebook": the longest name that the line begins with; *argument points at what follows (never
 * NULL), blanks skipped. A name's unique beginning will do ("prio u" does not, "priority u" does).
 * COMMAND_NONE: none. */
enum command_id command_by_name(const char *line, const char **argument);

/* Names that begin with `prefix`, in table order: fills at most `room`, returns how many there are. */
size_t command_complete(const char *prefix, enum command_id *out, size_t room);

/* The first key sequence of a command as it is shown: "c", "s h", "PgDn"; "" when it has none. */
void command_key_text(enum command_id id, char *out, size_t size);

#endif
