/*
 * How a failure travels: a function that can fail returns bool (or NULL) and fills the caller's
 * struct error. The text is one line for a person: what was wrong, where, and what would be right.
 * Only app shows an error and only cmd turns one into an exit code; everyone else passes it up.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,       /* the command line is wrong */
	ERROR_INPUT,       /* data from outside is wrong: a message, a policy file, a value */
	ERROR_CONFIG,      /* the settings or a theme are wrong */
	ERROR_NO_INPUT,    /* a file that was named cannot be read */
	ERROR_IO,          /* reading or writing failed on this machine */
	ERROR_UNAVAILABLE, /* the server is away, or went away: trying again may help */
	ERROR_AUTH,        /* the server does not let this login in */
	ERROR_PERMISSION,  /* the login may not do this */
	ERROR_SCHEMA,      /* the database has no sandglass schema, or one of another version */
	ERROR_CONFLICT,    /* somebody changed the ticket first; the text says who and what */
	ERROR_NOT_FOUND,   /* no such ticket, agent, calendar... */
	ERROR_REFUSED,     /* a rule says no */
	ERROR_WAITING,     /* a customer is waiting: the agent must say what to do about the wait */
	ERROR_INTERNAL,    /* our own fault */
};

struct error {
	enum error_kind kind;
	char text[400];
};

/* Fills *err (when not NULL) and returns false, so that `return error_set(...)` reads as the failure. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* The same with errno's meaning appended: "cannot open FILE: No such file or directory". */
bool error_errno(struct error *err, enum error_kind kind, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* Puts words before the text that *err already holds: error_prefix(err, "line %d", 4) gives
 * "line 4: text". Returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Empties *err. */
void error_clear(struct error *err);

#endif
