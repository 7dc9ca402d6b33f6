/*
 * `sandglass policy check | diff | apply | export`: the agreement as a file. check needs no server; the others compare two
 * canonical policies here, so that what diff shows is what apply sends.
 */
#include "conf/policy.h"
#include "base/embedded.h"
#include "cmd/command_line.h"
#include "conf/source.h"
#include "core/text.h"
#include "store/db.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { EXIT_DIFFERENT = 1 }; /* as diff(1) */

struct call {
	const char *conninfo;
	bool shipped; /* --default: the policy that travels in the program instead of a file */
	bool yes;
	const char *file;
};

/* ---- the two sides ----------------------------------------------------------------------------- */

/* A policy file, canonical. NULL: *exit_code, and everything has been said. */
static json_t *read_policy(const struct call *call, int *exit_code)
{
	struct strbuf text = STRBUF_INIT, problems = STRBUF_INIT, clean = STRBUF_INIT;
	struct error err;
	json_t *policy = NULL;
	const struct embedded_file *shipped = call->shipped ? embedded_find("schema/policy.conf") : NULL;
	const char *name = shipped ? shipped->name : strcmp(call->file, "-") == 0 ? "stdin" : call->file;
	if (shipped)
		strbuf_add(&text, shipped->bytes, shipped->length);
	if (!shipped && !source_load(call->file, &text, &err)) {
		*exit_code = command_line_fail("policy", &err);
	} else {
		policy = policy_parse(text.data, name, &problems);
		text_sanitise(&clean, problems.data, problems.length, TEXT_KEEP_LINES);
		fputs(clean.data, stderr);
		*exit_code = policy ? EX_OK : EX_DATAERR;
	}
	strbuf_release(&text);
	strbuf_release(&problems);
	strbuf_release(&clean);
	return policy;
}

/* The server's policy, canonical, and its revision (may be NULL); NULL and *err. */
static json_t *fetch_policy(struct db *db, int64_t *revision, struct error *err)
{
	struct db_result result;
	if (!db_query(db, "SELECT sandglass.policy_export()::text", NULL, 0, &result, err))
		return NULL;
	json_t *exported = json_loads(db_text(&result, 0, 0), 0, NULL);
	json_t *policy = policy_canonical(exported, err);
	if (revision)
		*revision = json_integer_value(json_object_get(exported, "revision"));
	json_decref(exported);
	db_result_release(&result);
	return policy;
}

/* What is sent is the whole policy: the server refuses it when a colleague has applied another one since `revision`, which
 * it would take back. */
static bool send_policy(struct db *db, const json_t *policy, int64_t revision, struct error *err)
{
	char *text = json_dumps(policy, JSON_COMPACT), expected[24];
	snprintf(expected, sizeof expected, "%" PRId64, revision);
	const struct db_value values[] = {{.data = text}, {.data = expected}};
	bool good = db_exec(db, "SELECT sandglass.policy_apply($1::jsonb, $2::bigint)", values, 2, err);
	free(text);
	return good;
}

/* What is printed comes from a file or a server: lines stay lines, nothing else moves the cursor. */
static void print_lines(const struct strbuf *lines)
{
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, lines->data, lines->length, TEXT_KEEP_LINES);
	fputs(clean.data, stdout);
	strbuf_release(&clean);
}

/* ---- the four words ---------------------------------------------------------------------------- */

static int check(const struct call *call)
{
	int exit_code;
	json_t *policy = read_policy(call, &exit_code);
	if (policy)
		printf("ok: calendars %zu, plans %zu\n",
		        json_array_size(json_object_get(policy, "calendars")),
		        json_array_size(json_object_get(policy, "plans")));
	json_decref(policy);
	return exit_code;
}

/* Prints what would change, and completes the policy by what it leaves as it is. */
static size_t compare(const json_t *there, json_t **policy)
{
	struct strbuf lines = STRBUF_INIT;
	size_t count = policy_diff(there, *policy, &lines);
	print_lines(&lines);
	fflush(stdout);
	strbuf_release(&lines);
	json_t *whole = policy_over(*policy, there);
	json_decref(*policy);
	*policy = whole;
	return count;
}

