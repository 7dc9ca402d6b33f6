/*
 * A libconfig file as the readers of settings, themes and policies see it: checked before libconfig gets it, read
 * through accessors that know the line of everything, and with a list of what is wrong.
 *
 * libconfig 1.5 takes things silently that no reader of a file would expect: 3000000000 without L wraps to a
 * negative number, a block comment that is never closed swallows the rest, @include opens any file. One pass over
 * the text finds those first.
 */
#ifndef CONF_SOURCE_H
#define CONF_SOURCE_H

#include "base/error.h"
#include "base/strbuf.h"

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
	const char *file;        /* the name for messages */
	struct strbuf *problems; /* one line each: "FILE:LINE: text" */
	size_t problem_count;
	config_t config;
};

/* Reads a whole file of at most 1 MiB ("-" is standard input) and appends it. ERROR_NO_INPUT when it cannot be
 * read, ERROR_CONFIG when it is too large or holds NUL bytes. */
bool source_load(const char *path, struct strbuf *text, struct error *err);

/* Parses; false when the text is no libconfig file, which is then in `problems`. source_close() in any case. */
bool source_open(struct source *source, const char *text, const char *file, struct strbuf *problems);
void source_close(struct source *source);

config_setting_t *source_root(struct source *source);

/* Adds a problem at the line of `at`. Always returns false. */
bool source_problem(struct source *source, const config_setting_t *at, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* The first problem as an error of kind ERROR_CONFIG; false. For readers that show one line. */
bool source_error(const struct source *source, struct error *err);

/*
 * The typed values. Each adds a problem and gives NULL or false when the setting is of another type. `what` begins the
 * message: "time of a target".
 */
const char *source_text(struct source *source, const config_setting_t *at, const char *what);
bool source_bool(struct source *source, const config_setting_t *at, const char *what, bool *out);
bool source_number(struct source *source, const config_setting_t *at, const char *what, int64_t least,
        int64_t most, int64_t *out);
bool source_is_group(struct source *source, const config_setting_t *at, const char *what);
bool source_is_list(struct source *source, const config_setting_t *at, const char *what); /* () or [] */

/* Adds a problem for every member of the group that is none of `keys` (ends with NULL). */
void source_check_keys(
        struct source *source, const config_setting_t *group, const char *what, const char *const *keys);

#endif
