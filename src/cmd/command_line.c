/*
 * Dispatch, options and exit codes. Scripts and mail servers read the codes (75 makes an MTA try again),
 * people read the one line on stderr; both come from the kind of the error and nothing else.
 */
#include "cmd/command_line.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "base/trace.h"
#include "core/text.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define TEXT_OF(token)      #token
#define VERSION_TEXT(token) TEXT_OF(token)

static const struct subcommand *subcommands; /* of the program that runs */

static const struct subcommand *find_subcommand(const char *word)
{
	for (const struct subcommand *sub = subcommands; sub->name; sub++)
		if (strcmp(sub->name, word) == 0)
			return sub;
	return NULL;
}

/* What is printed of an option in a usage. */
static void print_options(const struct option_spec *specs)
{
	for (const struct option_spec *spec = specs; spec->name; spec++) {
		static const char *const value[] = {[OPTION_FLAG] = "",
		        [OPTION_TEXT] = " TEXT",
		        [OPTION_NUMBER] = " N",
		        [OPTION_LIST] = " TEXT..."};
		char left[64];
		if (spec->letter)
			snprintf(left, sizeof left, "-%c, --%s%s", spec->letter, spec->name,
			        value[spec->kind]);
		else
			snprintf(left, sizeof left, "    --%s%s", spec->name, value[spec->kind]);
		printf("  %-28s %s\n", left, spec->help);
	}
}

static void print_console_options(
        void *context, const char *name, const char *arguments, const struct option_spec *specs)
{
	puts("options of the console:");
	print_options(specs);
}

static int print_help(void)
{
	printf("usage: sandglass [-d CONNINFO] [--view VIEW]\n"
	       "       sandglass COMMAND [-d CONNINFO] [ARGUMENTS]\n\n"
	       "A console for support agents: the ticket queue with its reply clocks, on a shared PostgreSQL.\n"
	       "Without a command it is the console. CONNINFO is a libpq connection string or URI, or a database's\n"
	       "name; it stands behind the command. Without -d libpq's environment decides (PGHOST, PGPORT,\n"
	       "PGDATABASE, PGUSER, PGSERVICE...).\n\n");
	command_line_describe(subcommand_console, "", print_console_options, NULL);
	puts("\ncommands:");
	for (const struct subcommand *sub = subcommands; sub->name; sub++) {
		char call[64];
		snprintf(call, sizeof call, "%s %s", sub->name, sub->arguments);
		if (strlen(call) > 34)
			printf("  %s\n  %-34s %s\n", call, "", sub->help);
		else
			printf("  %-34s %s\n", call, sub->help);
	}
	printf("\nsandglass COMMAND --help says more. Exit codes are those of sysexits.h.\n");
	return EX_OK;
}

/* What the environment says. Where it says nothing, as on a bare server, or names a locale that is not installed
 * here, as SSH may pass on, the terminal is UTF-8 all the same; who wants ASCII says LC_ALL=C. */
static void choose_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	bool said = false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		said = said || (getenv(names[i]) && *getenv(names[i]));
	if (!setlocale(LC_ALL, "") || !said)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
}

int command_line_run(int argc, char **argv, const struct subcommand *table)
{
	subcommands = table;
	choose_locale();
	trace_open(getenv("SANDGLASS_TRACE"));
	if (argc < 2 || argv[1][0] == '-') {
		if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
			return print_help();
		if (argc > 1 && strcmp(argv[1], "--version") == 0) {
			puts("sandglass " VERSION_TEXT(SANDGLASS_VERSION));
			return EX_OK;
		}
		return subcommand_console(argc, argv);
	}
	const struct subcommand *sub = find_subcommand(argv[1]);
	return sub ? sub->run(argc - 1, argv + 1) : command_line_no_command(argv[1]);
}