/* A person at a terminal is asked; a script is not. */
static bool agreed(const struct call *call)
{
	if (call->yes || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	printf("apply? [y/N] ");
	fflush(stdout);
	char answer[16] = "";
	return fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y');
}

static int against_server(const struct call *call, bool apply)
{
	int exit_code;
	json_t *policy = read_policy(call, &exit_code);
	if (!policy)
		return exit_code;
	struct error err = {ERROR_NONE, ""};
	struct db *db = db_open_checked(call->conninfo, &err);
	int64_t revision = 0;
	json_t *there = db ? fetch_policy(db, &revision, &err) : NULL;
	if (!there) {
		exit_code = command_line_fail("policy", &err);
	} else if (!compare(there, &policy)) {
		puts(apply ? "nothing to change" : "no difference");
	} else if (!apply || !agreed(call)) {
		exit_code = EXIT_DIFFERENT;
	} else if (send_policy(db, policy, revision, &err)) {
		puts("applied");
	} else {
		exit_code = command_line_fail("policy", &err);
	}
	db_close(db);
	json_decref(there);
	json_decref(policy);
	return exit_code;
}

static int diff(const struct call *call)
{
	return against_server(call, false);
}

static int apply(const struct call *call)
{
	return against_server(call, true);
}

static int export(const struct call *call)
{
	struct error err = {ERROR_NONE, ""};
	struct db *db = db_open_checked(call->conninfo, &err);
	json_t *policy = db ? fetch_policy(db, NULL, &err) : NULL;
	db_close(db);
	if (!policy)
		return command_line_fail("policy", &err);
	struct strbuf text = STRBUF_INIT;
	policy_print(policy, &text);
	fputs(text.data, stdout);
	strbuf_release(&text);
	json_decref(policy);
	return EX_OK;
}

static const struct word {
	const char *name;
	bool file;
	int (*run)(const struct call *call);
} words[] = {
        {"check", true, check},
        {"diff", true, diff},
        {"apply", true, apply},
        {"export", false, export},
};

/* ---- the command line -------------------------------------------------------------------------- */

static const struct word *find_word(const char *name, struct error *err)
{
	for (size_t i = 0; name && i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	if (name)
		error_set(err, ERROR_USAGE,
		        "there is no \"policy %s\"; there are check, diff, apply and export", name);
	else
		error_set(err, ERROR_USAGE, "policy takes check FILE, diff FILE, apply FILE or export");
	return NULL;
}

static bool check_arguments(
        const struct word *word, const struct call *call, int arguments, struct error *err)
{
	if (!word->file && (arguments || call->shipped))
		return error_set(err, ERROR_USAGE, "policy %s takes no file", word->name);
	if (word->file && arguments + call->shipped != 1)
		return error_set(err, ERROR_USAGE,
		        "policy %s takes one FILE (- for standard input) or --default", word->name);
	return true;
}

int subcommand_policy(int argc, char **argv)
{
	static const char usage[] = "check FILE | diff FILE | apply FILE | export";
	struct call call = {.conninfo = ""};
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &call.conninfo, HELP_DATABASE, 0, 0},
	        {"default", 0, OPTION_FLAG, &call.shipped, "the shipped policy instead of FILE", 0, 0},
	        {"yes", 'y', OPTION_FLAG, &call.yes, "apply without asking (only a terminal is asked)", 0, 0},
	        {NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0},
	};
	const char *arguments[2] = {NULL, NULL}; /* the word and the file, with options anywhere between */
	int count = 0, code;
	struct error err = {ERROR_NONE, ""};
	for (;;) {
		int first = command_line_options(argc, argv, usage, specs, &code);
		if (first < 0)
			return code;
		if (first >= argc)
			break;
		if (count < 2)
			arguments[count] = argv[first];
		count++;
		argv[first] = argv[0];
		argc -= first;
		argv += first;
	}
	const struct word *word = find_word(arguments[0], &err);
	call.file = arguments[1];
	if (!word || !check_arguments(word, &call, count - 1, &err))
		return command_line_fail("policy", &err);
	return word->run(&call);
}
