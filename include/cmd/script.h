/*
 * What the commands for scripts share: options that may stand anywhere, one action with its outcome on stdout, and
 * tab-separated fields or JSON.
 *
 * Tab-separated output has one record a line, and every field is sanitised, in a pipe too: somebody looks at the end of it.
 * JSON is the text as it is, with what could steer a terminal as escapes.
 */
#ifndef CMD_SCRIPT_H
#define CMD_SCRIPT_H

#include "cmd/command_line.h"
#include "core/action.h"
#include "store/db.h"

#include <jansson.h>

/* What every one of them takes: -d CONNINFO and --json. `fields` names the columns of what it prints otherwise. */
struct script {
	const char *name; /* the command's */
	const char *conninfo;
	bool json;
	char *arguments[4]; /* what is no option, in order */
	int count;
};

#define SCRIPT_OPTIONS_OF(script, fields)                                                                    \
	{"database", 'd', OPTION_TEXT, &(script)->conninfo, HELP_DATABASE, 0, 0},                            \
	{                                                                                                    \
		"json", 0, OPTION_FLAG, &(script)->json, "JSON instead of tab-separated " fields, 0, 0       \
	}
#define SCRIPT_OPTIONS(script) SCRIPT_OPTIONS_OF(script, "fields")
#define SCRIPT_OPTIONS_END                                                                                   \
	{                                                                                                    \
		NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0                                                       \
	}

/*
 * Reads options and arguments in any order ("status 17 hold --hold-for Meta"); `least` to `most` arguments, at most 4.
 * False: return *exit_code at once.
 */
bool script_arguments(struct script *script, int argc, char **argv, const char *usage,
        const struct option_spec *specs, int least, int most, int *exit_code);

/* A whole sub-command that prints a list and takes no arguments: `list` prints it. Returns the exit code. `fields` names the
 * columns for --help. */
typedef bool script_list_rows(struct db *db, bool json, struct error *err);
int script_list(int argc, char **argv, const char *fields, script_list_rows *list);

bool script_ticket_id(const char *text, int64_t *out, struct error *err);

/* All of a file, or of stdin when path is NULL or "-". ERROR_INPUT when it is empty or not UTF-8. The caller frees it. */
char *script_read(const char *path, struct error *err);

/* Runs the action, prints the ticket's id (or {"ticket", "version", "repeated"}), releases the action and returns the exit
 * code. err, when it already holds a failure, is printed instead. */
int script_action(const struct script *script, struct action *action, struct error *err);

/* What script_action prints of a result. */
void script_result(const struct script *script, const struct action_result *result);

/* One field, sanitised, on stdout with `end` after it ('\t' or '\n'). */
void script_field(const char *text, char end);

/* One JSON value on a line of its own; takes the reference over. */
void script_json(json_t *value);

/* A JSON string, or null for "". */
json_t *script_string(const char *text);

/* "2026-11-22T17:00:00Z"; "-" for INSTANT_NONE. */
void script_instant(instant at, char out[32]);

#endif