int command_line_with_mail(int argc, char **argv)
{
	static char name[] = "sandglass";
	char path[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof "-mail");
	struct error err;
	char **words = alloc_array((size_t)argc + 2, sizeof *words);
	words[0] = name;
	memcpy(words + 1, argv, (size_t)argc * sizeof *words);
	if (length > 0) {
		memcpy(path + length, "-mail", sizeof "-mail");
		execv(path, words);
		error_errno(
		        &err, ERROR_CONFIG, "cannot run %s, which make install puts beside sandglass", path);
	} else {
		error_errno(&err, ERROR_CONFIG, "cannot find sandglass-mail by /proc/self/exe");
	}
	free(words);
	return command_line_fail(argv[0], &err);
}

/* ---- options ---------------------------------------------------------------------------------- */

static void print_usage(const char *name, const char *arguments, const struct option_spec *specs)
{
	printf("usage: sandglass%s%s%s%s\n", *name ? " " : "", name, *arguments ? " " : "", arguments);
	print_options(specs);
}

static bool take_number(const struct option_spec *spec, const char *text, struct error *err)
{
	char *end;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < spec->least || value > spec->most)
		return error_set(err, ERROR_USAGE,
		        "--%s takes a whole number from %" PRId64 " to %" PRId64 ", not \"%s\"", spec->name,
		        spec->least, spec->most, text);
	*(int64_t *)spec->target = value;
	return true;
}

static void add_to_list(struct strbuf *list, const char *text)
{
	if (list->length)
		strbuf_addc(list, ',');
	strbuf_adds(list, text);
}

static bool take_value(const struct option_spec *spec, const char *text, struct error *err)
{
	switch (spec->kind) {
	case OPTION_FLAG:
		*(bool *)spec->target = true;
		return true;
	case OPTION_TEXT:
		*(const char **)spec->target = text;
		return true;
	case OPTION_NUMBER:
		return take_number(spec, text, err);
	case OPTION_LIST:
		add_to_list(spec->target, text);
		return true;
	}
	return true;
}

enum { HELP = 1000, OPTIONS_MOST = 24 };

static void make_getopt_tables(const struct option_spec *specs, struct option *longs, char *shorts)
{
	int n = 0;
	*shorts++ = '+'; /* stop at the first argument */
	*shorts++ = ':'; /* a missing value is ':' and not '?' */
	for (; specs[n].name && n < OPTIONS_MOST; n++) {
		bool value = specs[n].kind != OPTION_FLAG;
		longs[n] = (struct option){specs[n].name, value ? required_argument : no_argument, NULL, n};
		if (specs[n].letter) {
			*shorts++ = specs[n].letter;
			if (value)
				*shorts++ = ':';
		}
	}
	longs[n++] = (struct option){"help", no_argument, NULL, HELP};
	longs[n] = (struct option){NULL, 0, NULL, 0};
	*shorts = '\0';
}

static const struct option_spec *spec_of(const struct option_spec *specs, int found)
{
	if (found < OPTIONS_MOST)
		return &specs[found];
	for (; specs->name; specs++)
		if (specs->letter == found)
			return specs;
	return NULL;
}

/* Who takes the usage when --help asks for it; nobody: it is printed. */
static struct {
	command_line_visit *visit;
	void *context;
} visitor;

void command_line_describe(
        int (*run)(int argc, char **argv), const char *name, command_line_visit *visit, void *context)
{
	char called[32], help[] = "--help";
	snprintf(called, sizeof called, "%s", name);
	char *argv[] = {called, help, NULL};
	visitor.visit = visit;
	visitor.context = context;
	run(2, argv);
	visitor.visit = NULL;
}

int command_line_options(
        int argc, char **argv, const char *arguments, const struct option_spec *specs, int *exit_code)
{
	struct option longs[OPTIONS_MOST + 2];
	char shorts[2 * OPTIONS_MOST + 3];
	make_getopt_tables(specs, longs, shorts);
	const char *name = argv[0];
	struct error err = {ERROR_NONE, ""};
	opterr = 0;
	optind = 0;
	int found;
	while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (found == HELP) {
			if (visitor.visit)
				visitor.visit(visitor.context, name, arguments, specs);
			else
				print_usage(name, arguments, specs);
			*exit_code = EX_OK;
			return -1;
		}
		if (found == ':')
			error_set(&err, ERROR_USAGE, "%s needs a value", argv[optind - 1]);
		else if (found == '?')
			error_set(&err, ERROR_USAGE, "unknown option \"%s\"; --help lists them",
			        argv[optind - 1]);
		else
			take_value(spec_of(specs, found), optarg, &err);
		if (err.kind != ERROR_NONE) {
			*exit_code = command_line_fail(name, &err);
			return -1;
		}
	}
	return optind;
}

