/*
 * The command line: which sub-command a word names, options, and what a failure prints and returns.
 * One file in src/cmd for each sub-command: `int subcommand_NAME(int argc, char **argv)`, argv[0] being its
 * name.
 */
#ifndef CMD_COMMAND_LINE_H
#define CMD_COMMAND_LINE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct subcommand {
	const char *name;
	const char *arguments; /* of subcommands.def: "add|list|disable" */
	const char *help;
	int (*run)(int argc, char **argv);
};

/* The whole program; returns the exit code. The table ends with a name of NULL. */
int command_line_run(int argc, char **argv, const struct subcommand *table);

#define SUBCOMMAND(function, name, arguments, help) int subcommand_##function(int argc, char **argv);
#include "cmd/subcommands.def"

/* Runs the sub-command in the program that has the libraries for mail, and does not return unless there is none. */
int command_line_with_mail(int argc, char **argv);

/* The console itself: what runs without a sub-command. */
int subcommand_console(int argc, char **argv);

/* What -d takes, for every command's --help. */
#define HELP_DATABASE                                                                                        \
	"a libpq connection string or URI, or a database's name; without it libpq's environment (PGHOST...)"

/* OPTION_LIST may be given several times, or once with commas; its values come joined with commas. It has no letter. */
enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_LIST };

struct option_spec {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	enum option_kind kind;
	void *target; /* bool *, const char **, int64_t * or struct strbuf * */
	const char *help;
	int64_t least, most; /* for OPTION_NUMBER */
	const char *values;  /* for OPTION_TEXT: the words that it takes, "FILE", or NULL for any text */
};

/*
 * Reads the options of a sub-command; --help prints usage and the table's help. Ends with a spec whose name
 * is NULL. Returns the index of the first argument that is no option, or -1 when the caller should return
 * *exit_code at once (after --help, or an error that has been printed).
 */
int command_line_options(
        int argc, char **argv, const char *arguments, const struct option_spec *specs, int *exit_code);

/* For a sub-command that takes -d and nothing else: false when the caller should return *exit_code at once. */
bool command_line_database(int argc, char **argv, const char **conninfo, int *exit_code);

/*
 * Asks a sub-command for its --help and hands each usage in it to `visit` instead of printing it, so that what is made from
 * the options has no list of its own. `specs` live during the call only. Several visits: "agent add", "agent list"...
 */
typedef void command_line_visit(
        void *context, const char *name, const char *arguments, const struct option_spec *specs);
void command_line_describe(
        int (*run)(int argc, char **argv), const char *name, command_line_visit *visit, void *context);

/* A sub-command that is several: "agent add", "agent list". `words` names them for the error: "add, list or disable". --help
 * shows the usage of each. */
struct command_verb {
	char name[24]; /* what usage and failures call it: the sub-command, a blank, its word */
	int (*run)(int argc, char **argv);
};
int command_line_verbs(int argc, char **argv, struct command_verb *verbs, size_t count, const char *words);

/* Prints "sandglass NAME: text" on stderr, sanitised, and returns the exit code of sysexits.h for its kind.
 */
int command_line_fail(const char *name, const struct error *err);
/* The same for a word that is not where a command stands, or none. */
int command_line_no_command(const char *word);
int command_line_exit_code(enum error_kind kind);

#endif