bool command_line_database(int argc, char **argv, const char **conninfo, int *exit_code)
{
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, conninfo, HELP_DATABASE, 0, 0},
	        {NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0},
	};
	const int first = command_line_options(argc, argv, "[-d CONNINFO]", specs, exit_code);
	if (first >= 0 && first < argc) {
		struct error err;
		error_set(&err, ERROR_USAGE, "%s takes no argument, not \"%s\"", argv[0], argv[first]);
		*exit_code = command_line_fail(argv[0], &err);
	}
	return first >= argc;
}

/* ---- failures ---------------------------------------------------------------------------------- */

int command_line_exit_code(enum error_kind kind)
{
	static const int codes[] = {
	        [ERROR_NONE] = EX_OK,
	        [ERROR_USAGE] = EX_USAGE,
	        [ERROR_INPUT] = EX_DATAERR,
	        [ERROR_CONFIG] = EX_CONFIG,
	        [ERROR_NO_INPUT] = EX_NOINPUT,
	        [ERROR_IO] = EX_IOERR,
	        [ERROR_UNAVAILABLE] = EX_TEMPFAIL,
	        [ERROR_AUTH] = EX_NOPERM,
	        [ERROR_PERMISSION] = EX_NOPERM,
	        [ERROR_SCHEMA] = EX_CONFIG,
	        [ERROR_CONFLICT] = EX_TEMPFAIL,
	        [ERROR_NOT_FOUND] = EX_NOUSER,
	        [ERROR_REFUSED] = EX_DATAERR,
	        [ERROR_WAITING] = EX_DATAERR,
	        [ERROR_INTERNAL] = EX_SOFTWARE,
	};
	return codes[kind];
}

int command_line_fail(const char *name, const struct error *err)
{
	struct strbuf line = STRBUF_INIT;
	text_sanitise(&line, err->text, strlen(err->text), TEXT_ONE_LINE);
	fprintf(stderr, "sandglass%s%s: %s\n", name && *name ? " " : "", name ? name : "", line.data);
	strbuf_release(&line);
	return command_line_exit_code(err->kind);
}

int command_line_no_command(const char *word)
{
	struct error err;
	if (find_subcommand(word))
		error_set(&err, ERROR_USAGE, "options stand behind the command: sandglass %s -d CONNINFO ...",
		        word);
	else
		error_set(&err, ERROR_USAGE, "there is no command \"%s\"; sandglass --help lists them", word);
	return command_line_fail(NULL, &err);
}

/* ---- sub-commands of several words ------------------------------------------------------------------- */

static bool asks_for_help(const char *argument)
{
	return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

int command_line_verbs(int argc, char **argv, struct command_verb *verbs, size_t count, const char *words)
{
	static char help[] = "--help";
	struct error err;
	if (argc > 1 && asks_for_help(argv[1])) {
		for (size_t i = 0; i < count; i++)
			verbs[i].run(2, (char *[]){verbs[i].name, help, NULL});
		return EX_OK;
	}
	for (size_t i = 0; argc > 1 && i < count; i++)
		if (strcmp(argv[1], strchr(verbs[i].name, ' ') + 1) == 0) {
			argv[1] = verbs[i].name;
			return verbs[i].run(argc - 1, argv + 1);
		}
	error_set(&err, ERROR_USAGE, "it takes %s%s%s%s", words, argc > 1 ? ", not \"" : "",
	        argc > 1 ? argv[1] : "", argc > 1 ? "\"" : "");
	return command_line_fail(argv[0], &err);
}
